import type { Configuration } from './configuration.ts';
import type { ConfigurationProblem } from './problem.ts';

/** Where a value came from. */
export type ConfigurationSource = 'file' | 'environment' | 'default';

/** What `readConfiguration` is told besides the text. */
export interface ReadContext {
  /** The file's name, for messages; relative paths in the file are joined to its folder, so give an absolute one. */
  readonly file: string;
  /** Environment variables; only `TAXINAV_*` are looked at. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The machine's name: the default of `node`. */
  readonly hostName: string;
}

/** A checked configuration, or everything that is wrong with it. */
export type ReadResult =
  | {
      readonly ok: true;
      readonly configuration: Configuration;
      /** By path of a value, e.g. `columns[0].listen`. */
      readonly sources: ReadonlyMap<string, ConfigurationSource>;
    }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/** Reads the text of a configuration file. Pure: no file, clock or environment is touched; never throws for what the text holds. */
export function readConfiguration(_text: string, _context: ReadContext): ReadResult {
  throw new Error('not built yet');
}
