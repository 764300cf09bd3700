declare const phoneNumberBrand: unique symbol;

/** A phone number in E.164: `+` and 7–15 digits, e.g. `+380675040279`. */
export type PhoneNumber = string & { readonly [phoneNumberBrand]: true };

/** At most this many characters are looked at; a longer text is no phone number. */
const MAX_WRITTEN_CHARACTERS = 40;

const WRITTEN = /^\+?[0-9 ().-]+$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;
const UKRAINIAN = /^380[1-9][0-9]{8}$/;

/**
 * Reads a phone number as people and programs of Ukraine write it.
 *
 * Ukrainian: `0671234567`, `380671234567`, `+380…`, `00380…`, `38(067)…`, `80671234567`. Foreign: `+` or `00` and 7–15 digits,
 * or 11–15 bare digits that are no Ukrainian form. Spaces, hyphens, dots and parentheses may stand between digits; digits are ASCII.
 * Short codes, letters and a Ukrainian number of the wrong length are `undefined`. Form only: whether a number may be dialled
 * is not judged here. Source: [TN-21], [reading 20], [reading 21].
 */
export function parsePhoneNumber(text: string): PhoneNumber | undefined {
  if (text.length > MAX_WRITTEN_CHARACTERS) return undefined;
  const written = text.trim();
  if (!WRITTEN.test(written)) return undefined;
  const digits = written.replace(/[^0-9]/g, '');
  if (written.startsWith('+')) return international(digits);
  if (digits.startsWith('00')) return international(digits.slice(2));
  if (/^0[1-9][0-9]{8}$/.test(digits)) return joined('+38', digits) as PhoneNumber;
  if (/^80[1-9][0-9]{8}$/.test(digits)) return joined('+3', digits) as PhoneNumber;
  return digits.length >= 11 ? international(digits) : undefined;
}

/** Digits with their country code; those of Ukraine have exactly one length, so that a cut number never passes for a foreign one. */
function international(digits: string): PhoneNumber | undefined {
  if (digits.startsWith('380') && !UKRAINIAN.test(digits)) return undefined;
  const number = joined('+', digits);
  return E164.test(number) ? (number as PhoneNumber) : undefined;
}

/** One string and not two tied together, which would take more memory and cost twice as much to write. */
function joined(prefix: string, digits: string): string {
  return [prefix, digits].join('');
}

/** Whether a text is a phone number in the one form used inside: E.164, of the right length if Ukrainian. */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return E164.test(text) && international(text.slice(1)) === text;
}

/**
 * The form a number has on the wire: ten digits (`0671234567`) for Ukraine, else the digits with their country code and no plus.
 * The few foreign numbers whose bare digits would be read otherwise (fewer than 11, or like `80…`) get `00` before them, so that
 * {@link parsePhoneNumber} always returns the same number. Source: [TN-21], [reading 21].
 */
export function nationalNumber(phone: PhoneNumber): string {
  if (phone.startsWith('+380')) return phone.slice(3);
  const digits = phone.slice(1);
  return parsePhoneNumber(digits) === phone ? digits : `00${digits}`;
}

/**
 * A number for logs and pages: `067***0279`, the first three and last four digits of its wire form.
 * Safe for any text: what is shorter than ten digits becomes `***`, and nothing but digits is ever let through.
 */
export function maskPhoneNumber(text: string): string {
  const phone = parsePhoneNumber(text);
  const digits = phone === undefined ? text.slice(0, 64).replace(/[^0-9]/g, '') : nationalNumber(phone);
  return digits.length < 10 ? '***' : `${digits.slice(0, 3)}***${digits.slice(-4)}`;
}
