import { expect, test } from 'vitest';
import { createLog } from './logging.ts';
import { PbxWarnings } from './pbx-warnings.ts';

test('why the PBX cannot be used is told until it can be; what concerns one call is no reason', () => {
  const warnings = new PbxWarnings();
  const counted: string[] = [];
  warnings.tell({ code: 'PLAYBACK_FAILED', message: 'x' });
  expect(warnings.trouble).toBeUndefined();
  warnings.tell({ code: 'ARI_UNAUTHORIZED', message: 'x' });
  warnings.tell({ code: 'PLAYBACK_FAILED', message: 'x' });
  expect(warnings.trouble).toBe('ARI_UNAUTHORIZED');
  warnings.connected();
  expect(warnings.trouble).toBeUndefined();
  warnings.noteIn(createLog('silent'), { pbxWarning: (code) => void counted.push(code) });
  expect(counted).toEqual(['PLAYBACK_FAILED', 'ARI_UNAUTHORIZED', 'PLAYBACK_FAILED']);
});

test('neither a message nor its cause shows a number', () => {
  const logged: string[] = [];
  const warnings = new PbxWarnings();
  warnings.noteIn(createLog('warn', { write: (line) => void logged.push(line) }), { pbxWarning: () => undefined });
  const cause = { endpoint: 'Local/0671234567@out', inner: { number: '+380671234567' } };
  warnings.tell({ code: 'ARI_REQUEST_FAILED', message: 'POST channels for 0671234567', cause });
  expect(logged.join('')).toContain('POST channels for ***67');
  expect(logged.join('')).not.toMatch(/067123|38067/);
});
