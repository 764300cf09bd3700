import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./failing-disk.c', import.meta.url));

/** As make has it. */
const COMPILER = process.env['CC'] ?? 'cc';

/** A call to the disk that can be made to fail. */
export type DiskCall = 'fsync' | 'write' | 'open';

/** Compiles the library that makes calls fail into a folder; `undefined` where there is no compiler, or no Linux. */
export function compileFailingDisk(folder: string): string | undefined {
  const library = join(folder, 'failing-disk.so');
  if (process.platform !== 'linux') return undefined;
  try {
    execFileSync(COMPILER, ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'], { stdio: 'pipe' });
    return library;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The environment of a process whose n-th such call on a file named so fails, as every later one does. */
export function failingDisk(library: string, call: DiskCall, nth: number, path: string): Readonly<Record<string, string>> {
  return { LD_PRELOAD: library, FAILING_DISK_CALL: call, FAILING_DISK_NTH: String(nth), FAILING_DISK_PATH: path };
}
