import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { systemClock } from '@taxinav/transport';
import { expect, test } from 'vitest';
import { createLog } from '../src/logging.ts';
import { openPbx, type OpenedPbx } from '../src/pbx-driver.ts';
import { configured } from './bridge-under-test.ts';

const COLUMN = 'columns: [{ id: n, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]\n';
const parts = { clock: systemClock, random: () => 0.5, log: createLog('silent') };
const open = (text: string, folder: TemporaryFolder): Promise<OpenedPbx> =>
  openPbx(configured(COLUMN + text, folder), 'taxinav.yaml', parts);
const never = new AbortController().signal;

test('the simulated PBX honours phrases without making any sound', async () => {
  await using folder = await temporaryFolder();
  const { speech, close } = await open(`speech: { phrases: { 'Машина {plate}': { attempts: 1, readings: 3 } } }`, folder);
  expect(speech.settingsOf('машина  АА1234ВВ.')).toMatchObject({ attempts: 1, readings: 3 });
  expect(await speech.prepare('Машина АА1234ВВ', never)).toEqual({ text: 'Машина АА1234ВВ', readings: 3 });
  await close();
});

test('ringOnly without an engine, a recording or a fallback needs no sound at all', async () => {
  await using folder = await temporaryFolder();
  const { speech, close } = await open(
    'pbx: { driver: asterisk }\nspeech: { engine: none, ringOnly: true, phrases: { Гудок: {} } }',
    folder,
  );
  expect(await speech.warm(never)).toEqual([]);
  expect(speech.refusal('будь-що')).toBeUndefined();
  expect(await speech.prepare('будь-що', never)).toEqual({ text: 'будь-що', readings: 0 });
  await close();
});

for (const driver of ['simulated', 'asterisk'])
  test(`a template that the contract let pass ends the start with its key, on the ${driver} PBX`, async () => {
    await using folder = await temporaryFolder();
    const read = configured(`${COLUMN}pbx: { driver: ${driver} }\n`, folder);
    const configuration = { ...read, speech: { ...read.speech, phrases: { 'Машина {car}': { attempts: 1 } } } };
    await expect(openPbx(configuration, 'taxinav.yaml', parts)).rejects.toMatchObject({
      name: 'ConfigurationError',
      lines: [expect.stringMatching(/^taxinav\.yaml: speech\.phrases: /)],
    });
  });

test('a cache folder that cannot be made ends the start with its key', async () => {
  await using folder = await temporaryFolder();
  await expect(open('pbx: { driver: asterisk }\nspeech: { cache: /dev/null/cache }', folder)).rejects.toMatchObject({
    lines: [expect.stringMatching(/^taxinav\.yaml: speech\.cache: /)],
  });
});

test('sound is served to the PBX alone, so its name must be known', async () => {
  await using folder = await temporaryFolder();
  const asterisk = (url: string): string =>
    `pbx: { driver: asterisk, asterisk: { url: '${url}', password: another, audio: 'http://127.0.0.1:7' } }`;
  await expect(open(asterisk('http://nowhere.invalid:8088/ari'), folder)).rejects.toMatchObject({
    lines: [
      'taxinav.yaml: pbx.asterisk.url: nowhere.invalid cannot be looked up, so sound cannot be kept for it alone. Write its address in the place of its name.',
    ],
  });
});
