import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder that is removed with all it holds when it is disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** A path inside. */
  file(name: string): string;
}

/** Makes an empty folder under the system's temporary one: `await using folder = await temporaryFolder()`. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'taxinav-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
