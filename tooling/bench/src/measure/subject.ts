/** What a child process can be asked: a method's name, with data that survives JSON both ways. */
export type Subject = Readonly<Record<string, (argument: unknown) => unknown>>;

/** A question to a child and its answer. */
export interface Question {
  readonly id: number;
  readonly method: string;
  readonly argument?: unknown;
}

/** `error` is the text of what was thrown. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
