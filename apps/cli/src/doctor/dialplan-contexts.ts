import { accessSync, constants, globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';

/** How far includes are followed: Asterisk itself goes ten deep. */
export interface DialplanLimits {
  /** Files within files. @defaultValue 10 */
  readonly depth?: number;
  /** Files in all. @defaultValue 500 */
  readonly files?: number;
  /** Bytes in all. @defaultValue 16 MiB */
  readonly bytes?: number;
}

/** What the files of a dialplan define. */
export interface DialplanContexts {
  readonly contexts: ReadonlySet<string>;
  /** Files that were read. */
  readonly files: number;
  /** What could not be looked at, a sentence each. */
  readonly gaps: readonly string[];
}

/** `#include file`, `#include "file"`, `#tryinclude <file>`. */
const INCLUDE = /^[ \t]*#(include|tryinclude|exec)[ \t]+["<]?([^">;\r\n]+?)[">]?[ \t]*(?:;.*)?\r?$/;
const SECTION = /^[ \t]*\[([^\]]+)\][ \t]*(\([^)]*\))?/;

/**
 * Reads the contexts of a dialplan and of what it includes; a file that includes itself is read once.
 *
 * @param etc the folder that names in includes start at
 * @throws Error of the system when the first file cannot be read
 */
export function dialplanContexts(file: string, etc: string, limits: DialplanLimits = {}): DialplanContexts {
  const { depth = 10, files = 500, bytes = 16 * 1024 * 1024 } = limits;
  const contexts = new Set<string>();
  const gaps = new Set<string>();
  const seen = new Set<string>();
  let left = bytes;
  let wasRead = 0;
  const read = (named: string, level: number): void => {
    const path = realpathSync(named);
    if (seen.has(path)) return;
    if (seen.size >= files) return void gaps.add(`more than ${files} files are included`);
    const { size } = statSync(path);
    if (size > left) return void gaps.add(`the files hold more than ${bytes} bytes`);
    seen.add(path);
    left -= size;
    const text = readFileSync(path, 'utf8');
    wasRead += 1;
    for (const line of withoutComments(text).split('\n')) {
      const [, context, options = ''] = SECTION.exec(line) ?? [];
      // A template is none by itself.
      if (context !== undefined && !/[(,][ \t]*!/.test(options)) contexts.add(context);
      const [, word, included] = INCLUDE.exec(line) ?? [];
      if (word === undefined || included === undefined) continue;
      if (word === 'exec') gaps.add(`#exec ${included} in ${path} is not run`);
      else if (level >= depth) gaps.add(`${path} is ${depth} includes deep`);
      else
        for (const each of matching(included, etc, word === 'include', (gap) => gaps.add(`${gap} (included by ${path})`)))
          include(each, level + 1);
    }
  };
  const include = (path: string, level: number): void => {
    try {
      read(path, level);
    } catch (error) {
      gaps.add(`${path} cannot be read by this user (${systemCode(error)})`);
    }
  };
  read(file, 0);
  return { contexts, files: wasRead, gaps: [...gaps] };
}

/** The system's code of an error, such as EACCES. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** A name without wildcards is itself, whether it is there or not, as Asterisk has it. */
function matching(named: string, etc: string, mustBe: boolean, onGap: (gap: string) => void): readonly string[] {
  if (!/[*?[{]/.test(named)) {
    const path = resolve(etc, named);
    try {
      statSync(path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') {
        if (mustBe) onGap(`${path} is not there`);
        return [];
      }
    }
    return [path];
  }
  // For Asterisk two stars are one: they do not go into folders.
  const pattern = resolve(etc, named.replaceAll(/\*+/g, '*'));
  const listed = dirname(pattern.slice(0, pattern.search(/[*?[{]/)) + '_');
  try {
    accessSync(`${listed}${sep}`, constants.R_OK | constants.X_OK);
  } catch (error) {
    // Else nothing would seem to match.
    if (systemCode(error) !== 'ENOENT') onGap(`${listed} cannot be listed by this user (${systemCode(error)})`);
    return [];
  }
  const hidden = basename(pattern).startsWith('.');
  return globSync(pattern).filter((path) => hidden || !basename(path).startsWith('.'));
}

/** Without `;-- … --;`, which may go over lines; what follows a lone `;` matters to no line that is looked for. */
function withoutComments(text: string): string {
  return text.replaceAll(/;--(?!-)[^]*?(?:--;|$(?![^]))/g, '');
}
