import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningAsterisk } from '@taxinav/asterisk';
import { createAsteriskPbx, type AsteriskWarning } from '../../src/asterisk/index.ts';
import type { Pbx, PbxState } from '../../src/index.ts';
import type { ScenarioBench } from '../../src/scenarios/bench.ts';
import { startCuttableProxy } from './cuttable-proxy.ts';
import type { PhoneNetworkWatch } from './phone-network.ts';
import { realClock } from './real-clock.ts';

/** The bench's own part of the dialplan: calls in that the PBX routes itself. */
export const BENCH_DIALPLAN = `
[bench-in]
exten => _[+0-9a-z].,1,UserEvent(TaxiNavigatorCall,Line: \${BENCH_LINE},CallerID: \${BENCH_CALLER},Call: \${BENCH_CALL},Column: \${BENCH_COLUMN},CarType: \${BENCH_CAR})
 same => n,Dial(Local/\${BENCH_TO}@subscribers,\${BENCH_SECONDS})
 same => n,Hangup()
`;

/** A bench on a running Asterisk, with an application, a way to the PBX and call ids of its own. */
export interface AsteriskBench extends ScenarioBench, AsyncDisposable {
  readonly prefix: string;
  readonly warnings: readonly AsteriskWarning[];
}

export interface AsteriskBenchOptions {
  readonly asterisk: RunningAsterisk;
  readonly phones: PhoneNetworkWatch;
  /** Sets the bench apart from others on the same PBX. */
  readonly name: string;
  /** Sound of 1.25 s. */
  readonly sound: string;
}

export async function startAsteriskBench({ asterisk, phones, name, sound }: AsteriskBenchOptions): Promise<AsteriskBench> {
  const opened = new AsyncDisposableStack();
  const prefix = `taxinav-${name}-`;
  const warnings: AsteriskWarning[] = [];
  let calls = 0;
  let numbers = 0;
  const number = (lastDigit: string): string => `067${String((numbers += 1)).padStart(6, '0')}${lastDigit}`;
  const startPbx = async (): Promise<{
    readonly pbx: Pbx;
    readonly goAway: () => Promise<void>;
    readonly comeBack: () => Promise<void>;
  }> => {
    const proxy = opened.use(await startCuttableProxy(asterisk.httpPort));
    const pbx = opened.use(
      createAsteriskPbx({
        clock: realClock,
        random: Math.random,
        url: `http://127.0.0.1:${proxy.port}/ari`,
        username: asterisk.username,
        password: asterisk.password,
        application: name,
        onWarning: (warning) => warnings.push(warning),
      }),
    );
    await pbx.start();
    await reaches(pbx, 'ready');
    return {
      pbx,
      goAway: async () => {
        proxy.cut();
        await reaches(pbx, 'away');
      },
      comeBack: async () => {
        proxy.mend();
        await reaches(pbx, 'ready');
      },
    };
  };
  const { pbx, goAway, comeBack } = await startPbx();
  return {
    prefix,
    warnings,
    pbx,
    announcement: { text: 'машина подана', audio: { path: sound, durationMs: 1_250 }, readings: 2 },
    // Of one length: Asterisk takes an id for used while a longer one that begins so is alive.
    newCallId: () => `${prefix}${String((calls += 1)).padStart(3, '0')}`,
    numberEndpoint: (lastDigit) => `Local/${number(lastDigit)}@subscribers`,
    operatorEndpoint: () => `Local/${number('0')}@subscribers`,
    earlyMedia: () => `Local/${number('0')}@early-media`,
    advance: (ms) => sleep(ms),
    liveCalls: () => phones.liveCalls(prefix),
    originated: (callId) => Promise.resolve(phones.originated(callId)),
    callIn: async (call, routing) => {
      const response = await fetch(`${asterisk.ariUrl}/channels`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${asterisk.username}:${asterisk.password}`)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          endpoint: `Local/${call.line ?? 'unknown'}@bench-in`,
          context: 'caller',
          extension: 's',
          priority: 1,
          formats: 'slin',
          variables: {
            __BENCH_LINE: call.line ?? '',
            __BENCH_CALLER: call.callerId ?? '',
            __BENCH_CALL: call.linkedId,
            __BENCH_COLUMN: call.columnId ?? '',
            __BENCH_CAR: call.carType ?? '',
            __BENCH_TO: number(routing === 'answered' ? '0' : '3'),
            __BENCH_SECONDS: '1',
          },
        }),
      });
      await response.arrayBuffer();
    },
    absence: { goAway, comeBack },
    restart: async () => {
      await asterisk.kill();
      await reaches(pbx, 'away');
      await asterisk.start();
      await phones.reconnect();
      await reaches(pbx, 'ready');
    },
    nextProcess: async () => {
      await goAway();
      return (await startPbx()).pbx;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Waits for a state of the PBX. */
export async function reaches(pbx: Pbx, state: PbxState): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = pbx.onState((now) => {
    if (now === state) resolve();
  });
  if (pbx.state !== state) await promise;
  stop();
}
