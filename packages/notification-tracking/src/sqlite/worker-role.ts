import type { PlainError, WorkerAnswer, WorkerRequest } from './messages.ts';

/** What a worker does with what it is sent. */
export interface WorkerRole {
  run(requests: readonly WorkerRequest[]): Promise<{ readonly answers: readonly WorkerAnswer[]; readonly failure?: PlainError }>;
  /** Between groups, after the answers have left. */
  tidy(): void;
  close(): void;
}
