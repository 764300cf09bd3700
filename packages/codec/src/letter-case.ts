/** Lower case of A–Z only, so that no other letter (the Kelvin sign, a dotted I) ever passes for a protocol word. [reading 6] */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
