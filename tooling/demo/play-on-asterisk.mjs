// The four jobs on a real PBX: the caller is rung in there, the requests are sent as Taxi Navigator does, with the command line tool.
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextEntry } from './bridge.mjs';
import { heard } from './heard.mjs';
import { isStopping, start, write } from './programs.mjs';
import { LINE } from './test-pbx.mjs';

const CLI = 'apps/cli/bin/taxinav.js';
const TEXT = 'Машина подана, номер АА1234ВВ';
/** A call rings, is spoken to twice and ends; the PBX then writes its file to the end. Milliseconds. */
const CALL_MS = 40_000;
const FILE_MS = 10_000;
const LOOK_MS = 300;
/** Less of it is no text. */
const LEAST_SOUND_S = 1;

/** A new number each time, so that the limit of calls to one phone is not met by playing often. */
const phone = (lastDigit) => `067${randomInt(1e6).toString().padStart(6, '0')}${lastDigit}`;

/** Plays them one after another; `statuses` tells what Taxi Navigator was told of a GUID. Resolves with how many were done. */
export async function playOnAsterisk({ to, pbx, statuses }) {
  const jobs = {
    'caller popup': () => callerPopup(pbx),
    'click to call': () => clickToCall(to),
    'spoken notification': () => spokenNotification(to, pbx, statuses),
    conference: () => conference(to),
  };
  let done = 0;
  for (const [job, play] of Object.entries(jobs)) {
    if (isStopping()) break;
    try {
      write(`✓ ${job}: ${await play()}`);
      done += 1;
    } catch (error) {
      if (!isStopping()) write(`✗ ${job}: ${error.message}`);
    }
  }
  write(`play over: ${done} of ${Object.keys(jobs).length} jobs done`);
}

async function callerPopup(pbx) {
  const caller = phone(9);
  write(`$ a phone rings the PBX: ${caller} calls ${LINE}`);
  const popup = nextEntry(({ event }) => event === 'popup', 'the call', CALL_MS);
  const hangUp = await pbx.callIn(caller);
  const { outcome, reason } = await popup;
  await hangUp();
  if (outcome !== 'acknowledged') throw new Error(`the order form is ${outcome}: ${reason}`);
  return `the call that ${caller} made opened an order form`;
}

async function clickToCall(to) {
  const client = phone(7);
  await joined('dial', to, '--tel', client);
  return `the operator's phone and ${client} rang, answered and were joined; then ${client} hung up`;
}

async function conference(to) {
  const [driver, passenger] = [phone(0), phone(7)];
  await joined('conference', to, '--tel1', driver, '--tel2', passenger);
  return `driver ${driver} and passenger ${passenger} rang, answered and were joined; then ${passenger} hung up`;
}

/** Sends it, and follows the call of two phones to its end. */
async function joined(what, to, ...args) {
  const seen = new Set();
  let taken;
  const end = nextEntry(
    (entry) => {
      if (entry.event === what) taken = entry.callId;
      if (entry.event === 'joined') seen.add(entry.callId);
      return entry.event === `${what}-refused` || (entry.event === 'call-ended' && (taken === undefined || entry.callId === taken));
    },
    'the call',
    CALL_MS,
  );
  const [sent, { event, callId, reason, outcome, detail }] = await both(send(what, '--to', to, ...args), end);
  if (event !== 'call-ended') throw new Error(`it was refused: ${reason}`);
  if (outcome !== 'answered' || !seen.has(callId)) throw new Error(`${outcome}: ${detail}`);
  return sent;
}

async function spokenNotification(to, pbx, statuses) {
  const passenger = phone(0);
  const guid = randomUUID().toUpperCase();
  let callId;
  const end = nextEntry(
    (entry) => {
      if (entry.event === 'attempt' && entry.guid?.toUpperCase() === guid) callId = entry.callId;
      return entry.event === 'attempt-ended' && entry.callId === callId;
    },
    'the call',
    CALL_MS,
  );
  const [, { outcome, detail }] = await both(send('say', '--to', to, '--number', passenger, '--text', TEXT, '--guid', guid), end);
  if (outcome !== 'answered') throw new Error(`${outcome}: ${detail}`);
  const file = pbx.heardFile(passenger);
  const { seconds, soundSeconds, loudestDecibel, picture } = await finished(file);
  if (soundSeconds < LEAST_SOUND_S) throw new Error(`${passenger} answered and heard nothing: ${file}, ${detail}`);
  const figures = `${seconds.toFixed(1)} s, ${soundSeconds.toFixed(1)} s of it sound, ${loudestDecibel.toFixed(0)} dB`;
  return `${passenger} heard the text: ${statuses(guid).join(', ')}
  recorded at the far end of the call, ${figures}: listen to it
  ${file}
  |${picture}|`;
}

/** What was heard, when the PBX writes no more. */
async function finished(file) {
  const deadline = performance.now() + FILE_MS;
  for (let before = -1; ;) {
    const now = await heard(file);
    if ((now.seconds > 0 && now.seconds === before) || performance.now() > deadline) return now;
    before = now.seconds;
    await sleep(LOOK_MS);
  }
}

/** Runs `taxinav send` as anybody could type it, and shows both. */
async function send(...args) {
  write(`$ taxinav send ${args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ')}`);
  const code = await start(CLI, ['send', ...args], (line) => write(`  ${line}`)).ended;
  if (code !== 0) throw new Error(`taxinav send ended with exit code ${code}`);
}

/** Both, or the first error; the other one's is nobody's then. */
async function both(one, other) {
  other.catch(() => {});
  return [await one, await other];
}
