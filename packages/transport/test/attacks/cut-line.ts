import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A network of two ends on this machine, the far one in a namespace of its own, and a line between them that can be cut. */
export interface CutLine extends AsyncDisposable {
  /** Our end's address, and the far end's. */
  readonly near: string;
  readonly far: string;
  /** Runs a program of JavaScript at the far end; it is killed with the line. */
  runFar(program: string, ...words: readonly string[]): ChildProcess;
  /** From now on nothing passes, and neither side is told. */
  cut(): void;
}

function ip(...words: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** Why there can be no such line on this machine; `undefined` when there can. */
export function whyNoCutLine(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s';
  const name = `taxinav-try-${process.pid}`;
  const problem = ip('netns', 'add', name);
  if (problem !== undefined) return `ip netns add: ${problem} (root and iproute2 are needed)`;
  ip('netns', 'delete', name);
  return undefined;
}

/** Lays a line. Addresses are of the block for tests, 198.18.0.0/15. */
export function layLine(): CutLine {
  const name = `taxinav-${process.pid}`;
  const [nearEnd, farEnd] = [`tn${process.pid}a`, `tn${process.pid}b`];
  const block = `198.18.${process.pid % 256}`;
  const [near, far] = [`${block}.1`, `${block}.2`];
  const children: ChildProcess[] = [];
  const steps = [
    ['netns', 'add', name],
    ['link', 'add', nearEnd, 'type', 'veth', 'peer', 'name', farEnd, 'netns', name],
    ['address', 'add', `${near}/30`, 'dev', nearEnd],
    ['link', 'set', nearEnd, 'up'],
    ['-n', name, 'address', 'add', `${far}/30`, 'dev', farEnd],
    ['-n', name, 'link', 'set', farEnd, 'up'],
  ];
  for (const step of steps) {
    const problem = ip(...step);
    if (problem !== undefined) {
      ip('netns', 'delete', name);
      throw new Error(`ip ${step.join(' ')}: ${problem}`);
    }
  }
  return {
    near,
    far,
    runFar: (program, ...words) => {
      const child = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', program, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
      children.push(child);
      return child;
    },
    // The far end's device goes: ours still sends, and nobody is there.
    cut: () => void ip('-n', name, 'link', 'set', farEnd, 'down'),
    [Symbol.asyncDispose]: async () => {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      ip('link', 'delete', nearEnd);
      ip('netns', 'delete', name);
    },
  };
}
