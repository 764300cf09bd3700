import type { TextEncoding } from '@taxinav/codec';
import { formatHostPort } from '../host-port.ts';
import { guessEncoding } from './guess-encoding.ts';
import type { ObservedPort } from './observed-port.ts';
import { roleOf } from './port-report.ts';

/** Most addresses that an allow list is written with. */
export const MOST_ALLOWED = 32;

/** One column as the capture shows it, and how its ports were found to belong together. */
interface SeenColumn {
  readonly listen: ObservedPort | undefined;
  readonly navigator: ObservedPort | undefined;
  readonly status: ObservedPort | undefined;
  readonly statusByGuid: boolean;
  readonly alone: boolean;
}

/** The `columns` of the bridge's configuration, as far as a capture shows them; what it cannot show is a comment. */
export function columnsYaml(ports: readonly ObservedPort[], encoding: TextEncoding): string[] {
  const columns = columnsOf(ports);
  if (columns.length === 0) return ['# The capture shows no column: no Call, Dial, SayText, Conference or SayTextStatus.', 'columns: []'];
  return ['columns:', ...columns.flatMap((column, index) => columnLines(column, index + 1, encoding))];
}

function columnsOf(ports: readonly ObservedPort[]): SeenColumn[] {
  const mixed = ports.filter((port) => roleOf(port) === 'mixed');
  const has = (port: ObservedPort, ...names: readonly ('Call' | 'SayTextStatus' | 'Dial' | 'SayText' | 'Conference')[]): boolean =>
    names.some((name) => port.requested.has(name));
  const all = [...ports.filter((port) => !mixed.includes(port)), ...mixed].toSorted((a, b) => a.endpoint.port - b.endpoint.port);
  const listens = all.filter((port) => has(port, 'Dial', 'SayText', 'Conference'));
  const navigators = all.filter((port) => has(port, 'Call'));
  const statuses = all.filter((port) => has(port, 'SayTextStatus'));
  const count = Math.max(listens.length, navigators.length, listens.length === 0 && navigators.length === 0 ? statuses.length : 0);
  return Array.from({ length: count }, (_, index) => {
    const listen = listens[index];
    const byGuid =
      listen === undefined ? undefined : statuses.find((status) => [...status.guids.keys()].some((guid) => listen.guids.has(guid)));
    const navigator = navigators[index];
    // Reports of several columns may go to one address.
    const status = byGuid ?? statuses[index] ?? statuses[0];
    return { listen, navigator, status, statusByGuid: byGuid !== undefined, alone: count === 1 };
  });
}

function columnLines({ listen, navigator, status, statusByGuid, alone }: SeenColumn, number: number, encoding: TextEncoding): string[] {
  const lines = [`  - id: column-${number}`];
  const port = (key: string, seen: ObservedPort | undefined, how: string): void =>
    void lines.push(seen === undefined ? `    # ${key}: not in the capture` : `    ${key}: ${formatHostPort(seen.endpoint)}${how}`);
  port('listen', listen, '');
  port('navigator', navigator, alone || listen === undefined ? '' : '  # by the order of the ports: check that it is this column');
  port('status', status, alone || statusByGuid ? '' : '  # no GUID of this column was seen there: check');
  const hosts = [...(listen?.clientHosts ?? [])];
  if (hosts.length > 0 && hosts.length <= MOST_ALLOWED)
    lines.push(`    allow: [${hosts.map((host) => (host.includes(':') ? `'${host}'` : host)).join(', ')}]`);
  lines.push(`    encoding: ${encodingOf([listen, navigator], encoding)}`);
  if (listen !== undefined) {
    const answers = (listen.answered.get('Dial') ?? 0) + (listen.answered.get('SayText') ?? 0) > 0;
    lines.push(`    acknowledge: ${answers ? 'all' : 'documented'}`);
    const style = [...listen.conferenceStyles].toSorted(([, a], [, b]) => b - a)[0]?.[0];
    if (style !== undefined) lines.push(`    conferenceReply: ${style}`);
  }
  lines.push('    # a capture cannot show: operator, endpoint, lines, callerId, numbers, channels');
  return lines;
}

/** What Taxi Navigator writes: as the client of one port, as the server of the other. */
function encodingOf([listen, navigator]: readonly [ObservedPort | undefined, ObservedPort | undefined], encoding: TextEncoding): string {
  if (encoding !== 'auto') return encoding;
  const seen = (name: 'UTF-8' | 'no UTF-8'): number =>
    (listen?.client.encodings.get(name) ?? 0) + (navigator?.server.encodings.get(name) ?? 0);
  const [utf8, other] = [seen('UTF-8'), seen('no UTF-8')];
  if (utf8 > 0 && other === 0) return `utf-8  # in ${utf8} messages`;
  if (other > 0 && utf8 === 0) {
    const letters = new Uint32Array(256).map((_, byte) => (listen?.client.letters[byte] ?? 0) + (navigator?.server.letters[byte] ?? 0));
    return `${guessEncoding(letters)}  # in ${other} messages, by their commonest letters`;
  }

  return utf8 + other === 0 ? 'auto  # no letters beyond ASCII were seen' : `auto  # UTF-8 in ${utf8} messages, not in ${other}`;
}
