import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openSqliteStore } from '@taxinav/notification-tracking/sqlite';
import { temporaryFolder } from '@taxinav/testkit';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('a database that is damaged ends the start with one line that says what to do', async () => {
  await using folder = await temporaryFolder();
  await writeFile(
    folder.file('taxinav.yaml'),
    'columns: [{ id: n, listen: 127.0.0.1:0, navigator: 127.0.0.1:2, status: 127.0.0.1:3 }]\nhttp: { listen: 127.0.0.1:0 }\n',
  );
  const store = await openSqliteStore({ path: folder.file('taxinav.db') });
  await store.close();
  const file = await open(folder.file('taxinav.db'), 'r+');
  await file.write(Buffer.alloc(200 * 1_024, 0xa5), 0, 200 * 1_024, 8_192);
  await file.close();
  const run = `import { main } from ${JSON.stringify(MAIN)}; process.exit(await main(['--config', 'taxinav.yaml']));`;
  const child = spawn(process.execPath, ['--conditions=@taxinav/source', '--input-type=module', '--eval', run], { cwd: folder.path });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(said).toMatch(/^taxinav-bridge: The database .*SQLITE_CORRUPT.*$/m);
  expect(said).not.toContain('    at ');
  expect(
    said
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('taxinav-bridge:')),
  ).toHaveLength(1);
  expect([1, 78]).toContain(code);
});
