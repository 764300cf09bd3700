import {
  toInstant,
  type CallLogJson,
  type HistoryJson,
  type NotificationJson,
  type ReportJson,
  type RoundJson,
} from '@taxinav/bridge-contract';
import { maskPhoneNumber, nationalNumber, type PhoneNumber } from '@taxinav/codec';
import type { Attempt, CallLogLine, NotificationHistory, NotificationLine, Report, Round } from '@taxinav/notification-tracking';
import type { Caller } from './guard.ts';

/** A phone number as this caller may see it. */
export function shownNumber(phone: PhoneNumber, caller: Caller): string {
  const number = nationalNumber(phone);
  return caller.seesNumbers ? number : maskPhoneNumber(number);
}

/** A line of the list. */
export function shownNotification(line: NotificationLine, caller: Caller): NotificationJson {
  const { columnId, guid, status, final, rounds, attempts, reportsOwed, text, phone } = line;
  return {
    columnId,
    guid,
    ...(phone === undefined ? {} : { phone: shownNumber(phone, caller) }),
    ...(text === undefined ? {} : { text }),
    status,
    final,
    rounds,
    attempts,
    acceptedAt: toInstant(line.acceptedAt),
    changedAt: toInstant(line.changedAt),
    reportsOwed,
  };
}

/** A whole history. */
export function shownHistory(history: NotificationHistory, caller: Caller): HistoryJson {
  const { columnId, canonicalGuid, rounds } = history;
  return { columnId, canonicalGuid, rounds: rounds.map((round) => shownRound(round, caller)) };
}

/** A report. */
export function shownReport(report: Report): ReportJson {
  const { reportId, columnId, guid, status, changedAt, repeat, state, tries, lastEvidence, nextTryAt, settledAt } = report;
  return {
    reportId,
    columnId,
    guid,
    status,
    changedAt: toInstant(changedAt),
    repeat,
    state,
    tries,
    ...(lastEvidence === undefined ? {} : { lastEvidence }),
    ...instants({ nextTryAt, settledAt }),
  };
}

/** A row of the call log. */
export function shownCall(line: CallLogLine, caller: Caller): CallLogJson {
  const { id, kind, columnId, peer, numbers, callId, startedAt, endedAt, outcome, detail } = line;
  return {
    id,
    kind,
    columnId,
    peer,
    numbers: numbers.map((phone) => shownNumber(phone, caller)),
    ...(callId === undefined ? {} : { callId }),
    startedAt: toInstant(startedAt),
    ...instants({ endedAt }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function shownRound(round: Round, caller: Caller): RoundJson {
  const { guid, phone, text, state, end, reason, peer, attempts, changes } = round;
  return {
    round: round.round,
    guid,
    ...(phone === undefined ? {} : { phone: shownNumber(phone, caller) }),
    ...(text === undefined ? {} : { text }),
    state,
    ...(end === undefined ? {} : { end }),
    ...(reason === undefined ? {} : { reason }),
    peer,
    acceptedAt: toInstant(round.acceptedAt),
    expiresAt: toInstant(round.expiresAt),
    ...instants({ nextAttemptAt: round.nextAttemptAt }),
    attempts: attempts.map(shownAttempt),
    changes: changes.map(({ status, final, changedAt, reports }) => ({
      status,
      final,
      changedAt: toInstant(changedAt),
      reports: reports.map(shownReport),
    })),
  };
}

function shownAttempt(attempt: Attempt): RoundJson['attempts'][number] {
  const { callId, takenAt, rangAt, progressAt, answeredAt, endedAt, outcome, detail, counted } = attempt;
  return {
    attempt: attempt.attempt,
    callId,
    startedAt: toInstant(attempt.startedAt),
    ...instants({ takenAt, rangAt, progressAt, answeredAt, endedAt }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(detail === undefined ? {} : { detail }),
    counted,
  };
}

/** The moments that there are. */
function instants<Name extends string>(times: Record<Name, number | undefined>): { [Key in Name]?: string } {
  const shown: { [Key in Name]?: string } = {};
  for (const name of Object.keys(times) as Name[]) {
    const at = times[name];
    if (at !== undefined) shown[name] = toInstant(at);
  }
  return shown;
}
