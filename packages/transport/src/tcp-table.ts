import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A table as the system wrote it, or why there is none: see `TcpState`. */
export type TcpTable = Buffer | 'unknown' | 'unreadable';

/**
 * A read is followed by a pause of so many times what it took, at most so long: on a machine with much memory one read takes 10 ms
 * and more, whatever the number of connections, since the system walks its whole table. So it is walked half of the time at most.
 */
const PAUSE_FACTOR = 1;
const LONGEST_PAUSE_MS = 50;

/**
 * Reads under way, by file. The one state of this package that is shared: the table is the machine's, and everybody who
 * asks while it is read, or while the pause after it lasts, is given the next one.
 */
const underWay = new Map<string, { reading: Promise<TcpTable>; next: Promise<TcpTable> | undefined }>();

/** Reads `/proc/net/tcp` or `tcp6`, once for all who ask at the same time. What is returned was read after the call. */
export function readTcpTable(file: string): Promise<TcpTable> {
  const current = underWay.get(file);
  if (current === undefined) return begin(file);
  current.next ??= current.reading.then(() => begin(file));
  return current.next;
}

function begin(file: string): Promise<TcpTable> {
  const started = performance.now();
  const table = read(file);
  const over = table.then(async (result) => {
    await pause(Math.min(LONGEST_PAUSE_MS, (performance.now() - started) * PAUSE_FACTOR), undefined, { ref: false });
    return result;
  });
  const entry: { reading: Promise<TcpTable>; next: Promise<TcpTable> | undefined } = { reading: over, next: undefined };
  underWay.set(file, entry);
  void over.then(() => {
    if (entry.next === undefined) underWay.delete(file);
  });
  return table;
}

async function read(file: string): Promise<TcpTable> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return ['ENOENT', 'EACCES', 'EPERM'].includes(code) ? 'unknown' : 'unreadable';
  }
}
