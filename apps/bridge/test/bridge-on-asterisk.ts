import { startAsterisk, type RunningAsterisk } from '@taxinav/asterisk';
import type { Configuration } from '@taxinav/bridge-contract';
import { FasterClock, temporaryFolder, type TemporaryFolder, waveFile } from '@taxinav/testkit';
import { writeFile } from 'node:fs/promises';
import { createLog } from '../src/logging.ts';
import { openPbx, type OpenedPbx } from '../src/pbx-driver.ts';
import { startBridge, type BridgeUnderTest, type Wanted } from './bridge-under-test.ts';

/**
 * A PBX whose subscribers that answer and listen (last digit 0 or 1) keep what they hear in a file by their number. Those whose number
 * ends in 88 ring until they are lifted.
 */
export interface Site extends AsyncDisposable {
  readonly asterisk: RunningAsterisk;
  /** What the phone with this national number has heard. */
  recording(national: string): string;
  /** Lifts the handset of a phone that rings until then, by its national number. */
  lift(national: string): Promise<void>;
  /** Rings a line of the company; the dialplan keeps the call and raises the event. */
  callIn(line: string, callerId: string): Promise<void>;
  /** Channels that the PBX has. */
  channels(): Promise<readonly string[]>;
  ari(method: string, path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
}

/** Starts one. */
export async function startSite(): Promise<Site> {
  const recordings = await temporaryFolder();
  const extra = `
[recorded]
exten => _0XXXXXXXX[2-9],1,Goto(subscribers,\${EXTEN},1)
exten => _0XXXXXXXX[01],1,Ringing()
 same => n,Wait(0.3)
 same => n,MixMonitor(${recordings.path}/\${EXTEN}.wav)
 same => n,Answer()
 same => n,Wait(86400)
exten => _0XXXXXXX88,1,Ringing()
 same => n(rings),Wait(0.1)
 same => n,GotoIf($["\${LIFTED_\${EXTEN}}" = ""]?rings)
 same => n,Answer()
 same => n,Wait(86400)
`;
  const asterisk = await startAsterisk({ extra: { 'extensions.conf': extra } });
  const ari: Site['ari'] = async (method, path, query = {}) => {
    const authorization = `Basic ${btoa(`${asterisk.username}:${asterisk.password}`)}`;
    const response = await fetch(`${asterisk.ariUrl}/${path}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: { authorization },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    asterisk,
    ari,
    recording: (national) => recordings.file(`${national}.wav`),
    async lift(national) {
      await ari('POST', 'asterisk/variable', { variable: `LIFTED_${national}`, value: '1' });
    },
    async callIn(line, callerId) {
      const caller = { context: 'caller', extension: 's', priority: '1', formats: 'slin' };
      await ari('POST', 'channels', { endpoint: `Local/${line}@incoming-userevent`, callerId, ...caller });
    },
    async channels() {
      return ((await ari('GET', 'channels')) as readonly { readonly name: string }[]).map(({ name }) => name);
    },
    async [Symbol.asyncDispose]() {
      await asterisk[Symbol.asyncDispose]();
      await recordings[Symbol.asyncDispose]();
    },
  };
}

/** A bridge on a site, with the driver, the speech and the clock of the real one. */
export interface OnSite extends BridgeUnderTest {
  /** The running process's; of the last one after a restart. */
  readonly opened: OpenedPbx;
}

let applications = 0;

/** Starts one with an ARI application of its own, so that bridges can share a site. `wanted.file` may hold `speech:` and more. */
export async function startOnSite(
  site: Pick<Site, 'asterisk'>,
  navigatorPort: number,
  wanted: Wanted & { readonly asterisk?: string; readonly password?: string } = {},
): Promise<OnSite> {
  const { ariUrl, username, password } = site.asterisk;
  const application = `taxinav-${(applications += 1)}`;
  const opened: OpenedPbx[] = [];
  const open = async (configuration: Configuration): Promise<Awaited<ReturnType<NonNullable<Wanted['open']>>>> => {
    const clock = new FasterClock(1);
    const pbx = await openPbx(configuration, 'taxinav.yaml', { clock, random: () => 0.5, log: createLog('silent') });
    opened.push(pbx);
    return { ...pbx, clock };
  };
  const running = await startBridge(navigatorPort, {
    ...wanted,
    factor: 1,
    open,
    column: `    endpoint: Local/{number}@recorded\n${wanted.column ?? ''}`,
    file: `
pbx:
  driver: asterisk
  asterisk: { url: '${ariUrl}', username: ${username}, password: ${wanted.password ?? password}, application: ${application}${wanted.asterisk ?? ''} }
${wanted.file ?? ''}`,
  });
  return {
    ...running,
    get opened() {
      const last = opened.at(-1);
      if (last === undefined) throw new Error('no PBX was opened');
      return last;
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** A folder with `tone.wav`: a second that rises and falls twice, as speech does. */
export async function folderWithTone(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const samples = Int16Array.from({ length: 8_000 }, (_, at) =>
    Math.round(9_000 * Math.sin((2 * Math.PI * 440 * at) / 8_000) * Math.sin((2 * Math.PI * at) / 8_000) ** 2),
  );
  await writeFile(folder.file('tone.wav'), waveFile(samples));
  return folder;
}
