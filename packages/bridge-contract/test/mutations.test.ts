import { expect, it } from 'vitest';
import { COLUMN, problemsOf } from './configuration-text.ts';

const TEXT = `${COLUMN}    lines: { "0445550101": Universal }
    allow: &office [127.0.0.1, 10.0.0.0/8]
    numbers: ['0(39|50)\\d{7}']
dialling: { channels: 4, retryAfterSeconds: { busy: 30 } }
http: { tokens: [{ token: 0123456789, role: viewer }] }
speech: { phrases: { "Машина {plate}": "a.wav" } }
`;
const CHARACTERS = '{}[]:,&*!|>"\'#%@-?\n \t0a.\\<~\u0000\u2028я'.split('');

it('a mutilated text is read or refused on one line, and never throws', () => {
  const seed = 20_101_103;
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % limit;
  };
  for (let turn = 0; turn < 150; turn += 1) {
    let text = TEXT;
    for (let cuts = below(3); cuts >= 0; cuts -= 1) {
      const at = below(text.length);
      text = text.slice(0, at) + (CHARACTERS[below(CHARACTERS.length)] ?? '') + text.slice(at + below(4));
    }
    const name = `TAXINAV_${text.slice(below(40), 60).replace(/\W/g, '_')}`;
    for (const line of [...problemsOf(text), ...problemsOf(TEXT, { [name]: text.slice(0, below(60)) })]) {
      expect
        .soft(line, `seed ${seed}, turn ${turn}: ${JSON.stringify(text)}`)
        .toMatch(/^(?:\/etc\/taxinav\/bridge\.yaml:\d+:\d+|environment TAXINAV_\w+)[^\p{Cc}\u2028\u2029]*$/u);
    }
  }
});
