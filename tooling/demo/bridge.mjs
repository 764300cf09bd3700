// The bridge of the demo, and what of its log is shown.
import { EventEmitter } from 'node:events';
import { isStopping, serve, write } from './programs.mjs';

/** Every line of the bridge's log is an `entry`. */
const log = new EventEmitter();

/** Starts the bridge; resolves with its ready line. */
export function startBridge(configuration) {
  const ready = nextEntry(({ event }) => event === 'ready');
  serve('the bridge', 'apps/bridge/bin/taxinav-bridge.js', ['--config', configuration], read);
  return ready;
}

/** The next line of the log that `wanted` accepts; rejects after `ms` where it is given. */
export function nextEntry(wanted, what, ms) {
  return new Promise((resolve, reject) => {
    const look = (entry) => {
      if (!wanted(entry)) return;
      log.off('entry', look);
      clearTimeout(timer);
      resolve(entry);
    };
    const timer =
      ms === undefined
        ? undefined
        : setTimeout(() => {
            log.off('entry', look);
            reject(new Error(`${what}: the bridge told nothing of it in ${ms / 1_000} s`));
          }, ms);
    log.on('entry', look);
  });
}

/** What warns is shown, the rest is told by the frames. */
function read(text) {
  let entry;
  try {
    entry = JSON.parse(text);
  } catch {
    write(`bridge  ${text}`);
    return;
  }
  log.emit('entry', entry);
  if (entry.event === 'ready' || isStopping() || !['warn', 'error', 'fatal'].includes(entry.level)) return;
  const { level, event, time: _time, msg, err, ...rest } = entry;
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  write(['bridge ', level, event, msg, err?.message, ...fields].filter((part) => part !== undefined).join(' '));
}
