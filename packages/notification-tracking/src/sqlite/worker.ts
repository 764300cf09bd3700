import { parentPort, workerData } from 'node:worker_threads';
import { loadTables } from './load-tables.ts';
import { openReader } from './reader.ts';
import { storeFailed } from './error-texts.ts';
import { GroupUnpacker } from './packed-group.ts';
import { plainError, type FromWorker, type ToWorker, type WorkerRequest, type WorkerStart } from './messages.ts';
import { openError } from './open-database.ts';
import { openWriter } from './writer.ts';
import type { WorkerRole } from './worker-role.ts';

const port = parentPort;
if (port === null) throw new Error('sqlite/worker is started by openSqliteStore, not imported.');
const post = (message: FromWorker): void => port.postMessage(message);
const start = workerData as WorkerStart;

// Begun at once: the reader's thread loads its code while the writer's opens the file.
const loading = Promise.allSettled([loadTables(start.tables)]);
const groups = new GroupUnpacker();
let role: WorkerRole | undefined;

port.on('message', (message: ToWorker) => void serve(message));

async function serve(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'open':
      return open();
    case 'group':
      return run(groups.unpack(message.group));
    case 'close':
      return close();
    default:
      message satisfies never;
  }
}

async function open(): Promise<void> {
  try {
    const [tables] = await loading;
    if (tables.status === 'rejected') throw tables.reason;
    role = await (start.role === 'write'
      ? openWriter(start, tables.value, (pressure) => post({ kind: 'pressure', pressure }))
      : openReader(start, tables.value));
    post({ kind: 'opened' });
  } catch (error) {
    post({ kind: 'openFailed', error: plainError(openError(start.path, error)) });
    port?.close();
  }
}

async function run(requests: readonly WorkerRequest[]): Promise<void> {
  const outcome = await role?.run(requests);
  if (outcome === undefined) return;
  post({ kind: 'answers', answers: outcome.answers });
  if (outcome.failure !== undefined) return post({ kind: 'failed', error: outcome.failure });
  try {
    role?.tidy();
  } catch (error) {
    post({ kind: 'failed', error: storeFailed('copying its log into the file', error) });
  }
}

function close(): void {
  try {
    role?.close();
  } catch (error) {
    return post({ kind: 'failed', error: storeFailed('closing', error) });
  }
  port?.close();
}
