import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The part of the package's speaker that is used. */
export interface EspeakSpeaker {
  set_voice(name: string, language: number, gender: number, age: number, variant: number): number;
  set_rate(wordsPerMinute: number): void;
  get_samplerate(): number;
  /** `audio` is given pieces of mono 16-bit sound, each a copy. Answer 0 to go on. */
  synthesize(text: string, audio: (piece: Int16Array | null) => number): void;
}

interface EspeakModule {
  eSpeakNGWorker: new () => EspeakSpeaker;
}

interface ModuleSettings {
  /** Asked for the data instead of reading the whole file. */
  getPreloadedPackage?: (file: string, size: number) => ArrayBuffer | null;
  print: (line: string) => void;
  printErr: (line: string) => void;
}

/** Words of these languages can be said: the two that are spoken, and Latin letters in them. */
const DICTIONARIES = new Set(['uk_dict', 'ru_dict', 'en_dict']);

/**
 * Loads the package: about 0.1 s. Of its 24 MB of data only 9 are read, those of the languages in use; the rest stays untouched
 * memory, which the system does not give.
 */
export async function loadEspeak(specifier: string): Promise<EspeakSpeaker> {
  const url = import.meta.resolve(specifier);
  const { default: start } = (await import(url)) as { default: (settings: ModuleSettings) => Promise<EspeakModule> };
  const quiet = (): void => undefined;
  const loaded = await start({
    print: quiet,
    printErr: quiet,
    getPreloadedPackage: (file, size) => neededData(fileURLToPath(url), file, size),
  });
  return new loaded.eSpeakNGWorker();
}

/** Where the package's code says its data lies, without other languages' dictionaries; nothing when it does not say so. */
function neededData(code: string, file: string, size: number): ArrayBuffer | null {
  const places = [...readFileSync(code, 'latin1').matchAll(/\{filename:"([^"]+)",start:(\d+),end:(\d+)\}/g)].map(
    ([, name = '', start, end]) => ({ name: name.slice(name.lastIndexOf('/') + 1), start: Number(start), end: Number(end) }),
  );
  const names = new Set(places.map(({ name }) => name));
  const known = [...DICTIONARIES, 'phondata', 'phonindex', 'phontab'].every((name) => names.has(name));
  // A version that is made otherwise reads all of it by itself.
  if (!known || places.some(({ end }) => end > size)) return null;
  const data = new Uint8Array(size);
  const descriptor = openSync(file, 'r');
  try {
    for (const { name, start, end } of places) {
      if (name.endsWith('_dict') && !DICTIONARIES.has(name)) continue;
      for (let at = start; at < end;) {
        const read = readSync(descriptor, data, at, end - at, at);
        if (read === 0) return null;
        at += read;
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return data.buffer;
}
