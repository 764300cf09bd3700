import type { Guid, SayTextStatus } from '@taxinav/codec';
import type { NotificationHistory } from '@taxinav/notification-tracking';
import type { BridgeUnderTest, NavigatorUnderTest } from '../bridge-under-test.ts';

/** What goes in must come out, in the words of Jepsen's total-queue checker, for the GUIDs of one test. */
export interface Outcome {
  /** Accepted, and its last status is no result. */
  readonly lost: readonly Guid[];
  /** What was told is not what is stored, status by status and in the same order. */
  readonly different: readonly string[];
  /** The same status again with nothing between; identical to the byte, since its GUID, status and time are. */
  readonly duplicated: number;
  /** Call ids for which the PBX was asked more than once. */
  readonly askedTwice: readonly string[];
  /** Rounds without exactly one final change, at their end. */
  readonly endless: readonly Guid[];
}

/** Nothing lost, nothing inverted, at most one call an attempt. */
export const NOTHING_WRONG: Omit<Outcome, 'duplicated'> = { lost: [], different: [], askedTwice: [], endless: [] };

/** Compares what Taxi Navigator got with what is stored, and what the PBX was asked. */
export async function outcomeOf(
  guids: readonly Guid[],
  running: BridgeUnderTest,
  navigator: NavigatorUnderTest,
  asked: readonly string[],
): Promise<Outcome> {
  const lost: Guid[] = [];
  const different: string[] = [];
  const endless: Guid[] = [];
  let duplicated = 0;
  for (const guid of guids) {
    const told = navigator.statuses(guid).map(written);
    const once = told.filter((status, position) => status !== told[position - 1]);
    duplicated += told.length - once.length;
    const [history] = await running.bridge.tracker.find({ guid });
    const stored = changesOf(history);
    if (stored.filter(({ final }) => final).length !== 1 || stored.at(-1)?.final !== true) endless.push(guid);
    if (!['Done', 'Busy', 'Unanswered', 'Unreachable', 'Canceled'].includes(navigator.statuses(guid).at(-1)?.status ?? '')) lost.push(guid);
    const names = once.map((status) => status.split(' ')[0]);
    const expected = stored.map(({ status }) => status);
    if (names.join() !== expected.join()) different.push(`${guid}: told ${once.join(', ') || 'nothing'}; stored ${expected.join(', ')}`);
  }
  const askedTwice = asked.filter((callId, position) => asked.indexOf(callId) !== position);
  return { lost, different, duplicated, askedTwice, endless };
}

function written({ status, statusChangedTime }: SayTextStatus): string {
  return `${status} ${JSON.stringify(statusChangedTime)}`;
}

function changesOf(history: NotificationHistory | undefined): readonly { readonly status: string; readonly final: boolean }[] {
  return history?.rounds.flatMap(({ changes }) => changes) ?? [];
}
