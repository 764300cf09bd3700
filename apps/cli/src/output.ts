import { styleText } from 'node:util';
import { jsonLine } from './visible.ts';

/** The styles that are used; colours are left out where nobody would see them (pipes, `NO_COLOR`). */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

/** Where a command's words go: data on stdout, talk on stderr. */
export interface Output {
  /** Whether data is JSON, one object a line. */
  readonly json: boolean;
  /** Data: the object with `--json`, else the lines. */
  readonly record: (object: object, lines: () => string | readonly string[]) => void;
  /** Data that has one form only. */
  readonly bytes: (bytes: Uint8Array) => void;
  /** Talk: progress, advice, errors. */
  readonly talk: (line: string) => void;
  /** Text for {@link record}'s lines, styled where stdout is a terminal. */
  readonly style: (style: Style, text: string) => string;
}

/** Writes to the process's own streams. */
export function processOutput(json: boolean): Output {
  const { stdout, stderr } = process;
  return {
    json,
    record(object, lines) {
      const text = json ? jsonLine(object) : [lines()].flat().join('\n');
      stdout.write(`${text}\n`);
    },
    bytes: (bytes) => void stdout.write(bytes),
    talk: (line) => void stderr.write(`${line}\n`),
    style: (style, text) => styleText(style, text, { stream: stdout }),
  };
}
