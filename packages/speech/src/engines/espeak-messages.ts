/** The npm package that speaks, unless the options name another. */
export const ESPEAK_PACKAGE = '@echogarden/espeak-ng-emscripten';

/** What the process is started with: its first argument, as JSON. */
export interface EspeakStart {
  /** Package, or URL of its module. */
  readonly module: string;
  /** Words a minute. */
  readonly rate: number;
  /** What one text may take, ms. */
  readonly timeoutMs: number;
}

/** One text to speak; the process has one at a time. */
export interface EspeakRequest {
  readonly text: string;
  readonly voice: string;
}

/** What the process says. */
export type EspeakAnswer =
  | { readonly kind: 'spoken'; readonly samples: Int16Array; readonly sampleRate: number }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The package is not installed, or cannot be loaded; the process ends. */
  | { readonly kind: 'missing'; readonly reason: string; readonly installed: boolean };
