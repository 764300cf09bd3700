// Writes config.schema.json, openapi.json and the README's tables from the schemas. Run it after changing one.
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationSchemaText, openApiText, withTables } from '../src/generated-files.ts';

const at = (name) => new URL(`../${name}`, import.meta.url);
writeFileSync(at('config.schema.json'), configurationSchemaText());
writeFileSync(at('openapi.json'), openApiText());
writeFileSync(at('README.md'), withTables(readFileSync(at('README.md'), 'utf8')));
