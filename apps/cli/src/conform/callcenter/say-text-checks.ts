import { parseStatusTime, createStatusTimeFormatter, NOTIFICATION_STATUSES } from '@taxinav/codec';
import { fail, inconclusive, pass, skip, type Check, type Finding, type Severity } from '../check.ts';
import { visibleBytes } from '../../visible.ts';
import type { CallCenterContext, Life } from './context.ts';
import { statusesOf, type Report } from './report.ts';

const PLAIN = 'a SayText in the strict form; its whole life is watched';

/** What the document prints, with its spaces: they are no difference. Source: [TN-14, reading 1, reading 2, reading 3]. */
const DOCUMENTED = /^Message: ?SayTextStatus *\r\nGuid: *[^\r\n]+\r\nStatus: *[A-Za-z]+ *\r\nStatusChangedTime: *[^\r\n]+\r\n *\r\n$/;
const STRICT = /^Message: SayTextStatus\r\nGuid: [^\s]+\r\nStatus: [A-Za-z]+\r\nStatusChangedTime: [0-9.]+ [0-9:]+\r\n\r\n$/;
const TIME = /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/;
/** How far the peer's clock may be from ours. */
const CLOCK_MS = 120_000;

type Judge = (life: Life, context: CallCenterContext) => Finding;

function lifeCheck(
  id: string,
  severity: Severity,
  clauses: readonly string[],
  title: string,
  expects: string,
  judge: Judge,
): Check<CallCenterContext> {
  return {
    id: `status-${id}`,
    group: 'status',
    clauses,
    severity,
    title,
    sends: PLAIN,
    expects,
    phase: 'together',
    run: async (context) => {
      const life = await context.life();
      if (life.reports.length === 0) return inconclusive('no SayTextStatus arrived: see say-text-served');
      return judge(life, context);
    },
  };
}

/** Which report is the first that does not fit, as evidence in words. */
function each(reports: readonly Report[], fits: (report: Report) => boolean, expected: string): Finding {
  const wrong = reports.find((report) => !fits(report));
  return wrong === undefined
    ? pass(`${reports.length} reports, each ${expected}`)
    : fail(`expected ${expected}, got ${visibleBytes(wrong.bytes)}`);
}

/** What may come before a status, other than itself. Source: [reading 31]. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  Queued: ['', 'Active', 'Busy', 'Unanswered', 'Unreachable'],
  Active: ['', 'Queued'],
  Done: ['', 'Queued', 'Active'],
  Busy: ['', 'Queued', 'Active'],
  Unanswered: ['', 'Queued', 'Active'],
  Unreachable: ['', 'Queued', 'Active'],
  Canceled: ['', 'Queued'],
};

function illegalStep(statuses: readonly string[]): string | undefined {
  for (const [index, status] of statuses.entries()) {
    const before = statuses[index - 1] ?? '';
    if (BEFORE[status]?.includes(before) === false) return `${status} after ${before}`;
    if (status === 'Canceled' && statuses.slice(0, index).includes('Active')) return 'Canceled although it was dialled';
  }
  return undefined;
}

/** Nothing but repeats of it may follow the last status. */
function afterTheLast(reports: readonly Report[]): Report | undefined {
  const last = reports.findIndex(({ status }) => status === 'Done' || status === 'Canceled');
  return last < 0 ? undefined : reports.slice(last + 1).find(({ status }) => status !== reports[last]?.status);
}

const sequence = (reports: readonly Report[]): string => statusesOf(reports).join(', ');

