/** A mistake in the layout of a text. */
export interface LayoutFault {
  /** UTF-16 units from the start. */
  readonly offset: number;
  readonly message: string;
  readonly remedy: string;
}

/** What stands behind a colon or a hyphen: nothing, text without quotes, text that is indented below (`|`, `>`), or a value with an end of its own. */
export interface ValueEnd {
  readonly kind: 'none' | 'plain' | 'block' | 'closed';
  /** Offset behind the value. */
  readonly end: number;
}

interface Bracket {
  readonly closer: '}' | ']';
  readonly offset: number;
  /** What the entry has so far: nothing, text without quotes, or a whole value. */
  state: 'none' | 'plain' | 'whole';
  /** The entry has its colon. */
  keyed: boolean;
}

const OPENERS: ReadonlyMap<string, '}' | ']'> = new Map([
  ['{', '}'],
  ['[', ']'],
]);
const KEY_LINE = /^[ \t]*(?:- +)*(?:[A-Za-z_][\w-]*|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]|$)/;

/** The lines of a text, and where its values end. */
export class YamlValues {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Where a line begins; lines count from 0. */
  offset(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  /** A line without its end. */
  line(line: number): string {
    return this.#text.slice(this.offset(line), this.offset(line + 1)).replace(/\r?\n$/, '');
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offset(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The next line that is neither empty nor a comment. */
  contentAfter(line: number): number | undefined {
    for (let next = line + 1; next < this.lineCount; next += 1) if (!/^\s*(?:#|$)/.test(this.line(next))) return next;
    return undefined;
  }

  /** The first line behind the text of `|` or `>`. */
  behindBlock(line: number, indent: number): number {
    let least = indent + 1;
    let next = line + 1;
    for (let first = true; next < this.lineCount; next += 1) {
      const content = this.line(next);
      if (/^\s*$/.test(content)) continue;
      const column = /^ */.exec(content)?.[0].length ?? 0;
      if (column < least) break;
      // Its first line says how deep all of it is.
      if (first) least = column;
      first = false;
    }
    return next;
  }

  /** Reads the value at an offset; `indent` is that of the collection which it belongs to. */
  read(offset: number, indent: number): ValueEnd | LayoutFault {
    const line = this.lineAt(offset);
    const written = this.line(line).slice(offset - this.offset(line));
    const before = /^[ \t]*(?:[&!][^\s,[\]{}]*[ \t]*)*/.exec(written)?.[0].length ?? 0;
    const value = written.slice(before);
    const start = offset + before;
    const first = value.charAt(0);
    if (first === '' || first === '#') return { kind: 'none', end: start };
    if (first === '|' || first === '>') return { kind: 'block', end: start };
    const quoted = first === '"' || first === "'";
    if (quoted || OPENERS.has(first)) {
      const end = quoted ? this.#behindQuote(start, indent) : this.#behindBrackets(start, indent);
      return typeof end === 'number' ? (this.#behindValue(end, quoted) ?? { kind: 'closed', end }) : end;
    }
    const plain = value.replace(/[ \t]#.*$/, '');
    if (/:(?:[ \t]|$)/.test(plain)) {
      return {
        offset: start,
        message: 'not YAML: a colon with a space after it in a text without quotes',
        remedy: 'Put the text in quotes; if a second key stands there, begin it on its own line',
      };
    }
    return { kind: 'plain', end: start };
  }

  #behindQuote(start: number, indent: number): number | LayoutFault {
    const quote = this.#text.charAt(start);
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const character = this.#text.charAt(at);
      if (character === '\\' && quote === '"' && this.#text.charAt(at + 1) !== '\n') at += 1;
      else if (character === quote && quote === "'" && this.#text.charAt(at + 1) === quote) at += 1;
      else if (character === quote) return at + 1;
      else if (character === '\n') {
        const next = this.line(this.lineAt(at + 1));
        const column = /^ */.exec(next)?.[0].length ?? 0;
        if (next.trim() !== '' && (column <= indent || KEY_LINE.test(next))) break;
      }
    }
    return {
      offset: start,
      message: 'not YAML: a quote that is not closed in its line',
      remedy: 'Close it, or write a quote inside a text within the other kind of quotes',
    };
  }

  #behindBrackets(start: number, indent: number): number | LayoutFault {
    const open: Bracket[] = [];
    for (let at = start; at < this.#text.length; at += 1) {
      const character = this.#text.charAt(at);
      const inner = open.at(-1);
      const closer = OPENERS.get(character);
      if (character === '\n') {
        const fault = this.#nextLine(at + 1, indent, inner);
        if (fault !== undefined) return fault;
      } else if (/\s/.test(character)) continue;
      else if (character === '#' && /\s/.test(this.#text.charAt(at - 1))) at = this.#lineEnd(at) - 1;
      else if (inner !== undefined && (character === '&' || character === '!') && inner.state === 'none') {
        while (/[^\s,[\]{}]/.test(this.#text.charAt(at + 1))) at += 1;
      } else if (closer !== undefined) {
        if (inner !== undefined && inner.state !== 'none') return this.#comma(at);
        if (inner !== undefined) inner.state = 'whole';
        open.push({ closer, offset: at, state: 'none', keyed: false });
      } else if (inner === undefined) return at;
      else if (character === '}' || character === ']') {
        if (character !== inner.closer) {
          const message = `not YAML: ${character} in the place of the ${inner.closer} that closes what line ${this.lineAt(inner.offset) + 1} opens`;
          return { offset: at, message, remedy: `Write ${inner.closer} in its place` };
        }
        open.pop();
        if (open.length === 0) return at + 1;
      } else if (character === ',') {
        inner.state = 'none';
        inner.keyed = false;
      } else if (character === ':' && (inner.state === 'whole' || /^[\s,[\]{}]?$/.test(this.#text.charAt(at + 1)))) {
        if (inner.keyed) return this.#comma(this.#wordBefore(at));
        inner.keyed = true;
        inner.state = 'none';
      } else if (character === '"' || character === "'") {
        if (inner.state !== 'none') return this.#comma(at);
        const end = this.#behindQuote(at, indent);
        if (typeof end !== 'number') return end;
        inner.state = 'whole';
        at = end - 1;
      } else if (inner.state === 'whole') return this.#comma(at);
      else inner.state = 'plain';
    }
    return unclosed(open.at(-1)?.offset ?? start);
  }

  /** A line inside brackets is indented more than the key before them; the closing one as much. */
  #nextLine(offset: number, indent: number, inner: Bracket | undefined): LayoutFault | undefined {
    const next = this.line(this.lineAt(offset));
    const column = /^ */.exec(next)?.[0].length ?? 0;
    if (inner === undefined || /^\s*(?:#|$)/.test(next) || column > indent) return undefined;
    if (!next.trimStart().startsWith(inner.closer)) return unclosed(inner.offset);
    if (column === indent) return undefined;
    const message = `not YAML: wrong indentation of the ${inner.closer} that closes what line ${this.lineAt(inner.offset) + 1} opens`;
    return { offset: offset + column, message, remedy: `Begin it in column ${indent + 1}` };
  }

  #comma(offset: number): LayoutFault {
    const end = this.#text.slice(0, offset).trimEnd().length;
    return { offset: end, message: 'not YAML: no comma between two entries, or a quote too many', remedy: 'Write a comma here' };
  }

  #wordBefore(offset: number): number {
    let at = offset;
    while (at > 0 && /\s/.test(this.#text.charAt(at - 1))) at -= 1;
    while (at > 0 && !/\s/.test(this.#text.charAt(at - 1))) at -= 1;
    return at;
  }

  #lineEnd(offset: number): number {
    const end = this.#text.indexOf('\n', offset);
    return end < 0 ? this.#text.length : end;
  }

  /** Behind a closing quote or bracket a line may only have a comment. */
  #behindValue(end: number, quoted: boolean): LayoutFault | undefined {
    const rest = this.#text.slice(end, this.#lineEnd(end));
    const offset = end + (/^[ \t]*/.exec(rest)?.[0].length ?? 0);
    const written = rest.trim();
    if (written === '' || written.startsWith('#')) return undefined;
    if (/^[\]}]/.test(written))
      return { offset, message: 'not YAML: a closing bracket or brace that nothing opens', remedy: 'Remove it, or add the opening one' };
    const what = quoted ? 'quote' : 'bracket or brace';
    if (/^,?[ \t]*[A-Za-z_][\w-]*[ \t]*:(?:[ \t]|$)/.test(written))
      return {
        offset,
        message: `not YAML: a key in the same line, behind the closing ${what} of a value`,
        remedy: 'Begin it on its own line',
      };
    const remedy = quoted ? 'Put the whole value in the quotes, or none of it' : 'Remove it, or begin it on its own line';
    return { offset, message: `not YAML: text behind the closing ${what}`, remedy };
  }
}

function unclosed(offset: number): LayoutFault {
  return { offset, message: 'not YAML: a bracket or brace that is not closed', remedy: 'Close it at the end of its entries' };
}
