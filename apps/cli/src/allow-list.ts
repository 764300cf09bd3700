import { BlockList, isIP } from 'node:net';
import { CliError } from './cli-error.ts';

/** Addresses and CIDR blocks. */
export class AllowList {
  readonly #list = new BlockList();

  /** @throws CliError `usage` for an entry that is neither; `name` says where it stands */
  constructor(entries: readonly string[], name: string) {
    for (const entry of entries) {
      const [address = '', prefix, ...more] = entry.split('/');
      const family = isIP(address);
      const bits = family === 6 ? 128 : 32;
      const length = prefix === undefined ? bits : Number(prefix);
      if (family === 0 || more.length > 0 || prefix === '' || !(Number.isInteger(length) && length >= 0 && length <= bits))
        throw new CliError('usage', `${name} ${entry}: expected an address or a CIDR block such as 192.168.1.0/24.`);
      this.#list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
    }
  }

  /** Whether an IP address is covered; never a name. */
  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}
