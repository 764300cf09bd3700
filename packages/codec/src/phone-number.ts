declare const phoneNumberBrand: unique symbol;

/** A phone number in E.164: `+` and 7–15 digits, e.g. `+380675040279`. */
export type PhoneNumber = string & { readonly [phoneNumberBrand]: true };
