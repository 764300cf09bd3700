import { readdirSync, readFileSync } from 'node:fs';

/** Whom the system lets Asterisk read as. */
export interface SystemAccount {
  readonly uid: number;
  readonly gids: readonly number[];
}

/** Linux: state of a listening socket in /proc/net/tcp. */
const LISTENING = '0A';

/**
 * Who Asterisk on this machine runs as: a process of that name, else who owns the port of ARI, with the group that the system gives him.
 * Undefined where neither can be told, or several differ.
 *
 * @param url of ARI
 */
export function accountOfAsterisk(url: string, proc = '/proc', passwd = '/etc/passwd'): SystemAccount | undefined {
  const running = processes(proc);
  const { port, protocol } = new URL(url);
  const owners = new Set(owningUids(proc, port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)));
  const fitting = running.filter(({ uid }) => owners.has(uid));
  const [account, ...others] = fitting.length > 0 ? fitting : running;
  if (account !== undefined) return others.every((other) => isSame(account, other)) ? account : undefined;
  const [uid, ...more] = owners;
  if (uid === undefined || more.length > 0) return undefined;
  const gid = groupOf(uid, readable(passwd));
  return { uid, gids: gid === undefined ? [] : [gid] };
}

function processes(proc: string): readonly SystemAccount[] {
  let ids: readonly string[];
  try {
    ids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    const status = readable(`${proc}/${id}/status`);
    if (!/^Name:\tasterisk$/m.test(status)) return [];
    const [uid, gid] = ['Uid', 'Gid'].map((key) => Number(new RegExp(`^${key}:\\t\\d+\\t(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN));
    if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) return [];
    const more = /^Groups:[\t ]*([\d ]*)/m.exec(status)?.[1]?.trim() ?? '';
    return [{ uid, gids: [...new Set([gid, ...(more === '' ? [] : more.split(/ +/).map(Number))])] }];
  });
}

function owningUids(proc: string, port: number): readonly number[] {
  return ['tcp', 'tcp6'].flatMap((name) =>
    readable(`${proc}/net/${name}`)
      .split('\n')
      .flatMap((line) => {
        const [, local, , state, , , , uid] = line.trim().split(/ +/);
        const at = Number.parseInt(local?.split(':')[1] ?? '', 16);
        return at === port && state === LISTENING && uid !== undefined ? [Number(uid)] : [];
      }),
  );
}

function groupOf(uid: number, passwd: string): number | undefined {
  for (const line of passwd.split('\n')) {
    const [, , id, gid] = line.split(':');
    if (id === String(uid) && gid !== undefined) return Number(gid);
  }
  return undefined;
}

function isSame(one: SystemAccount, other: SystemAccount): boolean {
  return one.uid === other.uid && one.gids.length === other.gids.length && one.gids.every((gid) => other.gids.includes(gid));
}

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
