import { inPostgresWords } from './in-postgres-words.ts';
import type { Migration } from './migration.ts';

const statements = [`alter table round add column route text`, `alter table call_leg add column route text`];

/** By which route a SayText, a leg of a Dial or a Conference leaves the house: its legs are counted by it. */
export const ROUTES: Migration = {
  name: '0003-routes',
  statements: { sqlite: statements, postgres: inPostgresWords(statements) },
};
