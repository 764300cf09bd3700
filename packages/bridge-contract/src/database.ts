import type { DatabaseConfiguration } from './configuration.ts';

/** Reads `sqlite:PATH`, which is a file and no folder, or a PostgreSQL URL; undefined when it is neither. A database in memory would lose what was acknowledged: it is neither. */
export function parseDatabase(written: string): DatabaseConfiguration | undefined {
  if (written.startsWith('sqlite:')) {
    const path = written.slice('sqlite:'.length);
    const unusable =
      path === '' ||
      path.startsWith('//') ||
      path.startsWith(':') ||
      /(?:^|\/)\.{0,2}$/.test(path) ||
      /[\p{Cc}?]/u.test(path) ||
      path.length > 4096;
    return unusable ? undefined : { kind: 'sqlite', path };
  }
  if (!/^postgres(?:ql)?:\/\//.test(written)) return undefined;
  const url = URL.parse(written);
  if (url === null || (url.hostname === '' && !url.searchParams.has('host')) || url.pathname.length < 2 || url.hash !== '')
    return undefined;
  const port = url.searchParams.get('port');
  if (port !== null && !(/^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535)) return undefined;
  return { kind: 'postgres', url: written };
}

/** Writes a database the way the file has it. With `redact`, the password of a URL is `***`. */
export function formatDatabase(database: DatabaseConfiguration, redact: boolean): string {
  if (database.kind === 'sqlite') return `sqlite:${database.path}`;
  return redact ? withoutPassword(database.url) : database.url;
}

function withoutPassword(written: string): string {
  const url = new URL(written);
  if (url.password !== '') url.password = '***';
  for (const name of url.searchParams.keys()) {
    if (/pass|key|secret/i.test(name)) url.searchParams.set(name, '***');
  }
  return url.href;
}
