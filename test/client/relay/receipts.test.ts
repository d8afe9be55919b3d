/** What a relay shows against who has its receipt: that the trader signed to have the package back. */
import { expect } from "chai";

import { withdrawalHolds } from "../../../src/client/relay/receipts.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { PaperChain } from "../../relay/paper/chain.js";

describe("withdrawalHolds", () => {
  const chain = new PaperChain();
  const { domain } = chain.terms;
  const order = chain.sign(0, { nonce: 4n }).package;
  const timeMs = 5_000;
  const over = (link: string, trader = 0): string =>
    chain.traders[trader]!.key.sign(cancelDigest(domain, link)).serialized;
  const own = { signature: over(primaryLink(order)), timeMs };

  it("is so of the trader's signature over the package's link, and of no other", () => {
    expect(withdrawalHolds(domain, order, own)).to.equal(true);
    const other = chain.sign(0, { nonce: 5n }).package;
    for (const [book, of, withdrawal] of [
      [domain, other, own],
      [domain, order, { ...own, signature: over(primaryLink(order), 1) }],
      [domain, order, { ...own, signature: "0x" }],
      [domain, order, { ...own, signature: chain.sign(0, { nonce: 4n }).signature }],
      [{ ...domain, chainId: 1n }, order, own],
      [{ ...domain, verifyingContract: order.trader }, order, own],
    ] as const) {
      expect(withdrawalHolds(book, of, withdrawal)).to.equal(false);
    }
  });

  it("is so of a cancellation of the trader's with a floor above the package's nonce, and of no other", () => {
    const of = (nonceFloor: bigint, trader = 0) => ({ ...chain.signCancellation(trader, { nonceFloor }), timeMs });
    expect(withdrawalHolds(domain, order, of(5n))).to.equal(true);
    expect(withdrawalHolds(domain, order, of(4n)), "its nonce is not below the floor").to.equal(false);
    expect(withdrawalHolds(domain, order, of(5n, 1)), "another trader's").to.equal(false);
    const altered = { ...of(4n), cancellation: of(5n).cancellation };
    expect(withdrawalHolds(domain, order, altered), "not what was signed").to.equal(false);
    const claimed = of(5n, 1);
    const renamed = { ...claimed, cancellation: { ...claimed.cancellation, trader: order.trader } };
    expect(withdrawalHolds(domain, order, renamed), "signed by another").to.equal(false);
  });
});
