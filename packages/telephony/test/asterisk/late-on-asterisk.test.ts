import { connect } from 'node:net';
import { asteriskForTests } from '@taxinav/asterisk';
import { startPeer } from '@taxinav/testkit';
import { describe, test } from 'vitest';
import { createAsteriskPbx, type AsteriskWarning } from '../../src/asterisk/index.ts';
import { allSteps, announcement, story } from './fake-trial.ts';
import { realClock } from './real-clock.ts';
import { ground, TIMEOUT_MS } from './scenario-ground.ts';
import { reaches } from './scenario-bench.ts';

/** A way to the PBX on which the first such request is late: held until it is let go, whatever becomes of whoever sent it. */
interface SlowWay extends AsyncDisposable {
  readonly port: number;
  /** Brings what is held; resolves with the status line that came of it. */
  letGo(): Promise<string>;
}

async function startSlowWay(targetPort: number, late: RegExp): Promise<SlowWay> {
  const { promise: held, resolve: hold } = Promise.withResolvers<Buffer>();
  let holds = false;
  const peer = await startPeer((near) => {
    const far = connect({ host: '127.0.0.1', port: targetPort });
    near.on('data', (chunk: Buffer) => {
      if (holds || !late.test(chunk.toString('latin1'))) {
        far.write(chunk);
        return;
      }
      holds = true;
      hold(chunk);
    });
    far.pipe(near);
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.resume();
  });
  return {
    port: peer.port,
    letGo: async () => {
      const chunk = await held;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const far = connect({ host: '127.0.0.1', port: targetPort }, () => far.write(chunk));
      far.on('error', reject);
      far.on('data', (answer: Buffer) => {
        resolve(answer.toString('latin1').split('\r\n')[0] ?? '');
        far.destroy();
      });
      return await promise;
    },
    [Symbol.asyncDispose]: () => peer.close(),
  };
}

describe.skipIf(!asteriskForTests().installed).concurrent('what is carried out late, on Asterisk', () => {
  const on = ground();

  test.for([
    ['rings', '3'],
    ['answers at once', '0'],
  ] as const)(
    'an originate that comes when its call is over, to a phone that %s: hung up, and nothing is left',
    { timeout: TIMEOUT_MS },
    async ([, lastDigit], { expect }) => {
      const { asterisk, phones } = on();
      await using way = await startSlowWay(asterisk.httpPort, /^POST \/ari\/channels HTTP/);
      const warnings: AsteriskWarning[] = [];
      const { username, password } = asterisk;
      const callId = `taxinav-late-${lastDigit}`;
      await using pbx = createAsteriskPbx({
        clock: realClock,
        random: Math.random,
        url: `http://127.0.0.1:${way.port}/ari`,
        username,
        password,
        application: `late${lastDigit}`,
        onWarning: (warning) => warnings.push(warning),
      });
      await pbx.start();
      await reaches(pbx, 'ready');
      expect(story(await allSteps(pbx.announce(announcement(callId, `Local/067000001${lastDigit}@subscribers`))))).toBe(
        'ended trunkTrouble',
      );
      expect(phones.originated(callId)).toEqual([]);
      expect(await way.letGo()).toContain('200');
      await expect.poll(() => phones.liveCalls(callId), { timeout: 3_000 }).toEqual([]);
      expect(phones.originated(callId)).toHaveLength(1);
      await expect.poll(() => warnings.filter(({ code }) => code === 'ORPHAN_HUNG_UP')).toMatchObject([{ callId }]);
    },
  );
});
