/** The store on MongoDB passes every contract suite. */
import { describe } from 'vitest';
import { archiveContract } from '../contract/archive.ts';
import { commitContract } from '../contract/commit.ts';
import { deliveriesContract } from '../contract/deliveries.ts';
import { keysContract, organsContract } from '../contract/directory.ts';
import { evidenceContract } from '../contract/evidence.ts';
import { holdersContract } from '../contract/holders.ts';
import { originalsContract } from '../contract/originals.ts';
import { alertsContract, figuresContract, journalContract, leasesContract, paperContract } from '../contract/oversight.ts';
import { recordsContract } from '../contract/records.ts';
import { accountsContract, relayContract } from '../contract/relay.ts';
import { hasMongo, openTwice } from './opening.ts';

describe.skipIf(!hasMongo())('a database of its own, opened twice', () => {
  archiveContract('mongo', openTwice);
  for (const contract of [
    commitContract,
    recordsContract,
    deliveriesContract,
    originalsContract,
    organsContract,
    keysContract,
    holdersContract,
    evidenceContract,
    alertsContract,
    paperContract,
    figuresContract,
    journalContract,
    leasesContract,
    relayContract,
    accountsContract,
  ])
    contract('mongo', openTwice);
});
