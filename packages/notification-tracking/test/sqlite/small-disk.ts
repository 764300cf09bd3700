import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a few megabytes that is gone with its scope. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Another program takes all that is free, but `leave` bytes. */
  fill(leave?: number): void;
  /** …and gives it back. */
  free(): void;
}

/** Mounts one, where this user may; tells why not otherwise. */
export function smallDisk(megabytes: number): SmallDisk | { readonly refused: string } {
  const folder = mkdtempSync(join(tmpdir(), 'taxinav-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    return { refused: String(error) };
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill(leave = 0) {
      const reserved = join(folder, 'reserved');
      if (leave > 0) appendFileSync(reserved, Buffer.alloc(leave, 1));
      const file = openSync(filler, 'a');
      try {
        for (const size of [65_536, 4_096]) while (write(file, size));
      } finally {
        closeSync(file);
        rmSync(reserved, { force: true });
      }
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}

function write(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size, 1)) === size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Whether this user may mount a file system; the tests of a full disk are skipped otherwise. */
export const MAY_MOUNT: boolean = ((): boolean => {
  const disk = smallDisk(1);
  if ('refused' in disk) return false;
  disk[Symbol.dispose]();
  return true;
})();

/** {@link smallDisk} where {@link MAY_MOUNT}. */
export function mountedDisk(megabytes: number): SmallDisk {
  const disk = smallDisk(megabytes);
  if ('refused' in disk) throw new Error(disk.refused);
  return disk;
}
