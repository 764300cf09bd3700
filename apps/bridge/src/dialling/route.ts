import { nationalNumber, type PhoneNumber } from '@taxinav/codec';
import { compileNumberPattern, type ColumnConfiguration } from '@taxinav/bridge-contract';
import type { CallTarget } from '@taxinav/telephony';

/** How the PBX reaches a phone from a column, and over which trunk (the route's endpoint as configured); undefined when no route covers the number. */
export type Router = (phone: PhoneNumber) => { readonly target: Omit<CallTarget, 'ringSeconds'>; readonly trunk: string } | undefined;

/** Compiles a column's `routes`: the first whose pattern matches is taken. Only digits ever enter a dial string. */
export function createRouter(column: Pick<ColumnConfiguration, 'routes' | 'callerId'>): Router {
  const routes = column.routes.map((route) => ({
    route,
    matches: route.match === undefined ? () => true : compileNumberPattern(route.match),
  }));
  return (phone) => {
    const national = nationalNumber(phone);
    const route = routes.find(({ matches }) => matches(national))?.route;
    if (route === undefined) return undefined;
    const { endpoint: trunk, progress } = route;
    const callerId = route.callerId ?? column.callerId;
    const endpoint = trunk.replaceAll('{number}', national).replaceAll('{e164}', phone).replaceAll('{digits}', phone.slice(1));
    return { trunk, target: { endpoint, progress, ...(callerId === undefined ? {} : { callerId }) } };
  };
}
