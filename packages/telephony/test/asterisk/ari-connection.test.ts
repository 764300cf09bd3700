import { expect, test } from 'vitest';
import type { PbxState } from '../../src/index.ts';
import { createAriClient } from '../../src/asterisk/index.ts';
import { startFakeAri } from './fake-ari.ts';
import { startFakeTrial } from './fake-trial.ts';
import { realClock } from './real-clock.ts';

const OURS = ['taxinav', 'taxinav-events'];

test('both applications are opened, filtered and ready', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  expect([...trial.ari.opened].sort()).toEqual(OURS);
  const filters = trial.ari.asked.filter(({ path }) => path.endsWith('/eventFilter'));
  expect(filters.map(({ path }) => path).sort()).toEqual(['/applications/taxinav-events/eventFilter', '/applications/taxinav/eventFilter']);
  for (const { body } of filters) expect(body).toHaveProperty('allowed');
});

test('a wrong password is told, tried again and again, and healed by the right one', async () => {
  let refused = true;
  await using trial = await startFakeTrial(() => undefined, { refuseSockets: () => (refused ? 401 : undefined) });
  await expect.poll(trial.warned).toContain('ARI_UNAUTHORIZED');
  expect(trial.pbx.state).toBe('connecting');
  await expect(trial.pbx.reconcile([])).rejects.toMatchObject({ code: 'PBX_NOT_READY' });
  refused = false;
  await expect.poll(() => trial.pbx.state).toBe('ready');
});

test('an application that another program took over is a lost connection, told as such and taken back', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  const states: PbxState[] = [];
  trial.pbx.onState((state) => states.push(state));
  trial.ari.tell('taxinav', { type: 'ApplicationReplaced', application: 'taxinav' });
  await expect.poll(() => states).toEqual(['away', 'ready']);
  expect(trial.warned()).toEqual(['ARI_APPLICATION_REPLACED']);
  expect(trial.ari.opened.filter((application) => application === 'taxinav')).toHaveLength(2);
});

test('a socket that answers no ping is dropped and made anew', async () => {
  await using trial = await startFakeTrial(() => undefined, { deaf: true });
  await expect.poll(() => trial.ari.opened.length, { timeout: 10_000 }).toBeGreaterThan(2);
  expect(trial.warned()).toContain('ARI_SILENT');
});

test('after a handshake that was given up the next one is made once more, since Asterisk may carry out the first beside it', async () => {
  let handshakes = 0;
  await using trial = await startFakeTrial(() => undefined, { ignoreSockets: () => (handshakes += 1) <= 2 });
  await expect.poll(() => trial.pbx.state, { timeout: 15_000 }).toBe('ready');
  expect([...trial.ari.opened].sort()).toEqual(['taxinav', 'taxinav', 'taxinav-events', 'taxinav-events']);
});

test('an echo that is so slow that the next is asked for before it comes is heard all the same', async () => {
  let asked = 0;
  await using trial = await startFakeTrial(({ method, path, body }, ari) => {
    if (method !== 'POST' || !path.startsWith('/events/user/')) return undefined;
    asked += 1;
    // The third is the first after both sockets were connected: taken after 3 s, and told after 6.
    if (asked !== 3) return undefined;
    const userevent = body['variables'];
    setTimeout(() => {
      for (const application of OURS) ari.tell(application, { type: 'ChannelUserevent', eventname: 'TaxinavHearing', userevent });
    }, 6_000 / 20);
    return new Promise((resolve) => setTimeout(() => resolve({ status: 204 }), 3_000 / 20));
  });
  await expect.poll(() => asked, { timeout: 5_000 }).toBeGreaterThan(8);
  expect(trial.warned()).toEqual([]);
});

test('a socket over which no events come, though requests and pings are answered, is made anew before it counts as connected', async () => {
  let connects = 0;
  await using trial = await startFakeTrial(() => undefined, { hears: () => (connects += 1) > 2 });
  await expect.poll(() => trial.pbx.state, { timeout: 10_000 }).toBe('ready');
  expect(trial.warned()).toEqual(['ARI_DEAF', 'ARI_DEAF']);
  expect([...trial.ari.opened].sort()).toEqual(['taxinav', 'taxinav', 'taxinav-events', 'taxinav-events']);
});

