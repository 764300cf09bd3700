import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scriptFolder } from '../src/index.ts';

test('the script is beside its configuration', () => {
  expect(existsSync(new URL('asterisk', scriptFolder))).toBe(true);
  expect(existsSync(new URL('etc/ari.conf', scriptFolder))).toBe(true);
});
