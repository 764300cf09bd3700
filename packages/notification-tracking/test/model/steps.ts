import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { AttemptOutcome, AttemptProgress, ReportEvidence } from '../../src/index.ts';
import { ATTEMPT_OUTCOMES } from '../../src/index.ts';
import { CLAIM_LIMIT_MS } from '../../src/rules/claims.ts';
import { guid, phone, type Desk } from '../contract/desk.ts';
import type { Model } from './model.ts';

/** What steps are run on: a tracker at work, and what it has given out. */
export interface World {
  readonly desk: Desk;
  /** Reports with a sender. */
  readonly sent: { readonly key: string; readonly reportId: number; readonly at: number }[];
}

/** One thing that happens to a tracker. */
export type Step = (model: Model, world: World) => Promise<void>;

const COLUMNS = ['north', 'south'];
const PAUSES = [1, 500, 2_000, 30_000, 60_000, 301_000];

/** By which route a phone is called. */
function routeOf(called: string): string {
  return Number(called.at(-1)) % 2 === 0 ? 'even' : 'odd';
}

function key(columnId: string, n: number): string {
  return `${columnId}/${guid(n)}`;
}

/** The element that a random number stands for. */
function pick<Value>(values: Iterable<Value>, random: number): Value | undefined {
  const all = [...values];
  return all[random % all.length];
}

/** Tells the model of the changes since the last step. */
export function observe(model: Model, { desk }: World): void {
  for (const event of desk.events.splice(0)) {
    if (event.event === 'changed') for (const change of event.changes) model.changed(`${change.columnId}/${change.guid}`, change);
  }
}

function accept(column: number, n: number, number: number, text: number, refused: boolean): Step {
  return async (model, world) => {
    const { desk } = world;
    const columnId = COLUMNS[column] ?? 'north';
    const known = model.known(key(columnId, n));
    const content = { phone: phone(number), text: `text ${text}` };
    const newest = known.content.get(known.rounds);
    const same = newest?.phone === content.phone && newest.text === content.text;
    const { rounds } = known;
    const wasFinal = model.isFinal(key(columnId, n));
    const result = await desk.accept(n, {
      columnId,
      phone: phone(number),
      text: content.text,
      route: routeOf(content.phone),
      ...(refused ? { refused: 'number' } : {}),
    });
    const { outcome, round } = result;
    // The newer round is known before its older one's end is judged.
    if (outcome === 'newRound') known.rounds = round;
    observe(model, world);
    switch (outcome) {
      case 'accepted':
      case 'newRound':
      case 'refused':
        expect(round).toBe(rounds + 1);
        if (outcome === 'accepted') expect(rounds).toBe(0);
        if (outcome === 'refused') expect(rounds === 0 || wasFinal, 'refused beside a round that is alive').toBe(true);
        else expect(refused || !model.enabled, 'placed though refused').toBe(false);
        known.rounds = round;
        known.content.set(round, content);
        break;
      case 'replaced':
        expect(round).toBe(known.rounds);
        expect(wasFinal, 'replaced though final').toBe(false);
        known.content.set(round, content);
        known.ending.delete(round);
        if (known.changes.at(-1)?.round === round) model.repeated(key(columnId, n));
        break;
      case 'duplicate':
        expect(same, 'a duplicate has the newest content').toBe(true);
        model.repeated(key(columnId, n));
        break;
      case 'ignored':
        expect(known.rounds > 0 && !wasFinal, 'ignored though nothing is alive').toBe(true);
        break;
      default:
        outcome satisfies never;
    }
  };
}

function advance(index: number): Step {
  return (model, { desk, sent }) => {
    desk.now += PAUSES[index] ?? 1;
    // Who holds a claim so long is gone: the tracker gives it back.
    const forgotten = desk.now - CLAIM_LIMIT_MS;
    for (const [roundId, leg] of model.claims) if (leg.at < forgotten) model.claims.delete(roundId);
    for (const report of sent.splice(0)) {
      if (report.at < forgotten) model.settled(report.key, false);
      else sent.push(report);
    }
    return Promise.resolve();
  };
}

