import type { IncomingCallOutcome } from '../pbx.ts';
import type { AriChannel, AriEvent } from './ari-events.ts';

/** Channels of one call that are remembered; a call that rings more phones is not told apart any more. */
const CHANNELS_OF_A_CALL = 200;

/** Dial, bridge and end, as far as they tell what became of a call. */
type RoutingEvent = Extract<AriEvent, { readonly type: 'Dial' | 'ChannelEnteredBridge' | 'ChannelLeftBridge' | 'ChannelDestroyed' }>;

/**
 * Follows one call from outside through the PBX's own routing until somebody answers or the caller is gone.
 *
 * ARI does not tell linked ids, so the call's channels are known by who dialled whom. That the caller's own channel is up proves
 * nothing: a menu or a queue answers too. An answer is a dialled channel that answered, or one that joined the caller's bridge.
 */
export class RoutedCall {
  readonly #channelId: string;
  readonly #settle: (outcome: IncomingCallOutcome['outcome'], endpoint?: string) => void;
  /** Names of the channels of this call, the two halves of a Local channel under one. */
  readonly #names: Set<string>;
  /** Bridges that a channel of this call is in. */
  readonly #bridges = new Set<string>();

  constructor(channelId: string, channelName: string, settle: (outcome: IncomingCallOutcome['outcome'], endpoint?: string) => void) {
    this.#channelId = channelId;
    this.#names = new Set([wholeName(channelName)]);
    this.#settle = settle;
  }

  onEvent(event: RoutingEvent): void {
    switch (event.type) {
      case 'Dial':
        if (event.caller !== undefined) this.#onDial(event.caller, event.peer, event.dialStatus);
        return;
      case 'ChannelEnteredBridge':
        if (this.#isOfThisCall(event.channel)) this.#bridges.add(event.bridgeId);
        else if (this.#bridges.has(event.bridgeId) && !isLocal(event.channel)) this.#settle('answered', endpointOf(event.channel));
        return;
      case 'ChannelLeftBridge':
        if (this.#isOfThisCall(event.channel)) this.#bridges.delete(event.bridgeId);
        return;
      case 'ChannelDestroyed':
        if (event.channel.id === this.#channelId) this.#settle('missed');
        return;
      default:
        event satisfies never;
    }
  }

  #onDial(caller: AriChannel, peer: AriChannel, dialStatus: string): void {
    if (!this.#isOfThisCall(caller)) return;
    if (this.#names.size < CHANNELS_OF_A_CALL) this.#names.add(wholeName(peer.name));
    // Behind a Local channel stands the phone itself, whose answer was told before.
    if (dialStatus === 'ANSWER') this.#settle('answered', isLocal(peer) ? undefined : endpointOf(peer));
  }

  #isOfThisCall(channel: AriChannel): boolean {
    return channel.id === this.#channelId || (channel.name !== '' && this.#names.has(wholeName(channel.name)));
  }
}

function wholeName(name: string): string {
  return name.replace(/;[12]$/, '');
}

function isLocal({ name }: AriChannel): boolean {
  return name.startsWith('Local/');
}

/** `PJSIP/101` of `PJSIP/101-0000002a`; `undefined` of a channel without a name. */
function endpointOf({ name }: AriChannel): string | undefined {
  const endpoint = name.replace(/-[0-9a-f]{8,}$/, '');
  return endpoint === '' ? undefined : endpoint;
}
