import { expect, it } from 'vitest';
import { PHRASE_SLOTS, PHRASE_SLOTS_AT_MOST } from '../src/index.ts';
import { COLUMN, problemsOf } from './configuration-text.ts';

const phrases = (text: string): string => `${COLUMN}speech:\n  phrases:\n    ${JSON.stringify(text)}: { attempts: 2 }\n`;
const SLOTS = PHRASE_SLOTS.map((name) => `{${name}}`).join(' ');

it.each([
  ['Ваше авто {nomer}', `unknown slot {nomer}. A slot is one of ${SLOTS}`],
  ['Ваше авто {plat}', `unknown slot {plat}. Did you mean {plate}? A slot is one of ${SLOTS}`],
  ['Ваше авто {}', 'unknown slot {}.'],
  ['Ваше авто {plate', 'a brace without its other half.'],
  ['Ваше авто plate}', 'a brace without its other half.'],
  ['{number} '.repeat(PHRASE_SLOTS_AT_MOST + 1), '17 slots, more than 16.'],
  ['Авто {text} {text}', 'two {text} with nothing between them.'],
  ['Авто {text}«»{text}', 'two {text} with nothing between them.'],
  ['…!', 'a phrase without a letter or digit that could be spoken.'],
  ['出租车', 'a phrase without a letter or digit that could be spoken.'],
])('the phrase %s is refused at its own place', (text, words) => {
  const problems = problemsOf(phrases(text));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`/etc/taxinav/bridge.yaml:8:5 speech.phrases[`);
  expect(problems[0]).toContain(`: ${words}`);
});

it.each([
  ...PHRASE_SLOTS.map((name) => `Авто {${name}}`),
  '{ plate }',
  'Авто {text}, {text}',
  '{text} і {text}',
  '{number}'.repeat(PHRASE_SLOTS_AT_MOST),
  '100',
  'Ваше авто <Ланос>',
])('the phrase %s is in order', (text) => expect(problemsOf(phrases(text))).toEqual([]));
