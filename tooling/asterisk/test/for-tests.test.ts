import { afterEach, expect, test, vi } from 'vitest';
import { asteriskForTests, asteriskRoot, startAsterisk } from '../src/index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function withoutAsterisk(): void {
  vi.stubEnv('ASTERISK_ROOT', '/nonexistent/root');
  vi.stubEnv('TAXINAV_ASTERISK', undefined);
  vi.stubEnv('TAXINAV_ASTERISK_LACKS', undefined);
  vi.spyOn(console, 'warn').mockImplementation(() => {});
}

test('where it is not installed, tests are skipped and the reason is printed', () => {
  withoutAsterisk();
  expect(asteriskForTests()).toMatchObject({ installed: false, why: expect.stringContaining('/nonexistent/root') as string });
  expect(console.warn).toHaveBeenCalledWith(expect.stringMatching(/^skipped: .*tooling\/asterisk\/asterisk install/));
});

test('asked for and missing is a failure, unless it is said why it cannot be had', () => {
  withoutAsterisk();
  vi.stubEnv('TAXINAV_ASTERISK', '1');
  expect(() => asteriskForTests()).toThrow('not installed');
  vi.stubEnv('TAXINAV_ASTERISK_LACKS', 'asterisk cannot be installed from sid just now');
  expect(asteriskForTests()).toEqual({ installed: false, why: 'asterisk cannot be installed from sid just now' });
});

test('a start without an installation says what to do', async () => {
  withoutAsterisk();
  await expect(startAsterisk()).rejects.toThrow('run `tooling/asterisk/asterisk install`');
});

test('the installation is below ASTERISK_HOME unless it is named', () => {
  vi.stubEnv('ASTERISK_ROOT', undefined);
  vi.stubEnv('ASTERISK_HOME', '/somewhere');
  expect(asteriskRoot()).toBe('/somewhere/root');
  vi.stubEnv('ASTERISK_HOME', undefined);
  expect(asteriskRoot()).toBe('/var/tmp/asterisk/root');
});
