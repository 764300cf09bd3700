import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '@taxinav/bridge-contract';
import { SpeechError } from '@taxinav/speech';
import { configuredSpeech } from '../speaking/configured-speech.ts';
import { fail, ok, type Finding } from './finding.ts';

/** A text of each language; one is really spoken. */
const TEXTS = { uk: 'Ваша машина чекає біля під’їзду', ru: 'Ваша машина ожидает у подъезда' } as const;

/** Whether a text becomes sound, and every recording is there and can be read. */
export async function speechSpeaks({ speech, pbx }: Configuration): Promise<readonly Finding[]> {
  const check = 'speech';
  if (pbx.driver === 'simulated') return [ok(check, 'the simulated PBX speaks by itself; nothing is synthesized')];
  const folder = await mkdtemp(join(tmpdir(), 'taxinav-doctor-'));
  const findings: Finding[] = [];
  try {
    await using made = await configuredSpeech(speech, { cache: folder, onProblem: () => undefined });
    if (speech.engine === 'none')
      findings.push(ok(check, `no engine: only ${Object.keys(speech.phrases).length} known phrases can be said`));
    else {
      const started = performance.now();
      const { durationMs, source } = await made.prepare(TEXTS[speech.language]);
      const took = Math.round(performance.now() - started);
      findings.push(
        source === 'fallback'
          ? fail(
              check,
              `the engine ${speech.engine} does not speak: the fallback recording would be said instead`,
              'try it: taxinav say TEXT --out /tmp/text.wav --config FILE',
            )
          : ok(check, `${speech.engine} spoke ${(durationMs / 1_000).toFixed(1)} s in ${took} ms (${speech.language})`),
      );
    }
    const problems = await made.warm();
    for (const { phrase, error } of problems)
      findings.push(fail(check, `the phrase “${phrase}”: ${error.message}`, 'put the recording there, or correct its path.'));
    const recordings = Object.values(speech.phrases).filter(({ recording }) => recording !== undefined).length;
    if (problems.length === 0 && recordings > 0) findings.push(ok(check, `all ${recordings} recordings can be read`));
  } catch (error) {
    if (!(error instanceof SpeechError) && !(error instanceof RangeError)) throw error;
    const missing = error instanceof SpeechError && error.code === 'SPEECH_ENGINE_MISSING';
    findings.push(
      fail(
        check,
        error.message,
        missing
          ? 'npm install @echogarden/espeak-ng-emscripten, or set speech.engine: command.'
          : 'try it: taxinav say TEXT --out /tmp/text.wav --config FILE',
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return findings;
}
