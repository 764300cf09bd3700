import { describe, expect, it } from 'vitest';
import { problemsOf } from './configuration-text.ts';

const LINES = `columns:
  - id: north
    listen: 127.0.0.1:6301
    navigator: 127.0.0.1:6010
    status: 127.0.0.1:6001
    lines: { "0445550101": Universal }
dialling:
  channels: 4
  ringSeconds: 25
speech: { engine: none }
`.split('\n');

/** The text above with one line replaced, by one or more. */
function withLine(line: number, written: string): string {
  return LINES.with(line - 1, written).join('\n');
}

/** Where the problem of a text is, and what is said of it. */
function fault(text: string): string | undefined {
  const problems = problemsOf(text);
  expect(problems).toHaveLength(1);
  return problems[0]?.slice('/etc/taxinav/bridge.yaml:'.length);
}

const wrong = (place: string, to: number, neighbour: number, at: number): string =>
  `${place}: not YAML: wrong indentation: it begins in column ${to}, its neighbour in line ${neighbour} in column ${at}. Begin it in column ${at}`;

it('the text that the mistakes are made in is in order', () => expect(problemsOf(LINES.join('\n'))).toEqual([]));

describe('wrong indentation is called that, at the line that is wrong', () => {
  it.each([
    [
      'one space less behind the first key',
      3,
      '   listen: 127.0.0.1:6301',
      `${wrong('3:4', 4, 2, 5)} (4 spaces before it), or move line 2`,
    ],
    ['one space less', 4, '   navigator: 127.0.0.1:6010', `${wrong('4:4', 4, 3, 5)} (4 spaces before it)`],
    ['two spaces less', 5, '  status: 127.0.0.1:6001', wrong('5:3', 3, 4, 5)],
    ['one space less in the last key', 6, '   lines: {}', wrong('6:4', 4, 5, 5)],
    ['one space more behind the first key', 3, '     listen: 127.0.0.1:6301', wrong('3:6', 6, 2, 5)],
    ['one space more', 4, '     navigator: 127.0.0.1:6010', wrong('4:6', 6, 3, 5)],
    ['one space more in the last key', 6, '     lines: {}', wrong('6:6', 6, 5, 5)],
    ['a key of a column at the margin', 5, 'status: 127.0.0.1:6001', wrong('5:1', 1, 4, 5)],
    ['the first key, where all others agree', 2, '  -  id: north', wrong('2:6', 6, 3, 5)],
    ['the first key the other way', 2, ' - id: north', wrong('2:4', 4, 3, 5)],
    ['one of two keys: which cannot be told', 8, '   channels: 4', `${wrong('9:3', 3, 8, 4)} (3 spaces before it), or move line 8`],
    ['half-way between two mappings', 9, ' ringSeconds: 25', `${wrong('9:2', 2, 8, 3)} (2 spaces before it), or in column 1 like line 7`],
    ['a section with a space before it', 7, ' dialling:', wrong('7:2', 2, 1, 1)],
    ['a key below one that has a value', 9, '  ringSeconds: 25\n    busy: 3', wrong('10:5', 5, 9, 3)],
    ['a hyphen one space less', 7, ' - id: south', wrong('7:2', 2, 2, 3)],
    ['a hyphen one space more', 7, '   - id: south', wrong('7:4', 4, 2, 3)],
    ['a hyphen of a list of texts', 6, '    allow:\n      - 127.0.0.1\n     - 10.0.0.1', wrong('8:6', 6, 7, 7)],
    [
      'a closing brace at the margin',
      6,
      '    lines: {\n      "0445550101": Universal\n}',
      '8:1: not YAML: wrong indentation of the } that closes what line 6 opens. Begin it in column 5',
    ],
    ['a tab', 8, '\tchannels: 4', '8:1: not YAML: a tab as indentation. Indent with spaces'],
    ['a tab behind spaces', 4, '  \tnavigator: 127.0.0.1:6010', '4:3: not YAML: a tab as indentation. Indent with spaces'],
    ['a no-break space', 4, '\u00A0   navigator: 127.0.0.1:6010', '4:1: not YAML: a space that is no plain one'],
  ])('%s', (_, line, written, words) => expect(fault(withLine(line, written))).toContain(words));

  it('also behind comments and empty lines, with CRLF and behind a line of hyphens', () => {
    expect(fault(`# taxinav\n---\n${withLine(4, '\n    # TN\n   navigator: 127.0.0.1:6010')}`.replaceAll('\n', '\r\n'))).toContain(
      wrong('8:4', 4, 5, 5),
    );
  });

  it('also behind quotes, brackets and texts of several lines', () => {
    const text = withLine(
      6,
      '    lines: {\n      "0445550101": Universal, # main\n    }\n    operator:\n      PJSIP/100\n    autoAnswer: "Call-Info:\n      x"\n   popups: both',
    );
    expect(fault(text)).toContain(wrong('13:4', 4, 11, 5));
    expect(fault(`${LINES.join('\n')}node: |\n  a: b\n   c\n log: {}\n`)).toContain('14:2: not YAML: wrong indentation');
  });
});

