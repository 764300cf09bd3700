import { changedRowsSchema } from '@taxinav/bridge-contract';
import { askBridge, type BridgeTarget } from './bridge-client.ts';

/** Asks a bridge to remove rows until nothing is left of what it can do within one answer; returns how many rows have changed. */
export async function untilBridgeIsDone(target: BridgeTarget, path: string, body: object): Promise<{ readonly rows: number }> {
  let rows = 0;
  for (;;) {
    const some = await askBridge(target, { method: 'POST', path, body, schema: changedRowsSchema });
    rows += some.rows;
    if (some.more !== true) return { rows };
  }
}
