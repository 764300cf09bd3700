import { asteriskForTests, startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAriClient, createAsteriskPbx, type AsteriskWarning } from '../../src/asterisk/index.ts';
import type { Pbx } from '../../src/index.ts';
import { realClock } from './real-clock.ts';
import { reaches } from './scenario-bench.ts';

describe.skipIf(!asteriskForTests().installed)('mistakes of configuration, on Asterisk', () => {
  let asterisk: RunningAsterisk;
  beforeAll(async () => {
    asterisk = await startAsterisk();
  });
  afterAll(() => asterisk[Symbol.asyncDispose]());

  function make(application: string, password = asterisk.password): { readonly pbx: Pbx; readonly warnings: readonly AsteriskWarning[] } {
    const warnings: AsteriskWarning[] = [];
    const { ariUrl: url, username } = asterisk;
    const account = { url, username, password, application };
    return {
      pbx: createAsteriskPbx({ clock: realClock, random: Math.random, ...account, onWarning: (one) => warnings.push(one) }),
      warnings,
    };
  }

  test('a wrong password is told by its name, and the PBX is never ready', async () => {
    const { pbx, warnings } = make('wrong', 'not-it');
    await using _stopped = pbx;
    await pbx.start();
    await expect.poll(() => warnings.filter(({ code }) => code === 'ARI_UNAUTHORIZED').length).toBeGreaterThan(3);
    expect(pbx.state).toBe('connecting');
    expect(JSON.stringify(warnings)).not.toContain('not-it');
    const client = createAriClient({ clock: realClock, url: asterisk.ariUrl, username: asterisk.username, password: 'not-it' });
    await expect(client.ping()).rejects.toMatchObject({ code: 'ARI_UNAUTHORIZED', status: 401 });
  });

  test('a second process with the same application is told to the first, which has it back when the second is gone', async () => {
    const first = make('shared');
    const second = make('shared');
    await using _first = first.pbx;
    await first.pbx.start();
    await reaches(first.pbx, 'ready');
    await second.pbx.start();
    await reaches(first.pbx, 'away');
    await expect.poll(() => first.warnings.map(({ code }) => code)).toContain('ARI_APPLICATION_REPLACED');
    await second.pbx[Symbol.asyncDispose]();
    await reaches(first.pbx, 'ready');
  });

  test('what an Asterisk is can be asked without opening an application', async () => {
    const { ariUrl: url, username, password } = asterisk;
    const client = createAriClient({ clock: realClock, url, username, password });
    await client.ping();
    expect((await client.info()).version).toMatch(/^\d+\./);
    expect((await client.endpoints()).map(({ technology, resource }) => `${technology}/${resource}`)).toContain('PJSIP/sipp-trunk');
    // Those of other tests may still be there for a moment.
    expect((await client.applications()).map(({ name }) => name)).not.toContain('never-opened');
    expect(await client.channels()).toEqual([]);
    expect(await client.get('/asterisk/modules/res_ari.so')).toMatchObject({ status: 'Running' });
  });
});
