/** Each tolerance of the decoder, in the order in which one message's are told. */
export const DIAGNOSTIC_CODES = [
  'byte-order-mark',
  'trailing-space',
  'blank-line-with-spaces',
  'no-space-after-colon',
  'extra-space-after-colon',
  'bare-lf',
  'lone-cr',
  'extra-blank-line',
  'name-case',
  'field-order',
  'unknown-field',
  'end-for-blank-line',
  'text-of-several-lines',
  'text-in-angle-brackets',
  'guid-form',
  'car-type-form',
  'status-form',
  'duplicate-field',
  'time-form',
  'phone-form',
  'foreign-number',
  'assumed-windows-1251',
] as const;

/** What the decoder put up with. */
export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

/** The reading of PROTOCOL.md that allows each tolerance. */
export const DIAGNOSTIC_READINGS: Readonly<Record<DiagnosticCode, number>> = {
  'byte-order-mark': 14,
  'trailing-space': 1,
  'blank-line-with-spaces': 2,
  'no-space-after-colon': 3,
  'extra-space-after-colon': 3,
  'bare-lf': 4,
  'lone-cr': 4,
  'extra-blank-line': 5,
  'name-case': 6,
  'field-order': 7,
  'unknown-field': 8,
  'end-for-blank-line': 11,
  'text-of-several-lines': 12,
  'text-in-angle-brackets': 13,
  'guid-form': 15,
  'car-type-form': 16,
  'status-form': 17,
  'duplicate-field': 18,
  'time-form': 19,
  'phone-form': 20,
  'foreign-number': 21,
  'assumed-windows-1251': 22,
};

/** One departure from the strict form that was read all the same; told once per code and message. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** The number of the reading in PROTOCOL.md. */
  readonly reading: number;
  /** The wire name of the first field it was seen in, where it belongs to a field. */
  readonly field?: string;
}

/** What was tolerated in one block: each code once, with the first field it was seen in. */
export class Tolerances {
  /** Made at the first tolerance: most connections need none. */
  #seen: Map<DiagnosticCode, string | undefined> | undefined;

  /** Notes a tolerance; a code that was noted already keeps its first field. */
  note(code: DiagnosticCode, field?: string): void {
    this.#seen ??= new Map();
    if (!this.#seen.has(code)) this.#seen.set(code, field);
  }

  /** Whether nothing was noted. */
  get none(): boolean {
    return this.#seen === undefined;
  }

  /** Whether this code was noted. */
  has(code: DiagnosticCode): boolean {
    return this.#seen?.has(code) === true;
  }

  /** Forgets all that was noted. */
  clear(): void {
    this.#seen = undefined;
  }

  /** Tells all that was noted, in the order of {@link DIAGNOSTIC_CODES}, and forgets it. */
  tell(onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined): void {
    const seen = this.#seen;
    if (seen === undefined) return;
    this.#seen = undefined;
    if (onDiagnostic === undefined) return;
    for (const code of DIAGNOSTIC_CODES) if (seen.has(code)) onDiagnostic(diagnostic(code, seen.get(code)));
  }
}

/** A diagnostic with the reading of its code. */
export function diagnostic(code: DiagnosticCode, field?: string): Diagnostic {
  const reading = DIAGNOSTIC_READINGS[code];
  return field === undefined ? { code, reading } : { code, reading, field };
}
