/** Who is said to have paid for the orders of a contract wallet. */
import { expect } from "chai";
import { id, Wallet } from "ethers";

import type { ChainRecord } from "../../../src/bindings/records.js";
import { createGasAccounts, WALLET_MUST_PAY } from "../../../src/relay/queue/accounts.js";
import { type AccountantDependencies, createAccountant } from "../../../src/relay/submit/accountant.js";
import type { ChainNews } from "../../../src/relay/tracker/state.js";

const RELAY = new Wallet(id("a relay")).address;
const SOMEBODY = new Wallet(id("somebody")).address;
const WALLET = new Wallet(id("an address with code")).address;
const HASH = id("a transaction");

describe("given a transaction that brought a contract wallet's order, of which the relay has no row", () => {
  /** @param sender as the node says it @returns whether the wallet has brought enough after it */
  async function hasPaid(sender: string | undefined): Promise<boolean> {
    const accounts = createGasAccounts({ burnQuota: 1_000_000n, windowMs: 3_600_000 }, () => 0);
    const dependencies: Partial<AccountantDependencies> = {
      node: {
        gasOf: () => Promise.resolve({ gasUsed: WALLET_MUST_PAY, gasPrice: 1n, logs: 2, succeeded: true, block: 7 }),
        senderOf: () => Promise.resolve(sender),
      },
      payers: [RELAY],
      ledger: { settledSubmissions: () => [], find: () => undefined, linksOf: () => undefined },
      submissions: { linksOf: () => Promise.resolve(undefined) },
      accounts,
    };
    const accountant = createAccountant(dependencies as AccountantDependencies); // all that it asks here
    const created = { kind: "tradeCreated", transactionHash: HASH, tradeRootId: 1, package: { trader: WALLET } };
    const approved = { kind: "tradeApproved", transactionHash: HASH, tradeRootId: 1 };
    const records = () => [created, approved] as unknown as ChainRecord[]; // as far as they are read
    accountant.hear({ kind: "block", header: { number: 7 }, records } as unknown as ChainNews);
    expect(accounts.isNew(WALLET), "before it was looked at").to.equal(true);
    await accountant.look();
    return !accounts.isNew(WALLET);
  }

  it("when somebody else sent it, then the wallet has paid", async () => {
    expect(await hasPaid(SOMEBODY)).to.equal(true);
  });

  it("when the relay itself sent it, so long ago that its row is archived, then the wallet has not", async () => {
    expect(await hasPaid(RELAY)).to.equal(false);
  });

  it("when the node does not say who sent it, then the wallet has not", async () => {
    expect(await hasPaid(undefined)).to.equal(false);
  });
});
