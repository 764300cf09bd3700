import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Scalar, YAMLError } from 'yaml';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import { below, takesText } from './schema-walk.ts';
import { layoutFault } from './yaml-layout.ts';

/** How large a file may be, UTF-16 units. */
export const FILE_CHARACTERS = 1_048_576;

/** How many values a file may have, aliases counted each time they are used. */
const FILE_VALUES = 20_000;

/** How deep values may be nested. */
const FILE_DEPTH = 32;

const TOO_DEEP = {
  message: 'too many or too deeply nested values',
  remedy: `Stay below ${FILE_VALUES} values and ${FILE_DEPTH} levels`,
} as const;

/** A place in a text, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something in the text that is no configuration at all. */
export interface SourceFault {
  readonly place: Place;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** A text read as plain data, and where each of its values and keys stands, by formatted path. */
export interface YamlSource {
  readonly data: unknown;
  readonly values: ReadonlyMap<string, Place>;
  readonly keys: ReadonlyMap<string, Place>;
  readonly faults: readonly SourceFault[];
}

/**
 * Reads YAML 1.2 as the data a schema asks for: a plain number where text is expected stays the text that was
 * written (`0445550101` keeps its zero), keys are text always. Nothing of a value is repeated in a fault.
 */
export function readYaml(text: string, schema: unknown): YamlSource {
  if (text.length > FILE_CHARACTERS) {
    const fault = { message: `the text has ${text.length} characters, more than ${FILE_CHARACTERS}`, remedy: 'Give a configuration file' };
    return { data: undefined, values: new Map(), keys: new Map(), faults: [{ place: { line: 1, column: 1 }, path: '', ...fault }] };
  }
  const lines = new LineCounter();
  const document = parsed(text, lines);
  if (document === undefined) {
    const fault = { place: { line: 1, column: 1 }, path: '', ...TOO_DEEP };
    return { data: undefined, values: new Map(), keys: new Map(), faults: [fault] };
  }
  // Only the first: what follows it is mostly its echo, and one mistake is one line.
  const faults = [...document.errors, ...document.warnings]
    .toSorted((one, other) => one.pos[0] - other.pos[0])
    .slice(0, 1)
    .map((error): SourceFault => mistake(text, lines, error));
  if (faults.length > 0) return { data: undefined, values: new Map(), keys: new Map(), faults };
  const reader = new NodeReader(text, lines);
  const data = document.contents === null ? {} : reader.read(document.contents, schema, [], 0);
  return { data: data ?? {}, values: reader.values, keys: reader.keys, faults: reader.faults };
}

/** Undefined where the text is nested so deep that the parser, which calls itself for each level, has no stack left. */
function parsed(text: string, lines: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class NodeReader {
  readonly values: Map<string, Place> = new Map();
  readonly keys: Map<string, Place> = new Map();
  readonly faults: SourceFault[] = [];
  readonly #anchors: Map<string, unknown> = new Map();
  readonly #text: string;
  readonly #lines: LineCounter;
  #count = 0;
  #aliases = 0;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#lines = lines;
  }

  read(node: unknown, schema: unknown, path: Path, depth: number): unknown {
    this.#count += 1;
    const place = this.#place(node);
    if (place !== undefined) this.values.set(formatPath(path), place);
    if (this.#count > FILE_VALUES || depth > FILE_DEPTH) {
      if (this.faults.length === 0) this.#fault(place, path, TOO_DEEP.message, TOO_DEEP.remedy);
      return undefined;
    }
    if (isAlias(node)) return this.#readAlias(node.source, place, schema, path, depth);
    this.#remember(node);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, below(schema, index), [...path, index], depth + 1));
    if (isMap(node)) {
      const entries: [string, unknown][] = [];
      for (const pair of node.items) {
        const entry = this.#entry(pair, schema, path, depth);
        if (entry !== undefined) entries.push(entry);
      }
      return Object.fromEntries(entries);
    }
    if (!isScalar(node)) return null;
    this.#refuseSwallowedLine(node, path);
    const numeric = typeof node.value === 'number' || typeof node.value === 'bigint';
    return numeric && node.source !== undefined && takesText(schema) ? node.source : node.value;
  }

  #readAlias(name: string, place: Place | undefined, schema: unknown, path: Path, depth: number): unknown {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const { message, remedy } = worded('BAD_ALIAS');
      this.#fault(place, path, message, remedy);
      return undefined;
    }
    this.#aliases += 1;
    const value = this.read(target, schema, path, depth + 1);
    this.#aliases -= 1;
    return value;
  }

  /** A text without quotes goes on in deeper lines, so one that was meant as an entry or a key of its own becomes a part of it. */
  #refuseSwallowedLine({ type, range }: Scalar, path: Path): void {
    if (type !== 'PLAIN' || range == null) return;
    const swallowed = /\n[ \t]*(?:-[ \t]|[A-Za-z_][\w-]*:[^\s/])/.exec(this.#text.slice(range[0], range[1]));
    if (swallowed === null) return;
    const offset = range[0] + swallowed.index + swallowed[0].search(/[^\s]/);
    this.#fault(
      placeAt(this.#lines, offset),
      path,
      'this line goes on with the text of the line above it',
      'Begin hyphens and keys in the column of those above, with a space after the hyphen or colon; or put the whole text in quotes',
    );
  }

  #remember(node: unknown): void {
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    // Inside an alias the anchors are those of another place in the text: the name may mean something newer by now.
    if (anchor !== undefined && this.#aliases === 0) this.#anchors.set(anchor, node);
  }

  #entry(
    pair: { readonly key: unknown; readonly value: unknown },
    schema: unknown,
    path: Path,
    depth: number,
  ): [string, unknown] | undefined {
    const key = isAlias(pair.key) ? this.#anchors.get(pair.key.source) : pair.key;
    if (isScalar(key)) this.#remember(key);
    const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
    if (name === undefined || name === '__proto__') {
      this.#fault(
        this.#place(pair.key) ?? this.values.get(formatPath(path)),
        path,
        'a key that is no name',
        'Write KEY: VALUE with a plain key',
      );
      return undefined;
    }
    const place = this.#place(pair.key);
    if (place !== undefined) {
      this.keys.set(formatPath([...path, name]), place);
      this.values.set(formatPath([...path, name]), place);
    }
    return [name, this.read(pair.value, below(schema, name), [...path, name], depth + 1)];
  }

  #place(node: unknown): Place | undefined {
    const offset = (node as Partial<Node> | null | undefined)?.range?.[0];
    return offset === undefined ? undefined : placeAt(this.#lines, offset);
  }

  #fault(place: Place | undefined, path: Path, message: string, remedy: string): void {
    this.faults.push({ place: place ?? { line: 1, column: 1 }, path: formatPath(path), message, remedy });
  }
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** The parser names where it gave up; how the text is laid out often tells which line is wrong, and why. */
function mistake(text: string, lines: LineCounter, error: YAMLError): SourceFault {
  const place = placeAt(lines, error.pos[0]);
  const layout = layoutFault(text);
  const laidOut = layout === undefined ? undefined : placeAt(lines, layout.offset);
  // A mistake of layout shows at its line or later; but a value that began a line too deep is named by the line above.
  if (
    layout !== undefined &&
    laidOut !== undefined &&
    laidOut.line <= place.line + (CERTAIN.has(error.code) ? -1 : gap(text, lines, place))
  )
    return { place: laidOut, path: '', message: layout.message, remedy: layout.remedy };
  if (error.code === 'DUPLICATE_KEY' && place.column > 1) {
    const { message, remedy } = worded(error.code);
    return { place, path: '', message, remedy: `${remedy}; where another list entry begins, write "- " before its first key` };
  }
  return { place, path: '', ...worded(error.code) };
}

