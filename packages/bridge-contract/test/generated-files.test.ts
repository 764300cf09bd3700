import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configurationSchemaText, openApiText, withTables } from '../src/generated-files.ts';
import { configurationSchema, describeConfiguration } from '../src/index.ts';
import { view } from '../src/schema-walk.ts';

const committed = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

// When one of these fails: `node scripts/generate.mjs`.
it('config.schema.json is what the schemas give', () => expect(committed('config.schema.json')).toBe(configurationSchemaText()));
it('openapi.json is what the schemas give', () => expect(committed('openapi.json')).toBe(openApiText()));
it("the README's tables are what the schemas give", () => expect(committed('README.md')).toBe(withTables(committed('README.md'))));

it('every key of the schema is in the table, with default, unit and meaning', () => {
  const described = describeConfiguration();
  const poor = described.filter((key) => key.default === '' || key.unit === '' || !key.meaning.endsWith('.'));
  expect(poor).toEqual([]);
  expect(described.map((key) => key.path)).toEqual(leaves(configurationSchema, ''));
});

function leaves(schema: unknown, path: string): readonly string[] {
  const seen = view(schema);
  if (seen.kind === 'object')
    return Object.entries(seen.keys).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`));
  if (seen.kind === 'record' && view(seen.value).kind === 'object') return [path, ...leaves(seen.value, `${path}.*`)];
  return seen.kind === 'array' && view(seen.element).kind === 'object' ? [path, ...leaves(seen.element, `${path}[]`)] : [path];
}

it('a README without a place for a table is refused', () => expect(() => withTables('# x\n')).toThrow('<!-- keys -->'));
