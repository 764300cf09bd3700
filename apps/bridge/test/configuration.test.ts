import { temporaryFolder } from '@taxinav/testkit';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
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
