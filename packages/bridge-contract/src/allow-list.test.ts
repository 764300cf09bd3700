import { expect, it } from 'vitest';
import { defaultAllowList, isAllowEntry } from './allow-list.ts';

it.each(['127.0.0.1', '::1', '10.0.0.0/8', '0.0.0.0/0', '192.168.1.200/32', 'fd00::/8', '::/0'])(
  '%s may stand in an allow list',
  (entry) => {
    expect(isAllowEntry(entry)).toBe(true);
  },
);

it.each([
  '',
  'localhost',
  '10.0.0.0/33',
  'fd00::/129',
  '10.0.0/8',
  '10.0.0.0/',
  '10.0.0.0/08',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  'fe80::1%eth0',
])('"%s" may not stand in an allow list', (entry) => expect(isAllowEntry(entry)).toBe(false));

it('without a list, loopback, peers that are addresses and workstations may connect', () => {
  const column = {
    navigator: { host: '192.168.1.200', port: 1 },
    status: { host: 'dispatch.example', port: 2 },
    operators: { '192.168.1.21': 'PJSIP/101' },
  };
  expect(defaultAllowList(column)).toEqual(['127.0.0.0/8', '::1', '192.168.1.200', '192.168.1.21']);
});

it('an address is listed once', () => {
  const host = { host: '192.168.1.200', port: 1 };
  expect(defaultAllowList({ navigator: host, status: host, operators: { '127.0.0.1': 'PJSIP/1' } })).toEqual([
    '127.0.0.0/8',
    '::1',
    '192.168.1.200',
  ]);
});
