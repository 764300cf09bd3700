import { describe, expect, test } from 'vitest';
import { CALL_OUTCOMES, callOutcome, type CallEvidence, type CallOutcome, type GivenUp } from './call-outcome.ts';

const NOTHING: CallEvidence = { answered: false, rang: false, progress: false, hangupCause: 0 };
const RANG = { rang: true } as const;
const PROGRESS = { progress: true } as const;
const GIVEN_UP: readonly (GivenUp | undefined)[] = [undefined, 'ringTimeout', 'setUpTimeout', 'canceled', 'shutdown'];
const SIP_WITH_A_ROW = [401, 402, 403, 404, 407, 408, 410, 480, 484, 486, 500, 501, 502, 503, 600, 603];

type Row = readonly [what: string, evidence: Partial<CallEvidence>, outcome: CallOutcome];

const ROWS: readonly Row[] = [
  ['answered', { answered: true, hangupCause: 16 }, 'answered'],
  ['answered, then busy by cause', { answered: true, hangupCause: 17 }, 'answered'],
  ['answered while we gave up ringing', { answered: true, givenUp: 'ringTimeout' }, 'answered'],
  ['answered, hung up at the shutdown', { answered: true, givenUp: 'shutdown' }, 'answered'],

  ['17 without ringing', { hangupCause: 17 }, 'busy'],
  ['17 after an announcement', { hangupCause: 17, ...PROGRESS }, 'busy'],
  ['SIP 486 without ringing', { sipCode: 486, hangupCause: 17 }, 'busy'],
  ['SIP 600 without ringing', { sipCode: 600, hangupCause: 17 }, 'busy'],

  ['17 after ringing', { hangupCause: 17, ...RANG }, 'rejected'],
  ['21 after ringing', { hangupCause: 21, ...RANG }, 'rejected'],
  ['SIP 486 after ringing', { sipCode: 486, hangupCause: 17, ...RANG }, 'rejected'],
  ['SIP 600 after ringing', { sipCode: 600, hangupCause: 17, ...RANG }, 'rejected'],
  ['SIP 603 after ringing', { sipCode: 603, hangupCause: 21, ...RANG }, 'rejected'],

  ['we gave up ringing', { givenUp: 'ringTimeout', ...RANG, hangupCause: 16 }, 'unanswered'],
  ['we gave up ringing, whatever the cause', { givenUp: 'ringTimeout', ...RANG, hangupCause: 34, sipCode: 503 }, 'unanswered'],
  ['18 after ringing', { hangupCause: 18, ...RANG }, 'unanswered'],
  ['19 after ringing', { hangupCause: 19, ...RANG }, 'unanswered'],
  ['SIP 408 after ringing', { sipCode: 408, hangupCause: 18, ...RANG }, 'unanswered'],
  ['SIP 480 after ringing', { sipCode: 480, hangupCause: 19, ...RANG }, 'unanswered'],
  ['canceled while ringing', { givenUp: 'canceled', ...RANG, hangupCause: 16 }, 'unanswered'],

  ['gone while the PBX was away', { lost: true }, 'lost'],
  ['gone while the PBX was away, after ringing', { lost: true, ...RANG }, 'lost'],
  ['gone while the PBX was away, after its answer', { lost: true, answered: true }, 'answered'],
  ['gone while the PBX was away, after we gave up ringing', { lost: true, ...RANG, givenUp: 'ringTimeout' }, 'unanswered'],

  ['20', { hangupCause: 20 }, 'unreachable'],
  ['20 after ringing', { hangupCause: 20, ...RANG }, 'unreachable'],
  ['27', { hangupCause: 27 }, 'unreachable'],
  ['18 without ringing', { hangupCause: 18 }, 'unreachable'],
  ['19 without ringing', { hangupCause: 19 }, 'unreachable'],
  ['SIP 480 without ringing', { sipCode: 480, hangupCause: 19 }, 'unreachable'],
  ['SIP 408 without ringing', { sipCode: 408, hangupCause: 18 }, 'unreachable'],
  ['an announcement only, then the end', { ...PROGRESS, hangupCause: 16 }, 'unreachable'],
  ['an announcement only, then we gave up the set-up', { ...PROGRESS, givenUp: 'setUpTimeout' }, 'unreachable'],
  ['an announcement only, then we gave up', { ...PROGRESS, givenUp: 'ringTimeout' }, 'unreachable'],
  ['an announcement only, then canceled', { ...PROGRESS, givenUp: 'canceled' }, 'unreachable'],
  ['canceled before anything came', { givenUp: 'canceled' }, 'unreachable'],
  ['21 after an announcement', { ...PROGRESS, hangupCause: 21 }, 'unreachable'],
  ['SIP 603 after an announcement', { ...PROGRESS, sipCode: 603, hangupCause: 21 }, 'unreachable'],
  ['no provisional answer for the first time on an endpoint', { givenUp: 'setUpTimeout', firstSilence: true }, 'unreachable'],

  ...[1, 22, 28].map((hangupCause): Row => [`${hangupCause}`, { hangupCause }, 'noSuchNumber']),
  ...[404, 410, 484].map((sipCode): Row => [`SIP ${sipCode}`, { sipCode, hangupCause: 1 }, 'noSuchNumber']),
  ['1 after an announcement', { hangupCause: 1, ...PROGRESS }, 'noSuchNumber'],

  ...[3, 34, 38, 41, 42, 44, 47, 58].map((hangupCause): Row => [`${hangupCause}`, { hangupCause }, 'trunkTrouble']),
  ...[401, 402, 403, 407, 500, 501, 502, 503].map((sipCode): Row => [`SIP ${sipCode}`, { sipCode, hangupCause: 21 }, 'trunkTrouble']),
  ['21 without ringing', { hangupCause: 21 }, 'trunkTrouble'],
  ['SIP 603 without ringing', { sipCode: 603, hangupCause: 21 }, 'trunkTrouble'],
  ['no provisional answer at all', { givenUp: 'setUpTimeout' }, 'trunkTrouble'],
  ['the originate was refused, or the PBX away', { notOriginated: true }, 'trunkTrouble'],
  ['canceled before it could be originated', { notOriginated: true, givenUp: 'canceled' }, 'trunkTrouble'],

  ...[0, 16, 31, 127].map((hangupCause): Row => [`${hangupCause} after ringing`, { hangupCause, ...RANG }, 'unanswered']),
  ...[0, 16, 31, 127].map((hangupCause): Row => [`${hangupCause} without ringing`, { hangupCause }, 'unreachable']),

  ['shut down before anything came', { givenUp: 'shutdown' }, 'withdrawn'],
  ['shut down while ringing', { givenUp: 'shutdown', ...RANG }, 'withdrawn'],
  ['shut down before it could be originated', { givenUp: 'shutdown', notOriginated: true }, 'withdrawn'],
];

