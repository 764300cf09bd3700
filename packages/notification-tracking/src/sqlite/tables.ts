export { GROWING } from '../commands/growing.ts';
export { COMMANDS } from '../commands.ts';
export { MIGRATIONS } from '../migrations/index.ts';
export { QUERIES } from '../queries.ts';
