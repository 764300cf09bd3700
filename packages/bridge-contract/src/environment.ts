import { parseDocument, isScalar } from 'yaml';
import { folded, nearestName } from './nearest-name.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import { takesText, view } from './schema-walk.ts';
import { readYaml } from './yaml-source.ts';

/** Variables of the program itself; they set no key. */
export const RESERVED_VARIABLES: readonly string[] = ['TAXINAV_CONFIG', 'TAXINAV_LONG', 'TAXINAV_SEED', 'TAXINAV_TOKEN'];

const PREFIX = 'TAXINAV_';

/** A key that an environment variable sets. */
export interface Override {
  readonly variable: string;
  readonly path: Path;
  readonly value: unknown;
}

/** A variable that sets nothing. */
export interface EnvironmentFault {
  readonly variable: string;
  readonly message: string;
  readonly remedy: string;
}

/** What the environment says, in the order it is applied: outer keys before what is inside them. */
export interface EnvironmentReading {
  readonly overrides: readonly Override[];
  readonly faults: readonly EnvironmentFault[];
}

/**
 * Reads `TAXINAV_COLUMNS__0__LISTEN` as `columns[0].listen`: double underscores divide keys, case and single
 * underscores do not matter, an empty variable counts as unset. Values are YAML; where text is expected, the text as it is.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>, schema: unknown): EnvironmentReading {
  const overrides: Override[] = [];
  const faults: EnvironmentFault[] = [];
  const setBy = new Map<string, string>();
  for (const variable of Object.keys(env).toSorted()) {
    const text = env[variable];
    if (!variable.startsWith(PREFIX) || RESERVED_VARIABLES.includes(variable) || text === undefined || text === '') continue;
    const found = locate(variable.slice(PREFIX.length).split('__'), schema);
    if ('message' in found) {
      faults.push({ variable, ...found });
      continue;
    }
    const path = formatPath(found.path);
    const earlier = setBy.get(path);
    if (earlier !== undefined) {
      faults.push({ variable, message: `sets ${path}, which ${earlier} also sets`, remedy: 'Unset one of the two' });
      continue;
    }
    setBy.set(path, variable);
    const value = parseValue(text, found.schema);
    if (value.fault !== undefined) faults.push({ variable, ...value.fault });
    else overrides.push({ variable, path: found.path, value: value.value });
  }
  return { overrides: overrides.toSorted((left, right) => left.path.length - right.path.length), faults };
}

type Located = { readonly path: Path; readonly schema: unknown } | { readonly message: string; readonly remedy: string };

function locate(segments: readonly string[], root: unknown): Located {
  const path: (string | number)[] = [];
  let schema = root;
  for (const segment of segments) {
    const seen = view(schema);
    const here = path.length === 0 ? 'the configuration' : formatPath(path);
    if (seen.kind === 'object') {
      const names = Object.keys(seen.keys);
      const name = names.find((candidate) => folded(candidate) === folded(segment));
      if (name === undefined) {
        const near = nearestName(segment, names);
        const remedy =
          near === undefined ? `Unset it; known keys: ${names.join(', ')}` : `Write ${variableStep(near)} in its place, or unset it`;
        return { message: `${here} has no key ${segment === '' ? 'with an empty name' : segment}`, remedy };
      }
      path.push(name);
      schema = seen.keys[name];
    } else if (seen.kind === 'array') {
      if (!/^(?:0|[1-9][0-9]{0,3})$/.test(segment))
        return { message: `${here} is a list, ${segment} is no place in it`, remedy: 'Write 0 for the first entry, 1 for the second' };
      path.push(Number(segment));
      schema = seen.element;
    } else if (seen.kind === 'record' && segment !== '' && segment !== '__proto__') {
      path.push(segment);
      schema = seen.value;
    } else {
      return { message: `${here} has no keys inside`, remedy: 'Set the key itself, or unset the variable' };
    }
  }
  return { path, schema };
}

function variableStep(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

interface ParsedValue {
  readonly value?: unknown;
  readonly fault?: { readonly message: string; readonly remedy: string };
}

function parseValue(text: string, schema: unknown): ParsedValue {
  const kind = view(schema).kind;
  // A password may hold anything that YAML gives a meaning to; only whole quotes are taken off.
  if (takesText(schema) && !(kind === 'object' && /^\s*\{/.test(text))) return { value: unquoted(text) };
  const source = readYaml(text, schema);
  const fault = source.faults[0];
  return fault === undefined ? { value: source.data } : { fault: { message: fault.message, remedy: fault.remedy } };
}

function unquoted(text: string): string {
  if (!/^(?:'.*'|".*")$/s.test(text)) return text;
  const document = parseDocument(text, { prettyErrors: false });
  return document.errors.length === 0 && isScalar(document.contents) && typeof document.contents.value === 'string'
    ? document.contents.value
    : text;
}

/** Puts overrides into data; lists may grow by one entry at their end. Returns the new data and what could not be put. */
export function applyOverrides(
  data: unknown,
  overrides: readonly Override[],
): { readonly data: unknown; readonly faults: readonly EnvironmentFault[] } {
  let result = data;
  const faults: EnvironmentFault[] = [];
  for (const override of overrides) {
    const put = withValue(result, override.path, override.value);
    if (put === undefined) {
      faults.push({
        variable: override.variable,
        message: `${formatPath(override.path)} is beyond the end of its list`,
        remedy: 'Number entries from 0, without gaps',
      });
    } else result = put.data;
  }
  return { data: result, faults };
}

function withValue(data: unknown, path: Path, value: unknown): { readonly data: unknown } | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return { data: value };
  if (typeof step === 'number') {
    const entries: readonly unknown[] = Array.isArray(data) ? data : [];
    if (step > entries.length) return undefined;
    const inner = withValue(entries[step], rest, value);
    return inner === undefined ? undefined : { data: [...entries.slice(0, step), inner.data, ...entries.slice(step + 1)] };
  }
  const keys = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Readonly<Record<string, unknown>>) : {};
  const inner = withValue(Object.hasOwn(keys, step) ? keys[step] : undefined, rest, value);
  return inner === undefined ? undefined : { data: { ...keys, [step]: inner.data } };
}