describe('hyphens and colons', () => {
  it.each([
    [
      'no hyphen before a second entry',
      7,
      '  id: south\n  listen: 127.0.0.1:6302',
      '7:3: not YAML: a key without a hyphen where the entries of a list begin. Write "- " before it',
    ],
    [
      'no hyphen, in the column of the keys',
      7,
      '    id: south',
      '7:5: the same key twice in one mapping. Remove one of the two; where another list entry begins, write "- " before its first key',
    ],
    ['no hyphen before the only entry', 2, '    id: north', '2:5 columns: expected a list of 1 to 256 entries, got a mapping'],
    [
      'no hyphen in a list of texts',
      6,
      '    allow:\n      - 127.0.0.1\n      10.0.0.1',
      '8:7: not YAML: a list entry without its hyphen. Write "- " before it',
    ],
    ['no space behind a hyphen', 2, '  -id: north', '2:4: not YAML: a hyphen without a space after it. Write "- " before a list entry'],
    [
      'a deeper hyphen',
      6,
      '    allow:\n      - 127.0.0.1\n       - 10.0.0.1',
      '8:8 columns[0].allow[0]: this line goes on with the text of the line above it.',
    ],
    [
      'hyphens below a value',
      6,
      '    allow: 127.0.0.1\n      - 10.0.0.1',
      '7:7 columns[0].allow: this line goes on with the text of the line above it.',
    ],
    [
      'no space behind a colon',
      3,
      '    listen:127.0.0.1:6301',
      '3:12: not YAML: no space after the colon of a key. Write KEY: VALUE, with a plain space',
    ],
    ['no space behind the colon of the first key', 8, '  channels:4', '8:12: not YAML: no space after the colon of a key.'],
    ['no space behind the colon of the last key', 9, '  ringSeconds:25', '9:15: not YAML: no space after the colon of a key.'],
    ["no space behind the colon of an entry's first key", 2, '  - id:north', '2:8: not YAML: no space after the colon of a key.'],
    [
      'no space behind the colon of the only key',
      7,
      'log:\n  level:info\ndialling:',
      '8:3 log: expected a mapping of keys, got "level:info". Write KEY: VALUE, with a space after the colon.',
    ],
    ['a no-break space behind a colon', 4, '    navigator:\u00A0127.0.0.1:6010', '4:15: not YAML: no space after the colon of a key.'],
    [
      'no colon',
      3,
      '    listen 127.0.0.1:6301',
      '3:5: not YAML: a line without a colon among keys. Write KEY: VALUE, with a colon and a space',
    ],
    ['no colon behind a section', 7, 'dialling', '7:1: not YAML: a line without a colon among keys.'],
    ['an equals sign', 9, '  ringSeconds = 25', '9:3: not YAML: a line without a colon among keys.'],
    [
      'a colon in a text',
      10,
      'node: Увага: авто',
      '10:7: not YAML: a colon with a space after it in a text without quotes. Put the text in quotes',
    ],
    [
      'a colon in a phrase',
      10,
      'speech:\n  phrases:\n    Увага: авто подано: a.wav',
      '12:12: not YAML: a colon with a space after it in a text without quotes.',
    ],
    [
      'a key behind a mapping in braces',
      10,
      'speech: { engine: none } node: a',
      '10:26: not YAML: a key in the same line, behind the closing bracket or brace of a value. Begin it on its own line',
    ],
    [
      'a key behind a quote',
      3,
      '    listen: "127.0.0.1:6301" allow: [127.0.0.1]',
      '3:30: not YAML: a key in the same line, behind the closing quote',
    ],
  ])('%s', (_, line, written, words) => expect(fault(withLine(line, written))).toContain(words));
});

