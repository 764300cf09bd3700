import { decodeMessages, encodeMessage, type Message } from '@taxinav/codec';
import { expect, test } from 'vitest';
import { messageFromJson } from './message-from-json.ts';

const GUID = '6F9619FF-8B86-D011-B42D-00CF4FC964FF';

test.each([
  { message: 'Call', callerId: '+380675040279', carType: 'Universal' },
  { message: 'ACK', error: 'OK' },
  { message: 'Dial', tel: '+380675040279' },
  { message: 'SayText', numberToCall: '+380930100128', textToSay: 'Машина подана', guid: GUID },
  { message: 'SayTextStatus', guid: GUID, status: 'Queued', statusChangedTime: '03.11.2010 15:21:30' },
  { message: 'Conference', tel1: '+380501234567', tel2: '+380675040279' },
  { message: 'Unknown', name: 'ActivateCard', fields: [{ name: 'Operator', value: '7' }] },
  { message: 'Dial', tel: '+380675040279', extra: [{ name: 'Operator', value: '7' }] },
])('$message is read from the JSON that decode prints, and survives the wire', (json) => {
  const message: Message = messageFromJson(json);
  expect(message).toEqual(json);
  expect(decodeMessages(encodeMessage(message))).toEqual([json]);
});

test('numbers, car types and statuses are read in any form that the wire allows', () => {
  expect(messageFromJson({ message: 'Call', callerId: '067 504-02-79', carType: 'Универсал' })).toEqual({
    message: 'Call',
    callerId: '+380675040279',
    carType: 'Universal',
  });
});

test.each([
  [null, 'message: expected a JSON object'],
  [[], 'message: expected a JSON object'],
  [{}, 'message: expected one of Call, ACK'],
  [{ message: 'toString' }, 'message: expected one of Call, ACK'],
  [{ message: 'Dial' }, 'tel: expected a phone number such as 0675040279, got nothing'],
  [{ message: 'Dial', tel: 7 }, 'tel: expected a phone number'],
  [{ message: 'Dial', tel: '0675040279', phone: '1' }, 'phone: expected only tel, extra in Dial'],
  [{ message: 'Call', callerId: '0675040279', carType: 'Tank' }, 'carType: expected one of General'],
  [{ message: 'SayText', numberToCall: '0675040279', textToSay: 1, guid: GUID }, 'textToSay: expected a string'],
  [{ message: 'SayText', numberToCall: '0675040279', textToSay: 'x', guid: 'x' }, 'guid: expected a GUID'],
  [{ message: 'SayTextStatus', guid: GUID, status: 'Lost', statusChangedTime: '03.11.2010 15:21:30' }, 'status: expected one of Queued'],
  [{ message: 'SayTextStatus', guid: GUID, status: 'Done', statusChangedTime: 'now' }, 'statusChangedTime: expected a time'],
  [{ message: 'Dial', tel: '0675040279', extra: [{ name: 'a' }] }, 'extra: expected a list of'],
])('%j is refused naming the field', (json, expected) => {
  expect(() => messageFromJson(json)).toThrow(expected);
});
