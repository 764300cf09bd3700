import type { Diagnostic } from '@taxinav/codec';
import type { Showing } from './message-fields.ts';
import type { Output } from './output.ts';
import { clockTime, diagnosticLine, rawJson, rawText, resultJson, resultLine } from './show.ts';
import type { Sighting } from './wire-watch.ts';

/** How the frames of a simulator are shown. */
export interface ScreenOptions extends Showing {
  /** Also the bytes of each message. */
  readonly raw: boolean;
}

/** Who speaks when the simulator itself does, and when the other one does. */
export interface Sides {
  readonly self: string;
  readonly other: string;
}

/** Prints what crosses the wires of a simulator, both ways. */
export class Screen {
  readonly #output: Output;
  readonly #options: ScreenOptions;
  readonly #sides: Sides;

  constructor(output: Output, options: ScreenOptions, sides: Sides) {
    this.#output = output;
    this.#options = options;
    this.#sides = sides;
  }

  /** One thing that was seen on a connection of `column`. */
  show(column: string, sighting: Sighting): void {
    const { result, direction, at, peer, raw, diagnostics } = sighting;
    const { style, record } = this.#output;
    const [from, to] = direction === 'out' ? [this.#sides.self, this.#sides.other] : [this.#sides.other, this.#sides.self];
    const envelope = { time: new Date(at).toISOString(), column, from, to, peer: `${peer.address}:${peer.port}` };
    if (result !== undefined) {
      record({ ...envelope, ...resultJson(result, this.#options), raw: rawJson(raw, this.#options) }, () => {
        const arrow = style(direction === 'out' ? 'cyan' : 'magenta', `${from} → ${to}`);
        const line = `${style('dim', clockTime(at))}  ${column}  ${arrow}  ${resultLine(result, this.#options, this.#output)}`;
        return this.#options.raw ? [line, `${' '.repeat(14)}${style('dim', rawText(raw, this.#options))}`] : [line];
      });
    }
    // The document itself quotes the reply to Conference without a space [TN-22].
    const compact = result !== undefined && 'message' in result && result.message === 'ACK';
    for (const diagnostic of diagnostics) {
      if (!compact || diagnostic.code !== 'no-space-after-colon') this.#diagnostic(envelope, diagnostic);
    }
  }

  #diagnostic(envelope: object, diagnostic: Diagnostic): void {
    const { code, reading, field } = diagnostic;
    this.#output.record(
      { ...envelope, diagnostic: code, reading, field },
      () => `${' '.repeat(14)}${diagnosticLine(diagnostic, this.#output)}`,
    );
  }
}
