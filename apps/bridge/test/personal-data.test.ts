import { columnsSchema } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';
import { json, openApi } from './open-api.ts';

const post = (url: string, body: object, token?: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

test('an erasure hangs up the phone that rings, ends what waits, and leaves no number and no text', async () => {
  await using navigator = await startNavigator();
  // Slow enough for the ringing to last.
  await using running = await startBridge(navigator.port, { factor: 2, file: 'dialling: { ringSeconds: 180 }' });
  await using api = await openApi(running);
  const [ringing, waiting, other] = [sayText(phone(3)), sayText(phone(3)), sayText(phone(0, 7))];
  await running.send(ringing);
  await expect
    .poll(async () => (await running.bridge.tracker.find({ guid: ringing.guid }))[0]?.rounds[0]?.attempts[0]?.rangAt)
    .toBeDefined();
  await running.send(waiting);
  await running.send(other);
  await navigator.until(other.guid, 'Done');
  const answer = await post(`${api.url}/api/v1/erasures`, { phone: '+38 067 000-00-03' });
  expect([answer.status, await answer.json()]).toEqual([200, { rows: expect.any(Number) }]);
  expect(await navigator.until(ringing.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
  expect(await navigator.until(waiting.guid, 'Canceled')).toEqual(['Queued', 'Canceled']);
  // The phone does not go on ringing for somebody whom nobody knows any more.
  await expect.poll(() => running.pbx.liveCalls).toEqual([]);
  expect((await running.bridge.tracker.list({ phone: phone(3) })).lines).toEqual([]);
  for (const { guid } of [ringing, waiting]) {
    const [history] = await running.bridge.tracker.find({ guid });
    expect(history?.rounds.map((round) => [round.phone, round.text, round.state])).toEqual([[undefined, undefined, 'final']]);
  }
  expect((await running.bridge.tracker.find({ guid: other.guid }))[0]?.rounds[0]).toMatchObject({ phone: phone(0, 7) });
  await expect.poll(async () => (await post(`${api.url}/api/v1/erasures`, { phone: '0670000003' })).json()).toEqual({ rows: 0 });
});

test('retention is run when it is asked for', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { file: 'retention: { textDays: 1, numberDays: 1 }' });
  await using api = await openApi(running);
  const { guid } = sayText(phone(0));
  const now = Date.now() - 3 * 86_400_000;
  const { tracker } = running.bridge;
  await tracker.accept({ now, columnId: 'north', guid, phone: phone(0), text: 'Машина подана', peer: '127.0.0.1' });
  await tracker.cancel({ now, columnId: 'north', guid });
  expect(await (await post(`${api.url}/api/v1/retention`, {})).json()).toEqual({ rows: expect.any(Number) });
  expect((await tracker.find({ guid }))[0]?.rounds[0]).not.toHaveProperty('text');
  expect(await (await post(`${api.url}/api/v1/retention`, {})).json()).toEqual({ rows: 0 });
});

test('only an admin removes data, and what he asks for has its form', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(
    running,
    `http:
  listen: 127.0.0.1:0
  tokens:
    - { name: desk, token: desk-token-0123456789, role: operator }
    - { name: admin, token: admin-token-0123456789, role: admin }`,
  );
  const asked: [string, object, string | undefined, number][] = [
    ['/api/v1/retention', {}, undefined, 401],
    ['/api/v1/retention', {}, 'desk-token-0123456789', 403],
    ['/api/v1/erasures', { phone: '0670000003' }, 'desk-token-0123456789', 403],
    ['/api/v1/erasures', { phone: 'everybody' }, 'admin-token-0123456789', 400],
    ['/api/v1/erasures', {}, 'admin-token-0123456789', 400],
    ['/api/v1/retention', { textDays: 0 }, 'admin-token-0123456789', 400],
    ['/api/v1/retention', {}, 'admin-token-0123456789', 200],
    ['/api/v1/erasures', { phone: '0670000003' }, 'admin-token-0123456789', 200],
  ];
  for (const [path, body, token, status] of asked) {
    expect([path, body, (await post(api.url + path, body, token)).status]).toEqual([path, body, status]);
  }
});

test('who is not allowed is named in the columns, with the reason', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { column: '    allow: [192.0.2.1]' });
  await using api = await openApi(running);
  await running.send(sayText(phone(0)));
  await running.send(sayText(phone(0)));
  const columns = columnsSchema.parse(await (await fetch(`${api.url}/api/v1/columns`)).json());
  expect(columns.columns[0]?.refused).toEqual([
    { address: '127.0.0.1', reason: 'not-allowed', count: 2, lastAt: expect.stringMatching(/Z$/) },
  ]);
});
