import type { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { StringDecoder } from 'node:string_decoder';
import { parser as mqttParser } from 'mqtt-packet';
import type { ParserContestant } from './parser.ts';

const require = createRequire(import.meta.url);

interface Emitting {
  on(event: string, listener: (...values: unknown[]) => void): void;
}

/** yana 0.3.0: its line socket and its message buffering, without a connection. */
const yana: ParserContestant = {
  name: 'yana',
  dialect: 'ami',
  windows1251: false,
  open(_encoding, count) {
    restoreIsArray();
    const Ami = require('yana') as new (options: object) => Emitting & { socket: EventEmitter; _setupMessageBuffering(): void };
    const LineSocket = require('yana/line-socket.js') as new () => EventEmitter;
    const ami = new Ami({});
    ami.socket = new LineSocket();
    ami._setupMessageBuffering();
    ami.on('event', count);
    return { push: (chunk) => void ami.socket.emit('data', chunk) };
  },
};

/** yana asks `util.isArray`, which Node 23 has taken away. */
export function restoreIsArray(): void {
  const util = require('node:util') as { isArray?: (value: unknown) => boolean };
  util.isArray ??= Array.isArray;
}

/** asterisk-manager 0.2.0: connected to a socket that is none. It emits its events in ticks, for which `settle` waits. */
const asteriskManager: ParserContestant = {
  name: 'asterisk-manager',
  dialect: 'ami',
  windows1251: false,
  open(_encoding, count) {
    const net = require('node:net') as { createConnection: unknown };
    const { createConnection } = net;
    const socket = Object.assign(new EventEmitter(), { setKeepAlive() {}, setNoDelay() {}, setEncoding() {} });
    const Manager = require('asterisk-manager') as new () => Emitting & {
      connect(port: number, host: string, connected: () => void): void;
    };
    const manager = new Manager();
    net.createConnection = () => socket;
    manager.connect(1, 'localhost', () => undefined);
    net.createConnection = createConnection;
    manager.on('managerevent', count);
    const text = new StringDecoder('utf8');
    return { push: (chunk) => void socket.emit('data', text.write(chunk)) };
  },
  settle: () => new Promise((resolve) => process.nextTick(resolve)),
};

/** asterisk-ami-events-stream 1.2.8: its transform, spared the stream around it. */
const eventsStream: ParserContestant = {
  name: 'asterisk-ami-events-stream',
  dialect: 'ami',
  windows1251: false,
  open(_encoding, count) {
    const Stream = require('asterisk-ami-events-stream') as new () => Emitting & {
      push(): boolean;
      _transform(chunk: Buffer, encoding: string, done: () => void): void;
    };
    const stream = new Stream();
    stream.push = () => true;
    stream.on('amiEvent', count);
    return { push: (chunk) => stream._transform(chunk, 'buffer', () => undefined) };
  },
};

/** modesl 1.2.1 (FreeSWITCH's event socket). */
const modesl: ParserContestant = {
  name: 'modesl',
  dialect: 'esl',
  windows1251: false,
  open(_encoding, count) {
    const { Parser } = require('modesl') as { Parser: new (socket: EventEmitter) => Emitting };
    const socket = new EventEmitter();
    new Parser(socket).on('esl::event', count);
    return { push: (chunk) => void socket.emit('data', chunk) };
  },
};

/** mqtt-packet 9: a binary protocol with lengths in front; the payload stays bytes. */
const mqtt: ParserContestant = {
  name: 'mqtt-packet (binary)',
  dialect: 'mqtt',
  windows1251: false,
  open(_encoding, count) {
    const parser = mqttParser();
    parser.on('packet', count);
    return { push: (chunk) => void parser.parse(chunk) };
  },
};

interface HttpParser {
  initialize(kind: number, resource: object): void;
  execute(chunk: Buffer): unknown;
  [event: number]: (...values: unknown[]) => void;
}

/** Node's own HTTP parser, in C; its values are left latin1. For orientation. */
const llhttp: ParserContestant = {
  name: 'llhttp (C)',
  dialect: 'http',
  windows1251: true,
  open(_encoding, count) {
    const { HTTPParser } = require('node:_http_common') as {
      HTTPParser: (new () => HttpParser) & { readonly REQUEST: number; readonly kOnHeadersComplete: number };
    };
    const parser = new HTTPParser();
    parser.initialize(HTTPParser.REQUEST, {});
    parser[HTTPParser.kOnHeadersComplete] = () => {
      // Nothing is returned: that would be a command to the parser.
      count();
    };
    return {
      push(chunk) {
        const taken = parser.execute(chunk);
        if (taken instanceof Error) throw taken;
      },
    };
  },
};

/** What there is on npm for protocols of the same kind. */
export const PEER_PARSERS: readonly ParserContestant[] = [yana, asteriskManager, eventsStream, modesl, mqtt, llhttp];
