import { describe, expect, test } from 'vitest';
import { asteriskForTests, startAsterisk } from '../src/index.ts';

describe.skipIf(!asteriskForTests().installed)('what a driver must know of channel ids', () => {
  test('an id counts as taken while a live id begins with it; looking up and hanging up want the whole id', async () => {
    await using asterisk = await startAsterisk();
    const authorization = `Basic ${btoa(`${asterisk.username}:${asterisk.password}`)}`;
    const ask = async (method: string, path: string): Promise<number> => {
      const response = await fetch(`${asterisk.ariUrl}/channels${path}`, { method, headers: { authorization } });
      await response.arrayBuffer();
      return response.status;
    };
    const originate = (id: string): Promise<number> =>
      ask('POST', `?endpoint=Local/0671234563@subscribers&app=nobody&formats=slin&channelId=${id}`);
    expect(await originate('x-14')).toBe(200);
    expect(await originate('x-1')).toBe(409);
    expect(await originate('X-14')).toBe(409);
    expect(await originate('x-145')).toBe(200);
    expect(await ask('GET', '/x-1')).toBe(404);
    expect(await ask('DELETE', '/x-1')).toBe(404);
    expect(await ask('GET', '/x-14')).toBe(200);
  });
});
