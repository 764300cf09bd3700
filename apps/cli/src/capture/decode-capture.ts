import { isFault, type TextEncoding } from '@taxinav/codec';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatHostPort } from '../host-port.ts';
import type { Output } from '../output.ts';
import { diagnosticLine, resultJson, resultLine } from '../show.ts';
import type { ByteSource } from './byte-source.ts';
import { columnsYaml } from './column-yaml.ts';
import type { Connection, ConnectionEvent } from './connection.ts';
import { Connections } from './connections.ts';
import { guessEncoding } from './guess-encoding.ts';
import { LINKS_READ } from './link-layer.ts';
import { ObservedPort } from './observed-port.ts';
import type { Packet } from './packet.ts';
import { isPcap, readPcap } from './pcap.ts';
import { isPcapng, readPcapng } from './pcapng.ts';
import { portJson, portLines } from './port-report.ts';
import { segmentOf, type Passed } from './segment.ts';

/** Most ports that are observed; the messages of others are still listed. */
export const MOST_PORTS = 1000;

/** How a capture is decoded. */
export interface CaptureOptions {
  readonly encoding: TextEncoding;
  readonly mask: boolean;
  /** Print the configuration of the columns, and nothing else. */
  readonly yaml: boolean;
}

/** The packets of a source that begins as a capture does, else undefined; nothing is taken from it yet. */
export async function packetsOf(source: ByteSource): Promise<AsyncGenerator<Packet, void, undefined> | undefined> {
  const start = await source.peek(12);
  if (isPcap(start)) return readPcap(source);
  return isPcapng(start) ? readPcapng(source) : undefined;
}

/** Prints the messages of a capture with time and direction, then the quirks of each port; 1 when there was a fault, or the capture is broken. */
export async function decodeCapture(packets: AsyncIterable<Packet>, options: CaptureOptions, output: Output): Promise<ExitCode> {
  const capture = new CaptureReport(options, output);
  try {
    for await (const packet of packets) capture.packet(packet);
  } catch (error) {
    // What was read of a broken capture is worth as much as if it had ended there.
    capture.finish();
    throw error;
  }
  return capture.finish();
}

class CaptureReport {
  readonly #options: CaptureOptions;
  readonly #output: Output;
  readonly #connections: Connections;
  readonly #ports = new Map<string, ObservedPort>();
  readonly #passed: Record<Passed, number> = { 'not-tcp': 0, fragment: 0, 'unknown-link': 0, cut: 0 };
  readonly #unknownLinks = new Set<number>();
  #packets = 0;
  #segments = 0;
  #protocol = 0;
  #faults = 0;

  constructor(options: CaptureOptions, output: Output) {
    this.#options = options;
    this.#output = output;
    this.#connections = new Connections(
      options.encoding,
      (event) => this.#hear(event),
      (connection) => this.#over(connection),
    );
  }

  packet(packet: Packet): void {
    this.#packets += 1;
    const segment = segmentOf(packet);
    if (typeof segment === 'string') {
      this.#passed[segment] += 1;
      if (segment === 'unknown-link' && this.#unknownLinks.size < 16) this.#unknownLinks.add(packet.linkType);
      return;
    }
    this.#segments += 1;
    this.#connections.push(segment);
  }

  /** @throws CliError `failed` when every packet is of a link that is not read. */
  finish(): ExitCode {
    this.#connections.finish();
    if (this.#options.yaml) this.#output.record({}, () => columnsYaml(this.#sortedPorts(), this.#options.encoding));
    else
      for (const port of this.#sortedPorts())
        this.#output.record(portJson(port), () => ['', ...portLines(port, this.#options.encoding, this.#output)]);
    this.#talk();
    return this.#faults > 0 ? EXIT.failed : EXIT.done;
  }

  #sortedPorts(): ObservedPort[] {
    return [...this.#ports.values()].toSorted(
      (a, b) => a.endpoint.host.localeCompare(b.endpoint.host) || a.endpoint.port - b.endpoint.port,
    );
  }

  #talk(): void {
    const { talk } = this.#output;
    const links = [...this.#unknownLinks].join(', ');
    const unknown = this.#passed['unknown-link'];
    if (unknown > 0 && unknown === this.#packets)
      throw new CliError(
        'failed',
        `The capture is of link type ${links}, which is not read; ${LINKS_READ} are. Capture on another interface.`,
      );
    talk(
      `${this.#packets} packets, ${this.#segments} of TCP; ${this.#protocol} connections of the protocol, ${this.#connections.count - this.#protocol} others not shown`,
    );
    if (unknown > 0) talk(`${unknown} packets of link type ${links} were passed over; ${LINKS_READ} are read`);
    if (this.#passed.fragment > 0) talk(`${this.#passed.fragment} IP fragments were passed over: messages in them are missing`);
    const likely = new Set(
      this.#sortedPorts().flatMap(({ client, server }) => [guessEncoding(client.letters), guessEncoding(server.letters)]),
    );
    for (const encoding of ['koi8-u', 'cp866'] as const)
      if (this.#options.encoding === 'auto' && likely.has(encoding))
        talk(`some texts look like ${encoding}: decode again with --encoding ${encoding}`);
    if (this.#passed.cut > 0)
      talk(`${this.#passed.cut} packets are cut before their TCP header ends; capture whole packets (tcpdump -s 0)`);
  }

  #over(connection: Connection): void {
    if (!connection.isProtocol) return;
    this.#protocol += 1;
    this.#portOf(connection)?.over(connection);
  }

  #portOf({ server }: Connection): ObservedPort | undefined {
    const key = formatHostPort(server);
    const known = this.#ports.get(key);
    if (known !== undefined || this.#ports.size >= MOST_PORTS) return known;
    const port = new ObservedPort(server);
    this.#ports.set(key, port);
    return port;
  }

  #hear(event: ConnectionEvent): void {
    this.#portOf(event.connection)?.hear(event);
    const { what } = event;
    if (what.kind === 'found' && what.found.result !== undefined && isFault(what.found.result)) this.#faults += 1;
    if (!this.#options.yaml) this.#print(event);
  }

  #print({ connection, at, byClient, what }: ConnectionEvent): void {
    const { client, server, number } = connection;
    const [from, to] = (byClient ? [client, server] : [server, client]).map(formatHostPort);
    const where = { at: new Date(at).toISOString(), connection: number, from, to };
    const head = `${this.#output.style('dim', where.at)}  ${from} → ${to}`;
    if (what.kind === 'missing') {
      this.#output.record({ ...where, missingBytes: what.bytes }, () => `${head}  ${what.bytes} bytes are not in the capture`);
      return;
    }
    const { result, diagnostics } = what.found;
    if (result !== undefined)
      this.#output.record(
        { ...where, ...resultJson(result, this.#options) },
        () => `${head}  ${resultLine(result, this.#options, this.#output)}`,
      );
    for (const diagnostic of diagnostics) {
      const { code, reading, field } = diagnostic;
      this.#output.record(
        { at: where.at, connection: number, diagnostic: code, reading, ...(field !== undefined && { field }) },
        () => `  ${diagnosticLine(diagnostic, this.#output)}`,
      );
    }
  }
}
