import { redriveSchema, reportPageSchema, toInstant, type ReportJson, type ReportPageJson } from '@taxinav/bridge-contract';
import type { Report } from '@taxinav/notification-tracking';
import { askBridge } from '../bridge-client.ts';
import { atBridgeOrDatabase, type BridgeOrDatabaseOptions } from '../bridge-or-database.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { localTime } from '../show-notification.ts';
import { table } from '../table.ts';

/** What `reports list` is told. */
export interface ReportsListOptions extends BridgeOrDatabaseOptions {
  readonly state: 'pending' | 'dead';
  readonly column?: string | undefined;
  /** Lines of one page. */
  readonly limit: number;
  /** Every page. */
  readonly all: boolean;
}

/** What `reports redrive` is told: one of the three. */
export interface ReportsRedriveOptions extends BridgeOrDatabaseOptions {
  readonly report?: number | undefined;
  readonly column?: string | undefined;
  readonly all: boolean;
}

/** Lists what is owed to Taxi Navigator, or what was given up, oldest first. */
export async function reportsList(context: CommandContext, options: ReportsListOptions): Promise<ExitCode> {
  const { output } = context;
  const { state, column, limit, all, ...where } = options;
  let listed = 0;
  const pages = async (page: (cursor: string | undefined) => Promise<ReportPageJson>): Promise<void> => {
    let cursor: string | undefined;
    do {
      const { reports, cursor: next } = await page(cursor);
      print(reports, output);
      listed += reports.length;
      cursor = all ? next : undefined;
      if (!all && next !== undefined) output.talk('there are more: --all lists them, --limit N makes the page longer');
    } while (cursor !== undefined);
  };
  await atBridgeOrDatabase(where, context, {
    bridge: (target) =>
      pages((cursor) =>
        askBridge(target, {
          method: 'GET',
          path: '/api/v1/reports',
          query: { state, column, limit: String(limit), cursor },
          schema: reportPageSchema,
        }),
      ),
    database: (tracker) =>
      pages(async (cursor) => {
        const page = await tracker.reports({
          state,
          limit,
          ...(column !== undefined && { columnId: column }),
          ...(cursor !== undefined && { cursor }),
        });
        return { reports: page.lines.map(reportJson), ...(page.cursor !== undefined && { cursor: page.cursor }) };
      }),
  });
  if (listed === 0) output.talk(state === 'dead' ? 'no dead letters' : 'nothing is owed');
  return EXIT.done;
}

/** Makes dead letters pending again; one whose notification has said something newer since stays dead. */
export async function reportsRedrive(context: CommandContext, options: ReportsRedriveOptions): Promise<ExitCode> {
  const { output } = context;
  const { report, column, all, ...where } = options;
  if ([report !== undefined, column !== undefined, all].filter(Boolean).length !== 1)
    throw new CliError('usage', 'reports redrive: give one of --report ID, --column ID and --all.');
  const { redriven } = await atBridgeOrDatabase(where, context, {
    bridge: (target) =>
      askBridge(target, {
        method: 'POST',
        path: '/api/v1/reports/redrive',
        body: { ...(report !== undefined && { reportId: report }), ...(column !== undefined && { column }) },
        schema: redriveSchema,
      }),
    async database(tracker) {
      const wanted = { ...(report !== undefined && { reportId: report }), ...(column !== undefined && { columnId: column }) };
      return { redriven: await tracker.redrive({ now: Date.now(), ...wanted }) };
    },
  });
  output.record({ redriven }, () => `${redriven} ${redriven === 1 ? 'dead letter is' : 'dead letters are'} sent again`);
  if (redriven === 0) output.talk('nothing to send: there is no such dead letter, or something newer of its notification was delivered');
  return EXIT.done;
}

function print(reports: readonly ReportJson[], output: Output): void {
  if (output.json) for (const report of reports) output.record(report, () => '');
  else if (reports.length > 0) output.record({}, () => rows(reports));
}

function rows(reports: readonly ReportJson[]): string {
  return table(
    ['report', 'column', 'GUID', 'status', 'changed', 'tries', 'last', 'next try', 'given up'],
    reports.map((report) => [
      `${report.reportId}${report.repeat ? ' (repeat)' : ''}`,
      report.columnId,
      report.guid,
      report.status,
      localTime(report.changedAt),
      String(report.tries),
      report.lastEvidence ?? '-',
      report.nextTryAt === undefined ? '-' : localTime(report.nextTryAt),
      report.settledAt === undefined ? '' : localTime(report.settledAt),
    ]),
  );
}

/** A report as the API has it. */
function reportJson({
  reportId,
  columnId,
  guid,
  status,
  changedAt,
  repeat,
  state,
  tries,
  lastEvidence,
  nextTryAt,
  settledAt,
}: Report): ReportJson {
  return {
    reportId,
    columnId,
    guid,
    status,
    changedAt: toInstant(changedAt),
    repeat,
    state,
    tries,
    ...(lastEvidence !== undefined && { lastEvidence }),
    ...(nextTryAt !== undefined && { nextTryAt: toInstant(nextTryAt) }),
    ...(settledAt !== undefined && { settledAt: toInstant(settledAt) }),
  };
}
