import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SystemAccount } from './asterisk-account.ts';
import { systemCode } from './dialplan-contexts.ts';
import { ok, warn, type Finding } from './finding.ts';

const check = 'sounds';
/** Sounds that are looked at; a folder of any size is judged by them. */
const LOOKED_AT = 500;
/** Bits of a mode. */
const [READ, PASS, SETGID] = [0o4, 0o1, 0o2000] as const;

/** What decides whether somebody may read a file. */
type Owned = Pick<Stats, 'mode' | 'uid' | 'gid'>;

/**
 * Whether Asterisk can read the sounds of this machine, by owners, groups and modes; access lists and confinement are not seen, so that what
 * is found is a warning. Without an account only what everybody may read is in order.
 *
 * @param me who would make the folder when it is not there: this command's user
 */
export function soundsCanBeRead(
  folder: string,
  asterisk: SystemAccount | undefined,
  me: number | undefined = process.getuid?.(),
): readonly Finding[] {
  const who = asterisk === undefined ? 'everybody' : `Asterisk (uid ${asterisk.uid}, gid ${asterisk.gids.join(' ')})`;
  // No mode keeps root out.
  if (asterisk?.uid === 0) return [ok(check, `Asterisk runs as root, which may read ${folder} (speech.cache)`)];
  const remedy = `let it belong to Asterisk's group, and remove what was put there before: install -d -m 2750 -o ACCOUNT-OF-THE-BRIDGE -g GROUP-OF-ASTERISK ${folder}; see: sudo -u asterisk ls ${folder}; or set pbx.asterisk.audio: http://ADDRESS:PORT.`;
  const trouble = (detail: string): readonly Finding[] => [warn(check, detail, remedy)];
  let path: string;
  let about: Stats;
  try {
    path = realpathSync(folder);
    about = statSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && asterisk !== undefined && asterisk.uid === me)
      return [ok(check, `${folder} (speech.cache) is not there yet; a bridge of this user makes it, and Asterisk is this user`)];
    if (code === 'ENOENT')
      return trouble(`${folder} (speech.cache) is not there; a bridge that makes it itself may make it for itself alone`);
    return [
      warn(
        check,
        `whether Asterisk can read ${folder} (speech.cache) was not checked: this user cannot look at it (${code})`,
        `run this command as root or as the bridge's account too, or look: sudo -u asterisk ls ${folder}`,
      ),
    ];
  }
  const barred = [...above(path), path].find((each) => !may(asterisk, statSync(each), PASS));
  if (barred !== undefined) return trouble(`${who} may not pass ${barred} (mode ${modeOf(statSync(barred))}): ${inFolder(folder)}`);
  if (!may(asterisk, about, READ)) return trouble(`${who} may not read ${path} (mode ${modeOf(about)}): ${inFolder(folder)}`);
  const sounds = soundsIn(path);
  if (sounds === undefined)
    return [
      warn(
        check,
        `what is in ${folder} (speech.cache) was not checked: this user may not list it`,
        `run this command as root or as the bridge's account too, or look: sudo -u asterisk ls ${folder}`,
      ),
    ];
  const closed = sounds.filter(({ shelf, sound }) => !may(asterisk, shelf, PASS) || !may(asterisk, sound, READ));
  const [first] = closed;
  if (first !== undefined)
    return trouble(
      `${who} may not read ${closed.length} of ${sounds.length} sounds that were looked at, such as ${first.path}: phones hear nothing`,
    );
  const byGroup = asterisk !== undefined && asterisk.uid !== about.uid && asterisk.gids.includes(about.gid);
  if (byGroup && (about.mode & SETGID) === 0)
    return trouble(
      `${folder} (speech.cache) is not setgid (mode ${modeOf(about)}): what a bridge puts there does not get Asterisk's group`,
    );
  return [
    ok(check, `${who} may read ${folder} (speech.cache)${sounds.length === 0 ? '' : ` and the ${sounds.length} sounds looked at there`}`),
  ];
}

function inFolder(folder: string): string {
  return `phones would hear nothing of ${folder} (speech.cache)`;
}

function may(account: SystemAccount | undefined, { mode, uid, gid }: Owned, bit: number): boolean {
  // The first that fits counts, even where a later one would give more.
  if (account?.uid === uid) return (mode & (bit << 6)) !== 0;
  if (account?.gids.includes(gid) === true) return (mode & (bit << 3)) !== 0;
  return (mode & bit) !== 0;
}

/** The folders on the way, the topmost first. */
function above(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...above(parent), parent];
}

/** The first sounds of a folder, each with its shelf; undefined where this user may not list it. */
function soundsIn(folder: string): readonly { readonly path: string; readonly shelf: Stats; readonly sound: Stats }[] | undefined {
  const found: { readonly path: string; readonly shelf: Stats; readonly sound: Stats }[] = [];
  try {
    for (const name of readdirSync(folder).filter((each) => /^[0-9a-f]{2}$/.test(each))) {
      const shelf = statSync(join(folder, name));
      for (const file of readdirSync(join(folder, name)).filter((each) => each.endsWith('.wav'))) {
        if (found.length === LOOKED_AT) return found;
        const path = join(folder, name, file);
        const sound = statSync(path, { throwIfNoEntry: false });
        // Sounds come and go while a bridge runs.
        if (sound !== undefined) found.push({ path, shelf, sound });
      }
    }
  } catch {
    return undefined;
  }
  return found;
}

function modeOf({ mode }: Owned): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