/** How many lines further on the next one with content is. */
function gap(text: string, lines: LineCounter, { line }: Place): number {
  const rest = text.slice(lines.lineStarts[line] ?? text.length).split('\n', 1_000);
  return rest.findIndex((next) => !/^\s*(?:#|$)/.test(next)) + 1;
}

/** What the parser is sure of, whatever the layout of later lines. */
const CERTAIN: ReadonlySet<string> = new Set([
  'BAD_ALIAS',
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'DUPLICATE_KEY',
  'MULTIPLE_DOCS',
  'TAG_RESOLVE_FAILED',
]);

/** The parser's own words may repeat what was written, which may be a secret. */
function worded(code: string): { readonly message: string; readonly remedy: string } {
  const known = WORDS[code];
  const [message, remedy] = known ?? [
    `not YAML (${code.toLowerCase().replaceAll('_', ' ')})`,
    'Correct this line; quote values with special characters',
  ];
  return { message, remedy };
}

const WORDS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  BAD_ALIAS: ['an alias (*name) without its anchor (&name)', 'Quote a value that begins with an asterisk'],
  BAD_DQ_ESCAPE: ['not YAML: an unknown escape in double quotes', 'Use single quotes for text with backslashes'],
  BAD_INDENT: [
    'not YAML: wrong indentation, or a bracket, brace or quote left open',
    'Indent keys of one mapping alike, with spaces, and close what was opened',
  ],
  BAD_SCALAR_START: ['not YAML: a value begins with a reserved character', 'Quote the value'],
  BLOCK_AS_IMPLICIT_KEY: [
    'not YAML: a colon too many, or wrong indentation',
    'Quote values that contain ": ", and begin nested keys on their own lines',
  ],
  DUPLICATE_KEY: ['the same key twice in one mapping', 'Remove one of the two'],
  BLOCK_IN_FLOW: ['not YAML: lines of their own between brackets or braces', 'Separate entries by commas, and close what was opened'],
  MISSING_CHAR: [
    'not YAML: a quote, bracket, brace, comma, colon or hyphen is missing, or the indentation is wrong',
    'Close what was opened, and indent keys of one mapping alike',
  ],
  MULTILINE_IMPLICIT_KEY: ['not YAML: a key goes over several lines', 'Check the quotes and colons of this line'],
  MULTIPLE_DOCS: ['a second document (---)', 'Keep one document in the file'],
  TAB_AS_INDENT: ['not YAML: a tab as indentation', 'Indent with spaces'],
  TAG_RESOLVE_FAILED: ['an unknown tag (!name)', 'Quote a value that begins with an exclamation mark'],
  UNEXPECTED_TOKEN: ['not YAML: something that does not belong here', 'Check quotes, colons and indentation of this line'],
};
