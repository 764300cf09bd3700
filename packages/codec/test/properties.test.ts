import * as fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { expect, test } from 'vitest';
import {
  CAR_TYPES,
  decodeMessages,
  encodeMessage,
  encodeMessageInto,
  formatStatusTime,
  MessageDecoder,
  NOTIFICATION_STATUSES,
  parsePhoneNumber,
  nationalNumber,
  type Diagnostic,
  type Message,
  type TextEncoding,
} from '../src/index.ts';

// Without a seed of ours fast-check chooses one and prints it when a property fails: FAST_CHECK_SEED repeats that run.
const seed = Number.parseInt(process.env['FAST_CHECK_SEED'] ?? '', 10);
fc.configureGlobal({ ...(Number.isNaN(seed) ? {} : { seed }), numRuns: 400 });

const phone = fc.oneof(
  fc.stringMatching(/^\+380[1-9]\d{8}$/),
  fc.stringMatching(/^\+[1-9]\d{6,14}$/).filter((text) => parsePhoneNumber(text) === text),
);
const guid = fc.stringMatching(/^(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|\{[0-9a-f]{32}\})$/);
const time = fc
  .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
  .map((date) => formatStatusTime(date.getTime(), 'UTC'));

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
const word = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !hasControl(text) && text.isWellFormed());
const trimmed = word.map((text) => text.replace(/^ +| +$/g, ''));
const value = trimmed.filter((text) => text !== '');
const spoken = fc.oneof(
  value,
  value.map((text) => `<${text}>`),
  fc.constantFrom('<>', '<a> b <c>', 'Guid: x', ': a', 'Машина в 15:30'),
);
const fieldName = fc.stringMatching(/^X[A-Za-z0-9-]{0,31}$/);
const extra = fc
  .option(fc.array(fc.record({ name: fieldName, value: trimmed }), { minLength: 1, maxLength: 4 }), { nil: undefined })
  .map((fields) => (fields === undefined ? {} : { extra: fields }));

function withExtra(own: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Message> {
  return fc.tuple(fc.record(own), extra).map(([fields, more]) => ({ ...fields, ...more }) as unknown as Message);
}

const message: fc.Arbitrary<Message> = fc.oneof(
  withExtra({ message: fc.constant('Call'), callerId: phone, carType: fc.constantFrom(...CAR_TYPES) }),
  withExtra({ message: fc.constant('ACK'), error: value.filter((text) => text.toUpperCase() !== 'OK' || text === 'OK') }),
  withExtra({ message: fc.constant('Dial'), tel: phone }),
  withExtra({ message: fc.constant('SayText'), numberToCall: phone, textToSay: spoken, guid }),
  withExtra({ message: fc.constant('SayTextStatus'), guid, status: fc.constantFrom(...NOTIFICATION_STATUSES), statusChangedTime: time }),
  withExtra({ message: fc.constant('Conference'), tel1: phone, tel2: phone }),
  fc.record({
    message: fc.constant('Unknown' as const),
    name: value.map((text) => `Z${text}`),
    fields: fc.array(fc.record({ name: fieldName, value: trimmed }), { maxLength: 4 }),
  }),
);

/** Everything that decoding these pieces says, results and diagnostics alike. */
function heard(pieces: readonly Uint8Array[], encoding: TextEncoding = 'auto', limits = {}): unknown {
  const diagnostics: Diagnostic[] = [];
  const decoder = new MessageDecoder({ encoding, limits, onDiagnostic: (diagnostic) => diagnostics.push(diagnostic) });
  const results = pieces.flatMap((piece) => decoder.push(piece));
  return { results: [...results, ...decoder.end()], diagnostics };
}

/** After each of these pieces, what it has completed and how much is pending. */
function stepwise(pieces: readonly Uint8Array[], encoding: TextEncoding, limits = {}): unknown {
  const decoder = new MessageDecoder({ encoding, limits });
  return pieces.map((piece) => ({ results: decoder.push(piece), pending: decoder.pendingBytes }));
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return offsets.slice(1).map((end, index) => bytes.subarray(offsets[index], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

test('what is written is read back as the same message [reading 23]', () => {
  fc.assert(
    fc.property(message, fc.constantFrom<('spaced' | 'compact')[]>('spaced', 'compact'), (one, ackStyle) => {
      expect(decodeMessages(encodeMessage(one, { ackStyle }))).toEqual([one]);
    }),
  );
});

test('a stream of messages is read back in order, however it is cut [TN-1, reading 9]', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), cuts, (messages, at) => {
      const stream = Uint8Array.from(messages.flatMap((one) => [...encodeMessage(one)]));
      expect(heard(cutAt(stream, at))).toMatchObject({ results: messages });
    }),
  );
});

