import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@taxinav/testkit';
import { onTestFinished } from 'vitest';

/** The URL of a module in place of espeak-ng's, for one test: `load` runs when it is loaded, `speak` is the body of its synthesize(text, audio). */
export async function standInModule(speak: string, load = ''): Promise<string> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const file = folder.file('module.mjs');
  await writeFile(
    file,
    `${load}
     export default async () => ({ eSpeakNGWorker: class {
       set_voice() { return 0; }
       set_rate() {}
       get_samplerate() { return 8000; }
       synthesize(text, audio) { ${speak} }
     } });`,
  );
  return pathToFileURL(file).href;
}
