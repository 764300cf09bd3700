import { ringMsOf, SET_UP_MS } from '../call-lengths.ts';
import type { CallTarget, Leg } from '../pbx.ts';
import type { AriOriginate } from './ari-client.ts';

/** By how much Asterisk's own limits lie beyond the driver's, milliseconds. */
const BACKSTOP_MS = 15_000;

/** What a leg is made with. */
export interface AriLegOptions {
  readonly callId: string;
  readonly leg: Leg;
  readonly target: CallTarget;
  /** Its id at Asterisk: ours, and known before Asterisk is asked. */
  readonly channelId: string;
  /** What a later process needs. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long it may be up at the longest, milliseconds. */
  readonly longestUpMs: number;
}

/** How long the phone may take to its answer before Asterisk itself gives up: beyond the driver's own limits. Milliseconds. */
export function answerWithinMs(target: CallTarget): number {
  return SET_UP_MS + ringMsOf(target) + BACKSTOP_MS;
}

/** What a leg is asked for with: an id of ours, a limit that it ends by without us, and what a later process needs. */
export function legCreation({
  target,
  channelId,
  variables,
  longestUpMs,
}: AriLegOptions): Omit<AriOriginate, 'application' | 'timeoutSeconds'> {
  const absoluteMs = answerWithinMs(target) + longestUpMs + BACKSTOP_MS;
  return {
    channelId,
    endpoint: target.endpoint,
    ...(target.callerId === undefined ? {} : { callerId: target.callerId }),
    variables: {
      'TIMEOUT(absolute)': `${Math.ceil(absoluteMs / 1_000)}`,
      ...variables,
      ...autoAnswerVariable(target),
    },
  };
}

function autoAnswerVariable({ autoAnswer }: CallTarget): Readonly<Record<string, string>> {
  if (autoAnswer === undefined) return {};
  const colon = autoAnswer.indexOf(':');
  return { [`PJSIP_HEADER(add,${autoAnswer.slice(0, colon)})`]: autoAnswer.slice(colon + 1).trim() };
}
