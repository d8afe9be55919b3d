/**
 * The bytes of a cancellation's places were counted in eight bits: with 64 places and more the batch that it stood in was refused with
 * an overflow, though a byte says up to 255 of them. So nobody could have more than 63 orders taken out by one signature in a batch,
 * and a stranger's cancellation refused a relay's whole batch.
 */
import { expect } from "chai";
import hre from "hardhat";

import { packBatch, type SignedCancellation } from "../../stage/contracts/batches.js";
import { signAll } from "../../stage/contracts/orders.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const GAS = { gasLimit: 16_000_000n };
const OFFERS = 100;
const TYPES = {
  CancelTrades: [
    { name: "trader", type: "address" },
    { name: "fromTradeRootId", type: "uint32" },
    { name: "toTradeRootId", type: "uint32" },
    { name: "nonceFloor", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
};

/** A hundred offers of Alice rest at the places 1 to 100. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { maxOpenOrders: 255 });
  await bankroll(w, 100n * TOKEN, w.alice, w.bob);
  for (let done = 0; done < OFFERS; done += 25) {
    const offers = Array.from({ length: 25 }, () => ({ trader: w.alice, lots: -1n, price: 5_000n }));
    await w.book.createTrades(packBatch(await signAll(w, offers), { maxWalk: 200 }), GAS);
  }
  return w;
}

describe("Finding: a cancellation in a batch lists up to 255 places", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });

  /** Of all of Alice's orders, at the first `count` places. */
  async function cancellationOf(count: number): Promise<SignedCancellation> {
    const said = { trader: w.alice.address, from: 1, to: OFFERS, nonceFloor: 0n, deadline: w.t2 - 1 };
    const value = { ...said, fromTradeRootId: said.from, toTradeRootId: said.to };
    const signature = await w.alice.signTypedData(w.domain, TYPES, value);
    return { ...said, signature, places: Array.from({ length: count }, (_, i) => i + 1) };
  }

  const openOffers = async (): Promise<number> => (await w.book.depthOf(1, 1, false, 255)).orders.length;

  for (const [places, left] of [
    [63, 37],
    [64, 36],
    [100, 0],
    [255, 0], // most of them are empty
  ] as const) {
    it(`of ${places} places, and the orders behind it follow`, async () => {
      const orders = await signAll(w, [{ trader: w.bob, lots: 5n, price: 4_000n }]);
      const cancellations = [await cancellationOf(places)];
      const tx = w.book.createTrades(packBatch(orders, { cancellations, strict: true }), GAS);
      await expect(tx).to.emit(w.book, "TradesCancelled");
      expect(await openOffers()).to.equal(left);
      expect((await w.book.chainState()).trades).to.equal(BigInt(OFFERS + 1));
    });
  }

  it("so do two of them, one behind the other", async () => {
    const cancellations = [await cancellationOf(70), await cancellationOf(255)];
    await w.book.createTrades(packBatch([], { cancellations, strict: true }), GAS);
    expect(await openOffers()).to.equal(0);
  });
});
