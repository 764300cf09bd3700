import type { RedriveJson, RedriveRequest, ReportPageJson, ReportQuery } from '@taxinav/bridge-contract';
import { requireColumn } from './notifications.ts';
import type { Asked } from './operation.ts';
import { shownReport } from './shown.ts';

/** `GET /api/v1/reports`: what is owed, or the dead letters. */
export async function listReports({ bridge, query }: Asked): Promise<ReportPageJson> {
  const { state, column, cursor, limit } = query as ReportQuery;
  if (column !== undefined) requireColumn(column, bridge);
  const page = await bridge.tracker.reports({
    state,
    limit,
    ...(column === undefined ? {} : { columnId: column }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  return { reports: page.lines.map(shownReport), ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

/** `POST /api/v1/reports/redrive` */
export async function redriveReports({ bridge, body, caller, parts }: Asked): Promise<RedriveJson> {
  const { reportId, column } = body as RedriveRequest;
  if (column !== undefined) requireColumn(column, bridge);
  const redriven = await bridge.tracker.redrive({
    now: parts.clock.now(),
    ...(reportId === undefined ? {} : { reportId }),
    ...(column === undefined ? {} : { columnId: column }),
  });
  parts.log.info({ event: 'redrive', column, reportId, by: caller.name, redriven }, 'dead letters redriven');
  return { redriven };
}
