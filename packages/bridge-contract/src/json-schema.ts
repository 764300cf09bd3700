import { z } from 'zod';
import { configurationSchema } from './configuration-schema.ts';

/** The JSON Schema (2020-12) of the configuration file, for editors: forms, bounds, defaults and meanings; not what compares keys. */
export function buildConfigurationJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configurationSchema, { io: 'input' });
  return { $schema, title: 'taxinav bridge configuration', ...rest };
}
