import { formatAddress, toInstant, type ColumnJson, type ColumnsJson } from '@taxinav/bridge-contract';
import type { Asked } from './operation.ts';

/** `GET /api/v1/columns` */
export async function listColumns({ bridge, parts }: Asked): Promise<ColumnsJson> {
  const { configuration } = bridge;
  const summary = await bridge.tracker.summary();
  const now = parts.clock.now();
  const columns = bridge.columns().map(({ column, port, listening, connections, navigator, popups, refused }): ColumnJson => {
    const { id, configuration: of } = column;
    const numbers = summary.columns[id];
    return {
      id,
      listen: formatAddress({ ...of.listen, port }),
      listening,
      connections,
      channels: { inUse: numbers?.channelsInUse ?? 0, of: of.channels },
      queued: numbers?.queued ?? 0,
      dialling: numbers?.dialling ?? 0,
      reportsOwed: numbers?.reportsOwed ?? 0,
      ...(numbers?.oldestReportAt === undefined ? {} : { oldestReportSeconds: Math.max(0, (now - numbers.oldestReportAt) / 1_000) }),
      deadLetters: numbers?.deadLetters ?? 0,
      navigator: shownPeer(formatAddress(of.navigator), popups),
      status: shownPeer(formatAddress(of.status), navigator),
      refused: refused.map(({ lastAt, ...peer }) => ({ ...peer, lastAt: toInstant(lastAt) })),
    };
  });
  const { channels, reserve } = configuration.dialling;
  const { storePressure: pressure } = bridge;
  return {
    node: configuration.node,
    columns,
    channels: { inUse: summary.channelsInUse, of: channels, reserve },
    database: {
      kind: configuration.database.kind,
      state: bridge.databaseWorks ? 'works' : 'away',
      ...(pressure === undefined ? {} : { pressure }),
    },
    pbx: {
      driver: configuration.pbx.driver,
      state: bridge.pbxState,
      alarms: bridge.trunkAlarms.map(({ endpoint, since }) => ({ endpoint, since: toInstant(since) })),
    },
  };
}

function shownPeer(
  address: string,
  { state, since, evidence }: ReturnType<Asked['bridge']['columns']>[number]['navigator'],
): ColumnJson['navigator'] {
  if (state === 'unknown') return { address, state };
  return { address, state, since: toInstant(since), ...(evidence === undefined ? {} : { lastEvidence: evidence }) };
}
