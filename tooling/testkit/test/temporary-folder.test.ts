import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../src/index.ts';

test('a temporary folder is empty, one’s own, and gone with its files afterwards', async () => {
  let path: string;
  {
    await using folder = await temporaryFolder();
    await using other = await temporaryFolder();
    path = folder.path;
    expect(other.path).not.toBe(path);
    await writeFile(folder.file('note.txt'), 'x');
    expect(existsSync(folder.file('note.txt'))).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});
