import { median, ratios, relativeSpread } from '../measure/statistics.ts';
import type { GateVerdict } from './gates.ts';
import type { Results, Table } from './results.ts';

/** The results as a page. */
export function toMarkdown(results: Results, verdicts: readonly GateVerdict[]): string {
  const { machine, tables } = results;
  return [
    '# Measured',
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}. Load average when the last run began and ended: ${machine.load
      .map((load) => load.toFixed(1))
      .join(' and ')}.`,
    '',
    'Written by `npm run bench`; what each number means is said in README.md. **Bold**: ratio to the base of the table, taken within each round,',
    'median over the rounds; ± is the distance between the quartiles of those ratios; in brackets the absolute median, for scale only.',
    '',
    ...tables.flatMap((table) => [...tableLines(table), '']),
    '## Gates',
    '',
    'The targets times 0.85, judged on medians. A gate without a value was not measured.',
    '',
    '| gate | wanted | measured | |',
    '|---|---:|---:|---|',
    ...verdicts.map(
      ({ gate, bound, value, met }) =>
        `| ${gate.text} | ${gate.atMost === true ? '≤' : '≥'} ${short(bound)} | ${value === undefined ? '–' : short(value)} | ${met === undefined ? '' : met ? 'met' : '**missed**'} |`,
    ),
    '',
  ].join('\n');
}

function tableLines(table: Table): string[] {
  const base = table.base === undefined ? undefined : table.series[table.base];
  const rows = Object.entries(table.series).map(([contestant, series]) => {
    const cells = table.workloads.map((workload) =>
      cell(table, series[workload], contestant === table.base ? undefined : base?.[workload]),
    );
    return `| ${contestant} | ${cells.join(' | ')} |`;
  });
  return [
    `## ${table.title}`,
    '',
    `${table.base === undefined ? `In ${table.unit}` : `Base: ${table.base}; in brackets ${table.unit}`}. Measured ${table.measured.at}, seed ${table.measured.seed}, ${rounds(table)} rounds.`,
    '',
    `| | ${table.workloads.join(' | ')} |`,
    `|---|${table.workloads.map(() => '---:|').join('')}`,
    ...rows,
    ...(table.notes.length > 0 ? ['', ...table.notes.map((note) => `- ${note}`)] : []),
  ];
}

function cell(table: Table, values: readonly number[] | undefined, bases: readonly number[] | undefined): string {
  if (values === undefined || values.length === 0) return '–';
  const absolute = (median(values) / table.scale).toFixed(table.digits);
  if (bases === undefined) {
    const spread = values.length > 1 ? ` ±${percent(relativeSpread(values))}` : '';
    return table.base === undefined ? `${absolute}${spread}` : `1 (${absolute}${spread})`;
  }
  const within = ratios(values, bases);
  if (within.length === 0) return `(${absolute})`;
  return `**${short(median(within))}**${within.length > 1 ? ` ±${percent(relativeSpread(within))}` : ''} (${absolute})`;
}

function rounds(table: Table): string {
  const counts = Object.values(table.series).flatMap((series) => Object.values(series).map(({ length }) => length));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least}–${most}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Three digits that matter. */
export function short(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 5));
}
