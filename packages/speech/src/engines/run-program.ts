import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { SpeechError } from '../errors.ts';

/** One run of a program. */
export interface ProgramRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** All of its standard input, UTF-8. */
  readonly input: string;
  readonly timeoutMs: number;
  /** Bytes of its standard output. */
  readonly maximumBytes: number;
  readonly signal: AbortSignal;
}

/** What is kept of the program's complaints, bytes, and what is quoted of them, characters. */
const KEPT_COMPLAINTS = 4_096;
const QUOTED = 200;

/**
 * Runs a program without a shell and resolves with all that it wrote. However this ends, neither the program nor what it has started
 * runs on.
 */
export function runProgram(run: ProgramRun): Promise<Buffer> {
  const { program, signal, timeoutMs, maximumBytes } = run;
  const name = JSON.stringify(program);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    let child: ChildProcessWithoutNullStreams;
    try {
      // A group of its own, so that a script's children are ended with it.
      child = spawn(program, run.arguments, { shell: false, stdio: 'pipe', detached: true, windowsHide: true });
    } catch (error) {
      return reject(notStarted(name, error));
    }
    const output: Buffer[] = [];
    let bytes = 0;
    let complaints = '';
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      killGroup(child);
      if (error === undefined) resolve(Buffer.concat(output));
      else reject(error);
    };
    const abort = (): void => settle(signal.reason as Error);
    const timer = setTimeout(() => settle(failed(`${name} did not end in ${timeoutMs} ms (timeoutMs) and was killed`)), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    child.once('error', (error) => settle(notStarted(name, error)));
    // A program need not read its input to the end; how it ends says enough.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maximumBytes) return output.push(chunk);
      return settle(failed(`${name} wrote more than ${maximumBytes} bytes (maximumBytes) and was killed`));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaints.length < KEPT_COMPLAINTS) complaints += chunk.toString('utf8').slice(0, KEPT_COMPLAINTS);
    });
    child.once('close', (code, killedBy) => {
      if (code === 0) return settle(undefined);
      const how = code === null ? `was ended by ${killedBy}` : `ended with code ${code}`;
      const why = quoted(complaints, run.input);
      return settle(failed(`${name} ${how}${why === '' ? '' : `, saying: ${why}`}`));
    });
  });
}

function killGroup(child: ChildProcessWithoutNullStreams): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left, or the system has no groups.
    child.kill('SIGKILL');
  }
}

/** The beginning of what the program said, on one line, without words of the text it was given: those are nobody's business. */
function quoted(complaints: string, input: string): string {
  const secret = new Set(input.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
  return complaints
    .replace(/[\p{L}\p{N}]{3,}/gu, (word) => (secret.has(word.toLowerCase()) ? '…' : word))
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, QUOTED);
}

function failed(what: string): SpeechError {
  return new SpeechError('SPEECH_ENGINE_FAILED', `The speech command failed: ${what}. Run it by hand with a text on its standard input.`);
}

function notStarted(name: string, error: unknown): SpeechError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new SpeechError(
    'SPEECH_ENGINE_MISSING',
    `The speech command ${name} cannot be started (${code}). Install the program, or write its whole path; no shell reads this.`,
    { cause: error },
  );
}
