import type { ViteUserConfig } from 'vitest/config';

/** The workspace's vitest configuration; `test` overrides its `test` part. */
export function vitestConfig(test?: ViteUserConfig['test']): ViteUserConfig;

/** To exclude where a package has suites in `test/asterisk` that need a real Asterisk and take minutes: `npm run test:asterisk` has them. */
export declare const longOnAsterisk: readonly string[];
