// `npm run bench [-- ROW… --long --seed N --rounds N --gate]`: measures, and writes results.json and results.md beside itself.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { acceptPostgresRow } from './accept/accept-postgres-row.ts';
import { acceptRow } from './accept/accept-row.ts';
import { asteriskRow } from './asterisk/asterisk-row.ts';
import { bridgeRow } from './bridge/bridge-row.ts';
import { callsRow } from './calls/calls-row.ts';
import { decodeRow } from './decode/decode-row.ts';
import { unfinishedLineRow } from './decode/unfinished-line-row.ts';
import { encodeRow } from './encode/encode-row.ts';
import { seededRandom } from './measure/seeded-random.ts';
import { judge } from './report/gates.ts';
import { short, toMarkdown } from './report/markdown.ts';
import type { Results, Table } from './report/results.ts';
import { TARGETS } from './report/targets.ts';
import type { Row } from './row.ts';
import { speechRow } from './speech/speech-row.ts';
import { portsRow } from './transport/ports-row.ts';
import { transportRow } from './transport/transport-row.ts';

const ROWS: Readonly<Record<string, Row>> = {
  decode: decodeRow,
  line: unfinishedLineRow,
  encode: encodeRow,
  transport: transportRow,
  ports: portsRow,
  accept: acceptRow,
  postgres: acceptPostgresRow,
  calls: callsRow,
  bridge: bridgeRow,
  speech: speechRow,
  asterisk: asteriskRow,
};

/** Every table, in the order of the page. */
const TABLES = [
  'decode',
  'line',
  'encode',
  'transport',
  'transport-cpu',
  'ports-time',
  'ports-memory',
  'accept',
  'accept-cpu',
  'accept-retention',
  'accept-postgres',
  'calls',
  'calls-cpu',
  'bridge',
  'bridge-cpu',
  'bridge-latency',
  'bridge-modest',
  'bridge-memory',
  'speech-loop',
  'speech-cost',
  'speech-memory',
  'asterisk-pace',
  'asterisk-cpu',
];

const USAGE = `usage: npm run bench [-- ${[...Object.keys(ROWS), 'gates'].join(' | ')} …] [--long] [--rounds N] [--seed N] [--gate]
  no row: all of them; gates: no measuring, only judges what results.json holds
`;
const FILE = fileURLToPath(new URL('../results', import.meta.url));
const began = loadavg()[0] ?? 0;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seed: { type: 'string' },
    gate: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => name !== 'gates' && !Object.hasOwn(ROWS, name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no such row: ${unknown.join(', ')}`);
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
const rounds = count('rounds', values.rounds, values.long ? 15 : 7);
const seed = count('seed', values.seed, Date.now() % 1_000_000);
const wanted = positionals.length === 0 ? Object.keys(ROWS) : positionals.filter((name) => name !== 'gates');

const tables = new Map<string, Table>(saved()?.tables.map((table) => [table.id, table]));
if (wanted.length > 0) console.log(`seed ${seed}, ${rounds} rounds`);
for (const name of wanted) {
  const row = ROWS[name];
  if (row === undefined) continue;
  const started = performance.now();
  const measured = { at: new Date().toISOString(), seed };
  const options = { seed, random: seededRandom(seed), rounds, long: values.long, tell: (text: string) => console.log(text) };
  for (const table of await row(options)) tables.set(table.id, { ...table, measured });
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  write();
}
const results = write();
const verdicts = judge(TARGETS, results);
for (const { gate, bound, value, met } of verdicts) {
  const word = met === undefined ? 'not measured' : met ? 'met' : 'MISSED';
  const sign = gate.atMost === true ? '<=' : '>=';
  console.log(`${word.padEnd(12)} ${gate.text}: ${value === undefined ? '' : `${short(value)} `}(${sign} ${short(bound)})`);
}
console.log(`${FILE}.md`);
if (values.gate && verdicts.some(({ met }) => met === false)) process.exitCode = 1;

/** Writes what is known so far: a run that is broken off leaves what it measured. */
function write(): Results {
  const machine =
    wanted.length === 0
      ? saved()?.machine
      : {
          cpu: cpus()[0]?.model.trim() ?? 'unknown',
          cores: cpus().length,
          memoryGiB: Math.round(totalmem() / 2 ** 30),
          system: `${type()} ${release().split('-')[0] ?? ''}`,
          node: process.versions.node,
          load: [began, loadavg()[0] ?? 0] as const,
        };
  if (machine === undefined) throw new Error('nothing has been measured yet: run a row first');
  // The order of the rows, whatever was measured last.
  const order = TABLES.flatMap((id) => tables.get(id) ?? []);
  const current: Results = { machine, tables: order };
  writeFileSync(`${FILE}.json`, `${JSON.stringify(current, shorter, 1)}\n`);
  writeFileSync(`${FILE}.md`, toMarkdown(current, judge(TARGETS, current)));
  return current;
}

/** Five digits of a number say all that was measured. */
function shorter(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

function saved(): Results | undefined {
  return existsSync(`${FILE}.json`) ? (JSON.parse(readFileSync(`${FILE}.json`, 'utf8')) as Results) : undefined;
}

function count(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${name}: expected a whole number from 1, got ${text ?? ''}`);
    process.exit(2);
  }
  return value;
}
