import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the workspace's packages: the disk of the project, and never a file system in memory. */
const PLACE = fileURLToPath(new URL('../../../../node_modules/.cache/taxinav-bench', import.meta.url));

/** A folder for databases, removed with all that is in it at the end. */
export interface ScratchFolder extends Disposable {
  readonly path: string;
}

/** Makes one. */
export function scratchFolder(): ScratchFolder {
  mkdirSync(PLACE, { recursive: true });
  const path = mkdtempSync(join(PLACE, 'run-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
