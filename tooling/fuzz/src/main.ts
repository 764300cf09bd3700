import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEAST_RIGHT, measureAutoEncoding } from './auto-encoding.ts';
import { checkThoroughly, fuzz, type Failure } from './fuzz.ts';
import { checkGeneratedMessages } from './generated-messages.ts';
import { MOST_GROWTH_BYTES, usedBytes } from './memory.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { shrink } from './shrink.ts';
import { startWatchdog } from './watchdog.ts';

const USAGE = `usage: npm run fuzz -- [--inputs N] [--minutes N] [--texts N] [--messages N] [--seed S] [--save FOLDER]
       npm run fuzz -- --input HEX [--options N]     one input again, cut at every offset`;
const PROGRESS_MS = 3000;
/** A longer input is printed as it is: reading it, cut at every offset, takes long. */
const MOST_SHRUNK_BYTES = 600;
/** Inputs after which the memory in use is taken as the level that must not grow. */
const WARM_UP = 50_000;

let passed = 0;
let failed = 0;
const verdict = (fact: string, holds: boolean, detail = ''): void => {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${fact}${detail === '' ? '' : `: ${detail}`}`);
};

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '1440' },
    texts: { type: 'string', default: '100000' },
    messages: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    save: { type: 'string' },
    input: { type: 'string' },
    options: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
const seed = wholeNumber('seed', values.seed);
let rejections = 0;
process.on('unhandledRejection', (reason) => {
  rejections += 1;
  console.log(`unhandled rejection: ${String(reason)}`);
});

if (values.help) console.log(USAGE);
else if (values.input === undefined) await run();
else again(values.input);

function again(hex: string): void {
  const violation = checkThoroughly(Buffer.from(hex, 'hex'), wholeNumber('options', values.options), seed);
  verdict('every property holds for this input', violation === undefined, violation && `${violation.property}: ${violation.what}`);
  finish();
}

async function run(): Promise<void> {
  console.log(`seed ${seed}`);
  await fuzzInputs();
  generatedMessages();
  autoEncoding();
  verdict('no rejection is left unhandled', rejections === 0);
  finish();
}

async function fuzzInputs(): Promise<void> {
  const inputs = wholeNumber('inputs', values.inputs);
  const minutes = wholeNumber('minutes', values.minutes);
  const watchdog = startWatchdog();
  const started = performance.now();
  // Everything is compiled and every table is filled before memory is first measured.
  const warmUp = fuzz({ inputs: Math.min(WARM_UP, inputs), seed: seed ^ 0x5eed });
  const before = usedBytes();
  let told = started;
  const report = fuzz({
    inputs,
    seed,
    before: watchdog.before,
    progress(done, behaviours, broken) {
      if (performance.now() - told < PROGRESS_MS) return true;
      told = performance.now();
      console.log(`${done} of ${inputs} inputs, ${behaviours} behaviours, ${broken} failures, ${Math.round((told - started) / 1000)} s`);
      return told - started < minutes * 60_000;
    },
  });
  const failures = [...warmUp.failures, ...report.failures];
  const growth = usedBytes() - before;
  await watchdog.stop();
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${report.inputs} inputs, ${report.bytes} bytes, ${report.messages} messages, ${report.faults} faults, ${report.behaviours} behaviours, ${seconds.toFixed(1)} s`,
  );
  for (const failure of failures) tell(failure);
  for (const [property, fact] of Object.entries(PROPERTIES) as [Property, string][]) {
    const broken = failures.filter((failure) => failure.property === property).length;
    verdict(fact, broken === 0, broken === 0 ? '' : `${broken} inputs`);
  }
  verdict('memory grows by less than 20 MiB', growth < MOST_GROWTH_BYTES, `${(growth / 2 ** 20).toFixed(1)} MiB`);
}

function generatedMessages(): void {
  const runs = wholeNumber('messages', values.messages);
  try {
    checkGeneratedMessages(runs, seed);
    verdict('generated messages are read as they were written', true, `${runs} streams`);
  } catch (error) {
    verdict('generated messages are read as they were written', false, String(error));
  }
}

function autoEncoding(): void {
  const { texts, right, wrong, share } = measureAutoEncoding(wholeNumber('texts', values.texts), seed);
  for (const text of wrong) console.log(`read wrong: ${text}`);
  const figures = `${right['utf-8']} in UTF-8 and ${right['windows-1251']} in windows-1251 of ${texts}, ${(100 * share).toFixed(3)} %`;
  verdict(`auto tells the encoding of ${100 * LEAST_RIGHT} % of texts`, share >= LEAST_RIGHT, figures);
}

function tell({ property, what, input, options, number }: Failure): void {
  const isShort = input.length <= MOST_SHRUNK_BYTES;
  const shrunk = isShort ? shrink(input, (shorter) => checkThoroughly(shorter, options, seed)?.property === property) : input;
  const hex = Buffer.from(shrunk).toString('hex');
  console.log(
    `input ${number} (seed ${seed}): ${property}: ${what}\n  ${hex}\n  repeat: npm run fuzz -- --input ${hex} --options ${options}`,
  );
  if (values.save === undefined) return;
  mkdirSync(values.save, { recursive: true });
  writeFileSync(join(values.save, `${property}-${seed}-${number}.bin`), input);
}

function finish(): void {
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    console.error(`--${name}: expected a whole number, got ${JSON.stringify(text)}\n${USAGE}`);
    process.exit(2);
  }
  return value;
}
