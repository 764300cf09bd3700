/** Where a value stands: keys and indices from the root. */
export type Path = readonly (string | number)[];

/** Writes a path the way messages have it: `columns[0].operators["192.168.1.21"]`. */
export function formatPath(path: Path): string {
  let written = '';
  for (const step of path) {
    if (typeof step === 'number') written += `[${step}]`;
    else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) written += `[${JSON.stringify(step.length > 60 ? `${step.slice(0, 60)}…` : step)}]`;
    else written += written === '' ? step : `.${step}`;
  }
  return written;
}
