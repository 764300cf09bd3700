import { asteriskForTests, startAsterisk } from '@taxinav/asterisk';
import { expect, test } from 'vitest';
import { createAsteriskPbx } from '../../src/asterisk/index.ts';
import { allSteps, announcement, story } from './fake-trial.ts';
import { realClock } from './real-clock.ts';
import { reaches } from './scenario-bench.ts';

test.skipIf(!asteriskForTests().installed)(
  'an Asterisk that stood still through two handshakes is heard when it goes on',
  { timeout: 60_000 },
  async () => {
    await using asterisk = await startAsterisk();
    const { pid, ariUrl: url, username, password } = asterisk;
    if (pid === undefined) throw new Error('Asterisk does not run.');
    const lost: unknown[] = [];
    await using pbx = createAsteriskPbx({
      clock: realClock,
      random: Math.random,
      url,
      username,
      password,
      application: 'frozen',
      onWarning: ({ cause }) => lost.push(cause),
    });
    process.kill(pid, 'SIGSTOP');
    try {
      await pbx.start();
      // One of each application; the next are on their way then.
      await expect.poll(() => lost.length, { timeout: 10_000 }).toBe(2);
      await realClock.sleep(500);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await reaches(pbx, 'ready');
    expect(story(await allSteps(pbx.announce(announcement('frozen-1', 'Local/0671234562@subscribers'))))).toBe('taken, ended busy');
  },
);
