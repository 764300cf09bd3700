/** The encodings of one byte a character whose upper half is a table. */
export type SingleByteEncoding = 'windows-1251' | 'koi8-u' | 'cp866';

const LETTERS_UPPER = 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ';
const LETTERS_LOWER = 'абвгдежзийклмнопрстуфхцчшщъыьэюя';

/**
 * The characters of the bytes 0x80–0xFF; bytes below are ASCII. U+FFFD stands where an encoding defines nothing
 * (windows-1251 has one such byte, 0x98).
 */
export const UPPER_HALVES: Readonly<Record<SingleByteEncoding, string>> = {
  'windows-1251': 'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\uFFFD™љ›њќћџ\u00A0ЎўЈ¤Ґ¦§Ё©Є«¬\u00AD®Ї°±Ііґµ¶·ё№є»јЅѕї' + LETTERS_UPPER + LETTERS_LOWER,
  'koi8-u':
    '─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u00A0⌡°²·÷═║╒ёє╔ії╗╘╙╚╛ґ╝╞╟╠╡ЁЄ╣ІЇ╦╧╨╩╪Ґ╬©юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ',
  cp866: LETTERS_UPPER + 'абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00A0',
};