/** The life of one notification, judged clause by clause. */
export const LIFE_CHECKS: readonly Check<CallCenterContext>[] = [
  lifeCheck(
    'address',
    'must',
    ['TN-17'],
    'Statuses go to the configured address and not to the client that connected',
    'every SayTextStatus arrives at the status address, none on the connection',
    ({ reports }) => each(reports, ({ place }) => place === 'status address', 'at the status address'),
  ),
  lifeCheck(
    'form',
    'must',
    ['TN-14'],
    'A status has the form of the document',
    'Message, Guid, Status, StatusChangedTime in this order, CRLF, a blank line; the spaces that the document prints are allowed',
    ({ reports }) => each(reports, ({ bytes }) => DOCUMENTED.test(bytes.toString('latin1')), 'as the document prints it'),
  ),
  lifeCheck(
    'strict-form',
    'tolerance',
    ['TN-14', 'reading 23'],
    'A status has no needless spaces',
    '`Name: value\\r\\n` and `\\r\\n`, nothing more',
    ({ reports }) => each(reports, ({ bytes }) => STRICT.test(bytes.toString('latin1')), 'in the strict form'),
  ),
  lifeCheck(
    'guid',
    'must',
    ['TN-15'],
    'A status has the Guid exactly as the SayText had it',
    'the same characters in the same case',
    ({ reports, guid }) => each(reports, (report) => report.guid === guid, `with Guid ${guid}`),
  ),
  lifeCheck('names', 'must', ['TN-16'], 'A status is one of the seven', NOTIFICATION_STATUSES.join(', '), ({ reports }) =>
    each(reports, ({ status }) => NOTIFICATION_STATUSES.some((name) => name === status), 'one of the seven statuses'),
  ),
  lifeCheck(
    'time-form',
    'must',
    ['TN-14'],
    'StatusChangedTime has the form of the document',
    '`dd.MM.yyyy HH:mm:ss`, a real date',
    ({ reports }) =>
      each(reports, ({ time }) => TIME.test(time) && parseStatusTime(time) === time, 'with a time such as 03.11.2010 15:21:30'),
  ),
  lifeCheck(
    'times-ordered',
    'should',
    ['reading 32'],
    'StatusChangedTime never decreases',
    'each report of the Guid has the time of the one before, or a later one',
    ({ reports }) => {
      const times = reports.map(({ time }) => parseStatusTime(time));
      if (times.includes(undefined)) return inconclusive('a time cannot be read: see status-time-form');
      const sortable = times.map((time = '' as never) => time.replace(/^(\d\d)\.(\d\d)\.(\d{4})/, '$3$2$1'));
      const back = sortable.findIndex((time, index) => time < (sortable[index - 1] ?? ''));
      return back < 0 ? pass('the times do not decrease') : fail(`${times[back]} came after ${times[back - 1]}`);
    },
  ),
  lifeCheck(
    'time-now',
    'tolerance',
    ['reading 32'],
    'StatusChangedTime is the wall clock of the change',
    'within two minutes of the clock of --timezone (Europe/Kyiv)',
    ({ reports }, { setting }) => {
      const clock = createStatusTimeFormatter(setting.timezone);
      const near = ({ time, at }: Report): boolean => {
        const read = parseStatusTime(time);
        // Wall clocks have no zone: it is looked for among the minutes around.
        for (let shift = -CLOCK_MS; shift <= CLOCK_MS; shift += 1_000) if (clock(at + shift) === read) return true;
        return false;
      };
      return each(reports, near, `within two minutes of ${setting.timezone}`);
    },
  ),
  lifeCheck(
    'queued-first',
    'should',
    ['TN-13', 'TN-16', 'reading 31'],
    'The first status is Queued',
    'Queued before anything else',
    ({ reports }) =>
      reports[0]?.status === 'Queued' ? pass('Queued came first') : fail(`expected Queued first, got ${sequence(reports)}`),
  ),
  lifeCheck(
    'active-before-result',
    'should',
    ['TN-13', 'TN-16', 'reading 31'],
    'Active is reported before the result',
    'Active before Done',
    ({ reports }) => {
      const statuses = statusesOf(reports);
      const done = statuses.indexOf('Done');
      if (done < 0) return inconclusive(`no Done: ${sequence(reports)}`);
      return statuses.slice(0, done).includes('Active')
        ? pass(sequence(reports))
        : fail(`expected Active before Done, got ${sequence(reports)}`);
    },
  ),
  lifeCheck(
    'order',
    'should',
    ['TN-16', 'reading 31', 'reading 39'],
    'Statuses come in an order that can be',
    'Queued, Active, result; Queued again before another attempt; Canceled only if never Active',
    ({ reports }) => {
      const step = illegalStep(statusesOf(reports));
      return step === undefined ? pass(sequence(reports)) : fail(`${step}: ${sequence(reports)}`);
    },
  ),
  lifeCheck(
    'one-final',
    'should',
    ['TN-13', 'reading 31'],
    'Nothing follows the last status',
    'a Done or Canceled, and then no other status',
    ({ reports, ended }) => {
      const more = afterTheLast(reports);
      if (more !== undefined) return fail(`${more.status} came after the last status: ${sequence(reports)}`);
      return ended ? pass(sequence(reports)) : fail(`no last status in time (--patience): ${sequence(reports)}`);
    },
  ),
  lifeCheck(
    'done',
    'must',
    ['TN-16', 'reading 38'],
    'A phone that answers is Done',
    'Done for --number, which answers',
    ({ reports, ended }) => {
      if (reports.some(({ status }) => status === 'Done')) return pass(sequence(reports));
      return ended
        ? inconclusive(`the notification ended otherwise: ${sequence(reports)}; give a --number that answers`)
        : fail(`no Done in time (--patience): ${sequence(reports)}`);
    },
  ),
];

/** Phones that do not answer: only where the user knows one. Source: [TN-16, reading 40]. */
export const RESULT_CHECKS: readonly Check<CallCenterContext>[] = (
  [
    ['busy', 'is busy', 'Busy', 'busyNumber', '--busy-number'],
    ['unanswered', 'nobody answers', 'Unanswered', 'unansweredNumber', '--unanswered-number'],
    ['unreachable', 'is unavailable', 'Unreachable', 'unreachableNumber', '--unreachable-number'],
  ] as const
).map(([id, what, status, key, option]) => ({
  id: `status-${id}`,
  group: 'status',
  clauses: ['TN-16', 'reading 40'],
  severity: 'must',
  title: `A phone that ${what} is ${status}`,
  sends: `a SayText to ${option}; skipped without it`,
  expects: status,
  phase: 'together',
  run: async (context) => {
    const number = context.setting[key];
    if (number === undefined) return skip(`give ${option} to check it`);
    const sample = context.sample(number);
    const connection = await context.connect();
    await connection.write(Buffer.from(sample.fields.map(([name, value]) => `${name}: ${value}\r\n`).join('') + '\r\n'));
    const reported = (): boolean => context.reports(sample.guid).some((report) => report.status === status || report.status === 'Done');
    await context.untilReport(reported, context.setting.patienceMs);
    const reports = context.reports(sample.guid);
    if (reports.some((report) => report.status === status)) return pass(sequence(reports));
    return fail(`expected ${status}, got ${reports.length === 0 ? 'no status' : sequence(reports)}`);
  },
}));
