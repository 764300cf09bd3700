import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { formatProblem, readConfiguration, type Configuration, type ConfigurationSource } from '@taxinav/bridge-contract';
import { CliError } from './cli-error.ts';

/** The bridge's configuration as the bridge itself would have it. */
export interface BridgeConfiguration {
  readonly file: string;
  readonly configuration: Configuration;
  /** By path of a value. */
  readonly sources: ReadonlyMap<string, ConfigurationSource>;
}

/** The variable that holds the token for the bridge's HTTP API; no key of the configuration. */
export const TOKEN_VARIABLE = 'TAXINAV_TOKEN';

/**
 * Reads a configuration file with the environment's `TAXINAV_*`, by the bridge's own rules.
 *
 * @throws CliError `configuration` with one line for each problem: place, cause, remedy
 */
export function loadBridgeConfiguration(path: string, env: NodeJS.ProcessEnv): BridgeConfiguration {
  const file = resolve(path);
  const { [TOKEN_VARIABLE]: _token, ...settings } = env;
  const read = readConfiguration(readText(file), { file, env: settings, hostName: hostname() });
  if (!read.ok) throw new CliError('configuration', read.problems.map(formatProblem));
  return { file, configuration: read.configuration, sources: read.sources };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new CliError('configuration', `${file}: the configuration file cannot be read (${code}). Give the path of the YAML file.`, {
      cause: error,
    });
  }
}
