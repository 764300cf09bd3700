/** A message as the judge sends it: its fields in order, before anything is done to their form. */
export interface Sample {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What tells its effect from others': the GUID of a SayText, else empty. */
  readonly guid: string;
}

/** Bytes of a text, UTF-8. */
export function bytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** A sample in the strict form [reading 23]. */
export function strict(sample: Sample): Buffer {
  return bytes(`${strictLines(sample)}\r\n`);
}

/** The lines of a sample in the strict form, without the blank line. */
export function strictLines({ fields }: Sample): string {
  return fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

/** A sample with other values for some of its fields. */
export function changed(sample: Sample, values: Readonly<Record<string, string>>): Sample {
  return { ...sample, fields: sample.fields.map(([name, value]) => [name, values[name] ?? value]) };
}
