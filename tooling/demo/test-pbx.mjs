// The real Asterisk of the demo: installed once, with a folder and ports of its own, ended with the demo.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { asteriskFolder, asteriskInstalled, asteriskRoot, installAsterisk, startAsterisk } from '../asterisk/src/index.ts';
import { atTheEnd, root, write } from './programs.mjs';

/** The line of the company that calls come in on. */
export const LINE = '0445550101';

/** Phones that answer and listen (last digit 0 or 1) are recorded at their own end of the call; the others do as the test PBX has it. */
const phones = (heardFolder) => `
[phones]
exten => _0XXXXXXXX[2-9],1,Goto(subscribers,\${EXTEN},1)
exten => _0XXXXXXXX[01],1,Ringing()
 same => n,Wait(0.3)
 same => n,MixMonitor(${heardFolder}/\${EXTEN}.wav)
 same => n,Answer()
 same => n,Wait(86400)
`;

const configured = ({
  ariUrl,
  username,
  password,
}) => `# Written anew at each start of the demo: its Asterisk has other ports each time. A configuration of your own
# begins with apps/bridge/deploy/example-asterisk.yaml.
timezone: Europe/Kyiv
database: sqlite:taxinav.db

columns:
  - id: north
    listen: 127.0.0.1:6301
    navigator: 127.0.0.1:6010
    status: 127.0.0.1:6001
    operator: Local/0440000000@phones
    endpoint: Local/{number}@phones
    lines: { '${LINE}': Universal }
    callerId: '${LINE}'

pbx:
  driver: asterisk
  asterisk: { url: ${ariUrl}, username: ${username}, password: ${password}, application: taxinav, audio: path }

speech: { engine: espeak, repeatKey: '1' }

http:
  listen: 127.0.0.1:8080
`;

/** Why there can be no Asterisk here; undefined where it is installed, now or before. */
export function install() {
  if (!asteriskInstalled())
    write(`Asterisk is fetched from Debian and unpacked into ${asteriskRoot()}: about 10 s, 68 MB, no root needed.`);
  return installAsterisk().why;
}

/** Starts it, writes the bridge's configuration for it into the folder. */
export async function startTestPbx(folder) {
  const heardFolder = join(folder, 'heard');
  const configuration = join(folder, 'taxinav.yaml');
  mkdirSync(heardFolder, { recursive: true });
  const calledOff = new AbortController();
  atTheEnd(() => calledOff.abort());
  const asterisk = await startAsterisk({ signal: calledOff.signal, extra: { 'extensions.conf': phones(heardFolder) } });
  atTheEnd(() => asterisk[Symbol.asyncDispose]());
  writeFileSync(configuration, configured(asterisk));
  const script = relative(root, join(asteriskFolder, 'asterisk'));
  return {
    asterisk,
    configuration,
    heardFolder,
    console: `ASTERISK_HOME=${asterisk.home} ASTERISK_ROOT=${asteriskRoot()} ${script} cli`,
    heardFile: (number) => join(heardFolder, `${number}.wav`),
    callIn: (callerId) => callIn(asterisk, callerId),
  };
}

/** Somebody calls the company; returns how he hangs up. */
async function callIn({ ariUrl, username, password }, callerId) {
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const channelId = `demo-${callerId}x`;
  const call = { channelId, endpoint: `Local/${LINE}@incoming-userevent`, callerId, context: 'caller', extension: 's', priority: '1' };
  const response = await fetch(`${ariUrl}/channels?${new URLSearchParams({ ...call, formats: 'slin' })}`, { method: 'POST', headers });
  if (!response.ok) throw new Error(`the PBX does not let the call in: ${response.status} ${await response.text()}`);
  return () => fetch(`${ariUrl}/channels/${channelId}`, { method: 'DELETE', headers });
}
