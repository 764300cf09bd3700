import { compileNumberPattern, type ColumnConfiguration } from '@taxinav/bridge-contract';
import { parsePhoneNumber, type PhoneNumber } from '@taxinav/codec';
import { CliError } from '../cli-error.ts';

const PREFIXES = ['067', '050', '093', '063', '044', '032'];

/** Numbers tried before giving up. */
const TRIES = 300;

/**
 * A number of the simulated network that a column may dial, with the last digit that decides what its phone does.
 * A new one each time, so that the limit of calls to one phone is not met by playing often.
 *
 * @throws CliError `failed` when the column's patterns allow none
 */
export function playableNumber({ id, numbers }: ColumnConfiguration, lastDigit: number, random: () => number): PhoneNumber {
  const patterns = numbers.map(compileNumberPattern);
  for (let tries = 0; tries < TRIES; tries++) {
    const middle = String(Math.floor(random() * 1_000_000)).padStart(6, '0');
    const national = `${PREFIXES[tries % PREFIXES.length]}${middle}${lastDigit}`;
    const number = parsePhoneNumber(national);
    if (number !== undefined && patterns.some((matches) => matches(national))) return number;
  }
  throw new CliError('failed', `columns.${id}.numbers: no number was found that may be dialled. Play with a column that has the default.`);
}
