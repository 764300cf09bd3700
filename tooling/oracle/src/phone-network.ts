import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';

/** A phone that was called, as the PBX's own log tells it. */
export interface PhoneCall {
  /** Of the PBX's channel, as whoever asked for it chose it. */
  readonly channelId: string;
  /** National. */
  readonly phone: string;
  /** Which start of the PBX it was under, from 1. */
  readonly run: number;
  /** UTC, milliseconds since 1970. */
  readonly beganAt: number;
  readonly answeredAt?: number;
  /** Absent while it lasts. */
  readonly endedAt?: number;
}

/**
 * A real PBX and the phones behind it. Each phone writes into the PBX's log when it begins to be called, is answered and is let go,
 * whatever a bridge believes.
 */
export interface PhoneNetwork extends AsyncDisposable {
  readonly asterisk: RunningAsterisk;
  /** Every phone that was called so far, in that order. */
  calls(): Promise<readonly PhoneCall[]>;
  /** Resolves when `find` finds something among the calls; rejects after `patienceMs`. */
  when<Found>(what: string, find: (calls: readonly PhoneCall[]) => Found | undefined, patienceMs?: number): Promise<Found>;
  /** Channels and bridges that the PBX has now. */
  left(): Promise<readonly string[]>;
  /** The phone of this call hangs up. */
  hangUp(call: PhoneCall): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again after that. */
  start(): Promise<void>;
}

/** The dialplan target of a column's phones. */
export const PHONES = 'Local/{number}@phones';

/**
 * The last digit decides: 0, 1 answer and listen; 2 busy; 3 rings; 4 unreachable; 5 no such number; 6 no line; 7 answers and hangs up after 1 s;
 * 8 answers after 3 s; 9 is dialled and nothing is heard of it.
 */
const DIALPLAN = `
[phones]
exten => _0XXXXXXXXX,1,Verbose(1,oracle began \${UNIQUEID} \${EXTEN})
 same => n,Goto(phone-\${EXTEN:-1},1)
exten => phone-0,1,Goto(answers,1)
exten => phone-1,1,Goto(answers,1)
exten => phone-2,1,Hangup(17)
exten => phone-3,1,Ringing()
 same => n,Wait(86400)
exten => phone-4,1,Hangup(20)
exten => phone-5,1,Hangup(1)
exten => phone-6,1,Hangup(34)
exten => phone-7,1,Set(TIMEOUT(absolute)=1.3)
 same => n,Goto(answers,1)
exten => phone-8,1,Ringing()
 same => n,Wait(2.7)
 same => n,Goto(answers,1)
exten => phone-9,1,Wait(86400)
exten => answers,1,Ringing()
 same => n,Wait(0.3)
 same => n,Verbose(1,oracle answered \${UNIQUEID})
 same => n,Answer()
 same => n,Wait(86400)
exten => T,1,Hangup(16)
exten => h,1,Verbose(1,oracle ended \${UNIQUEID})
`;

const LINE = /^\[(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\].* app_verbose\.c: +oracle (began|answered|ended) (\S+?)(?:;\d)?(?: (\d+))?$/;
const LOOK_MS = 50;
const PATIENCE_MS = 20_000;

/** Starts one; see {@link PHONES}. */
export async function startPhoneNetwork(): Promise<PhoneNetwork> {
  const asterisk = await startAsterisk({ extra: { 'extensions.conf': DIALPLAN } });
  /** Calls of the runs that are over. */
  const before: PhoneCall[] = [];
  let run = 1;
  const present = async (): Promise<readonly PhoneCall[]> => readCalls(await readFile(asterisk.logFile, 'utf8').catch(() => ''), run);
  const calls = async (): Promise<readonly PhoneCall[]> => [...before, ...(asterisk.pid === undefined ? [] : await present())];
  const ari = (method: string, path: string): Promise<Response> => {
    const authorization = `Basic ${btoa(`${asterisk.username}:${asterisk.password}`)}`;
    return fetch(`${asterisk.ariUrl}/${path}`, { method, headers: { authorization } });
  };
  return {
    asterisk,
    calls,
    async when(what, find, patienceMs = PATIENCE_MS) {
      const until = performance.now() + patienceMs;
      for (;;) {
        const known = await calls();
        const found = find(known);
        if (found !== undefined) return found;
        if (performance.now() > until)
          throw new Error(`waited ${patienceMs} ms for ${what}; the last calls: ${JSON.stringify(known.slice(-5))}`);
        await pause(LOOK_MS);
      }
    },
    async left() {
      const ask = async (what: 'channels' | 'bridges'): Promise<readonly string[]> => {
        const response = await ari('GET', what);
        return ((await response.json()) as readonly { readonly id: string }[]).map(({ id }) => `${what}/${id}`);
      };
      return [...(await ask('channels')), ...(await ask('bridges'))];
    },
    async hangUp({ channelId }) {
      // The phone's own half.
      await ari('DELETE', `channels/${encodeURIComponent(`${channelId};2`)}`);
    },
    async kill() {
      await asterisk.kill();
      const killedAt = Date.now();
      before.push(...(await present()).map((call) => ({ endedAt: killedAt, ...call })));
    },
    async start() {
      run += 1;
      await asterisk.start();
    },
    [Symbol.asyncDispose]: () => asterisk[Symbol.asyncDispose](),
  };
}

function readCalls(log: string, run: number): PhoneCall[] {
  const calls = new Map<string, PhoneCall & { answeredAt?: number; endedAt?: number }>();
  /** The last call under each channel id: one that is used twice is two calls. */
  const latest = new Map<string, string>();
  for (const line of log.split('\n')) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, day, time, what, channelId = '', phone = ''] = match;
    const at = new Date(`${day}T${time}`).getTime();
    if (what === 'began') {
      const key = `${channelId} ${calls.size}`;
      latest.set(channelId, key);
      calls.set(key, { channelId, phone, run, beganAt: at });
      continue;
    }
    const call = calls.get(latest.get(channelId) ?? '');
    if (call === undefined) continue;
    if (what === 'answered') call.answeredAt ??= at;
    else call.endedAt ??= at;
  }
  return [...calls.values()];
}
