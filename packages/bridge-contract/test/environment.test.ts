import { describe, expect, it } from 'vitest';
import { COLUMN, configurationOf, problemsOf, read } from './configuration-text.ts';

describe('a variable', () => {
  it('sets a key of a column', () => {
    const env = { TAXINAV_COLUMNS__0__LISTEN: '10.0.0.5:7000' };
    expect(configurationOf(COLUMN, env).columns[0]?.listen).toEqual({ host: '10.0.0.5', port: 7000 });
    const result = read(COLUMN, env);
    expect(result.ok && [result.sources.get('columns[0].listen'), result.sources.get('columns[0].status')]).toEqual([
      'environment',
      'file',
    ]);
  });

  it.each(['TAXINAV_DIALLING__RINGSECONDS', 'TAXINAV_DIALLING__RING_SECONDS', 'TAXINAV_dialling__ringSeconds'])(
    '%s is dialling.ringSeconds',
    (variable) => {
      expect(configurationOf(COLUMN, { [variable]: '12' }).dialling.ringSeconds).toBe(12);
    },
  );

  it('may make a section that the file has not, and a file of nothing', () => {
    const env = {
      TAXINAV_COLUMNS__0__ID: 'north',
      TAXINAV_COLUMNS__0__LISTEN: '127.0.0.1:1',
      TAXINAV_COLUMNS__0__NAVIGATOR: '127.0.0.1:2',
      TAXINAV_COLUMNS__0__STATUS: '127.0.0.1:3',
      TAXINAV_COLUMNS__0__LINES__0445550101: 'Business',
    };
    expect(configurationOf('', env).columns[0]).toMatchObject({ id: 'north', lines: { '0445550101': 'Business' } });
  });

  it('is YAML where a list, a number or a flag is expected', () => {
    const env = {
      TAXINAV_COLUMNS__0__ALLOW: '[127.0.0.1, 10.0.0.0/8]',
      TAXINAV_DELIVERY__COALESCE_LATE: 'true',
      TAXINAV_COLUMNS: `[{ ${ENTRY} }]`,
    };
    expect(configurationOf('', env)).toMatchObject({ columns: [{ allow: ['127.0.0.1', '10.0.0.0/8'] }], delivery: { coalesceLate: true } });
  });

  it('is taken as it is where text is expected', () => {
    const password = (written: string): unknown =>
      configurationOf(COLUMN, { TAXINAV_PBX__ASTERISK__PASSWORD: written }).pbx.asterisk.password;
    expect([password('a: b # c'), password('[x]'), password('007'), password('"quo ted"'), password("'it''s'"), password('"half')]).toEqual(
      ['a: b # c', '[x]', '007', 'quo ted', "it's", '"half'],
    );
  });

  it('may be a token, or a mapping with one', () => {
    const token = '0123456789abcdef';
    expect(configurationOf(COLUMN, { TAXINAV_HTTP__TOKENS__0: token }).http.tokens).toMatchObject([{ token, role: 'admin' }]);
    expect(configurationOf(COLUMN, { TAXINAV_HTTP__TOKENS__0: `{ token: ${token}, role: viewer }` }).http.tokens).toMatchObject([
      { token, role: 'viewer' },
    ]);
    expect(configurationOf(COLUMN, { TAXINAV_HTTP__TOKENS__0__TOKEN_FILE: 't' }).http.tokens).toMatchObject([
      { tokenFile: '/etc/taxinav/t' },
    ]);
  });

  it('counts as unset when it is empty, and when the program reserves it', () => {
    expect(configurationOf(COLUMN, { TAXINAV_NODE: '', TAXINAV_NONSENSE: '', TAXINAV_CONFIG: 'x.yaml', PATH: '/bin' }).node).toBe('pbx');
  });
});

const ENTRY = 'id: north, listen: "127.0.0.1:1", navigator: "127.0.0.1:2", status: "127.0.0.1:3"';

describe('a variable is refused', () => {
  it.each([
    ['TAXINAV_DIALING__ATTEMPTS', '1', 'the configuration has no key DIALING. Write DIALLING in its place, or unset it'],
    ['TAXINAV_DIALLING__RING_SECOND', '1', 'dialling has no key RING_SECOND. Write RING_SECONDS in its place, or unset it'],
    ['TAXINAV_COLUMNS__ONE__ID', 'x', 'columns is a list, ONE is no place in it. Write 0 for the first entry, 1 for the second'],
    ['TAXINAV_COLUMNS__7__ID', 'x', 'columns[7].id is beyond the end of its list. Number entries from 0, without gaps'],
    ['TAXINAV_NODE__NAME', 'x', 'node has no keys inside. Set the key itself, or unset the variable'],
    ['TAXINAV_WIRE__FIELDS', '[1', 'not YAML: a bracket or brace that is not closed. Close it at the end of its entries'],
    ['TAXINAV_WIRE__FIELDS', '3', 'wire.fields: expected a whole number of fields from 4 to 1000, got "3". Write a number from 4 to 1000'],
    ['TAXINAV_DEFAULT_COLUMN', 'south', 'defaultColumn: there is no column south. Write one of north'],
  ])('%s=%s', (variable, value, words) => expect(problemsOf(COLUMN, { [variable]: value })).toEqual([`environment ${variable}: ${words}`]));

  it('when another sets the same key', () => {
    expect(problemsOf(COLUMN, { TAXINAV_LOG__LEVEL: 'info', TAXINAV_log__level: 'warn' })).toEqual([
      'environment TAXINAV_log__level: sets log.level, which TAXINAV_LOG__LEVEL also sets. Unset one of the two',
    ]);
  });

  it('without a known key, naming all of them', () => {
    const [line] = problemsOf(COLUMN, { TAXINAV_ZEBRA: '1' });
    expect(line).toMatch(/^environment TAXINAV_ZEBRA: the configuration has no key ZEBRA\. Unset it; known keys: node, timezone, /);
  });

  it('for the prototype of a mapping', () => {
    expect(problemsOf(COLUMN, { TAXINAV_SPEECH__PHRASES____PROTO__: 'x' })).toHaveLength(1);
  });
});
