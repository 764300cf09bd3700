declare const guidBrand: unique symbol;

/** A GUID exactly as it was received, e.g. `{6f9619ff-8b86-d011-b42d-00cf4fc964ff}`. Compare with {@link canonicalGuid}. */
export type Guid = string & { readonly [guidBrand]: true };

declare const canonicalGuidBrand: unique symbol;

/** A GUID in its one canonical form: 36 characters, upper case, hyphens, no braces. */
export type CanonicalGuid = Guid & { readonly [canonicalGuidBrand]: true };

const HYPHENATED = /^(?:\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const BARE = /^(?:\{[0-9a-f]{32}\}|[0-9a-f]{32})$/i;

/**
 * Reads a GUID: 8-4-4-4-12 hexadecimal digits with all hyphens or none, in any case, bare or in braces.
 * The text comes back unchanged; `undefined` for anything else, surrounding spaces included. Source: [TN-12], [reading 15].
 */
export function parseGuid(text: string): Guid | undefined {
  // A string of its own: a part of a longer one would keep all of that alive, and one tied together from parts costs twice as much to write.
  return HYPHENATED.test(text) || BARE.test(text) ? ([text.slice(0, 18), text.slice(18)].join('') as Guid) : undefined;
}

/** The one form by which two GUIDs are compared: `6F9619FF-8B86-D011-B42D-00CF4FC964FF`. [reading 15] */
export function canonicalGuid(guid: Guid): CanonicalGuid {
  const digits = guid.replace(/[{}-]/g, '').toUpperCase();
  const groups = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)];
  return groups.join('-') as CanonicalGuid;
}
