import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { phone, sayText, startBridge, startNavigator } from './bridge-under-test.ts';
import { openApi } from './open-api.ts';

const deployed = (name: string): Promise<string> => readFile(new URL(`../deploy/${name}`, import.meta.url), 'utf8');

/** The metrics that an expression names, with the labels that it asks for. */
function named(text: string): readonly { readonly metric: string; readonly labels: readonly string[] }[] {
  return [...text.matchAll(/\btaxinav_([a-z0-9_]+)\b(?:\{((?:[^}"\\]|\\?"(?:[^"\\]|\\[^"])*\\?")*)\})?/g)].map(
    ([, name = '', selector = '']) => ({
      metric: `taxinav_${name.replace(/_(?:bucket|sum|count)$/, '')}`,
      labels: [...selector.matchAll(/([a-z]+)(?:=~|!=|!~|=)/g)].map(([, label = '']) => label),
    }),
  );
}

test.each(['prometheus/alerts.yml', 'prometheus/prometheus.md', 'grafana/taxinav.json'])(
  'every metric and label that deploy/%s names is exported by a running bridge',
  async (file) => {
    await using navigator = await startNavigator();
    await using running = await startBridge(navigator.port, { column: '    allow: [127.0.0.0/8]' });
    await using api = await openApi(running);
    const message = sayText(phone(0));
    await running.send(message);
    await navigator.until(message.guid, 'Done');
    const scraped = await (await fetch(`${api.url}/metrics`)).text();
    const types = new Set([...scraped.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const names = named(await deployed(file)).filter(({ metric }) => !/_(?:process|nodejs)_$/.test(metric));
    expect(names.length).toBeGreaterThan(8);
    expect(names.map(({ metric }) => metric).filter((metric) => !types.has(metric))).toEqual([]);
    for (const { metric, labels } of names) {
      const sample = new RegExp(String.raw`^${metric}(?:_bucket)?\{([^}]*)\}`, 'm').exec(scraped)?.[1];
      // Prometheus itself adds instance and job. A counter that has counted nothing yet has no labels to look at.
      const own = labels.filter((label) => label !== 'instance' && label !== 'job');
      expect(sample === undefined ? [] : own.filter((label) => !sample.includes(`${label}="`)), `labels of ${metric}`).toEqual([]);
    }
  },
);

test('the dashboard is JSON whose panels have ids of their own and do not overlap', async () => {
  const { panels } = JSON.parse(await deployed('grafana/taxinav.json')) as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
});

test('a panel that counts over its own interval has one that holds several scrapes: shorter than two of them it would be empty', async () => {
  const { panels } = JSON.parse(await deployed('grafana/taxinav.json')) as {
    panels: { title: string; interval?: string; targets?: { expr: string }[] }[];
  };
  const counting = panels.filter(({ targets = [] }) => targets.some(({ expr }) => expr.includes('[$__interval]')));
  expect(counting.length).toBeGreaterThan(0);
  expect(counting.filter(({ interval }) => interval !== '5m').map(({ title }) => title)).toEqual([]);
});
