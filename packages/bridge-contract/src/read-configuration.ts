import { dirname } from 'node:path';
import type { Configuration } from './configuration.ts';
import { configurationSchema } from './configuration-schema.ts';
import { crossProblems } from './cross-problems.ts';
import { encodingFault } from './encoding-fault.ts';

import { applyOverrides, readEnvironment } from './environment.ts';
import type { Override } from './environment.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import type { ConfigurationProblem } from './problem.ts';
import { renderConfiguration } from './render-configuration.ts';
import { resolveConfiguration } from './resolve-configuration.ts';
import { schemaProblems } from './schema-problems.ts';
import type { PathProblem } from './schema-problems.ts';
import { readYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

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
      /** By path of a value as `renderConfiguration` gives it, e.g. `columns[0].listen`; lists of plain values are one value. */
      readonly sources: ReadonlyMap<string, ConfigurationSource>;
    }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/**
 * Reads the text of a configuration file, decoded as UTF-8 (a byte that could not be is an error here). Pure: no file, clock or environment is touched; never throws for what the
 * text holds. What compares keys is checked once every value has its form.
 */
export function readConfiguration(text: string, context: ReadContext): ReadResult {
  const undecoded = encodingFault(text);
  if (undecoded !== undefined) return { ok: false, problems: [{ file: context.file, path: '', ...undecoded }] };
  const source = readYaml(text.replace(/^\uFEFF/, ''), configurationSchema);
  if (source.faults.length > 0) {
    return { ok: false, problems: source.faults.map(({ place, ...fault }) => ({ file: context.file, ...place, ...fault })) };
  }
  const environment = readEnvironment(context.env ?? {}, configurationSchema);
  const applied = applyOverrides(source.data, environment.overrides);
  const faults = [...environment.faults, ...applied.faults].map(({ variable, message, remedy }) => ({
    file: 'environment',
    path: variable,
    message,
    remedy,
  }));
  const located = (problems: readonly PathProblem[]): readonly ConfigurationProblem[] =>
    problems.map((problem) => locate(problem, context.file, source, environment.overrides)).toSorted(byPlace);

  const parsed = configurationSchema.safeParse(applied.data);
  if (!parsed.success) return { ok: false, problems: [...faults, ...located(schemaProblems(parsed.error.issues, configurationSchema))] };
  const configuration = resolveConfiguration(parsed.data, { folder: dirname(context.file), hostName: context.hostName });
  const problems = [...faults, ...located(crossProblems(parsed.data, configuration))];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, configuration, sources: sourcesOf(configuration, source, environment.overrides) };
}

function locate(problem: PathProblem, file: string, source: YamlSource, overrides: readonly Override[]): ConfigurationProblem {
  const { path, message, remedy } = problem;
  const override = setting(path, overrides);
  if (override !== undefined) return { file: 'environment', path: override.variable, message: `${formatPath(path)}: ${message}`, remedy };
  const places = problem.atKey === true ? [source.keys, source.values] : [source.values];
  for (let length = path.length; length >= 0; length -= 1) {
    const above = formatPath(path.slice(0, length));
    const place = places.map((map) => map.get(above)).find((found) => found !== undefined);
    if (place !== undefined) return { file, ...place, path: formatPath(path), message, remedy };
  }
  return { file, line: 1, column: 1, path: formatPath(path), message, remedy };
}

function byPlace(left: ConfigurationProblem, right: ConfigurationProblem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

/** The override that gave the value at a path: the last one set at it or above it. */
function setting(path: Path, overrides: readonly Override[]): Override | undefined {
  return overrides.findLast((override) => override.path.every((step, index) => path[index] === step));
}

function sourcesOf(
  configuration: Configuration,
  source: YamlSource,
  overrides: readonly Override[],
): ReadonlyMap<string, ConfigurationSource> {
  const sources = new Map<string, ConfigurationSource>();
  const visit = (value: unknown, path: Path): void => {
    const nested = isNested(value);
    if (nested !== undefined) for (const [step, inner] of nested) visit(inner, [...path, step]);
    else {
      const written = formatPath(path);
      const inFile = source.values.has(written);
      sources.set(written, setting(path, overrides) === undefined ? (inFile ? 'file' : 'default') : 'environment');
    }
  };
  visit(renderConfiguration(configuration, { redact: true }), []);
  return sources;
}

function isNested(value: unknown): readonly (readonly [string | number, unknown])[] | undefined {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    return entries.length > 0 && entries.every((entry) => typeof entry === 'object')
      ? entries.map((entry, index) => [index, entry] as const)
      : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.length > 0 ? entries : undefined;
}