describe('[TN-16, reading 40] how a call ended', () => {
  test.each(ROWS)('%s', (_what, evidence, outcome) => {
    expect(callOutcome({ ...NOTHING, ...evidence })).toBe(outcome);
  });

  test('the SIP code counts before the cause', () => {
    expect(callOutcome({ ...NOTHING, sipCode: 404, hangupCause: 34 })).toBe('noSuchNumber');
    expect(callOutcome({ ...NOTHING, sipCode: 503, hangupCause: 17 })).toBe('trunkTrouble');
  });

  test('a SIP code without a row leaves the word to the cause', () => {
    const others = Array.from({ length: 700 }, (_, sipCode) => sipCode).filter((sipCode) => !SIP_WITH_A_ROW.includes(sipCode));
    expect(new Set(others.map((sipCode) => callOutcome({ ...NOTHING, sipCode, hangupCause: 17 })))).toEqual(new Set(['busy']));
  });

  test('every outcome can be reached', () => {
    expect(new Set(ROWS.map(([, , outcome]) => outcome))).toEqual(new Set(CALL_OUTCOMES));
  });

  test('every cause from 0 to 127, rung or not, announced or not, given up or not, has an outcome', () => {
    for (let hangupCause = 0; hangupCause <= 127; hangupCause += 1) {
      for (const bits of [0, 1, 2, 3]) {
        for (const givenUp of GIVEN_UP) {
          const rang = (bits & 1) === 1;
          const evidence = { ...NOTHING, hangupCause, rang, progress: (bits & 2) === 2, ...(givenUp === undefined ? {} : { givenUp }) };
          const outcome = callOutcome(evidence);
          expect(CALL_OUTCOMES).toContain(outcome);
          expect(outcome).not.toBe('answered');
          expect(!rang && (outcome === 'rejected' || outcome === 'unanswered')).toBe(false);
        }
      }
    }
  });
});
