import { asteriskForTests, sippForTests, startAsterisk, startSipp, type RunningAsterisk } from '@taxinav/asterisk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCallsIn } from './calls-in-trial.ts';

/** The company's own routing; `Stasis` calls go to the application named after their context. */
const DIALPLAN = `
[house]
exten => _X.,1,UserEvent(TaxiNavigatorCall,Line: \${EXTEN},CallerID: \${CALLERID(num)},Call: \${CHANNEL(linkedid)})
 same => n,Dial(PJSIP/101@sipp-trunk,20)
 same => n,Hangup(\${HANGUPCAUSE})

[group]
exten => _X.,1,UserEvent(TaxiNavigatorCall,Line: \${EXTEN},CallerID: \${CALLERID(num)},Call: \${CHANNEL(linkedid)})
 same => n,Dial(Local/101@member&Local/0671234563@subscribers,20)
 same => n,Hangup()

[member]
exten => _X.,1,Dial(PJSIP/\${EXTEN}@sipp-trunk,20)

[menu]
exten => _X.,1,UserEvent(TaxiNavigatorCall,LINE: \${EXTEN},callerid: \${CALLERID(num)})
 same => n,Answer()
 same => n,Wait(60)

[elsewhere]
exten => _X.,1,UserEvent(TaxiNavigatorCall,Did: \${EXTEN},Phone: \${CALLERID(all)},Column: north,CarType: Premium)
 same => n,UserEvent(SomethingElse,Did: 1)
 same => n,UserEvent(TaxiNavigatorCall,Did: \${EXTEN},Phone: \${CALLERID(num)})
 same => n,Dial(Local/0671234563@subscribers,1)
 same => n,Hangup()

[handed]
exten => _X.,1,Stasis(handed,north,\${EXTEN})
 same => n,Dial(PJSIP/101@sipp-trunk,20)
 same => n,Hangup()

[handed-bare]
exten => _X.,1,Stasis(bare)
 same => n,UserEvent(TaxiNavigatorCall,Line: \${EXTEN},Call: \${CHANNEL(linkedid)})
 same => n,Wait(60)

[frozen]
exten => _X.,1,Stasis(frozen,north,\${EXTEN})
 same => n,UserEvent(RoutedOn)
 same => n,Wait(60)
`;

