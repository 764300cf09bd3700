import type { LiveJson, ReadyJson } from '@taxinav/bridge-contract';
import type { Asked } from './operation.ts';

/** `GET /health/live`: the event loop turns. */
export function live(): Promise<LiveJson> {
  return Promise.resolve({ status: 'live' });
}

/**
 * `GET /health/ready`: ports are open, the database takes writes, and its disk has room for what is new. A PBX, a trunk or a Taxi Navigator that is away is told but
 * makes no difference: what comes meanwhile must be accepted and queued.
 */
export function ready({ bridge, reply }: Asked): Promise<ReadyJson> {
  const columns = bridge.columns();
  const silent = bridge.trunkAlarms;
  const closed = columns.filter(({ listening }) => !listening).map(({ column }) => column.id);
  const away = columns.filter(({ navigator }) => navigator.state === 'down').map(({ column }) => column.id);
  const needed = [
    {
      name: 'database',
      ok: bridge.ready,
      ...(bridge.ready
        ? {}
        : {
            detail: bridge.databaseWorks
              ? 'the bridge is starting or stopping'
              : 'no write has succeeded for 12 s: SayText are not accepted',
          }),
    },
    ...diskCheck(bridge),
    { name: 'listeners', ok: closed.length === 0, ...(closed.length === 0 ? {} : { detail: `not listening: ${closed.join(', ')}` }) },
  ];
  const told = [
    { name: 'pbx', ok: true, detail: bridge.pbxTrouble === undefined ? bridge.pbxState : `${bridge.pbxState}: ${bridge.pbxTrouble}` },
    {
      name: 'trunk',
      ok: true,
      detail:
        silent.length === 0
          ? 'no trunk is known to be silent'
          : `the last calls ended without ringing: trunk, balance or caller ID? ${silent.map(({ endpoint }) => endpoint).join(', ')}`,
    },
    {
      name: 'navigator',
      ok: true,
      detail: away.length === 0 ? 'no address is known to be down' : `does not accept statuses: ${away.join(', ')}`,
    },
  ];
  const fine = needed.every(({ ok }) => ok);
  void reply.code(fine ? 200 : 503);
  return Promise.resolve({ status: fine ? 'ready' : 'notReady', checks: [...needed, ...told] });
}

/** Only where the store watches its disk. */
function diskCheck({ storePressure }: Asked['bridge']): ReadyJson['checks'] {
  switch (storePressure) {
    case undefined:
      return [];
    case 'none':
      return [{ name: 'disk', ok: true }];
    case 'low':
    case 'full':
      return [
        {
          name: 'disk',
          ok: false,
          detail: `${storePressure === 'low' ? 'nearly full' : 'full'}: SayText, Dial and Conference are refused, statuses go on; free space where the database is`,
        },
      ];
    default:
      return storePressure satisfies never;
  }
}
