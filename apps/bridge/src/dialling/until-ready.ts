import type { Pbx } from '@taxinav/telephony';
import type { Clock } from '@taxinav/transport';

/** Resolves when the PBX can be asked, or after `ms`, whichever comes first. */
export async function untilReady(pbx: Pick<Pbx, 'state' | 'onState'>, clock: Pick<Clock, 'sleep'>, ms: number): Promise<void> {
  const over = new AbortController();
  const ignore = pbx.onState((state) => {
    if (state === 'ready') over.abort();
  });
  try {
    if (pbx.state !== 'ready') await clock.sleep(ms, over.signal);
  } catch (error) {
    if (!over.signal.aborted) throw error;
  } finally {
    ignore();
  }
}
