import type { ApiStatus, HistoryJson, Instant, ReportJson, RoundJson } from '@taxinav/bridge-contract';
import { maskPhoneNumber } from '@taxinav/codec';
import type { Output, Style } from './output.ts';
import { visible } from './visible.ts';

const STATUS_STYLE: Readonly<Record<ApiStatus, Style>> = {
  Queued: 'cyan',
  Active: 'cyan',
  Done: 'green',
  Busy: 'yellow',
  Unreachable: 'yellow',
  Unanswered: 'yellow',
  Canceled: 'red',
};

/** A status in its colour; `…` where more will follow. */
export function statusText({ status, final }: { readonly status: ApiStatus; readonly final: boolean }, output: Output): string {
  return output.style(STATUS_STYLE[status], `${status}${final ? '' : '…'}`);
}

/** `yyyy-MM-dd HH:mm:ss` on this machine's clock. */
export function localTime(instant: Instant): string {
  const time = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** A notification's whole history: rounds, attempts, changes, and the reports of each with their tries. */
export function historyLines({ columnId, canonicalGuid, rounds }: HistoryJson, output: Output): string[] {
  return [
    output.style('bold', `${canonicalGuid}  column ${visible(columnId)}, times in UTC`),
    ...rounds.flatMap((round) => roundLines(round, output)),
  ];
}

function roundLines(round: RoundJson, output: Output): string[] {
  const { state, end, reason, phone = '-', text, peer } = round;
  const how = [state, end, reason].filter((part) => part !== undefined).map(visible);
  const next = round.nextAttemptAt === undefined ? '' : `  next attempt ${localTime(round.nextAttemptAt)}`;
  return [
    '',
    `${output.style('bold', `round ${round.round}`)}  ${how.join(', ')}${next}`,
    `  received   ${localTime(round.acceptedAt)} from ${visible(peer)}, may be dialled until ${localTime(round.expiresAt)}`,
    `  GUID       ${visible(round.guid)}`,
    `  phone      ${visible(phone)}`,
    ...(text === undefined ? [] : [`  text       ${visible(text)}`]),
    ...round.attempts.map((attempt) => {
      const steps: readonly (readonly [string, Instant | undefined])[] = [
        ['taken', attempt.takenAt],
        ['progress', attempt.progressAt],
        ['rang', attempt.rangAt],
        ['answered', attempt.answeredAt],
        ['ended', attempt.endedAt],
      ];
      const times = steps.flatMap(([step, at]) => (at === undefined ? [] : [`${step} +${seconds(attempt.startedAt, at)}`]));
      const result = [attempt.outcome ?? 'alive', ...(attempt.counted ? [] : ['not counted'])].join(', ');
      const detail = attempt.detail === undefined ? '' : `  (${visible(attempt.detail)})`;
      return `  attempt    ${localTime(attempt.startedAt)}  ${result}${detail}  ${times.join(', ')}  ${output.style('dim', visible(attempt.callId))}`;
    }),
    ...round.changes.flatMap((change) => [
      `  ${localTime(change.changedAt)}  ${statusText(change, output)}`,
      ...change.reports.map((report) => `    ${reportText(report)}`),
    ]),
  ];
}

function reportText(report: ReportJson): string {
  const tries = `${report.tries} ${report.tries === 1 ? 'try' : 'tries'}`;
  const evidence = report.lastEvidence === undefined ? '' : `, last ${report.lastEvidence}`;
  const when = report.settledAt === undefined ? '' : ` at ${localTime(report.settledAt)}`;
  const next = report.nextTryAt === undefined ? '' : `, next ${localTime(report.nextTryAt)}`;
  return `report ${report.reportId}${report.repeat ? ' (repeat)' : ''}  ${report.state}${when}, ${tries}${evidence}${next}`;
}

function seconds(from: Instant, to: Instant): string {
  return `${((Date.parse(to) - Date.parse(from)) / 1_000).toFixed(1)} s`;
}

/** A history with its numbers masked and its texts left out. */
export function maskedHistory(history: HistoryJson): HistoryJson {
  const rounds = history.rounds.map(({ text: _text, ...round }) =>
    round.phone === undefined ? round : { ...round, phone: maskedPhone(round.phone) },
  );
  return { ...history, rounds };
}

/** A number of the API masked, which it is already for callers who may not see numbers. */
export function maskedPhone(phone: string): string {
  return phone.includes('*') ? phone : maskPhoneNumber(phone);
}
