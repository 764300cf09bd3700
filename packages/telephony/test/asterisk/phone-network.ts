import type { RunningAsterisk } from '@taxinav/asterisk';
import { WebSocket, type RawData } from 'ws';
import { createAriClient, type AriClient } from '../../src/asterisk/ari-client.ts';
import { readAriEvent, type AriEvent } from '../../src/asterisk/ari-events.ts';
import { realClock } from './real-clock.ts';

/** How long two joined phones talk, milliseconds. */
const TALK_MS = 5_000;

/** What the phones of a running Asterisk do, seen and moved from their own side. */
export interface PhoneNetworkWatch extends AsyncDisposable {
  readonly client: AriClient;
  /** Endpoints of the channels ever made for a call id, in order. */
  originated(callId: string): readonly string[];
  /** Ids of the calls with a channel, that begin so. */
  liveCalls(prefix: string): Promise<readonly string[]>;
  bridges(prefix: string): Promise<readonly string[]>;
  /** Watches again, after a restart. */
  reconnect(): Promise<void>;
}

/** Watches every channel; the second phone of a join hangs up after 5 s, as the bench of the scenarios promises. */
export async function watchPhones(asterisk: RunningAsterisk): Promise<PhoneNetworkWatch> {
  const client = createAriClient({ clock: realClock, url: asterisk.ariUrl, username: asterisk.username, password: asterisk.password });
  const made = new Map<string, string[]>();
  const names = new Map<string, string>();
  const talks = new Set<NodeJS.Timeout>();
  let socket: WebSocket | undefined;

  const hangUpFarHalf = async (channelId: string): Promise<void> => {
    const farName = (names.get(channelId) ?? '').replace(/;1$/, ';2');
    try {
      const far = (await client.channels()).find(({ name }) => name === farName);
      if (far !== undefined) await client.hangUp(far.id);
    } catch {
      // The PBX was restarted, or somebody else was faster.
    }
  };
  const onEvent = (event: AriEvent): void => {
    if (event.type === 'ChannelCreated' && event.channel.name.endsWith(';1')) {
      const { id, name } = event.channel;
      names.set(id, name);
      const callId = id.replace(/-[12]$/, '');
      made.set(callId, [...(made.get(callId) ?? []), name.replace(/-[0-9a-f]{8};1$/, '')]);
    }
    if (event.type === 'ChannelStateChange' && event.channel.state === 'Up' && event.channel.id.endsWith('-2')) {
      if (!made.has(event.channel.id.replace(/-2$/, ''))) return;
      const timer = setTimeout(() => {
        talks.delete(timer);
        void hangUpFarHalf(event.channel.id);
      }, TALK_MS);
      talks.add(timer);
    }
  };
  const reconnect = async (): Promise<void> => {
    socket?.terminate();
    const query = `app=watch&api_key=${asterisk.username}:${asterisk.password}`;
    const opened = new WebSocket(`${asterisk.ariUrl.replace('http', 'ws')}/events?${query}`);
    socket = opened;
    opened.on('message', (data: RawData) => {
      const read = readAriEvent((data as Buffer).toString());
      if ('event' in read) onEvent(read.event);
    });
    await new Promise((resolve, reject) => {
      opened.once('open', resolve);
      opened.once('error', reject);
    });
    opened.on('error', () => undefined);
    await client.subscribe('watch', ['channel:']);
  };
  await reconnect();

  return {
    client,
    originated: (callId) => made.get(callId) ?? [],
    liveCalls: async (prefix) => {
      const ids = (await client.channels()).map(({ id }) => id).filter((id) => id.startsWith(prefix) && !id.includes(';'));
      return [...new Set(ids.map((id) => id.replace(/-[12]$/, '')))];
    },
    bridges: async (prefix) => (await client.bridges()).map(({ id }) => id).filter((id) => id.startsWith(prefix)),
    reconnect,
    [Symbol.asyncDispose]: () => {
      for (const timer of talks) clearTimeout(timer);
      socket?.terminate();
      return Promise.resolve();
    },
  };
}
