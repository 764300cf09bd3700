import type { PhoneNumber } from '@taxinav/codec';
import type { ColumnConfiguration, Configuration } from '@taxinav/bridge-contract';
import type { CallTarget } from '@taxinav/telephony';
import { createNumberPolicy } from './dialling/number-policy.ts';
import { createRouter } from './dialling/route.ts';

/** How a phone may be called, or why it may not: short ASCII, fit for the wire. */
export type Permission =
  | {
      readonly target: Omit<CallTarget, 'ringSeconds'>;
      /** The endpoint of its route as configured, with the placeholder: which way the call goes, without the number. */
      readonly trunk: string;
      readonly refusal?: never;
    }
  | { readonly target?: never; readonly trunk?: never; readonly refusal: string };

/** A fleet unit with what is compiled from its configuration once. */
export interface Column {
  readonly id: string;
  readonly configuration: ColumnConfiguration;
  /** Every operator's phone that the column names. */
  readonly operators: ReadonlySet<string>;
  /** Judges a number by policy first, then by the routes. */
  mayDial(phone: PhoneNumber): Permission;
}

/** Compiles a column; the contract has judged its patterns already. */
export function createColumn(configuration: ColumnConfiguration): Column {
  const numbers = createNumberPolicy(configuration);
  const route = createRouter(configuration);
  const { operator, operators } = configuration;
  return {
    id: configuration.id,
    configuration,
    operators: new Set([...(operator === undefined ? [] : [operator]), ...Object.values(operators)]),
    mayDial(phone) {
      const refusal = numbers.refusal(phone);
      if (refusal !== undefined) return { refusal };
      return route(phone) ?? { refusal: 'no route' };
    },
  };
}

/** The columns of a configuration by id. */
export function createColumns(configuration: Configuration): ReadonlyMap<string, Column> {
  return new Map(configuration.columns.map((column) => [column.id, createColumn(column)]));
}

/** The endpoints of all routes: the trunks that a call may go over. */
export function trunksOf(columns: ReadonlyMap<string, Column>): ReadonlySet<string> {
  return new Set([...columns.values()].flatMap(({ configuration }) => configuration.routes.map(({ endpoint }) => endpoint)));
}
