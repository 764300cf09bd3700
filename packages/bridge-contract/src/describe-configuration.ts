import { buildConfigurationJsonSchema } from './json-schema.ts';

/** What a reader wants to know of a key. */
export interface KeyDescription {
  /** `columns[].listen`, `dialling.ringSeconds`, `speech.phrases.*.recording`. */
  readonly path: string;
  /** As the file would have it, or in words; `required` where there is none. */
  readonly default: string;
  /** `-` where there is none. */
  readonly unit: string;
  readonly meaning: string;
}

/** Every key of the configuration file, in the schema's order. @throws Error when a key has no description: a fault of this package. */
export function describeConfiguration(): readonly KeyDescription[] {
  return keysOf(buildConfigurationJsonSchema(), '');
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
}

function keysOf(schema: Schema, prefix: string): readonly KeyDescription[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const entries =
      child.items === undefined ? [] : [child.items, ...(child.items.anyOf ?? [])].flatMap((item) => keysOf(item, `${path}[]`));
    const known = child.additionalProperties;
    const named = typeof known === 'object' ? [known, ...(known.anyOf ?? [])].flatMap((value) => keysOf(value, `${path}.*`)) : [];
    // A section has keys instead of a value of its own.
    return child.properties === undefined ? [describeKey(path, child.description), ...entries, ...named] : keysOf(child, path);
  });
}

function describeKey(path: string, description: string = ''): KeyDescription {
  const match = /^(.*?) \[(?:(.*?); )?(?:default (.*)|required)\]$/s.exec(description);
  if (match === null) throw new Error(`${path} has no description of the form "MEANING [UNIT; default VALUE]"`);
  const [, meaning = '', unit = '-', byDefault = 'required'] = match;
  return { path, unit, default: byDefault, meaning };
}
