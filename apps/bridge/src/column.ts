import type { PhoneNumber } from '@taxinav/codec';
import type { ColumnConfiguration } from '@taxinav/bridge-contract';
import type { CallTarget } from '@taxinav/telephony';
import { createNumberPolicy } from './dialling/number-policy.ts';
import { createRouter } from './dialling/route.ts';

/** How a phone may be called, or why it may not: short ASCII, fit for the wire. */
export type Permission =
  | { readonly target: Omit<CallTarget, 'ringSeconds'>; readonly refusal?: never }
  | { readonly target?: never; readonly refusal: string };

/** A fleet unit with what is compiled from its configuration once. */
export interface Column {
  readonly id: string;
  readonly configuration: ColumnConfiguration;
  /** Judges a number by policy first, then by the routes. */
  mayDial(phone: PhoneNumber): Permission;
}

/** Compiles a column; the contract has judged its patterns already. */
export function createColumn(configuration: ColumnConfiguration): Column {
  const numbers = createNumberPolicy(configuration);
  const route = createRouter(configuration);
  return {
    id: configuration.id,
    configuration,
    mayDial(phone) {
      const refusal = numbers.refusal(phone);
      if (refusal !== undefined) return { refusal };
      const target = route(phone);
      return target === undefined ? { refusal: 'no route' } : { target };
    },
  };
}
