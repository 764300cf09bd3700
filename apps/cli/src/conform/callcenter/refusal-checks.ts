import { fail, inconclusive, pass, type Check } from '../check.ts';
import { changed, strict, bytes, strictLines, type Sample } from '../sample.ts';
import type { CallCenterContext } from './context.ts';
import { statusesOf } from './report.ts';

function refusalCheck(
  id: string,
  severity: Check<never>['severity'],
  clauses: readonly string[],
  title: string,
  sends: string,
  write: (sample: Sample) => Uint8Array,
  { end = false, silent = false }: { readonly end?: boolean; readonly silent?: boolean } = {},
): Check<CallCenterContext> {
  return {
    id: `refusal-${id}`,
    group: 'refusal',
    clauses,
    severity,
    title,
    sends,
    expects: silent ? 'nothing but maybe Canceled' : 'one Canceled, and nothing else',
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(write(sample));
      if (end) connection.end();
      const reports = (): ReturnType<typeof context.reports> => context.reports(sample.guid);
      await context.untilReport(() => reports().length > 0, silent ? context.quietMs : context.timeoutMs);
      // Time for a status that must not come.
      await context.untilReport(() => reports().some(({ status }) => status !== 'Canceled'), context.quietMs);
      const statuses = statusesOf(reports());
      const wrong = statuses.filter((status) => status !== 'Canceled');
      if (wrong.length > 0) return fail(`expected Canceled alone, got ${statuses.join(', ')}: the message was taken`);
      if (statuses.length > 0) return pass('Canceled, and nothing else');
      if (silent && context.shared.neverServed) return inconclusive('nothing ever comes');
      return silent ? pass('nothing came of it') : fail('no Canceled came: whoever sent the SayText waits for ever');
    },
  };
}

/** SayTexts that cannot be served. Source: [reading 11, reading 26]. */
export const REFUSAL_CHECKS: readonly Check<CallCenterContext>[] = [
  refusalCheck(
    'number',
    'should',
    ['TN-13', 'TN-16', 'reading 26'],
    'A SayText to what is no number is Canceled',
    'a SayText with `NumberToCall: 093`',
    (sample) => strict(changed(sample, { NumberToCall: '093' })),
  ),
  refusalCheck(
    'no-text',
    'should',
    ['TN-13', 'TN-16', 'reading 26'],
    'A SayText without a text is Canceled',
    'a SayText without TextToSay',
    ({ fields, guid }) => strict({ fields: fields.filter(([name]) => name !== 'TextToSay'), guid }),
  ),
  refusalCheck(
    'long-text',
    'tolerance',
    ['TN-13', 'TN-16', 'reading 26', 'reading 27'],
    'A text too long to be said is Canceled',
    'a SayText of 600 letters',
    (sample) => strict(changed(sample, { TextToSay: 'а'.repeat(600) })),
  ),
  refusalCheck(
    'cut-text',
    'should',
    ['TN-11', 'reading 11'],
    'A text that the end of the connection has cut is not said',
    'a SayText with its Guid first, cut within TextToSay by FIN',
    ({ fields, guid }) => {
      const [message, number, text, id] = fields;
      const order = [message, id, number, text].filter((field) => field !== undefined);
      return bytes(strictLines({ fields: order, guid })).subarray(0, -9);
    },
    { end: true, silent: true },
  ),
];
