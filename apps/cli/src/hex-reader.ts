import { CliError } from './cli-error.ts';

/** Reads hexadecimal digits as bytes, however they are cut; white space is skipped. */
export class HexReader {
  #digit: number | undefined;
  #at = 0;

  /** @throws CliError `failed` naming the place of the first character that is no digit. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes: number[] = [];
    for (const code of chunk) {
      this.#at += 1;
      if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
      const value = Number.parseInt(String.fromCharCode(code), 16);
      if (Number.isNaN(value)) {
        throw new CliError(
          'failed',
          `--hex: character ${this.#at} of the input is no hexadecimal digit. Give digits and white space only.`,
        );
      }
      if (this.#digit === undefined) {
        this.#digit = value;
      } else {
        bytes.push(this.#digit * 16 + value);
        this.#digit = undefined;
      }
    }
    return Uint8Array.from(bytes);
  }

  /** @throws CliError `failed` when half a byte is left. */
  end(): void {
    if (this.#digit !== undefined) throw new CliError('failed', '--hex: the input ends in half a byte. Give two digits for each byte.');
  }
}
