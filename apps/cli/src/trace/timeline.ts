import type { AttemptJson, HistoryJson, Instant, RoundJson } from '@taxinav/bridge-contract';

/** One thing that happened to a notification. */
export interface Moment {
  readonly at: Instant;
  readonly round: number;
  readonly what: 'received' | 'call' | 'status' | 'report' | 'end';
  /** For people. */
  readonly text: string;
  /** The same for the same thing, also when more is known of it later. */
  readonly key: string;
  readonly status?: string;
  readonly final?: boolean;
  readonly callId?: string;
  readonly step?: string;
  readonly reportId?: number;
  readonly state?: string;
}

type Unplaced = Omit<Moment, 'round'>;

/** Everything of a history that has a time, oldest first; what has the same time stands in the order of its causes. */
export function timeline({ rounds }: HistoryJson): readonly Moment[] {
  return rounds
    .flatMap((round) =>
      [...received(round), ...round.attempts.flatMap(steps), ...statuses(round)].map((moment) => ({ ...moment, round: round.round })),
    )
    .map((moment, order) => ({ moment, order }))
    .toSorted((left, right) => Date.parse(left.moment.at) - Date.parse(right.moment.at) || left.order - right.order)
    .map(({ moment }) => ({ ...moment, key: `${moment.round} ${moment.key}` }));
}

/** Whether nothing more can come: every round is final, every call ended, every report settled. */
export function isOver({ rounds }: HistoryJson): boolean {
  return rounds.every(
    ({ state, attempts, changes }) =>
      state === 'final' &&
      attempts.every(({ endedAt }) => endedAt !== undefined) &&
      changes.every(({ reports }) => reports.every(({ settledAt }) => settledAt !== undefined)),
  );
}

function received({ acceptedAt, expiresAt, peer, phone, text, reason, end }: RoundJson): readonly Unplaced[] {
  const said = text === undefined ? '' : ` “${text}”`;
  const what = `SayText from ${peer} for ${phone ?? 'a number that is no longer kept'}${said}, may be dialled until ${clock(expiresAt)}`;
  const why = end === undefined || end === 'result' ? '' : `; ended: ${[end, reason].filter((part) => part !== undefined).join(', ')}`;
  return [{ at: acceptedAt, what: 'received', text: `${what}${why}`, key: 'received' }];
}

function steps(attempt: AttemptJson): readonly Unplaced[] {
  const { callId, startedAt, outcome, detail, counted } = attempt;
  const known: readonly (readonly [step: string, at: Instant | undefined, text: string])[] = [
    ['started', startedAt, `call ${callId} is placed`],
    ['taken', attempt.takenAt, 'the PBX has taken the call'],
    ['progress', attempt.progressAt, 'the network says something before ringing'],
    ['rang', attempt.rangAt, 'the phone rings'],
    ['answered', attempt.answeredAt, 'answered'],
    [
      'ended',
      attempt.endedAt,
      `call ended: ${outcome ?? 'unknown'}${counted ? '' : ', not counted'}${detail === undefined ? '' : ` (${detail})`}`,
    ],
  ];
  return known.flatMap(([step, at, text]) =>
    at === undefined ? [] : [{ at, what: 'call', text, key: `${callId} ${step}`, callId, step }],
  );
}

function statuses({ changes: all, nextAttemptAt }: RoundJson): readonly Unplaced[] {
  return all.flatMap(({ status, final, changedAt, reports }, index) => {
    const next = index === all.length - 1 && nextAttemptAt !== undefined ? `, next attempt at ${clock(nextAttemptAt)}` : '';
    const change: Unplaced = {
      at: changedAt,
      what: 'status',
      text: `${status}${final ? ', final' : next}`,
      key: `status ${index}`,
      status,
      final,
    };
    const settled = reports.flatMap(({ reportId, state, tries, lastEvidence, settledAt, repeat }): Unplaced[] => {
      if (settledAt === undefined) return [];
      const how = `${tries} ${tries === 1 ? 'try' : 'tries'}${lastEvidence === undefined ? '' : `, ${lastEvidence}`}`;
      const what = `${status} ${repeat ? '(repeat) ' : ''}${state} to Taxi Navigator (${how})`;
      return [{ at: settledAt, what: 'report', text: what, key: `report ${reportId} ${state}`, reportId, state }];
    });
    return [change, ...settled];
  });
}

function clock(at: Instant): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
