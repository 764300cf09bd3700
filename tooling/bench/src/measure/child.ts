import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './subject.ts';

const ENTRY = fileURLToPath(new URL('../child.ts', import.meta.url));

/** How a child process is started. */
export interface ChildOptions {
  /** Which of the subjects of `child.ts`. */
  readonly subject: string;
  readonly argument?: unknown;
  readonly execArgv?: readonly string[];
}

/** A process that holds one contestant, so that no other one's code has warmed or spoilt its compiler. */
export class Child implements AsyncDisposable {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #serial = 0;

  private constructor(process: ChildProcess) {
    this.pid = process.pid ?? 0;
    this.#process = process;
    process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer.value);
      else waiting?.reject(new Error(answer.error));
    });
    process.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a child process ended (${code ?? signal})`));
    });
  }

  /** Starts one and waits until its subject is ready. */
  static async start({ subject, argument, execArgv = [] }: ChildOptions): Promise<Child> {
    const child = new Child(fork(ENTRY, [subject], { execArgv: ['--no-deprecation', '--no-warnings', ...execArgv], stdio: 'inherit' }));
    await child.ask('start', argument);
    return child;
  }

  /** Asks for a method's result. */
  ask<Value>(method: string, argument?: unknown): Promise<Value> {
    this.#serial += 1;
    const question: Question = { id: this.#serial, method, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { resolve: resolve as (value: unknown) => void, reject });
      this.#process.send(question);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
