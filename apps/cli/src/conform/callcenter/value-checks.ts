import { nationalNumber, parsePhoneNumber } from '@taxinav/codec';
import { fail, inconclusive, pass, skip, type Check, type Finding, type Severity } from '../check.ts';
import { bytes, changed, strict, strictLines, type Sample } from '../sample.ts';
import type { CallCenterContext } from './context.ts';
import { statusesOf } from './report.ts';

const SERVED = 'a status other than Canceled for its Guid';

function valueCheck(
  id: string,
  severity: Severity,
  clauses: readonly string[],
  title: string,
  sends: string,
  write: (sample: Sample) => Uint8Array,
): Check<CallCenterContext> {
  return {
    id,
    group: id.slice(0, id.indexOf('-')),
    clauses,
    severity,
    title,
    sends,
    expects: SERVED,
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const connection = await context.connect();
      await connection.write(write(sample));
      return await context.served([sample]);
    },
  };
}

function textCheck(id: string, severity: Severity, clauses: readonly string[], title: string, text: string): Check<CallCenterContext> {
  const shown = text.replaceAll('\n', String.raw`\r\n`);
  return valueCheck(`text-${id}`, severity, clauses, title, `\`TextToSay: ${shown}\``, (sample) =>
    strict(changed(sample, { TextToSay: text.replaceAll('\n', '\r\n') })),
  );
}

/** «Машина подана» in windows-1251, which is no UTF-8. Source: PROTOCOL.md, worked examples. */
const WINDOWS_1251 = Buffer.from('CCE0F8E8EDE020EFEEE4E0EDE0', 'hex');

/** Forms of texts, GUIDs and numbers. */
export const VALUE_CHECKS: readonly Check<CallCenterContext>[] = [
  textCheck('utf-8', 'should', ['TN-11', 'reading 22'], 'A text in UTF-8 is taken', 'Під’їхав «Ланос», держномер АА 1234 ВВ'),
  valueCheck(
    'text-windows-1251',
    'tolerance',
    ['TN-11', 'reading 22'],
    'A text in windows-1251 is taken',
    '«Машина подана» in windows-1251',
    (sample) => {
      const [before = '', after = ''] = strict(changed(sample, { TextToSay: '#' }))
        .toString('latin1')
        .split('#');
      return Buffer.concat([bytes(before), WINDOWS_1251, bytes(after)]);
    },
  ),
  textCheck('several-lines', 'tolerance', ['reading 12'], 'A text of several lines is taken', 'Машина подана\nбелый Ланос\nАА 1234'),
  textCheck(
    'angle-brackets',
    'must',
    ['TN-11', 'reading 13'],
    'A text in angle brackets is taken, as the document prints it',
    '<Тут текст сообщения>',
  ),
  textCheck('markup', 'should', ['TN-11'], 'A text is data, whatever stands in it', String.raw`O'Коннор "24" & <b>; $(id) \n %s {0} |`),
  ...(
    [
      ['lower-case', 'should', 'in small letters', (guid: string) => guid.toLowerCase()],
      ['braces', 'tolerance', 'in braces', (guid: string) => `{${guid}}`],
      ['no-hyphens', 'tolerance', 'without hyphens', (guid: string) => guid.replaceAll('-', '')],
    ] as const
  ).map(([id, severity, how, form]): Check<CallCenterContext> => ({
    id: `guid-${id}`,
    group: 'guid',
    clauses: ['TN-15', 'reading 15'],
    severity,
    title: `A Guid ${how} is taken and echoed so`,
    sends: `a SayText with its Guid ${how}`,
    expects: 'a status whose Guid has the same characters in the same case',
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const guid = form(sample.guid);
      const connection = await context.connect();
      await connection.write(strict(changed(sample, { Guid: guid })));
      const finding = await context.served([sample]);
      const echoed = context.reports(sample.guid)[0]?.guid;
      if (finding.verdict !== 'pass' || echoed === guid) return finding;
      return fail(`expected Guid ${guid}, got ${echoed}`);
    },
  })),
  ...(
    [
      ['international', '380671234567', (digits: string) => `38${digits}`],
      ['plus', '+380671234567', (digits: string) => `+38${digits}`],
      ['punctuation', '38 (067) 123-45-67', (d: string) => `38 (${d.slice(0, 3)}) ${d.slice(3, 6)}-${d.slice(6, 8)}-${d.slice(8)}`],
    ] as const
  ).map(([id, example, form]): Check<CallCenterContext> => ({
    id: `number-${id}`,
    group: 'number',
    clauses: ['TN-21', 'reading 20'],
    severity: 'tolerance',
    title: `A number written ${example} is taken`,
    sends: `a SayText with its number in the form ${example}`,
    expects: SERVED,
    phase: 'together',
    run: async (context) => {
      const sample = context.sample();
      const digits = nationalDigits(sample);
      if (digits === undefined) return skip('--number is no Ukrainian number');
      const connection = await context.connect();
      await connection.write(strict(changed(sample, { NumberToCall: form(digits) })));
      return await context.served([sample]);
    },
  })),
  valueCheck(
    'duplicate-guid-after-text',
    'tolerance',
    ['reading 18'],
    'Of two Guids the one after the text counts',
    'a SayText with another Guid before its text',
    ({ fields, guid }) => {
      const [message, ...others] = fields;
      const other = ['Guid', '00000000-0000-4000-8000-000000000000'] as const;
      return strict({ fields: message === undefined ? others : [message, other, ...others], guid });
    },
  ),
  valueCheck(
    'duplicate-number',
    'tolerance',
    ['reading 18'],
    'Of two numbers the first counts',
    'a SayText with a second `NumberToCall: 093`, which is none',
    (sample) => bytes(`${strictLines(sample)}NumberToCall: 093\r\n\r\n`),
  ),
  {
    id: 'text-colons',
    group: 'text',
    clauses: ['TN-11', 'reading 10'],
    severity: 'must',
    title: 'A text with colons is taken whole',
    sends: 'the texts `Заказ 15:30: ул. Мира: 5` and `:15:30`; a SayText with `Guid: …:x`; 600 letters, and the same behind `в 15:30: `',
    expects:
      'the first two are served; no status has the Guid of the third without its `:x`; the fifth is refused as too long where the fourth is',
    phase: 'together',
    run: textWithColons,
  },
];

