import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

const last = cpus().length - 1;

/** Whether processes can be held on cores here: several cores, and the program `taskset` (util-linux). */
export const CORES_CAN_BE_CHOSEN: boolean = last > 0 && spawnSync('taskset', ['--version']).status === 0;

/** Holds both processes on one core, the last one: what is measured then is what they do, not how fast a core wakes up. */
export function onOneCore(...pids: readonly number[]): void {
  for (const pid of pids) hold(pid, String(last));
}

/** Gives the server a core of its own. */
export function onCoresOfTheirOwn(server: number, client: number): void {
  hold(server, String(last));
  hold(client, last === 1 ? '0' : `0-${last - 1}`);
}

function hold(pid: number, cores: string): void {
  if (CORES_CAN_BE_CHOSEN) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]);
}
