import { expect, test } from 'vitest';
import { Evidence, KEPT_BYTES, KEPT_LINES } from './evidence.ts';

test('bytes that follow one another the same way are one line, counted in pieces', () => {
  let now = 5;
  const evidence = new Evidence(() => now);
  for (const piece of ['Mess', 'age']) evidence.add('judge', 'connection', Buffer.from(piece));
  now = 8;
  evidence.add('peer', 'connection', Buffer.from('OK'));
  evidence.note('peer', 'connection', 'FIN');
  expect(evidence.lines).toMatchObject([
    { ms: 0, from: 'judge', bytes: Buffer.from('Message'), length: 7, pieces: 2 },
    { ms: 3, from: 'peer', bytes: Buffer.from('OK'), length: 2, pieces: 1 },
    { ms: 3, from: 'peer', event: 'FIN' },
  ]);
});

test('of a line the first bytes are kept, and how many there were', () => {
  const evidence = new Evidence(() => 0);
  for (let times = 0; times < 3; times++) evidence.add('judge', 'connection', Buffer.alloc(KEPT_BYTES - 1, 'x'));
  expect(evidence.lines).toHaveLength(1);
  expect(evidence.lines[0]?.bytes).toHaveLength(KEPT_BYTES);
  expect(evidence.lines[0]?.length).toBe(3 * (KEPT_BYTES - 1));
});

test('of more lines than are kept, the first', () => {
  const evidence = new Evidence(() => 0);
  for (let line = 0; line < KEPT_LINES + 5; line++) evidence.block('peer', `connection ${line}`, Buffer.from('x'));
  expect(evidence.lines).toHaveLength(KEPT_LINES);
  expect(evidence.lines.at(-1)?.place).toBe(`connection ${KEPT_LINES - 1}`);
});
