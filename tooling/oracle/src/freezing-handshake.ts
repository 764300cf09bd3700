import { readFileSync } from 'node:fs';
import { compilePreloaded } from './preloaded.ts';

/** Compiles the library that freezes a process into a folder; `undefined` where there is no compiler, or no Linux. */
export function compileFreezingHandshake(folder: string): string | undefined {
  return compilePreloaded('freezing-handshake', folder);
}

/** The environment of a process that freezes itself (SIGSTOP) once, when it learns that its first handshake to this port is done. */
export function freezingHandshake(library: string, port: number): Readonly<Record<string, string>> {
  return { LD_PRELOAD: library, FREEZING_HANDSHAKE_PORT: String(port) };
}

/** Whether a process stands still, by the system's own word. */
export function isFrozen(pid: number): boolean {
  return /^State:\s*T/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
}
