import { describe, expect, it } from 'vitest';
import { COLUMN, configurationOf, problemsOf } from './configuration-text.ts';

/** The rest of a second column, on ports of its own. */
const SECOND = `  - id: south
    listen: 127.0.0.1:6302
    navigator: 127.0.0.1:6011
    status: 127.0.0.1:6001
`;
const AT = '/etc/taxinav/bridge.yaml';

describe('two columns', () => {
  it('may share the address of status', () => expect(problemsOf(COLUMN + SECOND)).toEqual([]));

  it('need two ids', () => {
    expect(problemsOf(COLUMN + SECOND.replace('south', 'north'))).toEqual([
      `${AT}:6:9 columns[1].id: the id north is also that of columns[0]. Give each column its own id`,
    ]);
  });

  it('need two listening addresses', () => {
    expect(problemsOf(COLUMN + SECOND.replace('6302', '6301'))).toEqual([
      `${AT}:7:13 columns[1].listen: 127.0.0.1:6301 is also listened on by columns[0].listen (127.0.0.1:6301). Give each listener its own port`,
    ]);
  });

  it('need two listening addresses also where one is every address, or the name of this machine', () => {
    expect(problemsOf(`${COLUMN}${SECOND.replace('127.0.0.1:6302', '0.0.0.0:6301')}    listenOnAllAddresses: true\n`)).toHaveLength(1);
    expect(problemsOf(COLUMN + SECOND.replace('127.0.0.1:6302', 'localhost:6301'))).toHaveLength(1);
  });

  it.each([
    ['[::1]:6301', '[0:0:0:0:0:0:0:1]:6301'],
    ['127.0.0.1:6301', '[::ffff:127.0.0.1]:6301'],
  ])('need two listening addresses also where one has two spellings: %s, %s', (one, other) => {
    expect(problemsOf(COLUMN.replace('127.0.0.1:6301', `"${one}"`) + SECOND.replace('127.0.0.1:6302', `"${other}"`))[0]).toContain(
      '7:13 columns[1].listen: ',
    );
  });

  it('may both leave their port to the system', () => {
    expect(problemsOf(COLUMN.replace('6301', '0') + SECOND.replace('6302', '0'))).toEqual([]);
  });

  it('cannot both have a line', () => {
    const line = '    lines: { "0445550101": General }\n';
    expect(problemsOf(COLUMN + line + SECOND + line)).toEqual([
      `${AT}:11:14 columns[1].lines["0445550101"]: the line is also one of column north. Keep it in one column`,
    ]);
  });
});

describe('addresses', () => {
  it('listening on every address has to be said in words', () => {
    const open = COLUMN.replace('127.0.0.1:6301', '0.0.0.0:6301');
    expect(problemsOf(open)).toEqual([
      `${AT}:3:13 columns[0].listen: 0.0.0.0:6301 opens the port on every network of this machine. Write the one address that peers connect to, or add listenOnAllAddresses: true`,
    ]);
    expect(problemsOf(`${open}    listenOnAllAddresses: true\n`)).toEqual([]);
    expect(problemsOf(COLUMN.replace('127.0.0.1:6301', '"[::]:6301"'))).toHaveLength(1);
  });

  it('http listens on every address only in words and with tokens', () => {
    const http = (more: string): string => `${COLUMN}http: { listen: 0.0.0.0:8080${more} }\n`;
    expect(problemsOf(http(', tokens: [0123456789abcdef]'))).toHaveLength(1);
    expect(problemsOf(http(', listenOnAllAddresses: true'))).toEqual([
      `${AT}:6:17 http.listen: 0.0.0.0:8080 can be reached from other machines, and there are no tokens. Add http.tokens, or listen on 127.0.0.1`,
    ]);
    expect(problemsOf(http(', listenOnAllAddresses: true, tokens: [0123456789abcdef]'))).toEqual([]);
  });

  it('http beyond loopback needs tokens', () => {
    expect(problemsOf(`${COLUMN}http: { listen: 192.168.1.5:8080 }\n`)).toHaveLength(1);
    expect(problemsOf(`${COLUMN}http: { listen: '[::1]:8080' }\n`)).toEqual([]);
  });

  it("http cannot have a column's port", () => expect(problemsOf(`${COLUMN}http: { listen: 127.0.0.1:6301 }\n`)).toHaveLength(1));

  it('reports cannot go to the bridge itself', () => {
    expect(problemsOf(COLUMN.replace('6001', '6301'))).toEqual([
      `${AT}:5:13 columns[0].status: 127.0.0.1:6301 is the bridge's own columns[0].listen. Write Taxi Navigator's address`,
    ]);
  });

  it('the default column has to exist', () => {
    expect(problemsOf(`${COLUMN}defaultColumn: south\n`)).toEqual([
      `${AT}:6:16 defaultColumn: there is no column south. Write one of north`,
    ]);
  });
});

