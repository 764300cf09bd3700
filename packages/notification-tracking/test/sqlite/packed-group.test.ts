import { expect, test } from 'vitest';
import { GroupPacker, GroupUnpacker, type PackedGroup } from '../../src/sqlite/packed-group.ts';

/** A packer, and what its worker makes of what was posted. */
function link() {
  const packer = new GroupPacker();
  const unpacker = new GroupUnpacker();
  const sent: PackedGroup[] = [];
  const cross = (requests: Parameters<GroupPacker['pack']>[0]) => {
    const group = structuredClone(packer.pack(requests));
    sent.push(group);
    return unpacker.unpack(group);
  };
  return { packer, cross, sent };
}

test('requests of any shape come out as they went in', () => {
  const requests = [
    { name: 'accept', payload: { now: 1, phone: undefined, policy: { limits: { a: 1 } } } },
    { name: 'accept', payload: { now: 2, phone: '+380671234567', policy: { limits: { a: 2 } } } },
    { name: 'cancel', payload: { now: 3 } },
    { name: 'odd', payload: { policy: 'a word', numbers: [1, 2] } },
    { name: 'nothing', payload: {} },
  ];
  const { cross } = link();
  for (const _ of [1, 2]) expect(cross(requests)).toEqual(requests);
});

test('a policy is sent once, and again when it has changed, in place too', () => {
  const { packer, cross, sent } = link();
  const policy = { attempts: 3 };
  const accept = () => cross([1, 2].map((now) => ({ name: 'accept', payload: { now, policy } })));
  const attempts = () => accept().map(({ payload }) => (payload as { policy: { attempts: number } }).policy.attempts);
  expect([attempts(), attempts()]).toEqual([
    [3, 3],
    [3, 3],
  ]);
  policy.attempts = 4;
  expect([attempts(), attempts()]).toEqual([
    [4, 4],
    [4, 4],
  ]);
  expect(sent.map(({ policies }) => policies)).toEqual([[{ attempts: 3 }], [null], [{ attempts: 4 }], [null]]);
  packer.forget();
  accept();
  expect(sent.at(-1)?.policies).toEqual([{ attempts: 4 }]);
});
