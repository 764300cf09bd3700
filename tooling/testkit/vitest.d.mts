import type { ViteUserConfig } from 'vitest/config';

/** The workspace's vitest configuration; `test` overrides its `test` part. */
export function vitestConfig(test?: ViteUserConfig['test']): ViteUserConfig;
