import { MessageDecoder, type MessageName } from '@taxinav/codec';
import type { ParserContestant } from './parser.ts';

const names = new Set<MessageName | undefined>();

/** The public decoder as a user opens it, diagnostics heard. `encoding` undefined: the default, `auto`. */
function decoder(name: string, fixed: boolean): ParserContestant {
  return {
    name,
    dialect: 'taxi-navigator',
    windows1251: true,
    open(encoding, count) {
      const decoder = new MessageDecoder({
        ...(fixed && { encoding }),
        onDiagnostic: ({ code }) => {
          if (code !== 'assumed-windows-1251') throw new Error(`the corpus is not in the strict form: ${code}`);
        },
      });
      return {
        push(chunk) {
          for (const result of decoder.push(chunk)) {
            if ('fault' in result) throw new Error(`the corpus holds a fault: ${result.reason}`);
            names.add(result.message);
            count();
          }
        },
      };
    },
  };
}

/** Our own, with the default encoding and with the column's encoding fixed. */
export const OWN_PARSERS: readonly ParserContestant[] = [decoder('taxinav', false), decoder('taxinav, encoding fixed', true)];