// A phone is opened before the trial, so that it is there to hear the hang-ups at the end of it.
describe.skipIf(!asteriskForTests().installed)('calls from outside, on Asterisk', () => {
  let asterisk: RunningAsterisk;
  beforeAll(async () => {
    asterisk = await startAsterisk({ extra: { 'extensions.conf': DIALPLAN } });
  });
  afterAll(() => asterisk[Symbol.asyncDispose]());

  test.skipIf(!sippForTests().installed)(
    'the dialplan’s user event tells line, caller and linked id; who answered is told [TN-4]',
    async () => {
      await using trial = await startCallsIn(asterisk, 'user-event');
      await using _phone = await startSipp(asterisk, { scenario: 'answers' });
      const linkedId = await trial.ring('Local/0445550101@house');
      await expect.poll(() => trial.outcomes).toHaveLength(1);
      expect(trial.calls).toEqual([{ linkedId, line: '0445550101', callerId: '0675040279', at: expect.any(Number) as number }]);
      expect(trial.outcomes).toMatchObject([{ call: trial.calls[0], outcome: 'answered', endpoint: 'PJSIP/sipp-trunk' }]);
    },
  );

  test.skipIf(!sippForTests().installed)('behind a ring group it is the phone that answered', async () => {
    await using _phone = await startSipp(asterisk, { scenario: 'answers' });
    await using trial = await startCallsIn(asterisk, 'group');
    await trial.ring('Local/0445550101@group');
    await expect.poll(() => trial.outcomes).toHaveLength(1);
    expect(trial.outcomes).toMatchObject([{ outcome: 'answered', endpoint: 'PJSIP/sipp-trunk' }]);
  });

  test.skipIf(!sippForTests().installed)('a phone that refuses leaves the call missed', async () => {
    await using _phone = await startSipp(asterisk, { scenario: 'rings-then-refuses' });
    await using trial = await startCallsIn(asterisk, 'refused');
    await trial.ring('Local/0445550101@house');
    await expect.poll(() => trial.outcomes).toHaveLength(1);
    expect(trial.outcomes).toMatchObject([{ call: trial.calls[0], outcome: 'missed' }]);
  });

  test('fields by their other names; told once; missed when nobody answered', async () => {
    await using trial = await startCallsIn(asterisk, 'other-names');
    await trial.ring('Local/0445550102@elsewhere', '"Ivan" <0675040279>');
    await expect.poll(() => trial.outcomes).toHaveLength(1);
    expect(trial.calls).toMatchObject([{ line: '0445550102', callerId: '0675040279', columnId: 'north', carType: 'Premium' }]);
    expect(trial.outcomes[0]).toEqual({ call: trial.calls[0], outcome: 'missed', at: expect.any(Number) as number });
    expect(trial.warnings).toEqual([]);
  });

  test('a menu that answers is not somebody who answers; a withheld caller has no number; names in any case', async () => {
    await using trial = await startCallsIn(asterisk, 'menu');
    const caller = await trial.ring('Local/0445550101@menu', 'anonymous');
    await expect.poll(() => trial.calls).toHaveLength(1);
    expect(trial.calls[0]).toEqual({ linkedId: expect.any(String) as string, line: '0445550101', at: expect.any(Number) as number });
    await expect.poll(async () => (await trial.client.channel(caller)).state).toBe('Up');
    expect(trial.outcomes).toEqual([]);
    await trial.client.hangUp(caller);
    await expect.poll(() => trial.outcomes).toMatchObject([{ outcome: 'missed' }]);
  });

  test.skipIf(!sippForTests().installed)('a call handed to the application is given back at once, told, and routed on', async () => {
    await using _phone = await startSipp(asterisk, { scenario: 'answers' });
    await using trial = await startCallsIn(asterisk, 'handed');
    await trial.ring('Local/0445550101@handed');
    await expect.poll(() => trial.outcomes).toHaveLength(1);
    expect(trial.calls).toMatchObject([{ line: '0445550101', callerId: '0675040279', columnId: 'north' }]);
    expect(trial.outcomes).toMatchObject([{ outcome: 'answered', endpoint: 'PJSIP/sipp-trunk' }]);
  });

  test('handed over without arguments the line is the dialled extension; both ways together are one call', async () => {
    await using trial = await startCallsIn(asterisk, 'bare');
    await trial.ring('Local/0445550101@handed-bare');
    await expect.poll(() => trial.calls).not.toHaveLength(0);
    const [first] = trial.calls;
    expect(first).toMatchObject({ line: '0445550101', callerId: '0675040279' });
    expect(first?.columnId).toBeUndefined();
  });

  test('who waits in the application while nobody listens is given back at the next connection, and told', async () => {
    await using frozen = await startCallsIn(asterisk, 'frozen', true);
    const caller = await frozen.ring('Local/0445550103@frozen');
    await expect.poll(async () => (await frozen.client.applications()).find(({ name }) => name === 'frozen')?.channelIds).toHaveLength(1);
    expect(frozen.calls).toEqual([]);
    await frozen.incoming.connected();
    expect(frozen.calls).toMatchObject([{ line: '0445550103', callerId: '0675040279', columnId: 'north' }]);
    await expect.poll(async () => (await frozen.client.applications()).find(({ name }) => name === 'frozen')?.channelIds).toEqual([]);
    // Given back, not hung up: the caller is where the dialplan leads him.
    await expect.poll(() => asterisk.cli('core show channels concise')).toContain('!Wait!60');
    await frozen.client.hangUp(caller);
    expect(frozen.warnings).toEqual([]);
  });

  test.skipIf(!sippForTests().installed)('a caller over SIP who hangs up while he is handed over is no error', async () => {
    await using caller = await startSipp(asterisk, { scenario: 'caller', line: '0445550101', from: '0501112233', talkMs: 100 });
    await using trial = await startCallsIn(asterisk, 'taxinav');
    await expect.poll(() => trial.calls).toHaveLength(1);
    expect(trial.calls).toMatchObject([{ line: '0445550101', callerId: '0501112233', columnId: 'alpha' }]);
    await expect.poll(() => trial.outcomes).toMatchObject([{ outcome: 'missed' }]);
    await caller.played.catch(() => {});
    expect(trial.warnings).toEqual([]);
  });
});
