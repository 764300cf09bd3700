/** Refuses an option that is no whole number from `least` to `most`. @throws RangeError */
export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name}: expected a whole number from ${least} to ${most}, got ${String(value).slice(0, 40)}`);
}