test('a socket that becomes deaf is noticed, and calls wait for the next one', async () => {
  let hears = true;
  await using trial = await startFakeTrial(() => undefined, { hears: (application) => hears || application !== 'taxinav' });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  hears = false;
  await expect.poll(() => trial.pbx.state, { timeout: 10_000 }).toBe('away');
  expect(trial.warned()).toContain('ARI_DEAF');
  hears = true;
  await expect.poll(() => trial.pbx.state, { timeout: 10_000 }).toBe('ready');
});

test('a socket whose requests fail is no connection: not ready before they are answered', async () => {
  let failing = true;
  await using trial = await startFakeTrial(({ path }) => (failing && path === '/channels' ? { status: 503 } : undefined));
  await expect.poll(trial.warned).toContain('ARI_REQUEST_FAILED');
  expect(trial.pbx.state).toBe('connecting');
  failing = false;
  await expect.poll(() => trial.pbx.state).toBe('ready');
});

test('stopped, nothing is asked any more; started again, it connects again', async () => {
  await using trial = await startFakeTrial();
  await expect.poll(() => trial.pbx.state).toBe('ready');
  await trial.pbx.stop();
  expect(trial.pbx.state).toBe('away');
  await trial.pbx.start();
  await expect.poll(() => trial.pbx.state).toBe('ready');
});

test('orphans of this installation are hung up, others are left alone', async () => {
  const channels = ['taxinav-a-1-1', 'taxinav-a-1-1;2', 'taxinav-a-2-2', 'taxinav-b-1-1', 'asterisk-17.3'].map((id) => ({
    id,
    name: '',
    state: 'Up',
  }));
  await using trial = await startFakeTrial(({ method, path }) => {
    if (method === 'GET' && path === '/channels') return { status: 200, json: channels };
    return method === 'GET' && path === '/bridges' ? { status: 200, json: [{ id: 'taxinav-a-2' }, { id: 'taxinav-b-1' }] } : undefined;
  });
  await expect.poll(() => trial.pbx.state).toBe('ready');
  expect(await trial.pbx.reconcile([], 'taxinav-a-')).toEqual([]);
  expect(trial.asked().filter((one) => one.startsWith('DELETE'))).toEqual([
    'DELETE /channels/taxinav-a-1-1',
    'DELETE /channels/taxinav-a-2-2',
    'DELETE /bridges/taxinav-a-2',
  ]);
  expect(trial.warned()).toEqual(['ORPHAN_HUNG_UP', 'ORPHAN_HUNG_UP']);
});

test.each([
  [401, 'ARI_UNAUTHORIZED'],
  [403, 'ARI_UNAUTHORIZED'],
  [404, 'ARI_NOT_FOUND'],
  [409, 'ARI_CONFLICT'],
  [422, 'ARI_REFUSED'],
  [500, 'ARI_FAILED'],
])('a request answered %i fails as %s', async (status, code) => {
  await using ari = await startFakeAri({ answer: () => ({ status }) });
  const client = createAriClient({ clock: realClock, url: ari.url, username: 'a', password: 'b' });
  await expect(client.ping()).rejects.toMatchObject({ name: 'AriError', code, status });
});

test('a request that cannot be sent, is not answered, or is answered with nonsense has a code each', async () => {
  await using ari = await startFakeAri({ answer: ({ path }) => (path === '/slow' ? 'never' : undefined) });
  const client = createAriClient({ clock: realClock, url: ari.url, username: 'a', password: 'b', timeoutMs: 50 });
  await expect(client.get('/slow')).rejects.toMatchObject({ code: 'ARI_TIMEOUT' });
  await expect(client.channel('x')).rejects.toMatchObject({ code: 'ARI_UNREADABLE' });
  await ari.close();
  await expect(client.ping()).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
});
