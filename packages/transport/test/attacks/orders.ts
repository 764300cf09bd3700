import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the attacker can do; see `attacker.ts`. */
export type Attack = 'drip' | 'endless' | 'hold' | 'deaf' | 'burst' | 'reset';

/** What it is told to do. */
export interface Order {
  readonly attack: Attack;
  readonly port: number;
  readonly connections: number;
  /** What it says. */
  readonly text: string;
  /** Connections from one source address; then the next one's turn. All from one when absent. */
  readonly perAddress?: number;
  readonly everyMs?: number;
  readonly perSecond?: number;
  readonly bytes?: number;
  /** It does not answer a FIN. */
  readonly stubborn?: boolean;
  /** It does not read. */
  readonly noisy?: boolean;
}

/** What it saw; times are from a connection's opening to the end of it. */
export interface AttackResult {
  readonly connections: number;
  readonly bytesReceived: number;
  readonly shortestMs: number;
  readonly longestMs: number;
}

/** A process of its own that waits for the order to attack. */
export interface Attacker extends AsyncDisposable {
  /** Gives the order. */
  begin(order: Order): void;
  /** All connections of a `hold` are open, or were refused. */
  readonly opened: Promise<void>;
  readonly result: Promise<AttackResult>;
}

/** Starts an attacker and waits until it is ready: that a process starts is no part of its attack. `cores`: where it is to run, for `taskset`. */
export async function startAttacker(cores?: string): Promise<Attacker> {
  const file = fileURLToPath(new URL('attacker.ts', import.meta.url));
  const child = fork(file, cores === undefined ? [] : [cores], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ended = once(child, 'exit');
  const ready = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const result = Promise.withResolvers<AttackResult>();
  // Whoever gives up early asks for neither.
  opened.promise.catch(() => undefined);
  result.promise.catch(() => undefined);
  child.on('message', (news: { readonly ready?: true; readonly opened?: number; readonly result?: AttackResult }) => {
    if (news.ready === true) ready.resolve();
    if (news.opened !== undefined) opened.resolve();
    if (news.result !== undefined) result.resolve(news.result);
  });
  child.once('exit', (code) => {
    for (const { reject } of [ready, opened, result]) reject(new Error(`the attacker ended with ${String(code)}`));
  });
  await ready.promise;
  return {
    begin: (order) => void child.send(order),
    opened: opened.promise,
    result: result.promise,
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
