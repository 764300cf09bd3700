import { columnsSchema } from '@taxinav/bridge-contract';
import { TrackingError, type Store } from '@taxinav/notification-tracking';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';
import { openApi } from './open-api.ts';

/** A store that says of its disk, and does, what the test wants. */
function troubled(store: Store, trouble: { pressure?: 'low' | 'full'; away?: boolean }): Store {
  const away = (): Promise<never> => Promise.reject(new TrackingError('TRACKING_STORE_BUSY', 'away'));
  return {
    failed: store.failed,
    get pressure() {
      return trouble.pressure ?? 'none';
    },
    run: (name, command) => (trouble.away === true ? away() : store.run(name, command)),
    read: (name, query) => (trouble.away === true ? new Promise(() => undefined) : store.read(name, query)),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

test('a scrape tells of this moment, not of the one before', async () => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port);
  await using api = await openApi(running);
  const message = sayText(phone(0));
  await running.send(message);
  await navigator.until(message.guid, 'Done');
  await expect.poll(() => running.bridge.tracker.summary()).toMatchObject({ reportsOwed: 0 });
  const scraped = await (await fetch(`${api.url}/metrics`)).text();
  for (const line of [
    'taxinav_up 1',
    'taxinav_ready 1',
    'taxinav_database_up 1',
    'taxinav_store_pressure 0',
    'taxinav_pbx_state{state="ready"} 1',
    'taxinav_pbx_state{state="away"} 0',
    'taxinav_navigator_up{column="north"} 1',
    'taxinav_notifications_queued{column="north"} 0',
    'taxinav_reports_owed{column="north"} 0',
  ])
    expect(scraped.split('\n')).toContain(line);
});

test.each(['low', 'full'] as const)('a disk that is %s makes the bridge not ready, and metrics and columns say so', async (pressure) => {
  await using navigator = await startNavigator();
  await using running = await startBridge(navigator.port, {
    parts: (parts) => ({ ...parts, store: troubled(parts.store, { pressure }) }),
  });
  await using api = await openApi(running);
  const health = await fetch(`${api.url}/health/ready`);
  expect([health.status, await health.json()]).toMatchObject([503, { status: 'notReady' }]);
  expect(await (await fetch(`${api.url}/metrics`)).text()).toMatch(
    new RegExp(`^taxinav_ready 0\\n[^]*^taxinav_store_pressure ${pressure === 'low' ? 1 : 2}$`, 'm'),
  );
  const { database } = columnsSchema.parse(await (await fetch(`${api.url}/api/v1/columns`)).json());
  expect(database).toEqual({ kind: 'sqlite', state: 'works', pressure });
});

test('a database that is away is told by a scrape, which does not wait for it', async () => {
  await using navigator = await startNavigator();
  const trouble = { away: false };
  await using running = await startBridge(navigator.port, { parts: (parts) => ({ ...parts, store: troubled(parts.store, trouble) }) });
  await using api = await openApi(running);
  trouble.away = true;
  await expect.poll(async () => (await fetch(`${api.url}/metrics`)).text()).toMatch(/^taxinav_database_up 0$/m);
  const scraped = await (await fetch(`${api.url}/metrics`)).text();
  expect(scraped).toMatch(/^taxinav_ready 0$/m);
  expect(scraped).not.toMatch(/^taxinav_notifications_queued\{/m);
  expect(await (await fetch(`${api.url}/health/ready`)).json()).toMatchObject({
    checks: expect.arrayContaining([{ name: 'database', ok: false, detail: expect.stringContaining('no write has succeeded') }]),
  });
  trouble.away = false;
});
