import Table from 'cli-table3';

const NONE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
} as const;
const INNER = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' } as const;

/** Columns of text under their heads, without lines between them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = new Table({
    head: [...head],
    chars: { ...NONE, ...INNER },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  columns.push(...rows.map((row) => [...row]));
  return columns
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
