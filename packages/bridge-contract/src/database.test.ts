import { expect, it } from 'vitest';
import { formatDatabase, parseDatabase } from './database.ts';

it('reads a file', () => expect(parseDatabase('sqlite:data/taxinav.db')).toEqual({ kind: 'sqlite', path: 'data/taxinav.db' }));

it.each([
  'postgres://taxinav:s3cret@db.example/taxinav',
  'postgresql://taxinav@db.example:5433/taxinav',
  'postgres:///taxinav?host=/run/postgresql',
])('reads %s', (url) => expect(parseDatabase(url)).toEqual({ kind: 'postgres', url }));

it.each([
  '',
  'taxinav.db',
  'sqlite:',
  'sqlite::memory:',
  'sqlite:///x.db',
  'sqlite:data/',
  'sqlite:.',
  'sqlite:data/..',
  'postgres://taxinav@db.example/taxinav?port=abc',
  'mysql://h/d',
  'postgres://host',
  'postgres:///d',
  'postgres:host/d',
])('refuses "%s"', (written) => expect(parseDatabase(written)).toBeUndefined());

it('hides the password of a URL', () => {
  const url = 'postgres://taxinav:s3cret@db.example/taxinav?sslpassword=s3cret&sslmode=require';
  const hidden = formatDatabase({ kind: 'postgres', url }, true);
  expect(hidden).not.toContain('s3cret');
  expect(hidden).toContain('sslmode=require');
  expect(formatDatabase({ kind: 'postgres', url }, false)).toBe(url);
});
