import { nationalNumber, type PhoneNumber } from '@taxinav/codec';
import { compileNumberPattern, type ColumnConfiguration } from '@taxinav/bridge-contract';

/** Why a number may not be dialled; short ASCII, fit for the wire. */
export type NumberRefusal = 'premium number' | 'international number' | 'number not allowed';

/** What may be dialled for a column. */
export interface NumberPolicy {
  /** Undefined when the number may be dialled. Premium and international numbers are denied before any pattern. */
  refusal(phone: PhoneNumber): NumberRefusal | undefined;
}

/** Compiles a column's `numbers`: patterns of whole national numbers. */
export function createNumberPolicy(column: Pick<ColumnConfiguration, 'numbers'>): NumberPolicy {
  const patterns = column.numbers.map(compileNumberPattern);
  return {
    refusal(phone) {
      if (!phone.startsWith('+380')) return 'international number';
      const national = nationalNumber(phone);
      if (national.startsWith('0900')) return 'premium number';
      return patterns.some((matches) => matches(national)) ? undefined : 'number not allowed';
    },
  };
}
