import { request } from 'node:http';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';
import { json, openApi } from './open-api.ts';

test('a notification can be listed, shown, resent; numbers are masked', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  const message = sayText(phone(0, 123));
  await running.send(message);
  await navigator.until(message.guid, 'Done');
  const list = await (await fetch(`${api.url}/api/v1/notifications?column=north&status=Done&cursor=&phone=067%20000%201230`)).json();
  expect(list).toMatchObject({ notifications: [{ guid: message.guid, phone: '067***1230', status: 'Done', final: true, attempts: 1 }] });
  await expect.poll(() => running.bridge.tracker.summary()).toMatchObject({ reportsOwed: 0 });
  const one = await (await fetch(`${api.url}/api/v1/notifications/${message.guid.toLowerCase()}`)).json();
  expect(one).toMatchObject({
    columnId: 'north',
    rounds: [{ changes: [{ status: 'Queued' }, { status: 'Active' }, { status: 'Done', final: true, reports: [{ tries: 1 }] }] }],
  });
  const resent = await fetch(`${api.url}/api/v1/notifications/${message.guid}/resend`, { method: 'POST' });
  expect([resent.status, await resent.json()]).toEqual([200, { outcome: 'owed' }]);
  await expect.poll(() => navigator.statuses(message.guid).length).toBe(4);
  const cancel = await fetch(`${api.url}/api/v1/notifications/${message.guid}/cancel`, { method: 'POST', headers: json, body: '{}' });
  expect(cancel.status).toBe(409);
});

test('canceling a ringing notification hangs up: Unanswered', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, { file: 'dialling: { ringSeconds: 180 }' });
  await using api = await openApi(running);
  const message = sayText(phone(3));
  await running.send(message);
  await navigator.until(message.guid, 'Active');
  await expect
    .poll(async () => (await running.bridge.tracker.find({ guid: message.guid }))[0]?.rounds[0]?.attempts[0]?.rangAt)
    .toBeDefined();
  const answer = await fetch(`${api.url}/api/v1/notifications/${message.guid}/cancel`, { method: 'POST' });
  expect(await answer.json()).toEqual({ outcome: 'hangingUp' });
  expect(await navigator.until(message.guid, 'Unanswered')).toEqual(['Queued', 'Active', 'Unanswered']);
});

test('a GUID that two columns share is 409 with the candidates; ?column= decides', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, {
    column: `  - { id: south, listen: 127.0.0.1:0, navigator: 127.0.0.1:${navigator.port}, status: 127.0.0.1:${navigator.port} }`,
  });
  await using api = await openApi(running);
  const message = sayText(phone(0));
  await running.send(message, 0);
  await running.send({ ...message, numberToCall: phone(1) }, 1);
  await expect.poll(async () => (await running.bridge.tracker.find({ guid: message.guid })).length).toBe(2);
  const both = await fetch(`${api.url}/api/v1/notifications/${message.guid}`);
  expect(both.headers.get('content-type')).toContain('application/problem+json');
  expect([both.status, await both.json()]).toMatchObject([
    409,
    { code: 'ambiguous-column', candidates: [{ columnId: 'north' }, { columnId: 'south' }] },
  ]);
  expect((await fetch(`${api.url}/api/v1/notifications/${message.guid}?column=south`)).status).toBe(200);
});

test('an injected call shows its popup', async () => {
  await using navigator = await startNavigator(() => ({ message: 'ACK', error: 'OK' }));
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  const answer = await fetch(`${api.url}/api/v1/calls`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ line: '0445550101', callerId: '+38 (067) 123-45-67' }),
  });
  expect(await answer.json()).toMatchObject({ outcome: 'acknowledged', columnId: 'north', carType: 'Universal' });
  expect(navigator.received).toMatchObject([{ message: 'Call', callerId: '+380671234567', carType: 'Universal' }]);
});

test('the stop switch is read and thrown', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  const thrown = await fetch(`${api.url}/api/v1/controls/dialling`, {
    method: 'PUT',
    headers: json,
    body: '{"enabled":false,"reason":"fraud"}',
  });
  expect(await thrown.json()).toEqual({ enabled: false, reason: 'fraud' });
  expect(await (await fetch(`${api.url}/api/v1/controls/dialling`)).json()).toEqual({ enabled: false, reason: 'fraud' });
});

