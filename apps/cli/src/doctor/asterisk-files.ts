import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '@taxinav/bridge-contract';
import { localContexts } from './endpoint-checks.ts';
import { ok, warn, type Finding } from './finding.ts';

/** Connections that the bridge holds at most: two websockets, ten requests, some to spare. */
const SESSIONS = 20;

/** What Asterisk's files say that ARI does not; files that this user may not read are passed over. */
export function asteriskFilesFit(etc: string, configuration: Configuration): readonly Finding[] {
  return [...sessions(join(etc, 'http.conf')), ...contexts(join(etc, 'extensions.conf'), configuration)];
}

function sessions(file: string): readonly Finding[] {
  const text = readable(file);
  if (text === undefined) return [];
  const limit = Number(/^\s*sessionlimit\s*=>?\s*(\d+)/m.exec(text)?.[1] ?? 100);
  const detail = `${file}: sessionlimit ${limit}`;
  return [
    limit >= SESSIONS
      ? ok('asterisk', detail)
      : warn('asterisk', detail, `set sessionlimit=${SESSIONS} or more: the bridge holds up to ten requests and two websockets.`),
  ];
}

/** Contexts may also come from #include, a database or AEL: one that is not seen is no failure. */
function contexts(file: string, configuration: Configuration): readonly Finding[] {
  const wanted = localContexts(configuration);
  const text = readable(file);
  if (text === undefined || wanted.length === 0) return [];
  const known = new Set([...text.matchAll(/^\s*\[([^\]]+)\]/gm)].map(([, name]) => name));
  return wanted.map((context) =>
    known.has(context)
      ? ok('endpoints', `the context ${context} is in ${file}`)
      : warn(
          'endpoints',
          `the context ${context} is not in ${file}`,
          `look for it: asterisk -rx "dialplan show ${context}"; without it every call ends at once.`,
        ),
  );
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