const PIECES = [
  'Message: ',
  'Dial',
  'SayText',
  'ACK',
  'Error',
  'OK',
  'Tel:',
  '0675040279',
  'TextToSay:',
  'Guid: ',
  '6F9619FF-8B86-D011-B42D-00CF4FC964FF',
  'NumberToCall:',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  '\uFEFF',
  'Машина',
  '<',
  '>',
  '\u0000',
  '\u0085',
  'x',
] as const;
const odd = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES).map((piece) => Uint8Array.from(Buffer.from(piece))),
      fc.uint8Array({ maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

test('no bytes make it throw, and results and diagnostics depend on no cut [reading 9]', () => {
  const encodings = fc.constantFrom<TextEncoding[]>('auto', 'utf-8', 'windows-1251', 'koi8-u', 'cp866');
  const limits = fc.constantFrom({}, { lineBytes: 24 }, { messageBytes: 40 }, { fields: 3 }, { textCharacters: 5 });
  fc.assert(
    fc.property(odd, cuts, encodings, limits, (bytes, at, encoding, limit) => {
      const whole = heard([bytes], encoding, limit);
      expect(heard(cutAt(bytes, at), encoding, limit)).toEqual(whole);
      expect(
        heard(
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
          encoding,
          limit,
        ),
      ).toEqual(whole);
    }),
    { numRuns: 1500 },
  );
});

test('whatever is read as a message can be written, and is then read as the same [reading 23]', () => {
  fc.assert(
    fc.property(odd, (bytes) => {
      for (const result of decodeMessages(bytes)) {
        if ('fault' in result) continue;
        const [again] = decodeMessages(encodeMessage(result));
        expect(again).toEqual(result.message === 'SayText' ? { ...result, textToSay: result.textToSay.replaceAll('\n', ' ') } : result);
      }
    }),
    { numRuns: 1500 },
  );
});

test('ten or more Russian or Ukrainian letters are never guessed wrong between UTF-8 and windows-1251 [reading 22]', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...'абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯІЇЄҐ'.split('')),
    minLength: 10,
    maxLength: 60,
  });
  fc.assert(
    fc.property(letters, fc.constantFrom<TextEncoding[]>('utf-8', 'windows-1251'), (text, encoding) => {
      const one: Message = { message: 'ACK', error: text };
      expect(decodeMessages(encodeMessage(one, { encoding }))).toEqual([one]);
    }),
  );
});

test('a Ukrainian number in any form is the number that libphonenumber reads [TN-21, reading 20]', () => {
  const forms = fc.constantFrom<((digits: string) => string)[]>(
    (nine) => `0${nine}`,
    (nine) => `380${nine}`,
    (nine) => `+380${nine}`,
    (nine) => `00380${nine}`,
    (nine) => `38(0${nine.slice(0, 2)})${nine.slice(2, 5)}-${nine.slice(5)}`,
  );
  fc.assert(
    fc.property(fc.stringMatching(/^(?:39|50|6[36-8]|7[37]|9[1-9])\d{7}$/), forms, (nine, form) => {
      const read = parsePhoneNumber(form(nine));
      expect(read).toBe(`+380${nine}`);
      expect(parsePhoneNumberFromString(form(nine), 'UA')?.number).toBe(read);
    }),
  );
});

