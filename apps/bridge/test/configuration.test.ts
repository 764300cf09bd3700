import { temporaryFolder } from '@taxinav/testkit';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PHRASE_SLOTS, PHRASE_SLOTS_AT_MOST, readConfiguration } from '@taxinav/bridge-contract';
import { createPhrasebook, SLOT_NAMES } from '@taxinav/speech';
import { loadConfiguration } from '../src/configuration.ts';

const load = (name: string): ReturnType<typeof loadConfiguration>['configuration'] =>
  loadConfiguration(fileURLToPath(new URL(`../deploy/${name}`, import.meta.url)), {}).configuration;

test('the example on the simulated PBX is a configuration', () => expect(load('example.yaml').pbx.driver).toBe('simulated'));

test('a password file with the default password is refused towards an Asterisk on another machine', async () => {
  await using folder = await temporaryFolder();
  const write = async (url: string, password: string): Promise<string> => {
    await writeFile(folder.file('ari.secret'), `${password}\n`);
    await writeFile(
      folder.file('taxinav.yaml'),
      `columns: [{ id: n, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]
pbx: { driver: asterisk, asterisk: { url: '${url}', passwordFile: ari.secret } }
`,
    );
    return folder.file('taxinav.yaml');
  };
  const elsewhere = await write('http://10.0.0.9:8088/ari', 'taxinav');
  expect(() => loadConfiguration(elsewhere, {})).toThrow(
    `${elsewhere}: pbx.asterisk.passwordFile: it holds the default password, towards 10.0.0.9, which is not this machine.`,
  );
  expect(loadConfiguration(await write('http://10.0.0.9:8088/ari', 'another'), {}).configuration.pbx.asterisk.password).toBe('another');
  expect(loadConfiguration(await write('http://127.0.0.1:8088/ari', 'taxinav'), {}).configuration.pbx.asterisk.password).toBe('taxinav');
});

test.each([
  ['', 'got nothing'],
  ['\n', 'got nothing'],
  ['short', 'got 5 characters'],
  ['0123456789\nabcdef', 'got 17 characters, not all of them printable UTF-8'],
  ['0'.repeat(201), 'got 201 characters'],
])('a token file that holds %j is refused: with an empty token everybody would be let in', async (written, words) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('token'), written);
  await writeFile(
    folder.file('taxinav.yaml'),
    `columns: [{ id: n, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]
http: { tokens: [{ tokenFile: token, role: admin }] }
`,
  );
  expect(() => loadConfiguration(folder.file('taxinav.yaml'), {})).toThrow(
    `${folder.file('token')}: the http.tokens.tokenFile file: expected one line of 8 to 200 characters, ${words}.`,
  );
});

test('a configuration in windows-1251 is refused with its line', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('taxinav.yaml'), Buffer.concat([Buffer.from('log: {}\n# '), Buffer.from([0xc2, 0xe0, 0xf8])]));
  expect(() => loadConfiguration(folder.file('taxinav.yaml'), {})).toThrow(`${folder.file('taxinav.yaml')}:2:3: bytes that are not UTF-8`);
});

test('the slots of the configuration are those of speech', () => expect(PHRASE_SLOTS).toEqual(SLOT_NAMES));

test.each([
  ...SLOT_NAMES.map((name) => `Авто {${name}}`),
  'Авто {nomer}',
  'Авто {Number}',
  'Авто { plate }',
  'Авто {}',
  `Авто {${'x'.repeat(41)}}`,
  'Авто {plate',
  'Авто }plate{',
  'Авто {{plate}}',
  '{number} '.repeat(PHRASE_SLOTS_AT_MOST),
  '{number} '.repeat(PHRASE_SLOTS_AT_MOST + 1),
  ...['', ' ', ',', '-', '(', '«»', "'", '…', '№', '😀', '出', '<b>', '&nbsp;', '°', 'é', 'і', '1', '＋', 'Ⅷ', '½', '$'].map(
    (between) => `Авто {text}${between}{text}`,
  ),
  '{text} {number} {text}',
  '…!',
  '«»',
  '😀',
  '出租车',
  '№',
  '℃',
  '½',
  '<b>',
  '<Авто>',
  '&amp;',
  'é',
  'ў',
  'Ґ',
  '٣',
  '100',
  'ﬁ',
  'ß',
  '\uE000',
])('a phrase is in order for the check exactly when speech can be opened with it: %s', (text) => {
  const column = 'columns: [{ id: n, listen: 127.0.0.1:1, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]';
  const read = readConfiguration(`${column}\nspeech: { phrases: { ${JSON.stringify(text)}: { attempts: 1 } } }\n`, {
    file: 'taxinav.yaml',
    hostName: 'h',
  });
  let refused = false;
  try {
    createPhrasebook([{ text }]);
  } catch {
    refused = true;
  }
  expect({ ok: read.ok, problems: read.ok ? [] : read.problems }).toMatchObject({ ok: !refused });
});
