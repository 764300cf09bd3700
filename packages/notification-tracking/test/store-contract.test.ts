import { storeContract } from './contract/store-contract.ts';
import { openInProcessStore } from './in-process-store.ts';

storeContract(() => Promise.resolve(openInProcessStore()));
