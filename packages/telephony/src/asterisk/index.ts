export { createAsteriskPbx } from './asterisk-pbx.ts';
export type { AsteriskPbxOptions, AsteriskWarning } from './options.ts';
