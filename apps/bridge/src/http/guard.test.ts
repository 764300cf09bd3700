import type { HttpConfiguration } from '@taxinav/bridge-contract';
import { expect, test } from 'vitest';
import { Guard } from './guard.ts';

const address = { host: '127.0.0.1', port: 8585 };

test.each([undefined, '', 'Bearer', 'Bearer ', 'bearer  ', 'Basic '])(
  'whoever shows %j is nobody, even where a token has no characters by mistake',
  (authorization) => {
    const tokens = [{ name: 'empty', role: 'admin', seesNumbers: true, token: '' }] as const;
    const configuration: HttpConfiguration = { listen: address, listenOnAllAddresses: false, hosts: [], tokens };
    const guard = new Guard(configuration, address);
    expect(() => guard.identify(authorization === undefined ? {} : { authorization })).toThrow('Send a token');
  },
);