test('what is asked in a wrong way is a problem document', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  const asked: [string, RequestInit, number, string][] = [
    ['/nothing', {}, 404, 'not-found'],
    ['/api/v1/notifications/zzz', {}, 400, 'invalid-request'],
    ['/api/v1/notifications/6F9619FF-8B86-D011-B42D-00CF4FC964FF', {}, 404, 'unknown-notification'],
    ['/api/v1/notifications?column=west', {}, 404, 'unknown-column'],
    ['/api/v1/notifications?what=ever', {}, 400, 'invalid-request'],
    ['/api/v1/calls', { method: 'POST', headers: json, body: '{"callerId":"x","line":"1"}' }, 400, 'invalid-request'],
    ['/api/v1/calls', { method: 'POST', headers: json, body: '{"broken"' }, 400, 'invalid-request'],
    [
      '/api/v1/calls',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"callerId":"0671234567","line":"0445550101"}' },
      415,
      'unsupported-media-type',
    ],
    ['/api/v1/calls', { method: 'POST', headers: json, body: JSON.stringify({ callerId: 'x'.repeat(70_000) }) }, 413, 'too-large'],
    ['/api/v1/columns', { headers: { origin: 'http://evil.example' } }, 403, 'origin-not-allowed'],
  ];
  for (const [path, init, status, code] of asked) {
    const answer = await fetch(api.url + path, init);
    expect([path, answer.status, await answer.json()]).toMatchObject([path, status, { code, status }]);
  }
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  request(`${api.url}/health/live`, { headers: { host: 'evil.example' } }, (response) => resolve(response.resume().statusCode)).end();
  expect(await promise).toBe(403);
});

test('with tokens: none is 401, a viewer may look, masked or not, and not act', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(
    running,
    `http:
  listen: 127.0.0.1:0
  tokens:
    - { name: desk, token: desk-token-0123456789, role: viewer, seesNumbers: true }
    - { name: admin, token: admin-token-0123456789, role: admin, seesNumbers: false }`,
  );
  const message = sayText(phone(0, 123));
  await running.send(message);
  await navigator.until(message.guid, 'Done');
  const as = (token: string): RequestInit => ({ headers: { ...json, authorization: `Bearer ${token}` } });
  expect((await fetch(`${api.url}/api/v1/notifications`)).status).toBe(401);
  expect((await fetch(`${api.url}/api/v1/notifications`, as('wrong'))).status).toBe(401);
  expect(await (await fetch(`${api.url}/api/v1/notifications`, as('desk-token-0123456789'))).json()).toMatchObject({
    notifications: [{ phone: '0670001230' }],
  });
  expect(await (await fetch(`${api.url}/api/v1/notifications`, as('admin-token-0123456789'))).json()).toMatchObject({
    notifications: [{ phone: '067***1230' }],
  });
  expect(
    (await fetch(`${api.url}/api/v1/controls/dialling`, { ...as('desk-token-0123456789'), method: 'PUT', body: '{"enabled":false}' }))
      .status,
  ).toBe(403);
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
});

test('health, metrics and the OpenAPI document', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  expect(await (await fetch(`${api.url}/health/live`)).json()).toEqual({ status: 'live' });
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
  const metrics = await (await fetch(`${api.url}/metrics`)).text();
  expect(metrics).toMatch(/^taxinav_up 1$/m);
  for (const line of metrics.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) expect(line).toMatch(/^taxinav_/);
  expect(await (await fetch(`${api.url}/api/v1/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
  expect(await (await fetch(`${api.url}/api/v1/columns`)).json()).toMatchObject({
    columns: [{ id: 'north', listening: true }],
    pbx: { state: 'ready' },
  });
});

test('live changes come as server-sent events, and Last-Event-ID brings what was missed', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  const open = (headers: Record<string, string>, signal: AbortSignal): Promise<Response> =>
    fetch(`${api.url}/api/v1/events`, { headers, signal });
  const read = async (response: Response, stop: AbortController, until: RegExp): Promise<string> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (until.test(text)) break;
    }
    stop.abort();
    return text;
  };
  const stop = new AbortController();
  const live = read(await open({}, stop.signal), stop, /"status":"Done"/);
  const message = sayText(phone(0));
  await running.send(message);
  const text = await live;
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids.length).toBeGreaterThan(0);
  const stopAgain = new AbortController();
  const missed = await open({ 'last-event-id': String((ids.at(-1) ?? 1) - 1) }, stopAgain.signal);
  const again = await read(missed, stopAgain, /"status":"Done"/);
  expect(again).toContain(`id: ${ids.at(-1)}\nevent: change`);
});
