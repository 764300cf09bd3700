import { openPostgresStore } from '../../src/postgres/index.ts';
import { storeContract } from '../contract/store-contract.ts';
import { withPostgres } from './server.ts';

await withPostgres({ fsync: false }, (server) => storeContract(() => openPostgresStore({ url: server.url })));
