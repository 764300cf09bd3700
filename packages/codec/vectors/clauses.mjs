// Lists every clause and reading of PROTOCOL.md that no vector and no test names, and every one named that PROTOCOL.md does not define.
// Run from anywhere: `node packages/codec/vectors/clauses.mjs`. Exit code 1 if there is any.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CODEC = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = resolve(CODEC, '../..');

/** The clauses that a protocol document defines: those at the head of a heading. @param {string} markdown */
export function definedClauses(markdown) {
  return [...markdown.matchAll(/^#+ \[(TN-\d+|reading \d+)\]/gm)].map((match) => match[1] ?? '');
}

/** The clauses that a test file names: `[TN-8]`, `[reading 12]`, `[TN-2, reading 3]`. @param {string} source */
export function citedClauses(source) {
  const citations = source.matchAll(/\[((?:TN-\d+|reading \d+)(?:, ?(?:TN-\d+|reading \d+))*)\]/g);
  return [...citations].flatMap((match) => (match[1] ?? '').split(/, ?/));
}

/**
 * @param {string[]} defined
 * @param {Map<string, string[]>} citedIn clauses by the file that names them
 */
export function compareClauses(defined, citedIn) {
  const cited = new Set([...citedIn.values()].flat());
  const unknown = [...citedIn].flatMap(([file, clauses]) =>
    clauses.filter((clause) => !defined.includes(clause)).map((clause) => `${clause} (${file})`),
  );
  return { orphans: defined.filter((clause) => !cited.has(clause)), unknown: [...new Set(unknown)] };
}

/** @param {string} folder @param {string} suffix @returns {string[]} */
function filesUnder(folder, suffix) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')
        ? []
        : filesUnder(join(folder, entry.name), suffix);
    return entry.isFile() && entry.name.endsWith(suffix) ? [join(folder, entry.name)] : [];
  });
}

/** What the vectors and the tests of the whole workspace name. */
function workspaceCitations() {
  /** @type {Map<string, string[]>} */
  const citedIn = new Map();
  for (const file of filesUnder(join(CODEC, 'vectors'), '.json')) {
    citedIn.set(
      relative(ROOT, file),
      JSON.parse(readFileSync(file, 'utf8')).flatMap((/** @type {{ clauses: string[] }} */ vector) => vector.clauses),
    );
  }
  const tests = ['packages', 'apps', 'tooling'].flatMap((folder) => filesUnder(join(ROOT, folder), '.test.ts'));
  // This script's own test names clauses that no document defines.
  for (const file of tests.filter((one) => !one.endsWith('clauses.test.ts')))
    citedIn.set(relative(ROOT, file), citedClauses(readFileSync(file, 'utf8')));
  return citedIn;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const defined = definedClauses(readFileSync(join(CODEC, 'PROTOCOL.md'), 'utf8'));
  const { orphans, unknown } = compareClauses(defined, workspaceCitations());
  for (const clause of orphans) console.log(`[${clause}] is defined in PROTOCOL.md, and no vector or test names it`);
  for (const clause of unknown) console.log(`${clause} is named, and PROTOCOL.md does not define it`);
  if (orphans.length + unknown.length > 0) process.exitCode = 1;
  else console.log(`${defined.length} clauses and readings, each named by a vector or a test`);
}
