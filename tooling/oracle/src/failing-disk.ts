import { compilePreloaded } from './preloaded.ts';

/** A call to the disk that can be made to fail. */
export type DiskCall = 'fsync' | 'write' | 'open';

/** Compiles the library that makes calls fail into a folder; `undefined` where there is no compiler, or no Linux. */
export function compileFailingDisk(folder: string): string | undefined {
  return compilePreloaded('failing-disk', folder);
}

/** The environment of a process whose n-th such call on a file named so fails, as every later one does. */
export function failingDisk(library: string, call: DiskCall, nth: number, path: string): Readonly<Record<string, string>> {
  return { LD_PRELOAD: library, FAILING_DISK_CALL: call, FAILING_DISK_NTH: String(nth), FAILING_DISK_PATH: path };
}
