import { describe, expect, it } from 'vitest';
import { COLUMN, configurationOf, read } from './configuration-text.ts';

const WHOLE = String.raw`
node: bridge-1
timezone: Europe/Kyiv
country: UA
database: sqlite:taxinav.db
columns:
  - id: north
    listen: 127.0.0.1:6301
    navigator: 127.0.0.1:6010
    status: 127.0.0.1:6001
    allow: [127.0.0.1]
    encoding: auto
    acknowledge: documented
    operator: PJSIP/100
    operators: { 192.168.1.21: PJSIP/101 }
    lines: { "0445550101": Universal }
    endpoint: PJSIP/{number}@trunk
    callerId: "0445550101"
    numbers: ['0(39|50|6[36-8]|7[1357]|9[1-9])\d{7}']
    channels: 4
dialling: { channels: 4, reserve: 1, attempts: 3, ringSeconds: 25, timeToLiveSeconds: 300, retryAfterSeconds: { busy: 30, unanswered: 60, unreachable: 60 }, attemptStatuses: each }
delivery: { evidence: auto, waitSeconds: 2, coalesceLate: false, deadAfterDays: 7 }
conference: { ringSeconds: 30, maximumMinutes: 30 }
limits: { perPeerPerMinute: 600, perCalleePerHour: 20 }
wire: { lineBytes: 4096, messageBytes: 16384, fields: 32, textCharacters: 500, messageSeconds: 10, idleSeconds: 60, connections: 512, connectionsPerAddress: 32 }
pbx:
  driver: simulated
  asterisk: { url: http://127.0.0.1:8088/ari, username: taxinav, password: taxinav, application: taxinav, audio: path }
speech: { phrases: {}, engine: espeak, language: uk }
http: { listen: 127.0.0.1:8080, tokens: [] }
retention: { textDays: 30, numberDays: 180 }
log: { level: info }
`;

const GENERAL = {
  node: 'bridge-1',
  timezone: 'Europe/Kyiv',
  country: 'UA',
  database: { kind: 'sqlite', path: '/etc/taxinav/taxinav.db' },
  acknowledge: 'documented',
  defaultColumn: 'north',
  dialling: {
    channels: 4,
    reserve: 1,
    attempts: 3,
    ringSeconds: 25,
    timeToLiveSeconds: 300,
    retryAfterSeconds: { busy: 30, unanswered: 60, unreachable: 60 },
    attemptStatuses: 'each',
  },
  delivery: { evidence: 'auto', waitSeconds: 2, coalesceLate: false, deadAfterDays: 7 },
  trustedProxies: [],
  conference: { ringSeconds: 30, maximumMinutes: 30, apology: 'Не вдалося додзвонитися до пасажира.' },
  limits: { perPeerPerMinute: 600, perCalleePerHour: 20 },
  wire: {
    lineBytes: 4096,
    messageBytes: 16_384,
    fields: 32,
    textCharacters: 500,
    messageSeconds: 10,
    idleSeconds: 60,
    connections: 512,
    connectionsPerAddress: 32,
  },
  pbx: {
    driver: 'simulated',
    asterisk: {
      url: 'http://127.0.0.1:8088/ari',
      username: 'taxinav',
      password: 'taxinav',
      application: 'taxinav',
      audio: { kind: 'path' },
    },
  },
  speech: {
    phrases: {},
    ringOnly: false,
    readings: 2,
    engine: 'espeak',
    language: 'uk',
    cache: '/etc/taxinav/speech-cache',
    cacheMegabytes: 256,
  },
  http: { listen: { host: '127.0.0.1', port: 8080 }, listenOnAllAddresses: false, hosts: [], tokens: [] },
  retention: { textDays: 30, numberDays: 180 },
  log: { level: 'info' },
};

const PORTS = {
  listen: { host: '127.0.0.1', port: 6301 },
  navigator: { host: '127.0.0.1', port: 6010 },
  status: { host: '127.0.0.1', port: 6001 },
};

describe('the example of the whole file', () => {
  it('reads as what it says', () => {
    const { columns, ...rest } = configurationOf(WHOLE);
    expect(rest).toEqual(GENERAL);
    expect(columns).toEqual([
      {
        id: 'north',
        ...PORTS,
        listenOnAllAddresses: false,
        allow: ['127.0.0.1'],
        encoding: 'auto',
        acknowledge: 'documented',
        conferenceReply: 'compact',
        operator: 'PJSIP/100',
        operators: { '192.168.1.21': 'PJSIP/101' },
        lines: { '0445550101': 'Universal' },
        popups: 'incoming',
        routes: [{ endpoint: 'PJSIP/{number}@trunk', callerId: '0445550101', progress: 'announcement' }],
        callerId: '0445550101',
        numbers: [String.raw`0(39|50|6[36-8]|7[1357]|9[1-9])\d{7}`],
        channels: 4,
      },
    ]);
  });

  it('comes from the file, key by key', () => {
    const result = read(WHOLE);
    if (!result.ok) throw new Error('refused');
    const sourcesOf = (keys: readonly string[]): readonly unknown[] => [...new Set(keys.map((key) => result.sources.get(key)))];
    expect(
      sourcesOf([
        'node',
        'columns[0].listen',
        'columns[0].operators["192.168.1.21"]',
        'dialling.retryAfterSeconds.busy',
        'columns[0].endpoint',
      ]),
    ).toEqual(['file']);
    expect(sourcesOf(['columns[0].conferenceReply', 'speech.cache', 'defaultColumn', 'http.hosts'])).toEqual(['default']);
  });
});

describe('a file with nothing but a column', () => {
  it('has every default', () => {
    const { columns, ...rest } = configurationOf(COLUMN);
    expect(rest).toEqual({ ...GENERAL, node: 'pbx' });
    expect(columns[0]).toMatchObject({
      ...PORTS,
      allow: ['127.0.0.0/8', '::1'],
      encoding: 'auto',
      acknowledge: 'documented',
      conferenceReply: 'compact',
      operators: {},
      lines: {},
      routes: [{ endpoint: 'PJSIP/{number}@trunk', progress: 'announcement' }],
      channels: 4,
    });
    expect(columns[0]).not.toHaveProperty('operator');
    expect(columns[0]?.numbers).toHaveLength(2);
  });

  it('takes channels and acknowledge of a column from the top', () => {
    expect(configurationOf(`${COLUMN}dialling: { channels: 9 }\nacknowledge: all\n`).columns[0]).toMatchObject({
      channels: 9,
      acknowledge: 'all',
    });
  });

  it('reserves nothing of a single channel', () =>
    expect(configurationOf(`${COLUMN}dialling: { channels: 1 }\n`).dialling.reserve).toBe(0));
});
