import { stringify } from 'yaml';
import { expect, it } from 'vitest';
import { renderConfiguration } from '../src/index.ts';
import { COLUMN, configurationOf } from './configuration-text.ts';

const SECRETS = `${COLUMN}    callerId: 0445550101
    routes: [{ match: '050.*', endpoint: 'PJSIP/{number}@a' }, { endpoint: 'PJSIP/{e164}@b' }]
database: postgres://taxinav:pgSecretValue@db.example/taxinav
databasePasswordFile: pg.secret
pbx: { driver: asterisk, asterisk: { password: ariSecretValue, audio: 'http://127.0.0.1:9000' } }
http: { tokens: [tokenSecretValue, { name: desk, token: secondSecretValue }, { name: wall, tokenFile: wall.secret }], hosts: [taxi.example] }
speech: { engine: command, command: [say], fallback: sorry.wav, phrases: { a: a.wav, b: { ringOnly: true }, c: { recording: c.wav, attempts: 1 } } }
`;

it('a rendered configuration reads back as the same', () => {
  for (const text of [COLUMN, SECRETS]) {
    const configuration = configurationOf(text);
    expect(configurationOf(stringify(renderConfiguration(configuration, { redact: false })))).toEqual(configuration);
  }
});

it('a redacted configuration has no secret and still names their files', () => {
  const shown = stringify(renderConfiguration(configurationOf(SECRETS), { redact: true }));
  expect(shown).not.toContain('SecretValue');
  expect(shown).toContain('wall.secret');
  expect(shown).toContain('***');
});

it('a column with one plain route is rendered with its endpoint', () => {
  const [column] = renderConfiguration(configurationOf(COLUMN), { redact: true })['columns'] as readonly Record<string, unknown>[];
  expect(column).toMatchObject({ endpoint: 'PJSIP/{number}@trunk', listen: '127.0.0.1:6301' });
  expect(column).not.toHaveProperty('routes');
});
