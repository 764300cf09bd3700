import { describe, expect, it } from 'vitest';
import { COLUMN, problemsOf } from './configuration-text.ts';

const AT = '/etc/taxinav/bridge.yaml';

describe('an unknown key', () => {
  it.each([
    [`${COLUMN}    lisen: x\n`, `${AT}:6:5 columns[0].lisen: unknown key. Did you mean listen?`],
    [`${COLUMN}dialling:\n  ring_second: 3\n`, `${AT}:7:3 dialling.ring_second: unknown key. Did you mean ringSeconds?`],
    [`${COLUMN}attempts: 3\n`, `${AT}:6:1 attempts: unknown key. It belongs at dialling.attempts`],
    [`${COLUMN}log: { colour: red }\n`, `${AT}:6:8 log.colour: unknown key. Remove it; known keys here: level`],
    [`${COLUMN}http: { tokens: [{ tokn: x }] }\n`, `${AT}:6:20 http.tokens[0].tokn: unknown key. Did you mean token?`],
  ])('is named with its place and the key that was meant (%#)', (text, line) => expect(problemsOf(text)).toEqual([line]));

  it('cannot reach a prototype', () => {
    expect(problemsOf(`${COLUMN}__proto__: { log: 1 }\n`)).toHaveLength(1);
    expect(problemsOf(`${COLUMN}constructor: 1\n`)[0]).toContain('constructor: unknown key');
  });
});