/** The wall clock is set back. */
const stepBack: Step = (_model, { desk }) => {
  desk.now -= 5_000;
  return Promise.resolve();
};

/** Asks for the next call. */
export const claim: Step = async (model, world) => {
  const { desk } = world;
  const call = await desk.claim();
  observe(model, world);
  if (call === undefined) return;
  expect(model.enabled, 'claimed though stopped').toBe(true);
  const of = `${call.columnId}/${call.guid}`;
  const known = model.known(of);
  expect(model.isFinal(of)).toBe(false);
  expect(known.ending.has(known.rounds), 'claimed though cancelled or reached by inbound').toBe(false);
  expect(call.expiresAt).toBeGreaterThanOrEqual(desk.now);
  const leg = { columnId: call.columnId, phone: call.phone, route: routeOf(call.phone) };
  model.claims.set(call.roundId, { ...leg, text: call.text, key: of, at: desk.now });
  model.checkLegs(desk.policy);
};

function start(random: number): Step {
  return async (model, world) => {
    const { desk } = world;
    const roundId = pick(model.claims.keys(), random);
    const leg = roundId === undefined ? undefined : model.claims.get(roundId);
    if (roundId === undefined || leg === undefined) return;
    const started = await desk.tracker.startAttempt({ now: desk.now, ...desk.owner, roundId });
    observe(model, world);
    model.claims.delete(roundId);
    if (started === undefined) return;
    expect(model.enabled, 'started though stopped').toBe(true);
    const known = model.known(leg.key);
    expect({ phone: leg.phone, text: leg.text }, 'what was prepared is what is asked for').toEqual(known.content.get(known.rounds));
    expect(model.isFinal(leg.key), 'started though final').toBe(false);
    expect(model.originated, 'a call id is originated once').not.toContain(started.callId);
    model.originated.add(started.callId);
    model.attempts.set(started.callId, { ...leg, roundId, answered: false });
    model.place(leg.phone, started.callId, desk.now, desk.policy.limits.perCalleePerHour);
    model.checkLegs(desk.policy);
  };
}

/** Claims what is next and starts it at once. */
const dial: Step = async (model, world) => {
  const before = new Set(model.claims.keys());
  await claim(model, world);
  const claimed = [...model.claims.keys()].findIndex((roundId) => !before.has(roundId));
  if (claimed >= 0) await start(claimed)(model, world);
};

function progress(random: number, step: AttemptProgress): Step {
  return async (model, world) => {
    const callId = pick(model.attempts.keys(), random);
    const attempt = callId === undefined ? undefined : model.attempts.get(callId);
    if (callId === undefined || attempt === undefined) return;
    await world.desk.progress(callId, step);
    observe(model, world);
    if (step === 'answered') attempt.answered = true;
  };
}

function end(random: number, outcome: AttemptOutcome): Step {
  return async (model, world) => {
    const callId = pick(model.attempts.keys(), random);
    const attempt = callId === undefined ? undefined : model.attempts.get(callId);
    if (callId === undefined || attempt === undefined) return;
    await world.desk.end(callId, outcome);
    model.attempts.delete(callId);
    if (outcome === 'trunkTrouble') model.placed.get(attempt.phone)?.delete(callId);
    observe(model, world);
  };
}

function release(random: number, why: 'shutdown' | 'unspeakable'): Step {
  return async (model, world) => {
    const roundId = pick(model.claims.keys(), random);
    if (roundId === undefined) return;
    await world.desk.tracker.releaseClaim({ now: world.desk.now, roundId, why });
    model.claims.delete(roundId);
    observe(model, world);
  };
}

