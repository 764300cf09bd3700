import type { Pbx } from '../pbx.ts';
import type { AsteriskPbxOptions } from './options.ts';

/** A Pbx over Asterisk's REST interface. */
export function createAsteriskPbx(options: AsteriskPbxOptions): Pbx {
  throw new TypeError(`The driver for ${options.url} is being built.`);
}
