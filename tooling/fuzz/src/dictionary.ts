import { Buffer } from 'node:buffer';

const NAMES = 'Message,CallerID,CarType,Error,Tel,NumberToCall,TextToSay,Guid,Status,StatusChangedTime,Tel1,Tel2,Operator';
const MESSAGES = 'Call,ACK,Dial,SayText,SayTextStatus,Conference,ActivateCard,OK,Not found';
const CAR_TYPES = 'General,Universal,Business,Minibus,Premium,Базовый,Универсал,Бизнес-класс,Микроавтобус,Премиум-класс';
const STATUSES = 'Queued,Active,Done,Busy,Unreachable,Unanswered,Canceled,Cancelled';
const PHONES = '0675040279,380675040279,+380675040279,00380675040279,38(067)504-02-79,80675040279,+390671234567,093,+1234567,0';
const GUIDS = '6F9619FF-8B86-D011-B42D-00CF4FC964FF,{6f9619ff-8b86-d011-b42d-00cf4fc964ff},6F9619FF8B86D011B42D00CF4FC964FF,{}';
const TIMES = '03.11.2010 15:21:30,31.02.2010 15:21:30,2010-11-03T15:21:30.5+02:00,2010-11-03 5:21:30,03.11.2010 24:00:00,Z';
// Among the letters: a Kelvin sign and others that become ASCII when their case is changed.
const PIECES = '<,>,<<,>>,<>,{,},:,: , :,::,  ,\t,\u00a0,\ufeff,\u0000,\u0085,\u001b,\u2028,🚕,№,ё,Ї,машина,\u212a,\u0130,ſ';
const LINE_ENDS = '\r\n,\n,\r,\r\r\n,\n\r,\r\n\r\n,\n\n,\r\r, \r\n \r\n,\r\n\t\r\n';
const LINES = 'Message: ,Message:,Tel: ,TextToSay: <,Guid: ,Message: ACK\r\nError: OK\r\n\r\n,Message:ACK\r\nError:OK\r\n\r\n,X-1: ,x:';
/** Bytes that are no valid UTF-8, or half a sequence, or undefined in some encoding. */
const BYTES = '98,ff,efbb,efbbbf,d0,cce0f8e8ede0,eda080,c080,f09f';

/** Names, values and pieces that mean something in the protocol, or come close to it. */
export const DICTIONARY: readonly Uint8Array[] = [
  ...[NAMES, MESSAGES, CAR_TYPES, STATUSES, PHONES, GUIDS, TIMES, PIECES, LINE_ENDS, LINES].flatMap((list) =>
    list.split(',').map((text) => Buffer.from(text)),
  ),
  ...BYTES.split(',').map((hex) => Buffer.from(hex, 'hex')),
];
