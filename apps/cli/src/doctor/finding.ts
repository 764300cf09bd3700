/** What a check came to: `ok`, `warn` (it works, but), `fail` (it will not work). */
export const VERDICTS = ['ok', 'warn', 'fail'] as const;

/** A value of {@link VERDICTS}. */
export type DoctorVerdict = (typeof VERDICTS)[number];

/** One line of the doctor. */
export interface Finding {
  /** `asterisk`, `database`, … */
  readonly check: string;
  readonly verdict: DoctorVerdict;
  /** One sentence: what was found. */
  readonly detail: string;
  /** What to do; absent with `ok`. */
  readonly remedy?: string;
}

/** Some findings of one check, found when they are asked for. */
export type DoctorCheck = () => Promise<readonly Finding[]>;

export function ok(check: string, detail: string): Finding {
  return { check, verdict: 'ok', detail };
}

export function warn(check: string, detail: string, remedy: string): Finding {
  return { check, verdict: 'warn', detail, remedy };
}

export function fail(check: string, detail: string, remedy: string): Finding {
  return { check, verdict: 'fail', detail, remedy };
}
