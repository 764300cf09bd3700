/** The npm package that speaks, unless the options name another. */
export const ESPEAK_PACKAGE = '@echogarden/espeak-ng-emscripten';

/** What the thread is started with. */
export interface EspeakStart {
  /** Package, or URL of its module. */
  readonly module: string;
  /** Words a minute. */
  readonly rate: number;
}

/** One text to speak; the thread has one at a time. */
export interface EspeakRequest {
  readonly text: string;
  readonly voice: string;
}

/** What the thread says. */
export type EspeakAnswer =
  /** The samples' memory is handed over. */
  | { readonly kind: 'spoken'; readonly samples: Int16Array<ArrayBuffer>; readonly sampleRate: number }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The package is not installed, or cannot be loaded; the thread has ended. */
  | { readonly kind: 'missing'; readonly reason: string; readonly installed: boolean };