function cancel(column: number, n: number): Step {
  return async (model, world) => {
    const { desk } = world;
    const columnId = COLUMNS[column] ?? 'north';
    const wasFinal = model.isFinal(key(columnId, n));
    const result = await desk.tracker.cancel({ now: desk.now, columnId, guid: guid(n) });
    observe(model, world);
    if (result.outcome === 'notFound') expect(model.known(key(columnId, n)).rounds).toBe(0);
    if (result.outcome === 'refused') expect(wasFinal).toBe(true);
    if (result.outcome === 'canceled') expect(result.status).toBe('Canceled');
    if (result.outcome !== 'hangUp') return;
    model.ends(key(columnId, n), model.alive(key(columnId, n)));
    expect(model.attempts.get(result.callId)?.answered, 'hang-up of a live, unanswered call').toBe(false);
  };
}

function resend(column: number, n: number): Step {
  return async (model, world) => {
    const { desk } = world;
    const columnId = COLUMNS[column] ?? 'north';
    if (await desk.tracker.resend({ now: desk.now, columnId, guid: guid(n) })) model.repeated(key(columnId, n));
    observe(model, world);
  };
}

function reachedInbound(number: number): Step {
  return async (model, world) => {
    const reached = [...model.guids].map(([of, known]) => ({
      of,
      rounds: model.alive(of).filter((round) => known.content.get(round)?.phone === phone(number)),
    }));
    await world.desk.tracker.reachedInbound({ now: world.desk.now, phone: phone(number) });
    for (const { of, rounds } of reached) model.ends(of, rounds);
    observe(model, world);
  };
}

function openCall(column: number, number: number, conference: boolean): Step {
  return async (model, { desk }) => {
    const columnId = COLUMNS[column] ?? 'north';
    const phones = conference ? [phone(number), phone(number + 1)] : [phone(number)];
    const opened = await desk.tracker.openCall({
      now: desk.now,
      ...desk.owner,
      kind: conference ? 'Conference' : 'Dial',
      columnId,
      peer: '127.0.0.2',
      tel1: phone(number),
      route1: routeOf(phone(number)),
      ...(conference ? { tel2: phone(number + 1), route2: routeOf(phone(number + 1)) } : {}),
    });
    if (opened.outcome === 'refused') return;
    if (opened.outcome === 'repeated') {
      expect(model.originated).toContain(opened.callId);
      return;
    }
    expect(model.enabled, 'opened though stopped').toBe(true);
    expect(model.originated).not.toContain(opened.callId);
    model.originated.add(opened.callId);
    model.calls.set(
      opened.callId,
      phones.map((leg) => ({ columnId, phone: leg, route: routeOf(leg) })),
    );
    for (const leg of phones) model.place(leg, `${opened.callId}/${leg}`, desk.now, desk.policy.limits.perCalleePerHour);
    model.checkLegs(desk.policy);
  };
}

function closeCall(random: number): Step {
  return async (model, { desk }) => {
    const callId = pick(model.calls.keys(), random);
    if (callId === undefined) return;
    await desk.tracker.closeCall({ now: desk.now, callId, outcome: 'answered' });
    model.calls.delete(callId);
  };
}

/** Takes the reports of a column that are due. */
export function claimReports(column: number): Step {
  return async (model, { desk, sent }) => {
    for (const report of await desk.claimReports(3, COLUMNS[column])) {
      const of = `${report.columnId}/${report.guid}`;
      model.claimed(of, report);
      sent.push({ key: of, reportId: report.reportId, at: desk.now });
    }
  };
}

/** One sending ends so. */
export function settle(random: number, evidence: ReportEvidence): Step {
  return async (model, { desk, sent }) => {
    const report = sent.splice(random % Math.max(1, sent.length), 1)[0];
    if (report === undefined) return;
    const { state } = await desk.tracker.settleReport({
      now: desk.now,
      reportId: report.reportId,
      evidence,
      address: '127.0.0.1:6001',
      random: 0.5,
    });
    model.settled(report.key, state === 'delivered' || state === 'dead');
  };
}

