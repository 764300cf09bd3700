import { changeEventSchema } from '@taxinav/bridge-contract';
import type { BridgeTarget } from '../bridge-client.ts';

/** What of an event may wait for its end; the bridge's are far shorter. */
const EVENT_CHARACTERS = 65_536;

/** Reads the bridge's event stream until the signal aborts, and tells the GUID of each change. Rejects when the stream ends or is refused. */
export async function followEvents({ url, token }: BridgeTarget, signal: AbortSignal, onChange: (guid: string) => void): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    redirect: 'error',
    signal,
    headers: { accept: 'text/event-stream', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  if (!response.ok || response.body === null) throw new Error(`the stream was answered with HTTP status ${response.status}`);
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const guid = changedGuid(text.slice(0, end));
      if (guid !== undefined) onChange(guid);
      text = text.slice(end + 2);
    }
    if (text.length > EVENT_CHARACTERS) throw new Error('an event has no end');
  }
  throw new Error('the bridge has ended the stream');
}

/** The GUID of a `change` event; undefined for any other. */
function changedGuid(event: string): string | undefined {
  const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(event)?.[1] ?? '';
  if (field('event') !== 'change') return undefined;
  try {
    return changeEventSchema.parse(JSON.parse(field('data'))).guid;
  } catch {
    return undefined;
  }
}
