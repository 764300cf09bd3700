import type { DiagnosticCode, TextEncoding } from '@taxinav/codec';
import { formatHostPort } from '../host-port.ts';
import type { Output } from '../output.ts';
import { visible } from '../visible.ts';
import { guessEncoding } from './guess-encoding.ts';
import type { Counts, ObservedPort, WritingHabits } from './observed-port.ts';

/** What a port is in the protocol, by what is said to it; `mixed` where that is several things. */
export type PortRole = 'listen' | 'navigator' | 'status' | 'mixed' | 'unknown';

/** In words, for people. */
const ROLES: Readonly<Record<PortRole, string>> = {
  listen: "a column's port of the call center",
  navigator: "Taxi Navigator's port for Call",
  status: 'a port for SayTextStatus',
  mixed: 'a port for several things',
  unknown: 'a port that got no request',
};

const LINE_ENDS: readonly DiagnosticCode[] = ['bare-lf', 'lone-cr'];
const SPACING: readonly DiagnosticCode[] = ['trailing-space', 'no-space-after-colon', 'extra-space-after-colon'];
const ENDINGS: readonly DiagnosticCode[] = ['blank-line-with-spaces', 'end-for-blank-line', 'extra-blank-line'];

/** What a port is, by the requests that came to it. */
export function roleOf({ requested }: ObservedPort): PortRole {
  const roles = new Set<PortRole>();
  for (const name of requested) {
    if (name === 'Call') roles.add('navigator');
    if (name === 'SayTextStatus') roles.add('status');
    if (name === 'Dial' || name === 'SayText' || name === 'Conference') roles.add('listen');
  }
  const [only, ...more] = roles;
  return only === undefined ? 'unknown' : more.length > 0 ? 'mixed' : only;
}

/** The quirks of a port as JSON. */
export function portJson(port: ObservedPort): object {
  return {
    port: formatHostPort(port.endpoint),
    role: roleOf(port),
    connections: port.connections,
    clients: [...port.clientHosts],
    mostRequestsOfAConnection: port.mostRequests,
    closedFirst: Object.fromEntries(port.closed),
    requests: Object.fromEntries(port.client.messages),
    answered: Object.fromEntries(port.answered),
    answers: Object.fromEntries(port.answers),
    answerStyles: Object.fromEntries(port.answerStyles),
    slowestAnswerMs: Math.round(port.slowestAnswerMs),
    client: habitsJson(port.client),
    server: habitsJson(port.server),
    guids: port.guids.size,
    guidsUsedAgain: usedAgain(port),
  };
}

function habitsJson({ diagnostics, encodings, letters, faults }: WritingHabits): object {
  const likely = guessEncoding(letters);
  return {
    encodings: Object.fromEntries(encodings),
    ...(likely !== undefined && { likelyEncoding: likely }),
    tolerated: Object.fromEntries(diagnostics),
    faults,
  };
}

/** The quirks of a port for people. */
export function portLines(port: ObservedPort, encoding: TextEncoding, output: Output): string[] {
  const requests = countsText(port.client.messages);
  const head = `${output.style('bold', formatHostPort(port.endpoint))}  ${ROLES[roleOf(port)]}${requests === '' ? '' : `: ${requests}`}`;
  const keeps = port.mostRequests > 1 ? `up to ${port.mostRequests} requests in one` : 'one request each';
  const rows: (readonly [string, string])[] = [
    ['connections', `${port.connections} from ${[...port.clientHosts].slice(0, 8).join(', ') || 'nobody'}; ${keeps}`],
    ['closed first', countsText(port.closed).replaceAll(/\bby-/g, 'by ')],
    ['answers', answersText(port)],
    [
      'encoding',
      bothSides(port, (habits) =>
        countsText(habits.encodings).replace('no UTF-8', encoding === 'auto' ? (guessEncoding(habits.letters) ?? '') : encoding),
      ),
    ],
    ['line ends', bothSides(port, (habits) => chosen(habits, LINE_ENDS) || 'CRLF')],
    ['spacing', bothSides(port, (habits) => chosen(habits, SPACING) || 'strict')],
    ['end', bothSides(port, (habits) => chosen(habits, ENDINGS) || 'an empty line')],
    ['also', bothSides(port, (habits) => chosen(habits, others(habits)))],
    ['faults', bothSides(port, ({ faults }) => (faults === 0 ? '' : String(faults)))],
    ['GUIDs', port.guids.size === 0 ? '' : `${port.guids.size}, ${usedAgain(port)} of them more than once`],
  ];
  return [
    head,
    ...rows.filter(([, text]) => text !== '').map(([name, text]) => `  ${output.style('dim', name.padEnd(12))}  ${visible(text)}`),
  ];
}

function answersText(port: ObservedPort): string {
  const answered = [...port.client.messages].map(([name, sent]) => `${name} ${port.answered.get(name) ?? 0} of ${sent}`);
  if (answered.length === 0) return '';
  if (port.answers.size === 0) return answered.join(', ');
  const said = [...port.answers].slice(0, 4).map(([error, times]) => `${error} ${times}`);
  return `${answered.join(', ')}; ${said.join(', ')}; ${countsText(port.answerStyles)}; within ${Math.round(port.slowestAnswerMs)} ms`;
}

function bothSides({ client, server }: ObservedPort, text: (habits: WritingHabits) => string): string {
  const sides = [
    ['client', client],
    ['server', server],
  ] as const;
  return sides
    .map(([name, habits]) => [name, habits.messages.size + habits.faults === 0 ? '' : text(habits)] as const)
    .filter(([, said]) => said !== '')
    .map(([name, said]) => `${name}: ${said}`)
    .join('; ');
}

function chosen({ diagnostics }: WritingHabits, codes: readonly DiagnosticCode[]): string {
  return codes
    .filter((code) => diagnostics.has(code))
    .map((code) => `${code} ${diagnostics.get(code)}`)
    .join(', ');
}

function others({ diagnostics }: WritingHabits): DiagnosticCode[] {
  return [...diagnostics.keys()].filter((code) => ![...LINE_ENDS, ...SPACING, ...ENDINGS, 'assumed-windows-1251'].includes(code));
}

function countsText(counts: Counts): string {
  return [...counts].map(([name, times]) => `${name} ${times}`).join(', ');
}

function usedAgain({ guids }: ObservedPort): number {
  return [...guids.values()].filter((times) => times > 1).length;
}
