import type { RunningAsterisk } from '@taxinav/asterisk';
import { createAriClient, type AriClient } from '../../src/asterisk/ari-client.ts';
import { readAriEvent, type AriEvent } from '../../src/asterisk/ari-events.ts';
import { IncomingCalls } from '../../src/asterisk/incoming-calls.ts';
import type { AsteriskWarning } from '../../src/asterisk/options.ts';
import type { Clock, IncomingCall, IncomingCallOutcome } from '../../src/index.ts';
import { realClock } from './real-clock.ts';

/** Calls from outside, listened to on both applications of a running Asterisk, without the rest of the driver. */
export interface CallsInTrial extends AsyncDisposable {
  readonly clock: Clock;
  readonly client: AriClient;
  readonly application: string;
  readonly incoming: IncomingCalls;
  readonly calls: readonly IncomingCall[];
  readonly outcomes: readonly IncomingCallOutcome[];
  readonly warnings: readonly AsteriskWarning[];
  /** Calls a line from a phone that stays on it; returns the id of the caller's channel. */
  ring(endpoint: string, callerId?: string): Promise<string>;
}

/** @param deaf the application for call control is open and nobody listens, as in a frozen bridge */
export async function startCallsIn(asterisk: RunningAsterisk, application: string, deaf = false): Promise<CallsInTrial> {
  const client = createAriClient({ clock: realClock, url: asterisk.ariUrl, username: asterisk.username, password: asterisk.password });
  const calls: IncomingCall[] = [];
  const outcomes: IncomingCallOutcome[] = [];
  const warnings: AsteriskWarning[] = [];
  const incoming = new IncomingCalls({
    clock: realClock,
    client,
    application,
    linkedIds: 100,
    onCall: (call) => calls.push(call),
    onOutcome: (outcome) => outcomes.push(outcome),
    onWarning: (warning) => warnings.push(warning),
  });
  const sockets = await Promise.all([
    listen(asterisk, `${application}-events`, (event) => incoming.onEvent(event)),
    listen(asterisk, application, (event) => {
      if (!deaf) incoming.onControlEvent(event);
    }),
  ]);
  await client.subscribe(`${application}-events`, ['channel:', 'bridge:']);
  const authorization = `Basic ${btoa(`${asterisk.username}:${asterisk.password}`)}`;
  return {
    clock: realClock,
    client,
    application,
    incoming,
    calls,
    outcomes,
    warnings,
    ring: async (endpoint, callerId = '0675040279') => {
      const query = new URLSearchParams({ endpoint, callerId, context: 'caller', extension: 's', priority: '1', formats: 'slin' });
      const response = await fetch(`${asterisk.ariUrl}/channels?${query.toString()}`, { method: 'POST', headers: { authorization } });
      const { id } = (await response.json()) as { readonly id: string };
      return id;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.close();
      for (let left = await client.channels(); left.length > 0; left = await client.channels()) {
        await Promise.allSettled(left.map(({ id }) => client.hangUp(id)));
      }
    },
  };
}

async function listen(asterisk: RunningAsterisk, application: string, onEvent: (event: AriEvent) => void): Promise<WebSocket> {
  const query = `app=${application}&api_key=${asterisk.username}:${asterisk.password}`;
  const socket = new WebSocket(`${asterisk.ariUrl.replace('http', 'ws')}/events?${query}`);
  socket.addEventListener('message', ({ data }) => {
    const read = readAriEvent(String(data));
    if ('event' in read) onEvent(read.event);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  return socket;
}
