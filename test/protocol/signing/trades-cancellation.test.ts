import { expect } from "chai";

import vectors from "../../vectors/cancellations.json" with { type: "json" };
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { type TradesCancellation, tradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { recoverSigner } from "../../../src/protocol/signing/signatures.js";
import { bookDomain, cancellationDigest, cancellationHash } from "../../../src/protocol/signing/typed-data.js";

const DOMAIN = bookDomain(BigInt(vectors.chainId), vectors.verifyingContract);
const GOOD: TradesCancellation = {
  trader: vectors.trader[0]!,
  fromTradeRootId: 1,
  toTradeRootId: 9,
  nonceFloor: 3n,
  deadline: 2_000_000_000n,
};

describe("A signed cancellation (R43)", function () {
  it("has the frozen hashes and digests, and its trader's signature", function () {
    vectors.trader.forEach((trader, i) => {
      const cancellation = tradesCancellation({
        trader,
        fromTradeRootId: Number(vectors.fromTradeRootId[i]),
        toTradeRootId: Number(vectors.toTradeRootId[i]),
        nonceFloor: BigInt(vectors.nonceFloor[i]!),
        deadline: BigInt(vectors.deadline[i]!),
      });
      expect(cancellationHash(cancellation)).to.equal(vectors.hash[i]);
      expect(cancellationDigest(DOMAIN, cancellation)).to.equal(vectors.digest[i]);
      expect(recoverSigner(vectors.digest[i]!, vectors.signature[i]!)).to.equal(trader);
    });
  });

  it("writes its trader's address in the one usual way, and nothing but its fields", function () {
    const given = { ...GOOD, trader: GOOD.trader.toLowerCase(), more: 1 };
    expect(tradesCancellation(given)).to.deep.equal(GOOD);
  });

  it("refuses what the contract cannot hold, by the name of the field", function () {
    const wrong: Partial<TradesCancellation>[] = [
      { trader: "0x12" },
      { fromTradeRootId: -1 },
      { fromTradeRootId: 1.5 },
      { toTradeRootId: 2 ** 32 },
      { nonceFloor: -1n },
      { nonceFloor: 2n ** 64n },
      { deadline: 2n ** 40n },
    ];
    for (const change of wrong) {
      const [field] = Object.keys(change);
      expect(() => tradesCancellation({ ...GOOD, ...change }), field)
        .to.throw(RuleError)
        .that.deep.includes({ code: "CANCELLATION_FIELD_INVALID" })
        .and.has.nested.property("values.field", field);
    }
  });
});
