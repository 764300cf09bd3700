import type { Configuration } from '@taxinav/bridge-contract';
import type { AriClient } from '@taxinav/telephony/asterisk';
import { fail, ok, warn, type Finding } from './finding.ts';

/** A dialplan target of the configuration, taken apart. */
export interface DialTarget {
  readonly technology: string;
  /** The peer or trunk that ARI lists; undefined where the target names none that it lists. */
  readonly resource: string | undefined;
  /** Of `Local/number@context`. */
  readonly context: string | undefined;
}

/** Takes apart `PJSIP/{number}@trunk`, `PJSIP/100`, `SIP/trunk/{number}`, `Local/{number}@context/n`. */
export function dialTarget(written: string): DialTarget {
  const [, technology = '', rest = ''] = /^([A-Za-z0-9_]+)\/(.*)$/s.exec(written) ?? [];
  const [address = '', ...after] = rest.split('/');
  const [before, host] = address.includes('@')
    ? [address.slice(0, address.lastIndexOf('@')), address.slice(address.lastIndexOf('@') + 1)]
    : [address];
  if (technology === 'Local') return { technology, resource: undefined, context: host };
  const resource = host ?? (after.length > 0 || !before.includes('{') ? before : undefined);
  return { technology, resource: resource === undefined || resource.includes('{') ? undefined : resource, context: undefined };
}

/** Every context that `Local/…@context` names, and the keys it stands at. */
export function localContexts(configuration: Configuration): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [written, keys] of targets(configuration)) {
    const { context } = dialTarget(written);
    if (context !== undefined) found.set(context, [...(found.get(context) ?? []), ...keys]);
  }
  return found;
}

/** Every target, and the keys it stands at. */
function targets({ columns }: Configuration): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (written: string | undefined, key: string): void => {
    if (written !== undefined) found.set(written, [...(found.get(written) ?? []), key]);
  };
  for (const { id, routes, operator, operators } of columns) {
    // One route without a pattern is how `endpoint` is kept.
    for (const [at, { endpoint }] of routes.entries())
      add(endpoint, routes.length === 1 ? `${id}.endpoint` : `${id}.routes[${at}].endpoint`);
    add(operator, `${id}.operator`);
    for (const [workstation, phone] of Object.entries(operators)) add(phone, `${id}.operators[${workstation}]`);
  }
  return found;
}

/** Whether Asterisk knows every trunk and phone that the configuration names, and can reach it; what goes through the dialplan it cannot tell. */
export async function endpointsExist(client: AriClient, configuration: Configuration): Promise<readonly Finding[]> {
  const check = 'endpoints';
  const known = new Map(
    (await client.endpoints()).map(({ technology, resource, state }) => [`${technology}/${resource}`.toLowerCase(), state]),
  );
  return [...targets(configuration)].flatMap(([written, keys]) => {
    const { technology, resource, context } = dialTarget(written);
    const what = `${written} (${keys.join(', ')})`;
    if (context !== undefined) return [];
    if (resource === undefined) return warn(check, `${what}: its trunk cannot be told from it`, 'write it as TECHNOLOGY/{number}@TRUNK.');
    const state = known.get(`${technology}/${resource}`.toLowerCase());
    switch (state) {
      case 'online':
        return ok(check, `${what} is online`);
      case 'offline':
        return fail(
          check,
          `${what}: ${resource} is offline`,
          `see why: asterisk -rx "pjsip show endpoint ${resource}"; the phone is not registered, or the provider does not answer.`,
        );
      case undefined:
        return fail(
          check,
          `${what}: Asterisk knows no endpoint ${technology}/${resource}`,
          'add it to pjsip.conf, or correct the configuration; see: asterisk -rx "pjsip show endpoints".',
        );
      default:
        return ok(check, `${what} exists; whether it can be reached Asterisk does not know (qualify_frequency=60 in its aor lets it look)`);
    }
  });
}
