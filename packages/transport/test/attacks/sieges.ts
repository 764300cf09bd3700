import { ACK_OK, DIAL } from '../samples.ts';
import type { Siege } from './siege.ts';

/** Whether the attacks are of full size: `npm run long`. */
export const LONG: boolean = process.env['TAXINAV_LONG'] === '1';

const MANY = 20_000;

/** How many connections each attack has, and what else differs between the short and the long run. */
const SIZE = LONG
  ? {
      drips: 1_000,
      dripMs: 2_000,
      dripDeadlineMs: 10_000,
      endlessBytes: 1_073_741_824,
      crowd: 10_000,
      burst: 120_000,
      resets: 5_000,
      deaf: 50,
    }
  : { drips: 200, dripMs: 5, dripDeadlineMs: 400, endlessBytes: 1_048_576, crowd: 1_000, burst: 1_000, resets: 500, deaf: 4 };

/** How long a message may take in `slow bytes`. */
export const DRIP_DEADLINE_MS: number = SIZE.dripDeadlineMs;

/** How many connections a crowd has. */
export const CROWD: number = SIZE.crowd;

/** How many messages a burst has. */
export const BURST: number = SIZE.burst;

/** How many resets there are. */
export const RESETS: number = SIZE.resets;

/** How many talk and never listen. */
export const DEAF: number = SIZE.deaf;

/** The attacks, by what a listener goes through. */
export const SIEGES = {
  'slow bytes': {
    options: { messageDeadlineMs: SIZE.dripDeadlineMs, connections: MANY },
    order: { attack: 'drip', connections: SIZE.drips, text: DIAL.slice(0, -2), everyMs: SIZE.dripMs, perAddress: 32 },
  },
  'a line without an end': {
    order: { attack: 'endless', connections: 1, text: '', bytes: SIZE.endlessBytes },
  },
  'a crowd that stays': {
    options: { connections: MANY },
    order: { attack: 'hold', connections: SIZE.crowd, text: DIAL, perAddress: 32 },
    ready: ({ handled }) => handled === SIZE.crowd,
    close: true,
  },
  'a crowd with half a message': {
    options: { connections: MANY },
    order: { attack: 'hold', connections: SIZE.crowd, text: DIAL.slice(0, 20), perAddress: 32 },
    ready: ({ bytesIn }) => bytesIn === SIZE.crowd * 20,
    close: true,
  },
  'a crowd above the cap': {
    order: { attack: 'hold', connections: SIZE.crowd, text: DIAL, perAddress: 32 },
    ready: ({ connected }) => connected === SIZE.crowd,
    close: true,
  },
  'a crowd from one address': {
    order: { attack: 'hold', connections: SIZE.crowd, text: DIAL },
    ready: ({ connected, refused, handled }) => connected + refused === SIZE.crowd && handled === 32,
    close: true,
  },
  'peers that never read': {
    options: { writeDeadlineMs: 500, connectionsPerAddress: MANY },
    order: { attack: 'deaf', connections: SIZE.deaf, text: DIAL },
    answer: { message: 'ACK', error: 'x'.repeat(3_000) },
  },
  'peers that never close': {
    options: { writeDeadlineMs: 300, connections: MANY },
    order: { attack: 'hold', connections: 100, text: DIAL, perAddress: 32, stubborn: true },
    ready: ({ handled }) => handled === 100,
    finish: (listener) => listener.drain(60_000),
  },
  'silent peers that never close': {
    options: { idleMs: 200, writeDeadlineMs: 200, connections: MANY },
    order: { attack: 'hold', connections: 100, text: '', perAddress: 32, stubborn: true },
  },
  'resets at every byte': {
    options: { connections: MANY },
    order: { attack: 'reset', connections: SIZE.resets, text: DIAL, perAddress: 32 },
  },
  'a burst of connects': {
    options: { connections: MANY, connectionsPerAddress: MANY },
    order: { attack: 'burst', connections: SIZE.burst, text: DIAL, perSecond: 2_000, perAddress: 1_000 },
  },
} as const satisfies Record<string, Siege>;

/** The bytes of one answer of `OK`. */
export const ANSWER_BYTES: number = ACK_OK.length;