async function textWithColons(context: CallCenterContext): Promise<Finding> {
  const connection = await context.connect();
  const say = async (text: string): Promise<Sample> => {
    const sample = context.sample();
    await connection.write(strict(changed(sample, { TextToSay: text })));
    return sample;
  };
  const plain = await say('Заказ 15:30: ул. Мира: 5');
  const finding = await context.served([plain]);
  if (finding.verdict !== 'pass') return { ...finding, reason: `a text with colons: ${finding.reason}` };
  const leading = await context.served([await say(':15:30')]);
  if (leading.verdict !== 'pass') return { ...leading, reason: `a text that begins with a colon: ${leading.reason}` };
  // What the peer says cannot be heard. But who cuts values at a second colon takes this Guid for one, and echoes it cut.
  const cut = context.sample();
  await connection.write(strict(changed(cut, { Guid: `${cut.guid}:x` })));
  await context.untilReport(() => context.reports(cut.guid).length > 0, context.quietMs);
  if (context.reports(cut.guid).some(({ guid }) => guid.toUpperCase() === cut.guid))
    return fail(`Guid ${cut.guid}:x was cut at its colon, and so are texts`);
  // And whether a text is too long shows how much of it was read.
  const letters = 'а'.repeat(600);
  const [long, behindColon] = [await say(letters), await say(`в 15:30: ${letters}`)];
  const first = (sample: Sample): string | undefined => statusesOf(context.reports(sample.guid))[0];
  await context.untilReport(() => first(long) !== undefined && first(behindColon) !== undefined, context.timeoutMs);
  if (first(long) === 'Canceled' && first(behindColon) !== 'Canceled')
    return first(behindColon) === undefined
      ? inconclusive('texts with colons are served; a long one got no status')
      : fail('600 letters are refused as too long, but not behind a colon: the text was cut there');
  return pass('texts with colons are served, and no value was cut at its second colon');
}

function nationalDigits(sample: Sample): string | undefined {
  const phone = parsePhoneNumber(sample.fields.find(([name]) => name === 'NumberToCall')?.[1] ?? '');
  return phone?.startsWith('+380') === true ? nationalNumber(phone) : undefined;
}
