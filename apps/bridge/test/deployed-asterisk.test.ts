import { asteriskForTests, startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWithTone, startOnSite } from './bridge-on-asterisk.ts';
import { phone, sayText, startNavigator } from './bridge-under-test.ts';

const deployed = (name: string): Promise<string> => readFile(new URL(`../deploy/asterisk/${name}`, import.meta.url), 'utf8');
const patient = { timeout: 40_000, interval: 100 };

/** The first code block behind a heading of the page. */
async function block(heading: string): Promise<readonly string[]> {
  const page = await deployed('asterisk.md');
  const [, lines = ''] = /^```\n([\s\S]*?)^```/m.exec(page.slice(page.indexOf(heading))) ?? [];
  return lines.trim().split('\n');
}

/** The status of an answer of ARI. */
async function asked({ ariUrl }: RunningAsterisk, account: string, method: string, path: string): Promise<number> {
  return (await fetch(`${ariUrl}/${path}`, { method, headers: { authorization: `Basic ${btoa(account)}` } })).status;
}

describe.skipIf(!asteriskForTests().installed)('the page for a plain Asterisk, on one', { timeout: 90_000 }, () => {
  test('an account that was added to ari.conf is let in after the reloads of the page, and calls go on', async () => {
    await using asterisk = await startAsterisk();
    const [, section = ''] = (await deployed('ari.conf')).split('[taxinav]');
    await appendFile(join(asterisk.home, 'etc', 'ari.conf'), `\n[added]${section}`);
    expect(await asked(asterisk, 'added:change-me', 'GET', 'asterisk/ping')).toBe(401);
    const call = 'channels?endpoint=Local/0671234560@subscribers&context=caller&extension=s&priority=1&channelId=call-that-goes-on';
    expect(await asked(asterisk, 'taxinav:taxinav', 'POST', call)).toBe(200);
    const reloads = (await block('**4. Let Asterisk read it**')).flatMap((line) => /^asterisk -rx '(.+)'$/.exec(line)?.[1] ?? []);
    expect(reloads).toHaveLength(2);
    for (const reload of reloads) expect(await asterisk.cli(reload)).toContain('reloaded successfully');
    await expect.poll(() => asked(asterisk, 'added:change-me', 'GET', 'asterisk/ping'), patient).toBe(200);
    expect(await asked(asterisk, 'added:change-me', 'GET', 'channels/call-that-goes-on')).toBe(200);
  });

  test('the modules of the page are enough for a text, a conference and a popup', async () => {
    const named = new Set(['pbx_config', ...(await block('**3. Modules.**')).flatMap((line) => line.split(' '))]);
    const loaded = await readFile(new URL('../../../tooling/asterisk/etc/modules.conf', import.meta.url), 'utf8');
    const others = [...loaded.matchAll(/^load = (\w+)\.so/gm)].map(([, name = '']) => name).filter((name) => !named.has(name));
    expect(others.length).toBeGreaterThan(20);
    const company = `
[recorded]
exten => _0XXXXXXXXX,1,Ringing()
 same => n,Wait(0.2)
 same => n,Answer()
 same => n,Wait(86400)

[company]
exten => _X.,1,Gosub(taxinav-in,s,1(\${EXTEN}))
 same => n,Hangup(17)
`;
    await using asterisk = await startAsterisk({
      extra: {
        'modules.conf': others.map((name) => `noload = ${name}.so\n`).join(''),
        'extensions.conf': (await deployed('extensions.conf')) + company,
      },
    });
    await using navigator = await startNavigator();
    await using folder = await folderWithTone();
    const file = 'speech: { engine: none, readings: 1, fallback: tone.wav }';
    await using running = await startOnSite({ asterisk }, navigator.port, { folder, file });
    const { tracker } = running.bridge;

    const text = sayText(phone(0));
    await running.send(text);
    expect(await navigator.until(text.guid, 'Done')).toEqual(['Queued', 'Active', 'Done']);
    const attempts = async (): Promise<unknown> => (await tracker.find({ guid: text.guid }))[0]?.rounds.flatMap((round) => round.attempts);
    await expect.poll(attempts, patient).toMatchObject([{ outcome: 'answered', detail: 'cause 16' }]);

    const conference = { message: 'Conference', tel1: phone(0, 1), tel2: phone(0, 2) } as const;
    expect(await running.send(conference)).toMatchObject({ evidence: 'acknowledged' });
    await expect.poll(() => running.logged.join('\n'), patient).toContain('"event":"joined"');

    const caller = 'endpoint=Local/0445550101@company&context=caller&extension=s&priority=1&callerId=0675040279';
    expect(await asked(asterisk, 'taxinav:taxinav', 'POST', `channels?${caller}`)).toBe(200);
    const popups = (): unknown => navigator.received.filter(({ message }) => message === 'Call');
    await expect.poll(popups, patient).toMatchObject([{ callerId: '+380675040279' }]);
  });
});
