import { YamlValues } from './yaml-values.ts';
import type { LayoutFault } from './yaml-values.ts';

/** What one line can be to the collections around it. */
type Member = 'key' | 'entry';

/** A mapping or a list that lines still belong to. */
interface Level {
  readonly member: Member;
  /** Spaces before its members. */
  readonly indent: number;
  /** Of the member read last. */
  line: number;
  members: number;
  readonly names: Set<string>;
  /** The last member has no value yet: deeper lines are its value. */
  open: boolean;
  /** The last member's value is text without quotes: deeper lines without a colon go on with it. */
  plain: boolean;
}

type Neighbour = Pick<Level, 'indent' | 'line' | 'members'>;

const QUOTED_KEY = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*:(?=[ \t]|$)/;
const KEY_WITHOUT_SPACE = /^[A-Za-z_][\w-]*:(?=[^ \t])/;
const FOREIGN_SPACE = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000\uFEFF]/;

/**
 * Finds the first line of a YAML text whose layout a person got wrong: indentation, hyphens, colons, quotes and brackets. For texts that
 * are known not to be YAML, since a parser names the place where it gave up, which is often another line. Takes linear time; repeats
 * nothing of the text; undefined when it finds nothing or meets what a configuration does not need.
 */
export function layoutFault(text: string): LayoutFault | undefined {
  return new LayoutReader(text).read();
}

