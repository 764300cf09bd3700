import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ARI_ERROR_CODES, type AsteriskWarning } from '../../src/asterisk/index.ts';

const WARNINGS = {
  ARI_REQUEST_FAILED: true,
  ARI_EVENT_UNREADABLE: true,
  ARI_UNAUTHORIZED: true,
  ARI_APPLICATION_REPLACED: true,
  ARI_SILENT: true,
  ARI_DEAF: true,
  PLAYBACK_FAILED: true,
  PLAYBACK_UNFINISHED: true,
  ORPHAN_HUNG_UP: true,
} satisfies Record<AsteriskWarning['code'], true>;

test('the README names every warning and every error code of ARI', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  for (const code of [...Object.keys(WARNINGS), ...ARI_ERROR_CODES]) expect(readme).toContain(`\`${code}\``);
});
