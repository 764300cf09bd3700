import { Corpus } from './corpus.ts';
import { Mutator } from './mutate.ts';
import { checkCuts, checkReading, checkWriting, readWhole, type Violation } from './properties.ts';
import { Random } from './random.ts';
import { chooseOptions, READING_OPTIONS } from './reading-options.ts';
import { behaviourOf, type Reading } from './reading.ts';
import { readSeeds } from './seeds.ts';
import { isFault } from '@taxinav/codec';

/** A property that an input breaks, with what is needed to see it again. */
export interface Failure extends Violation {
  readonly input: Uint8Array;
  /** Index into READING_OPTIONS. */
  readonly options: number;
  /** Which input of the run it was, from 1. */
  readonly number: number;
}

/** How a run of the fuzzer goes. */
export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** One in so many inputs is also read in pieces. @defaultValue 4 */
  readonly cutOneIn?: number;
  /** The run ends after so many failures. @defaultValue 10 */
  readonly mostFailures?: number;
  /** Hears of the input that is about to be read. */
  readonly before?: (input: Uint8Array, options: number) => void;
  /** Hears how many inputs were read, after every 1,024; ends the run early by returning false. */
  readonly progress?: (done: number, behaviours: number, failures: number) => boolean;
}

/** What a run of the fuzzer found. */
export interface FuzzReport {
  readonly inputs: number;
  readonly bytes: number;
  readonly messages: number;
  readonly faults: number;
  /** Combinations of results, faults, diagnostics and fields that were reached. */
  readonly behaviours: number;
  readonly failures: readonly Failure[];
}

/** Reads mutations of the vectors, and checks every property on each. The same seed gives the same inputs. */
export function fuzz({ inputs, seed, cutOneIn = 4, mostFailures = 10, before, progress }: FuzzOptions): FuzzReport {
  const random = new Random(seed);
  const corpus = new Corpus(readSeeds());
  const mutator = new Mutator(random, corpus);
  const failures: Failure[] = [];
  let [bytes, messages, faults, done] = [0, 0, 0, 0];
  while (done < inputs && failures.length < mostFailures) {
    const input = mutator.next();
    const options = chooseOptions(random);
    before?.(input, options);
    done += 1;
    bytes += input.length;
    const cuts = random.oneIn(cutOneIn) ? randomCuts(random, input.length) : undefined;
    const { violation, reading } = check(input, options, cuts);
    if (violation !== undefined) failures.push({ ...violation, input: Uint8Array.from(input), options, number: done });
    if (reading !== undefined) {
      for (const result of reading.results) {
        if (isFault(result)) faults += 1;
        else messages += 1;
      }
      corpus.learn(input, behaviourOf(reading), random);
    }
    if ((done & 1023) === 0 && progress?.(done, corpus.behaviours, failures.length) === false) break;
  }
  return { inputs: done, bytes, messages, faults, behaviours: corpus.behaviours, failures };
}

/** Every property on one input: cut at each offset alone, byte by byte, and at random. */
export function checkThoroughly(input: Uint8Array, options: number, seed: number): Violation | undefined {
  const random = new Random(seed);
  const everywhere = Array.from({ length: Math.max(input.length - 1, 0) }, (_, index) => index + 1);
  const cuts = [
    everywhere,
    ...everywhere.slice(0, 4096).map((at) => [at]),
    ...Array.from({ length: 200 }, () => randomCuts(random, input.length)),
  ];
  for (const one of cuts) {
    const { violation } = check(input, options, one);
    if (violation !== undefined) return violation;
  }
  return check(input, options, undefined).violation;
}

/** Most messages of one input that are written again. */
const MOST_WRITTEN = 4;

function check(
  input: Uint8Array,
  index: number,
  cuts: readonly number[] | undefined,
): { readonly violation?: Violation | undefined; readonly reading?: Reading } {
  const options = READING_OPTIONS[index] ?? { encoding: 'auto' };
  const reading = readWhole(input, options);
  if ('property' in reading) return { violation: reading };
  let violation = checkReading(input, options, reading);
  if (cuts !== undefined) violation ??= checkCuts(input, options, reading, cuts);
  let written = 0;
  for (const result of reading.results) {
    if (isFault(result)) continue;
    if (++written > MOST_WRITTEN) break;
    violation ??= checkWriting(result, options, (input.length & 1) === 1);
  }
  return { violation, reading };
}

/** Byte by byte, or a few offsets, ascending; an offset may come twice, which makes an empty piece. */
function randomCuts(random: Random, length: number): number[] {
  if (length === 0) return [0];
  if (length < 600 && random.oneIn(8)) return Array.from({ length: length - 1 }, (_, index) => index + 1);
  return Array.from({ length: 1 + random.below(6) }, () => random.below(length + 1)).toSorted((a, b) => a - b);
}