test('the wire form of every number is read back as that number [TN-21, reading 21]', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789+'.split('')), minLength: 6, maxLength: 17 }), (text) => {
      const parsed = parsePhoneNumber(text);
      fc.pre(parsed !== undefined);
      expect(parsePhoneNumber(nationalNumber(parsed))).toBe(parsed);
    }),
    { numRuns: 2000 },
  );
});

test('the shortcut for strict messages reads what the general reader reads, one edit away from strict too [reading 23]', () => {
  const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 2 }), insert: fc.constantFrom(...PIECES, '', '', '0', 'A', 'я', '\u00a0') });
  const encodings = fc.constantFrom<TextEncoding[]>('auto', 'utf-8', 'windows-1251', 'koi8-u', 'cp866');
  const plain = fc.oneof(
    message,
    fc
      .constantFrom('Машина подана', 'Taxi', '<a>', 'a b', 'Дім № 5 – «Київ»', 'п’ять €')
      .chain((textToSay) => message.map((one) => ({ ...one, textToSay }) as Message)),
  );
  const written = (one: Message, encoding: TextEncoding): Uint8Array => {
    try {
      return encodeMessage(one, { encoding });
    } catch {
      return encodeMessage(one);
    }
  };
  const parts = fc.tuple(fc.array(plain, { minLength: 1, maxLength: 5 }), fc.array(edit, { maxLength: 2 }), encodings);
  const edited = parts.map(([messages, edits, encoding]) => {
    let stream = Buffer.concat(messages.map((one) => written(one, encoding)));
    for (const { at, remove, insert } of edits) {
      const offset = at % (stream.length + 1);
      stream = Buffer.concat([stream.subarray(0, offset), Buffer.from(insert), stream.subarray(offset + remove)]);
    }
    return Uint8Array.from(stream);
  });
  // With a line limit this small the shortcut is never taken.
  const withoutShortcut = { lineBytes: 519 };
  fc.assert(
    fc.property(edited, cuts, encodings, (bytes, at, encoding) => {
      const pieces = cutAt(bytes, at);
      expect(heard(pieces, encoding)).toEqual(heard([bytes], encoding, withoutShortcut));
      expect(stepwise(pieces, encoding)).toEqual(stepwise(pieces, encoding, withoutShortcut));
    }),
    { numRuns: 3000 },
  );
});

test('the shortcut for writing writes what the general writer writes, and refuses what it refuses [reading 23]', () => {
  const attempt = (write: () => Uint8Array): string => {
    try {
      return Buffer.from(write()).toString('hex');
    } catch (error) {
      return String(error);
    }
  };
  const odd = fc.constantFrom(
    '',
    'a\nb',
    'a\u0000',
    ' a ',
    '<a>',
    '🚕',
    '№',
    'Cancelled',
    '+380012345678',
    '+38067123456x',
    '31.02.2024 10:00:00',
    '03.11.2010 15:21:3x',
    '6F9619FF-8B86-D011-B42D-00CF4FC964FG',
  );
  const spoiled = fc
    .tuple(message, fc.constantFrom('textToSay', 'guid', 'tel', 'tel2', 'callerId', 'carType', 'status', 'statusChangedTime', 'error'), odd)
    .map(([one, field, text]) => (field in one ? { ...one, [field]: text } : one));
  const encodings = fc.constantFrom<TextEncoding[]>('auto', 'windows-1251', 'koi8-u', 'cp866');
  fc.assert(
    fc.property(
      fc.oneof(message, spoiled),
      encodings,
      fc.constantFrom<('spaced' | 'compact')[]>('spaced', 'compact'),
      (one, encoding, ackStyle) => {
        const target = new Uint8Array(20_000);
        const into = (): Uint8Array => target.subarray(7, 7 + encodeMessageInto(one, target, 7, { encoding, ackStyle }));
        // Given limits, be they the default ones, the shortcut is not taken.
        const general = attempt(() => encodeMessage(one, { encoding, ackStyle, limits: {} }));
        expect(attempt(into)).toBe(general);
        expect(attempt(() => encodeMessage(one, { encoding, ackStyle }))).toBe(general);
      },
    ),
    { numRuns: 2000 },
  );
});
