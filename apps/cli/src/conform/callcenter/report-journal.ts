import { Changes } from '../changes.ts';
import type { Evidence } from '../evidence.ts';
import type { Report } from './report.ts';

/** Reports of a GUID that nobody asked for which are kept. */
export const STRAYS = 50;
/** Reports of one GUID that are kept. */
export const REPORTS = 100;

/** The statuses that arrived, by the GUID they speak of; which of its forms does not matter here. */
export class ReportJournal {
  readonly strays: Report[] = [];
  readonly #byGuid = new Map<string, { readonly evidence: Evidence; readonly reports: Report[]; resets: number }>();
  readonly #changes = new Changes();

  /** From now on reports of this GUID are kept, and shown as evidence. */
  expect(guid: string, evidence: Evidence): void {
    this.#byGuid.set(key(guid), { evidence, reports: [], resets: 0 });
  }

  /** The connection that brings the next report of this GUID is reset. */
  resetNext(guid: string): void {
    const known = this.#byGuid.get(key(guid));
    if (known !== undefined) known.resets += 1;
  }

  /** Keeps a report; `true` when its connection is to be reset. */
  add(report: Report): boolean {
    const known = this.#byGuid.get(key(report.guid));
    if (known === undefined) {
      if (this.strays.length < STRAYS) this.strays.push(report);
      return false;
    }
    // On the check's own connection it is evidence already.
    if (report.place === 'status address') known.evidence.block('peer', 'status address', report.bytes);
    if (known.reports.length < REPORTS) known.reports.push(report);
    const reset = known.resets > 0;
    if (reset) {
      known.resets -= 1;
      known.evidence.note('judge', 'status address', 'reset');
    }
    this.#changes.tell();
    return reset;
  }

  /** What arrived of a GUID, in order. */
  of(guid: string): readonly Report[] {
    return this.#byGuid.get(key(guid))?.reports ?? [];
  }

  until(condition: () => boolean, ms: number): Promise<boolean> {
    return this.#changes.until(condition, ms);
  }
}

function key(guid: string): string {
  return guid.replace(/[^0-9A-Fa-f]/g, '').toUpperCase();
}
