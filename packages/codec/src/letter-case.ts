// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII_ONLY = /^[\u0000-\u007f]*$/;

/** Lower case of A–Z only, so that no other letter (the Kelvin sign, a dotted I) ever passes for a protocol word. [reading 6] */
export function asciiLowerCase(text: string): string {
  return ASCII_ONLY.test(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
