import { CAR_TYPES, formatStatusTime, NOTIFICATION_STATUSES, parsePhoneNumber, type Message } from '@taxinav/codec';
import * as fc from 'fast-check';
import { checkCuts, checkReading, checkWriting, readWhole } from './properties.ts';
import { encodeMessage } from '@taxinav/codec';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: length, maxLength: length });
const phone = fc
  .oneof(
    fc.constantFrom('39', '50', '63', '67', '68', '73', '91', '99', '44').chain((code) => digits(7).map((rest) => `0${code}${rest}`)),
    fc.integer({ min: 7, max: 15 }).chain((length) => digits(length).map((all) => `+${all}`)),
  )
  .map((text) => parsePhoneNumber(text))
  .filter((number) => number !== undefined);
const guid = fc.uuid().chain((text) => fc.constantFrom(text.toUpperCase(), text, `{${text}}`, text.replaceAll('-', '')));
const time = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => formatStatusTime(date.getTime(), 'UTC'));
const value = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'<>: \u00a0абвгґіїёA1-№"\\'.split('')), minLength: 1, maxLength: 60 }),
  )
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))
  .filter((text) => text !== '' && !/\p{Cc}/u.test(text) && text.isWellFormed());
const extra = fc.array(fc.record({ name: fc.stringMatching(/^X[A-Za-z0-9-]{0,20}$/), value: fc.oneof(value, fc.constant('')) }), {
  maxLength: 3,
});

const own: fc.Arbitrary<object> = fc.oneof(
  fc.record({ message: fc.constant('Call'), callerId: phone, carType: fc.constantFrom(...CAR_TYPES) }),
  fc.record({
    message: fc.constant('ACK'),
    error: fc.oneof(
      fc.constant('OK'),
      value.filter((text) => text.toUpperCase() !== 'OK'),
    ),
  }),
  fc.record({ message: fc.constant('Dial'), tel: phone }),
  fc.record({ message: fc.constant('SayText'), numberToCall: phone, textToSay: value, guid }),
  fc.record({ message: fc.constant('SayTextStatus'), guid, status: fc.constantFrom(...NOTIFICATION_STATUSES), statusChangedTime: time }),
  fc.record({ message: fc.constant('Conference'), tel1: phone, tel2: phone }),
);
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.tuple(own, extra).map(([fields, more]) => (more.length === 0 ? fields : { ...fields, extra: more }) as Message),
  fc.record({ message: fc.constant('Unknown' as const), name: value.map((text) => `Z${text}`), fields: extra }),
);

/** Checks streams of generated messages: written, read whole and in pieces, read by the independent reader. Throws with seed and counterexample. */
export function checkGeneratedMessages(runs: number, seed: number): void {
  const cuts = fc.array(fc.nat(), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), cuts, fc.boolean(), (messages, offsets, compact) => {
      const options = { encoding: 'auto' } as const;
      const stream = Uint8Array.from(messages.flatMap((one) => [...encodeMessage(one)]));
      const reading = readWhole(stream, options);
      if ('property' in reading) throw new Error(reading.what);
      const at = offsets.map((offset) => offset % (stream.length + 1)).toSorted((a, b) => a - b);
      const violations = [
        checkReading(stream, options, reading),
        checkCuts(stream, options, reading, at),
        ...messages.map((one) => checkWriting(one, options, compact)),
      ];
      const [violation] = violations.filter((one) => one !== undefined);
      if (violation !== undefined) throw new Error(`${violation.property}: ${violation.what}`);
      if (reading.results.length !== messages.length) throw new Error('another number of messages was read than was written');
    }),
    { numRuns: runs, seed },
  );
}