function setDialling(enabled: boolean): Step {
  return async (model, { desk }) => {
    await desk.tracker.setDialling({ now: desk.now, enabled });
    model.enabled = enabled;
  };
}

/** The process died and comes back: claims are forgotten, calls go on. */
export const restart: Step = async (model, world) => {
  const { desk, sent } = world;
  const recovery = await desk.tracker.recover({ now: desk.now, ...desk.owner });
  observe(model, world);
  model.claims.clear();
  for (const report of sent.splice(0)) model.settled(report.key, false);
  expect(recovery.attempts.map((attempt) => attempt.callId).toSorted()).toEqual([...model.attempts.keys()].toSorted());
  expect(recovery.calls.map((call) => call.callId).toSorted()).toEqual([...model.calls.keys()].toSorted());
};

const few = fc.nat({ max: 7 });
const column = fc.nat({ max: 1 });
const number = fc.nat({ max: 2 });
const evidence = fc.constantFrom<ReportEvidence>('acknowledged', 'taken', 'unconfirmed', 'refused', 'inDoubt', 'notSent');

/** A step with the words that a failure is printed in. */
export interface NamedStep {
  readonly name: string;
  readonly step: Step;
}

function named<Arguments extends readonly unknown[]>(
  name: string,
  make: (...args: Arguments) => Step,
  args: fc.Arbitrary<Arguments>,
): fc.Arbitrary<NamedStep> {
  return args.map((values) => ({ name: `${name}(${values.join(', ')})`, step: make(...values) }));
}

/** Any step; the ones that carry a notification on come more often. */
export const anyStep: fc.Arbitrary<NamedStep> = fc.oneof(
  { weight: 8, arbitrary: named('accept', accept, fc.tuple(column, number, number, fc.nat({ max: 1 }), fc.constant(false))) },
  { weight: 1, arbitrary: named('refused', accept, fc.tuple(column, number, number, fc.nat({ max: 1 }), fc.constant(true))) },
  { weight: 4, arbitrary: named('advance', advance, fc.tuple(fc.nat({ max: PAUSES.length - 1 }))) },
  { weight: 1, arbitrary: fc.constant({ name: 'stepBack', step: stepBack }) },
  { weight: 8, arbitrary: fc.constant({ name: 'dial', step: dial }) },
  { weight: 2, arbitrary: fc.constant({ name: 'claim', step: claim }) },
  { weight: 2, arbitrary: named('start', start, fc.tuple(few)) },
  {
    weight: 4,
    arbitrary: named('progress', progress, fc.tuple(few, fc.constantFrom<AttemptProgress>('ringing', 'progress', 'answered', 'dialling'))),
  },
  { weight: 5, arbitrary: named('end', end, fc.tuple(few, fc.constantFrom(...ATTEMPT_OUTCOMES))) },
  { weight: 1, arbitrary: named('release', release, fc.tuple(few, fc.constantFrom('shutdown' as const, 'unspeakable' as const))) },
  { weight: 1, arbitrary: named('cancel', cancel, fc.tuple(column, number)) },
  { weight: 1, arbitrary: named('resend', resend, fc.tuple(column, number)) },
  { weight: 1, arbitrary: named('reachedInbound', reachedInbound, fc.tuple(number)) },
  { weight: 1, arbitrary: named('openCall', openCall, fc.tuple(column, number, fc.boolean())) },
  { weight: 2, arbitrary: named('closeCall', closeCall, fc.tuple(few)) },
  { weight: 2, arbitrary: named('claimReports', claimReports, fc.tuple(column)) },
  { weight: 4, arbitrary: named('settle', settle, fc.tuple(few, evidence)) },
  {
    weight: 1,
    arbitrary: named(
      'setDialling',
      setDialling,
      fc.tuple(fc.oneof({ weight: 1, arbitrary: fc.constant(false) }, { weight: 3, arbitrary: fc.constant(true) })),
    ),
  },
  { weight: 1, arbitrary: fc.constant({ name: 'restart', step: restart }) },
);
