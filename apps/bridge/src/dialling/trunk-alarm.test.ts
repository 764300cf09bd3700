import type { CallEvidence, PbxState } from '@taxinav/telephony';
import { expect, test } from 'vitest';
import { createLog } from '../logging.ts';
import { TrunkAlarm } from './trunk-alarm.ts';

const TRUNK = 'PJSIP/{number}@trunk';
const silent: CallEvidence = { answered: false, rang: false, progress: false, hangupCause: 34 };

function watched(): { alarm: TrunkAlarm; logged: string[]; gauge: Map<string, boolean>; pbx: { state: PbxState } } {
  const logged: string[] = [];
  const gauge = new Map<string, boolean>();
  const pbx: { state: PbxState } = { state: 'ready' };
  const alarm = new TrunkAlarm({
    clock: { now: () => 1_000 },
    log: createLog('info', { write: (line) => void logged.push((JSON.parse(line) as { event: string }).event) }),
    metrics: { trunkAlarm: (endpoint, on) => void (on === undefined ? gauge.delete(endpoint) : gauge.set(endpoint, on)) },
    pbx,
  });
  return { alarm, logged, gauge, pbx };
}

function end(alarm: TrunkAlarm, times: number, evidence: Partial<CallEvidence> = {}): void {
  for (let call = 0; call < times; call += 1) alarm.ended(TRUNK, { ...silent, ...evidence });
}

test('five calls in a row that did not ring are an alarm, told once', () => {
  const { alarm, logged, gauge } = watched();
  end(alarm, 4);
  expect([alarm.alarms, logged, gauge.get(TRUNK)]).toEqual([[], [], false]);
  end(alarm, 3);
  expect([alarm.alarms, logged, gauge.get(TRUNK)]).toEqual([[{ endpoint: TRUNK, since: 1_000 }], ['trunk-alarm'], true]);
});

for (const sign of ['answered', 'rang', 'progress'] as const)
  test(`a call that ${sign === 'progress' ? 'makes progress' : sign} begins the count anew`, () => {
    const { alarm } = watched();
    end(alarm, 4);
    end(alarm, 1, { [sign]: true });
    end(alarm, 4);
    expect(alarm.alarms).toEqual([]);
  });

test('one call that rings ends the alarm, told once', () => {
  const { alarm, logged, gauge } = watched();
  end(alarm, 5);
  alarm.reached(TRUNK);
  alarm.reached(TRUNK);
  expect([alarm.alarms, logged, gauge.get(TRUNK)]).toEqual([[], ['trunk-alarm', 'trunk-alarm-over'], false]);
});

test('calls that we canceled or withdrew do not count, a set-up without a word does', () => {
  const { alarm } = watched();
  end(alarm, 4, { givenUp: 'setUpTimeout' });
  end(alarm, 5, { givenUp: 'canceled' });
  end(alarm, 5, { givenUp: 'shutdown' });
  expect(alarm.alarms).toEqual([]);
  end(alarm, 1, { givenUp: 'setUpTimeout' });
  expect(alarm.alarms).toHaveLength(1);
});

test('what is not asked while the PBX is away does not count; a refused originate does', () => {
  const { alarm, pbx } = watched();
  pbx.state = 'away';
  end(alarm, 5, { notOriginated: true });
  expect(alarm.alarms).toEqual([]);
  pbx.state = 'ready';
  end(alarm, 5, { notOriginated: true });
  expect(alarm.alarms).toHaveLength(1);
});

test('each trunk is counted alone; one that is not configured any more is forgotten', () => {
  const { alarm, gauge } = watched();
  end(alarm, 4);
  for (let call = 0; call < 5; call += 1) alarm.ended('PJSIP/{e164}@other', silent);
  expect(alarm.alarms.map(({ endpoint }) => endpoint)).toEqual(['PJSIP/{e164}@other']);
  alarm.keep(new Set([TRUNK]));
  expect([alarm.alarms, [...gauge.keys()]]).toEqual([[], [TRUNK]]);
  end(alarm, 1);
  expect(alarm.alarms).toHaveLength(1);
});
