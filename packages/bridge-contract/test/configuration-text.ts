import { formatProblem, readConfiguration } from '../src/index.ts';
import type { Configuration, ReadResult } from '../src/index.ts';

/** The smallest column there is. */
export const COLUMN = `columns:
  - id: north
    listen: 127.0.0.1:6301
    navigator: 127.0.0.1:6010
    status: 127.0.0.1:6001
`;

/** Reads a text the way the bridge does. */
export function read(text: string, env: Record<string, string> = {}): ReadResult {
  return readConfiguration(text, { file: '/etc/taxinav/bridge.yaml', hostName: 'pbx', env });
}

/** The configuration of a text that has to be good. */
export function configurationOf(text: string, env: Record<string, string> = {}): Configuration {
  const result = read(text, env);
  if (!result.ok) throw new Error(problemsOf(text, env).join('\n'));
  return result.configuration;
}

/** The problems of a text, as people see them. */
export function problemsOf(text: string, env: Record<string, string> = {}): readonly string[] {
  const result = read(text, env);
  return result.ok ? [] : result.problems.map(formatProblem);
}
