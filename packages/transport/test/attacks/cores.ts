import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

const last = cpus().length - 1;

/** Cores for the listener with its canary and for the attacker, so that neither takes the other's time; `undefined` where they cannot be chosen. */
export const CORES: { readonly listener: string; readonly attacker: string } | undefined =
  last > 0 && spawnSync('taskset', ['--version']).status === 0
    ? { listener: String(last), attacker: last === 1 ? '0' : `0-${last - 1}` }
    : undefined;

/** Holds this process, all its threads, on these cores. */
export function holdOnCores(cores: string): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)]);
}
