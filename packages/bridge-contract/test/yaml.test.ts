import { describe, expect, it } from 'vitest';
import { FILE_CHARACTERS } from '../src/yaml-source.ts';
import { COLUMN, configurationOf, problemsOf } from './configuration-text.ts';

const AT = '/etc/taxinav/bridge.yaml';

describe('text that is not YAML', () => {
  it.each([
    ['a duplicate key', 'node: a\nnode: b\n', '2:1: the same key twice in one mapping. Remove one of the two'],
    ['a tab', 'log:\n\tlevel: info\n', '2:1: not YAML: a tab as indentation. Indent with spaces'],
    ['an open quote', 'node: "a\n', '1:7: not YAML: a quote that is not closed in its line'],
    ['an open bracket', 'allow: [1, 2', '1:8: not YAML: a bracket or brace that is not closed'],
    ['a colon too many', 'node: a: b\n', '1:7: not YAML: '],
    ['a second document', 'node: a\n---\nnode: b\n', '2:1: a second document (---). Keep one document in the file'],
    ['an unknown tag', 'node: !js x\n', '1:7: an unknown tag (!name). Quote a value that begins with an exclamation mark'],
    [
      'an alias of nothing',
      'node: *x\n',
      '1:7 node: an alias (*name) without its anchor (&name). Quote a value that begins with an asterisk',
    ],
    ['a reserved character', 'node: @x\n', '1:7: not YAML: a value begins with a reserved character. Quote the value'],
  ])('%s is refused with its place', (_, text, words) => {
    const [line] = problemsOf(text);
    expect(line).toContain(AT);
    expect(line).toContain(words);
  });
});

describe('what YAML allows', () => {
  it('keeps the zero of digits without quotes, as values and as keys', () => {
    const column = configurationOf(`${COLUMN}    callerId: 0445550101\n    lines: { 0445550102: General }\n`).columns[0];
    expect(column).toMatchObject({ callerId: '0445550101', lines: { '0445550102': 'General' } });
  });

  it('may name values once and use them twice', () => {
    expect(
      configurationOf(
        `${COLUMN}    allow: &office [10.0.0.1]\n  - { id: b, listen: '127.0.0.1:1', navigator: '127.0.0.1:2', status: '127.0.0.1:3', allow: *office }\n`,
      ).columns[1]?.allow,
    ).toEqual(['10.0.0.1']);
  });

  it('an alias means the nearest anchor of its name before it', () => {
    const text = 'log: &l { level: &v warn }\nnode: &v other\nspeech: { phrases: { a: *v } }\n';
    expect(configurationOf(`${COLUMN}${text}`).speech.phrases).toEqual({ a: { recording: '/etc/taxinav/other' } });
  });

  it('may begin with a byte-order mark and end its lines with CRLF', () => {
    expect(configurationOf(`\uFEFF${COLUMN.replaceAll('\n', '\r\n')}`).columns).toHaveLength(1);
  });

  it('counts columns in characters from 1 behind Cyrillic text', () => {
    expect(problemsOf(`${COLUMN}speech: { phrases: { "Машина": 'a' }, langage: uk }\n`)[0]).toContain(`${AT}:6:39 speech.langage`);
  });
});

describe('limits of the text', () => {
  it('aliases that multiply are refused', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`);
    const started = performance.now();
    expect(problemsOf(`a0: &a0 [x, x]\n${levels.join('\n')}\n`)[0]).toContain('too many or too deeply nested values');
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('an alias inside its own anchor is refused', () => expect(problemsOf('node: &a [*a]\n')).toHaveLength(1));

  it('deep nesting is refused', () => expect(problemsOf(`node: ${'['.repeat(40)}${']'.repeat(40)}\n`)[0]).toContain('too deeply nested'));

  it.each(['- ', '[', '{a: ', '? '])('nesting that no parser can follow is refused: %s', (opener) => {
    expect(problemsOf(`${opener.repeat(50_000)}\n`)).toEqual([expect.stringMatching(/bridge\.yaml:1:\d+: /)]);
  });

  it('a text over 1 MiB is refused', () => {
    expect(problemsOf('#'.repeat(FILE_CHARACTERS + 1))).toEqual([
      `${AT}:1:1: the text has ${FILE_CHARACTERS + 1} characters, more than ${FILE_CHARACTERS}. Give a configuration file`,
    ]);
    expect(problemsOf(`${COLUMN}${'#'.repeat(FILE_CHARACTERS - COLUMN.length)}`)).toEqual([]);
  });

  it('a key that is no name is refused', () => expect(problemsOf('? [a, b]\n: 1\n')[0]).toContain('a key that is no name'));
});
