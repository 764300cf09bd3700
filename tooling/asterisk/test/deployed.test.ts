import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asteriskForTests, sippForTests, startAsterisk, startSipp, type RunningAsterisk, type SippScenario } from '../src/index.ts';

/** What is shipped for people to paste. */
function deployed(name: string): Promise<string> {
  return readFile(new URL(`../../../apps/bridge/deploy/asterisk/${name}`, import.meta.url), 'utf8');
}

interface AriEvent {
  readonly type: string;
  readonly channel?: { readonly id: string };
  readonly cause?: number;
  readonly peer?: { readonly id: string };
  readonly dialstatus?: string;
  readonly eventname?: string;
  readonly userevent?: Readonly<Record<string, string>>;
}

/** Contexts that only the tests need: a trunk that does not exist, and an inbound context as a company has it. */
const OF_THE_TESTS = `
[taxinav-out-nowhere]
exten => _[+*#0-9]!,1,Set(TAXINAV_TRUNK=nowhere)
 same => n,Goto(taxinav-wall,\${EXTEN},1)

[taxinav-out-unregistered]
exten => _[+*#0-9]!,1,Set(TAXINAV_TRUNK=unregistered)
 same => n,Goto(taxinav-wall,\${EXTEN},1)

[company]
exten => _[+0-9].,1,Gosub(taxinav-in,s,1(\${EXTEN}))
 same => n,Hangup(17)
`;

const UNREGISTERED = `
[unregistered]
type = endpoint
transport = loopback
disallow = all
allow = alaw
aors = unregistered

[unregistered]
type = aor
max_contacts = 1
`;

