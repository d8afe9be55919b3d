/**
 * Where the results of a quote set stand in the answer was counted in sixteen bits: behind 1 024 orders and more they were written over
 * those of the first orders. No chain takes so large a batch today; whoever asked for its answer by a call was told wrong places.
 */
import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../stage/contracts/batches.js";
import { packQuoteSet, signQuotes } from "../../stage/contracts/quote-sets.js";
import { signAll } from "../../stage/contracts/orders.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld } from "../../stage/contracts/world.js";

const GAS = 400_000_000n;

describe("Finding: the answer of a quote set stands behind those of all orders", () => {
  it("also behind 1 024 of them", async () => {
    const override = { blockGasLimit: GAS, transactionGasCap: false as const };
    const connection = await hre.network.create({ network: "default", override });
    const w = await openWorld(connection);
    await bankroll(w, 100n * TOKEN, w.alice, w.bob);
    const [first] = await signAll(w, [{ trader: w.bob, lots: 1n, price: 4_000n }]);
    const set = await signQuotes(w, { trader: w.alice }, [
      { lots: 3n, price: 3_000n },
      { lots: 3n, price: 2_900n },
    ]);
    // All but the first use its nonce once more, and are skipped.
    const orders = Array.from({ length: 1_024 }, () => first!);
    const data = packBatch(orders, { sets: [packQuoteSet(set)] });
    const placed = await w.book.createTrades.staticCall(data, { gasLimit: GAS });
    expect(placed).to.have.lengthOf(1_026);
    const ids = placed.map(({ tradeRootId }) => tradeRootId);
    expect([ids[0], ids[1], ids.at(-2), ids.at(-1)]).to.deep.equal([1n, 0n, 2n, 3n]);
  });
});
