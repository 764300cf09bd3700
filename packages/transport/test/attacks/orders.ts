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

/** An attack under way, in a process of its own. */
export interface AttackUnderWay extends AsyncDisposable {
  /** All connections of a `hold` are open, or were refused. */
  readonly opened: Promise<void>;
  readonly result: Promise<AttackResult>;
}

/** Starts an attack. */
export function attack(order: Order): AttackUnderWay {
  const child = fork(fileURLToPath(new URL('attacker.ts', import.meta.url)), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ended = once(child, 'exit');
  const opened = Promise.withResolvers<void>();
  const result = Promise.withResolvers<AttackResult>();
  // Whoever gives up early asks for neither.
  opened.promise.catch(() => undefined);
  result.promise.catch(() => undefined);
  child.on('message', (news: { readonly opened?: number; readonly result?: AttackResult }) => {
    if (news.opened !== undefined) opened.resolve();
    if (news.result !== undefined) result.resolve(news.result);
  });
  child.once('exit', (code) => {
    for (const { reject } of [opened, result]) reject(new Error(`the attacker ended with ${String(code)}`));
  });
  child.send(order);
  return {
    opened: opened.promise,
    result: result.promise,
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
