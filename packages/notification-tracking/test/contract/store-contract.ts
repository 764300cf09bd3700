import { afterAll, beforeAll, describe } from 'vitest';
import type { Store } from '../../src/index.ts';
import { abandonedContract } from './abandoned-contract.ts';
import { acceptContract } from './accept-contract.ts';
import { callContract } from './call-contract.ts';
import { channelContract } from './channel-contract.ts';
import { Desk, type PolicyChange } from './desk.ts';
import { endingContract } from './ending-contract.ts';
import { erasureContract } from './erasure-contract.ts';
import { intentContract } from './intent-contract.ts';
import { leaseContract } from './lease-contract.ts';
import { redialContract } from './redial-contract.ts';
import { reportContract } from './report-contract.ts';
import { upkeepContract } from './upkeep-contract.ts';

/** A desk of its own for each test, a week after the last one, with columns and GUIDs that no other has. */
export type NewDesk = (change?: PolicyChange) => Desk;

const WEEK_MS = 7 * 86_400_000;

/** What every store must do with the package's commands: the same answers on each. One store serves all of it. */
export function storeContract(open: () => Promise<Store>): void {
  let store: Store;
  let desks = 0;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());
  const newDesk: NewDesk = (change) => {
    desks += 1;
    return new Desk(store, change, { name: `${desks}-`, firstGuid: desks * 1_000, now: desks * 10 * WEEK_MS });
  };
  describe('accept', () => {
    acceptContract(newDesk);
  });
  describe('redial', () => {
    redialContract(newDesk);
  });
  describe('endings', () => {
    endingContract(newDesk);
  });
  describe('channels', () => {
    channelContract(newDesk);
  });
  describe('reports', () => {
    reportContract(newDesk);
  });
  describe('calls', () => {
    callContract(newDesk);
  });
  describe('erasure', () => {
    erasureContract(newDesk);
  });
  describe('leases', () => {
    leaseContract(newDesk);
  });
  describe('abandoned PBXs', () => {
    abandonedContract(newDesk);
  });
  describe('intents', () => {
    intentContract(newDesk);
  });
  describe('upkeep', () => {
    upkeepContract(newDesk);
  });
}
