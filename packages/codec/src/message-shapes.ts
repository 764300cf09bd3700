import type { Message } from './message.ts';
import { asciiLowerCase } from './letter-case.ts';

/** The messages that the document names. */
export type DocumentedName = Exclude<Message['message'], 'Unknown'>;

/** Every field name of the document. */
export type DocumentedField =
  | 'Message'
  | 'CallerID'
  | 'CarType'
  | 'Error'
  | 'Tel'
  | 'NumberToCall'
  | 'TextToSay'
  | 'Guid'
  | 'Status'
  | 'StatusChangedTime'
  | 'Tel1'
  | 'Tel2';

/** The fields of each message in the document's order and spelling; `Message` itself comes before them. Source: [TN-5], [TN-8], [TN-9], [TN-11], [TN-14], [TN-19]. */
export const MESSAGE_SHAPES: Readonly<Record<DocumentedName, readonly DocumentedField[]>> = {
  Call: ['CallerID', 'CarType'],
  ACK: ['Error'],
  Dial: ['Tel'],
  SayText: ['NumberToCall', 'TextToSay', 'Guid'],
  SayTextStatus: ['Guid', 'Status', 'StatusChangedTime'],
  Conference: ['Tel1', 'Tel2'],
};

const NAMES: ReadonlyMap<string, DocumentedName> = new Map(
  (Object.keys(MESSAGE_SHAPES) as DocumentedName[]).map((name) => [asciiLowerCase(name), name]),
);
const FIELDS: ReadonlyMap<string, DocumentedField> = new Map(
  (['Message', ...Object.values(MESSAGE_SHAPES).flat()] as const).map((field) => [asciiLowerCase(field), field]),
);

/** The message that a value of `Message` names, in any case. [reading 6] */
export function documentedName(value: string): DocumentedName | undefined {
  return NAMES.get(asciiLowerCase(value));
}

/** The document's spelling of a field name, else the name as it was received. [reading 6] */
export function wireName(name: string): string {
  return FIELDS.get(asciiLowerCase(name)) ?? name;
}
