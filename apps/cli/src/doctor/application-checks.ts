import type { Configuration } from '@taxinav/bridge-contract';
import type { AriClient } from '@taxinav/telephony/asterisk';
import { fail, ok, warn, type Finding } from './finding.ts';

const check = 'asterisk';
/** Ids as bridges give them to the channels they ask for. */
const BRIDGES_CHANNEL = /^[A-Za-z0-9-]{1,120}-[12](?:;[12])?$/;

/**
 * Whether nobody else holds the two applications.
 *
 * Asterisk lists an application for longer than somebody listens to it: as long as it is subscribed to a channel or a bridge that lives, and then
 * until the next websocket goes. It does not say which it is. A bridge always opens both, though, and `NAME-events` goes with its websocket.
 */
export async function applicationsAreFree(
  client: AriClient,
  { pbx, database }: Configuration,
  bridgeRuns: boolean,
): Promise<readonly Finding[]> {
  const { application } = pbx.asterisk;
  const open = await listed(client);
  const ours = [application, `${application}-events`];
  const taken = ours.filter((name) => open.has(name));
  if (bridgeRuns) {
    return taken.length === ours.length
      ? [ok(check, `the applications ${ours.join(' and ')} are open: the bridge's own`)]
      : [
          fail(
            check,
            `a bridge runs, but only ${taken.length} of its applications ${ours.join(' and ')} are open`,
            "see the bridge's log about ARI.",
          ),
        ];
  }
  if (taken.length === 0) return [ok(check, `the applications ${ours.join(' and ')} are free`)];
  const channels = open.get(application);
  if (channels !== undefined && taken.length === 1) return [leftOrForeign(application, channels)];
  const detail = `${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} open: another program holds Asterisk`;
  return database.kind === 'postgres'
    ? [warn(check, detail, 'if that is another bridge on the same database, all is well: it holds the lease.')]
    : [fail(check, detail, 'two bridges would throw each other out: end the other, or choose another pbx.asterisk.application.')];
}

function leftOrForeign(application: string, channels: readonly string[]): Finding {
  const alone = `${application} is listed without ${application}-events, which every bridge that is connected has`;
  if (channels.length > 0 && channels.every((id) => BRIDGES_CHANNEL.test(id)))
    return warn(
      check,
      `${alone}: a bridge has stopped and left ${channels.length === 1 ? 'a call leg' : `${channels.length} call legs`} that still live`,
      'nothing is to be done: a bridge that is started takes them up again, else they end by themselves; see: asterisk -rx "core show channels".',
    );
  return warn(
    check,
    `${alone}: a bridge that has stopped has left it, or another program has opened it; Asterisk does not say which`,
    `if no program but the bridge uses the name ${application}, all is well; else end that program, or choose another pbx.asterisk.application.`,
  );
}

/** The applications and the channels that each is subscribed to. */
async function listed(client: AriClient): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map((await client.applications()).map(({ name, channelIds }) => [name, channelIds]));
}