describe('dialling', () => {
  it('a reserve below channels is needed', () => {
    expect(problemsOf(`${COLUMN}dialling: { channels: 2, reserve: 2 }\n`)).toEqual([
      `${AT}:6:35 dialling.reserve: reserve 2 of 2 channels leaves none for SayText. Write a reserve below 2, or more channels`,
    ]);
  });

  it('endpoint or routes, not both', () => {
    const both = `${COLUMN}    endpoint: PJSIP/{number}@a\n    routes: [{ endpoint: 'PJSIP/{number}@b' }]\n`;
    expect(problemsOf(both)).toEqual([`${AT}:6:15 columns[0].endpoint: endpoint and routes are both written. Keep one of them`]);
  });

  it.each([
    ['PJSIP/trunk', 'no placeholder for the number'],
    ['PJSIP/{phone}@trunk', 'unknown placeholder {phone}'],
    ['PJSIP/{number}{digits}@trunk', 'more than one placeholder'],
    ['PJSIP/{number}}@trunk', 'a brace without its partner'],
  ])('the endpoint %s is refused: %s', (endpoint, cause) => {
    expect(problemsOf(`${COLUMN}    endpoint: ${endpoint}\n`)).toEqual([
      `${AT}:6:15 columns[0].endpoint: ${cause} in ${endpoint}. Write {number}, {e164} or {digits} once, for example PJSIP/{number}@trunk`,
    ]);
    expect(problemsOf(`${COLUMN}    routes: [{ endpoint: '${endpoint}' }]\n`)).toHaveLength(1);
  });

  it('a route behind one that takes all its numbers is refused', () => {
    const routes = `    routes:\n      - endpoint: PJSIP/{number}@a\n      - { match: '050.*', endpoint: 'PJSIP/{number}@b' }\n`;
    expect(problemsOf(COLUMN + routes)).toEqual([
      `${AT}:8:9 columns[0].routes[1]: routes[0] already takes every number of this route. Put the narrower route first, or remove one`,
    ]);
  });

  it("routes take the column's caller id where they have none", () => {
    const routes = `    callerId: 0445550101\n    routes: [{ match: '050.*', endpoint: 'PJSIP/{e164}@a', callerId: 0445550102, channels: 2, progress: ringing }, { endpoint: 'PJSIP/{digits}@b' }]\n`;
    expect(configurationOf(COLUMN + routes).columns[0]?.routes).toEqual([
      { match: '050.*', endpoint: 'PJSIP/{e164}@a', callerId: '0445550102', channels: 2, progress: 'ringing' },
      { endpoint: 'PJSIP/{digits}@b', callerId: '0445550101', progress: 'announcement' },
    ]);
  });
});

describe('secrets', () => {
  const asterisk = (more: string): string => `${COLUMN}pbx:\n  driver: asterisk\n  asterisk: { url: http://10.0.0.9:8088/ari${more} }\n`;

  it('the default password is refused towards an Asterisk elsewhere', () => {
    const refusal = `${AT}:8:13 pbx.asterisk.password: the default password towards 10.0.0.9, which is not this machine. Set another password in ari.conf, and write it here or name its passwordFile`;
    expect(problemsOf(asterisk(''))).toEqual([refusal]);
    expect(problemsOf(asterisk(', password: taxinav'))).toEqual([refusal.replace('8:13', '8:56')]);
    expect(problemsOf(asterisk(', password: other'))).toEqual([]);
    expect(problemsOf(asterisk('').replace('10.0.0.9', '127.0.0.1'))).toEqual([]);
    expect(problemsOf(asterisk('').replace('driver: asterisk', 'driver: simulated'))).toEqual([]);
  });

  it('a password file takes the place of the default password', () => {
    const { pbx } = configurationOf(asterisk(', passwordFile: ari.secret'));
    expect(pbx.asterisk.passwordFile).toBe('/etc/taxinav/ari.secret');
    expect(pbx.asterisk).not.toHaveProperty('password');
  });

  it('password or passwordFile, not both', () => {
    expect(problemsOf(asterisk(', password: other, passwordFile: x'))).toEqual([
      `${AT}:8:56 pbx.asterisk.password: password and passwordFile are both written. Keep one of them`,
    ]);
  });

  it('a database that is a file has no password', () => {
    expect(problemsOf(`${COLUMN}databasePasswordFile: x\n`)).toHaveLength(1);
    expect(configurationOf(`${COLUMN}database: postgres://taxinav@db/taxinav\ndatabasePasswordFile: x\n`).database).toEqual({
      kind: 'postgres',
      url: 'postgres://taxinav@db/taxinav',
      passwordFile: '/etc/taxinav/x',
    });
  });

  it('tokens have one value and a name of their own', () => {
    const tokens = (list: string): string => `${COLUMN}http: { tokens: [${list}] }\n`;
    expect(problemsOf(tokens('{ role: viewer }'))[0]).toContain('neither token nor tokenFile is written');
    expect(problemsOf(tokens('{ token: 0123456789abcdef, tokenFile: x }'))[0]).toContain('token and tokenFile are both written');
    expect(problemsOf(tokens('0123456789abcdef, 0123456789abcdef'))[0]).toContain('the same name or token as http.tokens[0]');
    expect(
      configurationOf(
        tokens('0123456789abcdef, { tokenFile: t, name: desk }, { token: ffffffffffffffff, role: operator, seesNumbers: true }'),
      ).http.tokens,
    ).toEqual([
      { name: 'token-1', token: '0123456789abcdef', role: 'admin', seesNumbers: true },
      { name: 'desk', tokenFile: '/etc/taxinav/t', role: 'viewer', seesNumbers: false },
      { name: 'token-3', token: 'ffffffffffffffff', role: 'operator', seesNumbers: true },
    ]);
  });
});

describe('speech', () => {
  it('engine command and its command come together', () => {
    expect(problemsOf(`${COLUMN}speech: { engine: command }\n`)).toHaveLength(1);
    expect(problemsOf(`${COLUMN}speech: { command: [say] }\n`)).toHaveLength(1);
    expect(problemsOf(`${COLUMN}speech: { engine: command, command: [say, --wav] }\n`)).toEqual([]);
  });

  it("recordings are joined to the file's folder", () => {
    const { phrases } = configurationOf(`${COLUMN}speech: { phrases: { "Машина подана": sounds/here.wav, "Bye": /srv/bye.wav } }\n`).speech;
    expect(phrases).toEqual({ 'Машина подана': { recording: '/etc/taxinav/sounds/here.wav' }, Bye: { recording: '/srv/bye.wav' } });
  });
});