describe('quotes and brackets are named where they are opened', () => {
  const QUOTE = 'not YAML: a quote that is not closed in its line';
  const BRACKET = 'not YAML: a bracket or brace that is not closed. Close it at the end of its entries';
  const COMMA = 'not YAML: no comma between two entries, or a quote too many. Write a comma here';
  it.each([
    ['a double quote', 3, '    listen: "127.0.0.1:6301', `3:13: ${QUOTE}`],
    ['a single quote', 3, "    listen: '127.0.0.1:6301", `3:13: ${QUOTE}`],
    ['a quote that a later one seems to close', 3, '    listen: "127.0.0.1:6301\n    callerId: "0445550101"', `3:13: ${QUOTE}`],
    ['a quote in braces', 6, '    lines: { "0445550101: Universal }', `6:14: ${QUOTE}`],
    [
      'a quote in the middle',
      3,
      '    listen: "127.0.0.1":6301',
      '3:24: not YAML: text behind the closing quote. Put the whole value in the quotes, or none of it',
    ],
    ['a brace', 6, '    lines: { "0445550101": Universal', `6:12: ${BRACKET}`],
    ['a brace at the end', 10, 'speech: { engine: none', `10:9: ${BRACKET}`],
    ['a bracket', 6, '    allow: [127.0.0.1, 10.0.0.1', `6:12: ${BRACKET}`],
    [
      'the inner one of two',
      10,
      'http: { tokens: [0123456789 }',
      '10:29: not YAML: } in the place of the ] that closes what line 10 opens. Write ] in its place',
    ],
    [
      'one closing brace too many',
      6,
      '    lines: { "0445550101": Universal }}',
      '6:39: not YAML: a closing bracket or brace that nothing opens.',
    ],
    ['one closing bracket too many', 6, '    allow: [127.0.0.1]]', '6:23: not YAML: a closing bracket or brace that nothing opens.'],
    ['no comma in braces', 6, '    lines: { "0445550101": Universal "0445550102": General }', `6:37: ${COMMA}`],
    ['no comma in brackets', 6, '    allow: ["127.0.0.1" "10.0.0.1"]', `6:24: ${COMMA}`],
    ['no comma between plain words', 10, 'wire: { fields: 8 lineBytes: 99 }', `10:18: ${COMMA}`],
    ['no comma at the end of a line', 6, '    lines: {\n      "0445550101": Universal\n      "0445550102": General }', `7:30: ${COMMA}`],
  ])('%s', (_, line, written, words) => expect(fault(withLine(line, written))).toContain(words));
});

describe('what the parser is sure of comes before a later mistake of layout', () => {
  it.each([
    [9, '  channels: 5\n   ringSeconds: 25', '9:3: the same key twice in one mapping'],
    [3, '    listen: @a\n   navigator: b', '3:13: not YAML: a value begins with a reserved character'],
    [3, '    listen: "C:\\dir"\n   navigator: b', '3:16: not YAML: an unknown escape in double quotes'],
  ])('line %i', (line, written, words) => expect(fault(withLine(line, written))).toContain(words));

  it('and layout is left alone in what a person did not write by lines', () => {
    expect(fault(`${LINES.join('\n')}? a\n: [\n`)).toMatch(/^1[123]:\d+: not YAML/);
  });
});

it('a long line without an end takes no long time', () => {
  const started = performance.now();
  for (const filler of [' ', '"', 'a ', "'", ': ', '\n ']) problemsOf(`a: b\n${filler.repeat(200_000)}\n c: d\n`);
  expect(performance.now() - started).toBeLessThan(20_000);
});