/** The key that a line begins with, its colon included. */
function keyIn(rest: string): string | undefined {
  if (/^["']/.test(rest)) return QUOTED_KEY.exec(rest)?.[0];
  if (/^[[\]{}#|>%@`,]/.test(rest)) return undefined;
  const key = rest.slice(0, rest.search(/:(?:[ \t]|$)/) + 1);
  return key === '' || /[ \t]#/.test(key) ? undefined : key;
}

class LayoutReader {
  readonly #values: YamlValues;
  readonly #levels: Level[] = [];
  /** Levels that the last line ended. */
  #ended: readonly Level[] = [];
  /** A line that would be a key if a space stood behind its colon. */
  #suspect: { readonly line: number; readonly fault: LayoutFault } | undefined;

  constructor(text: string) {
    this.#values = new YamlValues(text);
  }

  read(): LayoutFault | undefined {
    for (let line = 0; line < this.#values.lineCount;) {
      const content = this.#values.line(line);
      const before = this.#levels.length === 0 && /^(?:%|---\s*$)/.test(content);
      if (before || /^\s*(?:#|$)/.test(content)) line += 1;
      else if (/^(?:---|\.\.\.)(?:\s|$)|^\s*\? /.test(content)) return undefined;
      else {
        const next = this.#content(line, content);
        if (typeof next !== 'number') return next;
        line = next;
      }
    }
    return undefined;
  }

  /** Reads one line and what its value takes of the next ones; the number of the next line, or what is wrong. */
  #content(line: number, content: string): number | LayoutFault {
    let column = /^ */.exec(content)?.[0].length ?? 0;
    const start = this.#values.offset(line);
    if (content.charAt(column) === '\t')
      return { offset: start + column, message: 'not YAML: a tab as indentation', remedy: 'Indent with spaces' };
    if (FOREIGN_SPACE.test(content.charAt(column))) {
      const message = 'not YAML: a space that is no plain one (no-break or of zero width) as indentation';
      return { offset: start + column, message, remedy: 'Delete what stands before the text of this line, and indent with plain spaces' };
    }
    let entry = false;
    while (/^-(?:[ \t]|$)/.test(content.slice(column))) {
      if (!entry && this.#goesOn(column)) return line + 1;
      const fault = this.#place('entry', column, line, '');
      if (fault !== undefined) return fault;
      entry = true;
      column += /^-[ \t]*/.exec(content.slice(column))?.[0].length ?? 1;
    }
    const rest = content.slice(column);
    if (!entry && /^-[^\s-]/.test(rest) && keyIn(rest) !== undefined) {
      return {
        offset: start + column + 1,
        message: 'not YAML: a hyphen without a space after it',
        remedy: 'Write "- " before a list entry',
      };
    }
    const key = keyIn(rest);
    if (key === undefined) return this.#text(line, column, entry);
    const fault = this.#place('key', column, line, key.slice(0, -1).trimEnd());
    return fault ?? this.#value(line, start + column + key.length);
  }

  /** A line that is no key: an entry's value, the value of the key above, or more of that one's. */
  #text(line: number, column: number, entry: boolean): number | LayoutFault {
    const start = this.#values.offset(line) + column;
    const rest = this.#values.line(line).slice(column);
    const colon = KEY_WITHOUT_SPACE.exec(rest)?.[0].length;
    const spaceless =
      colon === undefined
        ? undefined
        : { offset: start + colon, message: 'not YAML: no space after the colon of a key', remedy: 'Write KEY: VALUE, with a plain space' };
    const last = this.#levels.at(-1);
    if (!entry && last !== undefined && !(column > last.indent && (last.open || last.plain))) {
      if (spaceless !== undefined) return spaceless;
      const beside = this.#levels.findLast(({ indent }) => indent <= column);
      const key = this.#levels.some(({ member, indent }) => member === 'key' && indent === column);
      return beside?.member === 'entry' && !key
        ? { offset: start, message: 'not YAML: a list entry without its hyphen', remedy: 'Write "- " before it' }
        : { offset: start, message: 'not YAML: a line without a colon among keys', remedy: 'Write KEY: VALUE, with a colon and a space' };
    }
    if (spaceless !== undefined) this.#suspect = { line, fault: spaceless };
    if (!entry && last?.plain === true) return line + 1;
    return this.#value(line, start);
  }

  /** Whether deeper lines go on with a text without quotes. */
  #goesOn(column: number): boolean {
    const last = this.#levels.at(-1);
    return last !== undefined && last.plain && column > last.indent;
  }

  #value(line: number, offset: number): number | LayoutFault {
    const level = this.#levels.at(-1);
    const value = this.#values.read(offset, level?.indent ?? -1);
    if ('message' in value) return value;
    if (level !== undefined) {
      level.open = value.kind === 'none';
      level.plain = value.kind === 'plain';
    }
    return value.kind === 'block' ? this.#values.behindBlock(line, level?.indent ?? -1) : this.#values.lineAt(value.end) + 1;
  }

  /** Puts a key or a hyphen into the collection that it belongs to. */
  #place(member: Member, column: number, line: number, name: string): LayoutFault | undefined {
    const ended: Level[] = [];
    const before = this.#ended;
    for (let top = this.#levels.at(-1); top !== undefined && top.indent > column; top = this.#levels.at(-1)) {
      ended.push(top);
      this.#levels.pop();
    }
    this.#ended = ended;
    let top = this.#levels.at(-1);
    // A list may stand in the column of the key that it belongs to.
    if (member === 'key' && top?.member === 'entry' && top.indent === column) {
      const below = this.#levels.at(-2);
      if (below?.member === 'key' && below.indent === column) {
        this.#levels.pop();
        top = below;
      }
    }
    const opens = top === undefined ? ended.length === 0 : ended.length === 0 && top.open && (column > top.indent || member === 'entry');
    if (top?.indent === column && top.member === member) {
      top.line = line;
      top.members += 1;
      top.names.add(name);
    } else if (opens) {
      if (top !== undefined) top.open = false;
      this.#levels.push({ member, indent: column, line, members: 1, names: new Set([name]), open: true, plain: false });
      return undefined;
    } else return this.#misplaced(member, column, line, name, ended, before);
    top.open = true;
    top.plain = false;
    return undefined;
  }

  #misplaced(
    member: Member,
    column: number,
    line: number,
    name: string,
    ended: readonly Level[],
    before: readonly Level[],
  ): LayoutFault | undefined {
    const top = this.#levels.at(-1);
    const deeper = ended.length === 0 && top !== undefined && column > top.indent;
    if (deeper && this.#suspect !== undefined && this.#suspect.line >= top.line) return this.#suspect.fault;
    if (deeper) {
      // The line above left the lines around it: they are right, it is not.
      const left = before.find(({ indent, member: of }) => indent === column && of === member);
      if (left !== undefined && top.members > 1) return this.#wrong(top.line, top.indent, left);
    }
    const alike = [...ended, ...this.#levels].filter((level) => level.member === member);
    const distance = ({ indent }: Level): number => Math.abs(indent - column);
    const beside = alike.toSorted((one, other) => distance(one) - distance(other) || other.indent - one.indent)[0];
    if (member === 'key' && top?.member === 'entry' && top.indent === column && (beside === undefined || beside.names.has(name))) {
      const offset = this.#values.offset(line) + column;
      return { offset, message: 'not YAML: a key without a hyphen where the entries of a list begin', remedy: 'Write "- " before it' };
    }
    if (beside === undefined) {
      const offset = this.#values.offset(line) + column;
      return {
        offset,
        message: `not YAML: wrong indentation, or a ${member === 'entry' ? 'list entry' : 'key'} that belongs to nothing above it`,
        remedy: 'Indent it below a key that has nothing after its colon',
      };
    }
    // One line against two: the two are right.
    if (beside.members === 1 && distance(beside) === 1 && this.#nextColumn(line) === column)
      return this.#wrong(beside.line, beside.indent, { indent: column, line, members: 2 });
    const other = alike.find((level) => level.indent !== beside.indent && distance(level) === distance(beside));
    return this.#wrong(line, column, beside, other);
  }

  /** `other`: a collection as near as the one beside it. */
  #wrong(line: number, column: number, beside: Neighbour, other?: Neighbour): LayoutFault {
    const at = ({ indent }: Neighbour): string =>
      `column ${indent + 1}${indent === 0 ? '' : ` (${indent} ${indent === 1 ? 'space' : 'spaces'} before it)`}`;
    const unsure = beside.members === 1 && Math.abs(beside.indent - column) === 1;
    const or =
      other === undefined ? (unsure ? `, or move line ${beside.line + 1}` : '') : `, or in ${at(other)} like line ${other.line + 1}`;
    return {
      offset: this.#values.offset(line) + column,
      message: `not YAML: wrong indentation: it begins in column ${column + 1}, its neighbour in line ${beside.line + 1} in column ${beside.indent + 1}`,
      remedy: `Begin it in ${at(beside)}${or}`,
    };
  }

  /** Where the next line with content begins. */
  #nextColumn(line: number): number | undefined {
    const next = this.#values.contentAfter(line);
    return next === undefined ? undefined : /^ */.exec(this.#values.line(next))?.[0].length;
  }
}
