/** The encodings a peer may use; `auto` tells UTF-8 from windows-1251 by validity, for each message. */
export const TEXT_ENCODINGS = ['auto', 'utf-8', 'windows-1251', 'koi8-u', 'cp866'] as const;

/** How the bytes of a message are read as text. */
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];
