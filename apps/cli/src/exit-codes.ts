/** What a run of `taxinav` ends with. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, noAnswer: 4, configuration: 78 } as const;

/** A value of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
