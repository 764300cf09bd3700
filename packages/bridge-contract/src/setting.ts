import { z } from 'zod';

/** Divides the message from the remedy in what a schema says about a wrong value; never part of either. */
const DIVIDER = '\u0000';

/** The two parts of what a schema says about a wrong value. */
export interface Explanation {
  readonly message: string;
  readonly remedy: string;
}

/** Packs message and remedy into the one string a zod issue has room for. */
export function explain(message: string, remedy: string): string {
  return `${message.replaceAll(DIVIDER, ' ')}${DIVIDER}${remedy}`;
}

/** Takes apart what {@link explain} packed; undefined for zod's own messages. */
export function explained(text: string): Explanation | undefined {
  const [message, remedy] = text.split(DIVIDER);
  return message === undefined || remedy === undefined ? undefined : { message, remedy };
}

/** What zod is given wherever a check may fail: the one sentence for this value. */
export interface Complaint {
  readonly error: (issue: { readonly input?: unknown }) => string;
}

/** `expected …, got …`; the value of a secret is not shown. */
export function expecting(expected: string, remedy: string, secret: boolean = false): Complaint {
  return { error: ({ input }) => explain(`expected ${expected}, got ${shown(input, secret)}`, remedy) };
}

function shown(input: unknown, secret: boolean): string {
  if (input === undefined) return 'nothing';
  if (input === null) return 'an empty value';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  if (secret) return 'another value (not shown)';
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** A key with a default: what is used when the file does not have it, its unit (`-` for none), and its meaning. */
export function setting<S extends z.ZodType>(schema: S, written: z.input<S>, unit: string, means: string): z.ZodPrefault<S> {
  return schema.prefault(written as never).meta({ description: described(means, unit, JSON.stringify(written)) });
}

/** A key that may be absent; `absent` says what then holds. */
export function optional<S extends z.ZodType>(schema: S, absent: string, unit: string, means: string): z.ZodExactOptional<S> {
  return schema.exactOptional().meta({ description: described(means, unit, absent) });
}

/** A key that has to be written. */
export function required<S extends z.ZodType>(schema: S, unit: string, means: string): S {
  return schema.meta({ description: described(means, unit, 'required') });
}

/** A mapping of known keys; others are errors. */
export function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = `Known keys here: ${Object.keys(shape).join(', ')}`;
  const wrong = expecting('a mapping of keys', keys);
  const spaceless = expecting('a mapping of keys', `Write KEY: VALUE, with a space after the colon. ${keys}`);
  const complaint: Complaint = {
    error: (issue) => (typeof issue.input === 'string' && /^[A-Za-z_][\w-]*:\S/.test(issue.input) ? spaceless : wrong).error(issue),
  };
  return z.strictObject(shape, complaint);
}

/** A section of the file that may be left out altogether. */
export function defaulted<Shape extends z.ZodRawShape>(shape: Shape, means: string): z.ZodPrefault<z.ZodObject<Shape, z.core.$strict>> {
  return section(shape)
    .prefault({} as never)
    .meta({ description: means });
}

function described(means: string, unit: string, byDefault: string): string {
  return `${means} [${unit === '-' ? '' : `${unit}; `}${byDefault === 'required' ? 'required' : `default ${byDefault}`}]`;
}
