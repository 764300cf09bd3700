import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A ```ts block of a README that is followed by the ```text block of what it prints. */
export interface ReadmeExample {
  /** The line of the README at which its code begins, from 1. */
  readonly line: number;
  readonly code: string;
  /** What it prints, to the last line end. */
  readonly output: string;
}

/** The examples of a README: every `ts` block directly followed by a `text` block. A `ts` block without one is no example. */
export function readmeExamples(markdown: string): readonly ReadmeExample[] {
  const pattern = /^```ts\n([\s\S]*?)^```\n(?:(?!```)[\s\S])*?^```text\n([\s\S]*?)^```$/gm;
  return [...markdown.matchAll(pattern)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
    output: match[2] ?? '',
  }));
}

/** Runs an example as a program of its own in the package's folder; resolves with what it printed. Rejects when it fails. */
export async function runReadmeExample(example: ReadmeExample, folder: string): Promise<string> {
  const place = join(folder, '.vitest');
  mkdirSync(place, { recursive: true });
  const file = join(place, `readme-${example.line}.ts`);
  writeFileSync(file, example.code);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@taxinav/source', '--disable-warning=ExperimentalWarning', file],
    {
      cwd: folder,
      timeout: 30_000,
    },
  );
  return stdout;
}
