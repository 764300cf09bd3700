import { renderConfiguration, type ConfigurationSource } from '@taxinav/bridge-contract';
import { loadBridgeConfiguration } from '../bridge-configuration.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Style } from '../output.ts';
import { visible } from '../visible.ts';

/** What `config show` is told. */
export interface ConfigShowOptions {
  readonly file: string;
  /** Beside each value where it came from. */
  readonly sources: boolean;
}

const SOURCE_STYLE: Readonly<Record<ConfigurationSource, Style>> = { file: 'green', environment: 'yellow', default: 'dim' };

/** Prints the configuration in force, every default written out and every secret as `***`: one value a line, or one JSON object. */
export function configShow({ output, env }: CommandContext, { file, sources }: ConfigShowOptions): Promise<ExitCode> {
  const loaded = loadBridgeConfiguration(file, env);
  const configuration = renderConfiguration(loaded.configuration, { redact: true });
  output.record(sources ? { configuration, sources: Object.fromEntries(loaded.sources) } : configuration, () =>
    values(configuration, '').map(({ path, value }) => {
      const source = loaded.sources.get(path) ?? 'default';
      const line = `${visible(path)}: ${visible(JSON.stringify(value))}`;
      return sources ? `${output.style(SOURCE_STYLE[source], source.padEnd(11))}  ${line}` : line;
    }),
  );
  return Promise.resolve(EXIT.done);
}

interface Value {
  readonly path: string;
  readonly value: unknown;
}

/** The values of a tree by their paths, as the contract writes them; lists of plain values and empty mappings are one value. */
function values(node: unknown, path: string): Value[] {
  if (Array.isArray(node)) {
    const nested = node.length > 0 && node.every((entry) => typeof entry === 'object');
    return nested ? node.flatMap((entry: unknown, index) => values(entry, `${path}[${index}]`)) : [{ path, value: node }];
  }
  if (typeof node !== 'object' || node === null) return node === undefined ? [] : [{ path, value: node }];
  const entries = Object.entries(node);
  return entries.length === 0 ? [{ path, value: node }] : entries.flatMap(([key, value]) => values(value, below(path, key)));
}

function below(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
