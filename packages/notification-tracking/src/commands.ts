import type { CommandFunction } from './command.ts';

/** Every command by name. */
export const COMMANDS: Readonly<Record<string, CommandFunction>> = {};
