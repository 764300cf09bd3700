import type { Configuration } from './configuration.ts';

/** A configuration as the file would have it; with `redact`, every secret is `***`. */
export function renderConfiguration(_configuration: Configuration, _options: { readonly redact: boolean }): Record<string, unknown> {
  throw new Error('not built yet');
}
