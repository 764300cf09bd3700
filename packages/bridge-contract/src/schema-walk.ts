import { z } from 'zod';

/** A schema as a walker sees it: what may be below it. */
export type SchemaView =
  | { readonly kind: 'object'; readonly keys: Readonly<Record<string, unknown>> }
  | { readonly kind: 'array'; readonly element: unknown }
  | { readonly kind: 'record'; readonly value: unknown }
  | { readonly kind: 'text' }
  | { readonly kind: 'other' };

/** Looks at a schema of zod, through its defaults, options and transforms. A union is seen as its mapping or, failing that, as text. */
export function view(schema: unknown): SchemaView {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodObject) return { kind: 'object', keys: bare.shape };
  if (bare instanceof z.ZodArray) return { kind: 'array', element: bare.element };
  if (bare instanceof z.ZodRecord) return { kind: 'record', value: bare.valueType };
  if (bare instanceof z.ZodUnion) {
    const options = bare.options.map(view);
    return options.find((option) => option.kind !== 'text') ?? { kind: 'text' };
  }
  return bare instanceof z.ZodString || bare instanceof z.ZodEnum ? { kind: 'text' } : { kind: 'other' };
}

/** Whether a plain number in this place is meant as text: digits of a phone number, a name. */
export function takesText(schema: unknown): boolean {
  const bare = unwrapped(schema);
  return bare instanceof z.ZodUnion ? bare.options.some(takesText) : view(bare).kind === 'text';
}

/** The schema one step below; undefined where there is none. */
export function below(schema: unknown, step: string | number): unknown {
  const seen = view(schema);
  if (seen.kind === 'object') return typeof step === 'string' && Object.hasOwn(seen.keys, step) ? seen.keys[step] : undefined;
  if (seen.kind === 'array') return typeof step === 'number' ? seen.element : undefined;
  return seen.kind === 'record' ? seen.value : undefined;
}

/** Every path of a key with this name, written with dots; for "it belongs there". */
export function pathsOf(schema: unknown, key: string, prefix: string = ''): readonly string[] {
  const seen = view(schema);
  if (seen.kind === 'array') return pathsOf(seen.element, key, `${prefix}[]`);
  if (seen.kind !== 'object') return [];
  return Object.entries(seen.keys).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [...(name === key ? [path] : []), ...pathsOf(child, key, path)];
  });
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return unwrapped(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}
