import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As make has it. */
const COMPILER = process.env['CC'] ?? 'cc';

/**
 * Compiles `NAME.c` of this folder into a library that a process is started with to change what the system's calls do (`LD_PRELOAD`).
 * `undefined` where there is no compiler, or no Linux.
 */
export function compilePreloaded(name: 'failing-disk' | 'freezing-handshake', folder: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, `${name}.so`);
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url));
  try {
    execFileSync(COMPILER, ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { stdio: 'pipe' });
    return library;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
