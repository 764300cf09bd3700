declare const guidBrand: unique symbol;

/** A GUID exactly as it was received, e.g. `{6f9619ff-8b86-d011-b42d-00cf4fc964ff}`. Compare with {@link canonicalGuid}. */
export type Guid = string & { readonly [guidBrand]: true };

declare const canonicalGuidBrand: unique symbol;

/** A GUID in its one canonical form: 36 characters, upper case, hyphens, no braces. */
export type CanonicalGuid = Guid & { readonly [canonicalGuidBrand]: true };