describe('a value of the wrong form', () => {
  it.each([
    ['listen: 127.0.0.1', '3:13 columns[0].listen: expected an IP address of this machine and a port, IP:PORT, got "127.0.0.1"'],
    ['listen: dispatch.example:6301', '3:13 columns[0].listen: expected an IP address of this machine'],
    ['navigator: 127.0.0.1:0', '4:16 columns[0].navigator: expected HOST:PORT with a port from 1 to 65535, got "127.0.0.1:0"'],
    ['status: 6001', '5:13 columns[0].status: expected HOST:PORT'],
    ['id: North!', '2:9 columns[0].id: expected an id of lower-case letters, digits, - and _, at most 32 characters, got "North!"'],
  ])('%s', (entry, words) => {
    const [key = ''] = entry.split(':');
    const text = COLUMN.replace(new RegExp(`${key}: .*`), entry);
    const lines = problemsOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${AT}:${words}`);
  });

  it.each([
    ['allow: [dispatch]', '6:13 columns[0].allow[0]: expected an IP address or a CIDR block, got "dispatch"'],
    ['allow: []', '6:12 columns[0].allow: expected a list of 1 to 256 entries, got a list'],
    ['encoding: latin1', '6:15 columns[0].encoding: expected one of auto, utf-8, windows-1251, koi8-u, cp866, got "latin1"'],
    ['acknowledge: yes', '6:18 columns[0].acknowledge: expected one of documented, all, got "yes"'],
    ['conferenceReply: wide', '6:22 columns[0].conferenceReply: expected one of compact, spaced, got "wide"'],
    ['operator: "100"', '6:15 columns[0].operator: expected TECHNOLOGY/RESOURCE as the PBX dials it, got "100"'],
    ['operator: PJSIP/100&PJSIP/101', '6:15 columns[0].operator: expected TECHNOLOGY/RESOURCE'],
    ['operators: { desk: PJSIP/1 }', '6:18 columns[0].operators.desk: as a key expected an IP address, got "desk"'],
    ['lines: { desk: General }', '6:14 columns[0].lines.desk: as a key expected 2 to 15 digits in quotes, got "desk"'],
    ['lines: { "0445550101": Limousine }', '6:28 columns[0].lines["0445550101"]: expected one of General, Universal'],
    ['callerId: abc', '6:15 columns[0].callerId: expected 2 to 15 digits in quotes, got "abc"'],
    ['withheldCallerId: 1', '6:23 columns[0].withheldCallerId: expected ten digits in quotes, got "1"'],
    [
      'numbers: ["(?=0)"]',
      '6:15 columns[0].numbers[0]: the pattern cannot be matched in linear time, or is not one (invalid or unsupported Perl syntax: `(?=`)',
    ],
    [`numbers: ["${'0'.repeat(201)}"]`, '6:15 columns[0].numbers[0]: the pattern has 201 characters, more than 200'],
    ['channels: 0', '6:15 columns[0].channels: expected a whole number of channels from 1 to 1000, got "0"'],
    ['channels: 1.5', '6:15 columns[0].channels: expected a whole number'],
    [
      'operators:',
      '6:15 columns[0].operators: expected a mapping of IP address to dial string with at most 1000 entries, got an empty value',
    ],
    [
      'routes: [PJSIP/1]',
      '6:14 columns[0].routes[0]: expected a mapping of keys, got "PJSIP/1". Known keys here: match, endpoint, callerId, channels, progress',
    ],
    ['listenOnAllAddresses: "yes"', '6:27 columns[0].listenOnAllAddresses: expected true or false, got "yes"'],
  ])('of a column: %s', (entry, words) => {
    const lines = problemsOf(`${COLUMN}    ${entry}\n`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${AT}:${words}`);
  });

  it.each([
    ['timezone: Europe/Kijiv', '6:11 timezone: expected the IANA name of a time zone, got "Europe/Kijiv". Write for example Europe/Kyiv'],
    ['country: PL', '6:10 country: expected one of UA, got "PL"'],
    ['node: ""', '6:7 node: expected a name of 1 to 64 characters, got ""'],
    ['dialling: { ringSeconds: 0 }', '6:26 dialling.ringSeconds: expected a number of seconds from 0.1 to 180, got "0"'],
    ['dialling: 4', '6:11 dialling: expected a mapping of keys, got "4"'],
    ['wire: { lineBytes: 1 }', '6:20 wire.lineBytes: expected a whole number of bytes from 64 to 1048576, got "1"'],
    ['limits: { perPeerPerMinute: -1 }', '6:29 limits.perPeerPerMinute: expected a whole number of legs from 0 to 1000000, got "-1"'],
    ['delivery: { evidence: hope }', '6:23 delivery.evidence: expected one of auto, ack, close, got "hope"'],
    ['retention: { textDays: 0 }', '6:24 retention.textDays: expected a whole number of days from 1 to 36500, got "0"'],
    ['log: { level: loud }', '6:15 log.level: expected one of trace, debug, info, warn, error, fatal, silent, got "loud"'],
    ['pbx: { asterisk: { audio: ftp://x } }', '6:27 pbx.asterisk.audio: expected path or http://HOST:PORT, got "ftp://x"'],
    ['pbx: { asterisk: { application: "a,b" } }', '6:33 pbx.asterisk.application: expected letters, digits, - and _'],
    ['http: { hosts: [https://x] }', '6:17 http.hosts[0]: expected HOST or HOST:PORT, got "https://x"'],
    ['columns: []', '6:1'],
  ])('%s', (entry, words) => {
    const lines = problemsOf(`${COLUMN}${entry}\n`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${AT}:${words}`);
  });

  it('of a whole file: nothing, a list, a word', () => {
    expect(problemsOf('')).toEqual([
      `${AT}:1:1 columns: expected a list of 1 to 256 entries, got nothing. Write [one, another], or one entry a line after a hyphen`,
    ]);
    expect(problemsOf('- 1\n')[0]).toContain(`${AT}:1:1: expected a mapping of keys, got a list`);
    expect(problemsOf('hello\n')).toHaveLength(1);
  });

  it('names a missing key at its column', () => {
    expect(problemsOf('columns:\n  - id: north\n    listen: 127.0.0.1:1\n    status: 127.0.0.1:2\n')).toEqual([
      `${AT}:2:5 columns[0].navigator: expected HOST:PORT with a port from 1 to 65535, got nothing. Write for example 192.168.1.200:6001`,
    ]);
  });
});

describe('no refusal', () => {
  const SECRET = 'Tr0ub4dor&3-secret';
  it.each([
    `pbx: { driver: asterisk, asterisk: { url: "http://10.0.0.1/ari", password: taxinav, username: "" } }`,
    `database: "postgres:/u:${SECRET}@h/d"`,
    `database: "postgres://u:${SECRET}@h"`,
    `http: { tokens: ["${SECRET.slice(0, 7)}"] }`,
    `http: { tokens: [{ token: "${SECRET}", role: king }] }`,
    `pbx: { asterisk: { url: "http://u:${SECRET}@h/ari" } }`,
    `pbx: { asterisk: { password: ["${SECRET}"] } }`,
    `pbx: { asterisk: { password: *${SECRET} } }`,
    `pbx: { asterisk: { password: !${SECRET} x } }`,
    `pbx: { asterisk: { password: "${SECRET}"x } }`,
  ])('shows a secret: %#', (entry) => {
    const lines = problemsOf(`${COLUMN}${entry}\n`);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain(SECRET.slice(0, 7));
  });

  it('takes more than one line', () => {
    const texts = [
      `${COLUMN}"a\\nb": 1\n`,
      `${COLUMN}node: "a\\nb\\u2028c"\n`,
      `${COLUMN}timezone: "x\\n2 fake"\n`,
      `${COLUMN}log: { level: "\\e[31m" }\n`,
      'a: "b',
      'a: b: c',
    ];
    for (const line of texts.flatMap((text) => problemsOf(text)))
      expect(line).toMatch(/^\/etc\/taxinav\/bridge\.yaml:\d+:\d+[^\p{Cc}\u2028\u2029]*$/u);
  });
});
