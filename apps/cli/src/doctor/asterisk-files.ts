import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialplanContexts, systemCode, type DialplanContexts } from './dialplan-contexts.ts';
import { ok, warn, type Finding } from './finding.ts';

/** Connections that the bridge holds at most: two websockets, ten requests, some to spare. */
const SESSIONS = 20;
/** Gaps that one line names. */
const NAMED = 3;

/** How many connections Asterisk's HTTP server takes; nothing where this user may not read that. */
export function sessionsSuffice(etc: string): readonly Finding[] {
  const file = join(etc, 'http.conf');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const limit = Number(/^\s*sessionlimit\s*=>?\s*(\d+)/m.exec(text)?.[1] ?? 100);
  const detail = `${file}: sessionlimit ${limit}`;
  return [
    limit >= SESSIONS
      ? ok('asterisk', detail)
      : warn('asterisk', detail, `set sessionlimit=${SESSIONS} or more: the bridge holds up to ten requests and two websockets.`),
  ];
}

/**
 * Whether the dialplan has the contexts of `Local/…@context`. ARI does not tell; a context may also come from a database, AEL or Lua: one that is
 * not seen is no failure, and one that cannot be looked for is not in order either.
 *
 * @param wanted each context with the keys of the configuration that name it
 * @param etc undefined where Asterisk is on another machine
 */
export function contextsExist(etc: string | undefined, wanted: ReadonlyMap<string, readonly string[]>): readonly Finding[] {
  if (wanted.size === 0) return [];
  if (etc === undefined) return unchecked(wanted, 'Asterisk is on another machine', 'there');
  const file = join(etc, 'extensions.conf');
  let found: DialplanContexts;
  try {
    found = dialplanContexts(file, etc);
  } catch (error) {
    const code = systemCode(error);
    const [why, how] =
      code === 'ENOENT'
        ? [`${file} is not there`, 'name the folder of Asterisk’s configuration with --asterisk-etc, or']
        : [`${file} cannot be read by this user (${code})`, 'run this command as root or as Asterisk’s account too, or'];
    return unchecked(wanted, why, how);
  }
  const included = Math.max(0, found.files - 1);
  const from = included === 0 ? file : `${file} with the ${included === 1 ? 'file' : `${included} files`} it includes`;
  return [...wanted].map(([context, keys]) => {
    const named = `(${keys.join(', ')})`;
    if (found.contexts.has(context)) return ok('endpoints', `the context ${context} is in ${from} ${named}`);
    const more = found.gaps.length > NAMED ? `; and ${found.gaps.length - NAMED} more` : '';
    const gaps = found.gaps.length === 0 ? '' : `, as far as it can be looked at: ${found.gaps.slice(0, NAMED).join('; ')}${more}`;
    return warn(
      'endpoints',
      `the context ${context} is not in ${from} ${named}${gaps}`,
      `${found.gaps.length === 0 ? '' : 'run this command as root too, or '}look for it: asterisk -rx "dialplan show ${context}"; without it every call ends at once.`,
    );
  });
}

function unchecked(wanted: ReadonlyMap<string, readonly string[]>, why: string, how: string): readonly Finding[] {
  return [...wanted].map(([context, keys]) =>
    warn(
      'endpoints',
      `whether there is a context ${context} (${keys.join(', ')}) was not checked: ${why}`,
      `${how} look: asterisk -rx "dialplan show ${context}"; without it every call ends at once.`,
    ),
  );
}