describe.skipIf(!asteriskForTests().installed)('what is deployed, on a PBX', () => {
  let asterisk: RunningAsterisk;
  let socket: WebSocket;
  const events: AriEvent[] = [];

  beforeAll(async () => {
    const dialplan = (await deployed('extensions.conf')).replace('TAXINAV_TRUNK=trunk', 'TAXINAV_TRUNK=sipp-trunk');
    // The same section twice is refused by Asterisk, and the tests' own account is called taxinav too.
    const account = (await deployed('ari.conf')).replace(/\[general\][^[]*/, '').replace('[taxinav]', '[deployed]');
    const http = (await deployed('http.conf')).replace(/^bindport.*$/m, '');
    const extra = { 'extensions.conf': dialplan + OF_THE_TESTS, 'pjsip.conf': UNREGISTERED, 'ari.conf': account, 'http.conf': http };
    asterisk = await startAsterisk({ extra });
    socket = new WebSocket(`${asterisk.ariUrl.replace('http', 'ws')}/events?app=deployed&api_key=deployed:change-me`);
    socket.addEventListener('message', ({ data }) => events.push(JSON.parse(String(data)) as AriEvent));
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    await ask('POST', '/applications/deployed/subscription?eventSource=channel:');
  });
  afterAll(async () => {
    socket?.close();
    await asterisk?.[Symbol.asyncDispose]();
  });

  /** Calls, and returns the id of the call. */
  async function originate(parameters: Readonly<Record<string, string>>): Promise<string> {
    const query = new URLSearchParams({ app: 'deployed', formats: 'slin', ...parameters });
    return ((await ask('POST', `/channels?${query.toString()}`)) as { readonly id: string }).id;
  }

  /** Asks ARI with the account that is shipped. */
  async function ask(method: string, path: string): Promise<unknown> {
    const authorization = `Basic ${btoa('deployed:change-me')}`;
    const response = await fetch(`${asterisk.ariUrl}${path}`, { method, headers: { authorization } });
    expect(response.status).toBe(200);
    return response.json();
  }

  /** Calls a number through the wall, and returns the hang-up cause of the call. */
  async function causeOf(number: string, context = 'taxinav-out'): Promise<number | undefined> {
    const id = await originate({ endpoint: `Local/${number}@${context}` });
    const ended = (): AriEvent | undefined => events.find((event) => event.type === 'ChannelDestroyed' && event.channel?.id === id);
    await expect.poll(ended, { timeout: 8_000 }).toBeDefined();
    return ended()?.cause;
  }

  test('the files load without a word in the log', async () => {
    expect(await asterisk.cli('dialplan show taxinav-wall')).toContain('taxinav-refused');
    const log = await readFile(asterisk.logFile, 'utf8');
    expect(log.split('\n').filter((line) => /(ERROR|WARNING).*(pbx|config|ari|http)/i.test(line) && !line.includes('websocket'))).toEqual(
      [],
    );
  });

  test.each([
    '0900123456',
    '09001',
    '00380671234567',
    '001',
    '101',
    '112',
    '0800123456',
    '+380671234567',
    '067123456',
    '06712345678',
    '*100',
  ])('%s never reaches the trunk: 28', async (number) => {
    expect(await causeOf(number)).toBe(28);
    expect(await asterisk.cli('core show channels concise')).toBe('');
  });

  test.each([
    '039',
    '050',
    '063',
    '066',
    '067',
    '068',
    '071',
    '073',
    '075',
    '077',
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((last) => `09${last}`),
    '032',
    '044',
    '048',
    '057',
    '061',
  ])('%s… is dialled', async (prefix) => {
    const [first] =
      /'_[^']+' =>\s+1\. (\w+\([^)]*\))/.exec(await asterisk.cli(`dialplan show ${prefix}1234567@taxinav-wall`))?.slice(1) ?? [];
    expect(first).toBe('Goto(taxinav-dial,${EXTEN},1)');
  });

  test('premium and international stay refused where everything of ten digits is allowed', async () => {
    await asterisk.cli('dialplan add extension _0XXXXXXXXX,1,Goto,taxinav-dial,${EXTEN},1 into taxinav-wall');
    expect(await causeOf('0900123456')).toBe(28);
    expect(await causeOf('0067123456')).toBe(28);
    await asterisk.cli('dialplan remove extension _0XXXXXXXXX@taxinav-wall');
  });

  test.skipIf(!sippForTests().installed).each([
    ['refuses', 486, 17],
    ['refuses', 480, 19],
    ['refuses', 404, 1],
    ['refuses', 603, 21],
    ['refuses', 503, 34],
    ['refuses', 500, 38],
    ['rings-then-refuses', 486, 17],
  ] satisfies [SippScenario, number, number][])('a trunk that %s with %i: cause %i passes through', async (scenario, status, cause) => {
    await using sipp = await startSipp(asterisk, { scenario, status });
    expect(await causeOf('0671234567')).toBe(cause);
    await sipp.played;
    expect(await sipp.messages()).toContain('INVITE sip:0671234567@127.0.0.1');
  });

  test.skipIf(!sippForTests().installed).each([
    ['rings-then-refuses', ['', 'RINGING', 'BUSY']],
    ['early-media', ['', 'PROGRESS']],
    ['answers', ['', 'RINGING', 'ANSWER']],
  ] satisfies [SippScenario, string[]][])('what a trunk that %s does is heard through the wall', async (scenario, statuses) => {
    await using sipp = await startSipp(asterisk, { scenario });
    const id = await originate({ endpoint: 'Local/0671234567@taxinav-out' });
    const heard = (): readonly (string | undefined)[] => events.filter(({ peer }) => peer?.id === id).map(({ dialstatus }) => dialstatus);
    await expect.poll(heard).toEqual(statuses);
    if (scenario !== 'rings-then-refuses')
      await fetch(`${asterisk.ariUrl}/channels/${id}?api_key=deployed:change-me`, { method: 'DELETE' });
    await sipp.played;
  });

  test.each(['nowhere', 'unregistered'])(
    'a trunk that is not there (%s) is trouble of the trunk: 38, and the log says so',
    async (trunk) => {
      expect(await causeOf('0671234567', `taxinav-out-${trunk}`)).toBe(38);
      expect(await readFile(asterisk.logFile, 'utf8')).toContain(`taxinav: trunk ${trunk} is not available`);
    },
  );

  test.each([
    ['0675040279', '0675040279'],
    ['+380675040279', '+380675040279'],
    ['anonymous', undefined],
    ['1,Column: north', '1'],
  ])('a call in from %s is told as from %s, and no field can be added from outside', async (callerId, told) => {
    events.length = 0;
    const linkedId = await originate({ endpoint: 'Local/0445550101@company', callerId: `<${callerId}>` });
    const userEvent = (): AriEvent | undefined =>
      events.find(({ type, eventname }) => type === 'ChannelUserevent' && eventname === 'TaxiNavigatorCall');
    await expect.poll(userEvent).toBeDefined();
    const fields = userEvent()?.userevent;
    expect(fields).toMatchObject({ Line: '0445550101', Call: linkedId });
    expect(fields?.['CallerID'] ?? '').toBe(told ?? '');
    expect(fields).not.toHaveProperty('Column');
  });
});
