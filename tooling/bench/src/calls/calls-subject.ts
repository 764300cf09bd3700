import { join } from 'node:path';
import { createTracker, DEFAULT_POLICY, type ClaimedCall, type TrackingPolicy } from '@taxinav/notification-tracking';
import { openPostgresStore } from '@taxinav/notification-tracking/postgres';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { sayText } from '../corpus/messages.ts';
import { CpuTimer } from '../measure/cpu-timer.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import type { Subject } from '../measure/subject.ts';

/** Where the calls are stored: a server's URL, or a folder for a file. */
export type CallsStart = { readonly seed: number } & ({ readonly url: string } | { readonly folder: string });

/** So many SayTexts, asked for at once, until the last of their statuses is settled. */
export interface CallsRun {
  readonly calls: number;
}

/** What it found. */
export interface CallsResult {
  readonly perSecond: number;
  /** Processor time of one whole call in the process that uses the store, µs; of PostgreSQL’s own nothing. */
  readonly cpuMicroseconds: number;
}

const COLUMN = 'north';
const CHANNELS = 16;
/** As the bridge does it: calls claimed at once, reports under way to one address. */
const CLAIMS = 8;
const LANES = 4;
/** Queued, Active, Done. */
const STATUSES = 3;

/** A bridge without wire and PBX: dialler and sender of statuses over the public tracker; every call rings and is answered at once. */
export async function start(argument: unknown): Promise<Subject> {
  const wanted = argument as CallsStart;
  const random = seededRandom(wanted.seed);
  const store =
    'url' in wanted ? await openPostgresStore({ url: wanted.url }) : await openSqliteStore({ path: join(wanted.folder, 'calls.db') });
  const policy: TrackingPolicy = {
    ...DEFAULT_POLICY,
    limits: { perPeerPerMinute: 0, perCalleePerHour: 0 },
    capacity: { ...DEFAULT_POLICY.capacity, channels: CHANNELS, reserve: 0 },
  };
  const tracker = createTracker(store, () => policy);
  const owner = { node: 'bench', token: 1 };
  await tracker.recover({ now: Date.now(), ...owner });

  const dial = async ({ roundId }: ClaimedCall): Promise<void> => {
    const attempt = await tracker.startAttempt({ now: Date.now(), ...owner, roundId });
    if (attempt === undefined) throw new Error('a claimed round is not to be dialled');
    const { callId } = attempt;
    await tracker.attemptTaken({ now: Date.now(), callId });
    await tracker.attemptProgressed({ now: Date.now(), callId, progress: 'ringing' });
    await tracker.attemptProgressed({ now: Date.now(), callId, progress: 'answered' });
    await tracker.endAttempt({ now: Date.now(), callId, outcome: 'answered' });
  };

  /** Resolved at each event, and when something has ended. */
  let woken = Promise.withResolvers<void>();
  const wake = (): void => {
    woken.resolve();
    woken = Promise.withResolvers();
  };
  tracker.onEvent(wake);
  /** Works through what there is, again whenever woken, until `enough`. */
  const loop = async (enough: () => boolean, work: () => Promise<boolean>): Promise<void> => {
    while (!enough()) {
      const { promise } = woken;
      if (!(await work()) && !enough()) await promise;
    }
  };

  return {
    async run(run): Promise<CallsResult> {
      const { calls } = run as CallsRun;
      let ended = 0;
      let settled = 0;
      let underWay = 0;
      let found = 1;
      const dialler = loop(
        () => ended === calls,
        async () => {
          const asked = Math.min(CLAIMS, found);
          const claims = await Promise.all(Array.from({ length: asked }, () => tracker.claimCall({ now: Date.now(), ...owner })));
          const claimed = claims.flatMap(({ call }) => call ?? []);
          for (const call of claimed)
            void dial(call).then(() => {
              ended += 1;
              wake();
            }, fail);
          found = claimed.length === asked ? found + asked : 1;
          return claimed.length === asked;
        },
      );
      const sender = loop(
        () => settled === STATUSES * calls,
        async () => {
          const limit = LANES - underWay;
          if (limit === 0) return false;
          const { reports } = await tracker.claimReports({ now: Date.now(), ...owner, columnId: COLUMN, limit });
          underWay += reports.length;
          for (const { reportId } of reports) {
            const sent = { now: Date.now(), ...owner, reportId, evidence: 'acknowledged', address: '127.0.0.1:1', random: 0 } as const;
            void tracker.settleReport(sent).then(() => {
              underWay -= 1;
              settled += 1;
              wake();
            }, fail);
          }
          return reports.length === limit;
        },
      );
      const timer = new CpuTimer();
      const began = performance.now();
      const accept = async (): Promise<void> => {
        const { guid, numberToCall: phone, textToSay: text } = sayText(random);
        await tracker.accept({ now: Date.now(), columnId: COLUMN, guid, phone, text, peer: '127.0.0.1' });
      };
      await Promise.all([...Array.from({ length: calls }, accept), dialler, sender]);
      return { perSecond: (calls * 1_000) / (performance.now() - began), cpuMicroseconds: (timer.ms() * 1_000) / calls };
    },
  };
}

function fail(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
