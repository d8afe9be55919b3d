import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { readRecords } from "../../src/bindings/logs.js";
import { createMarketOwner } from "../../src/client/market-owner.js";
import { recomputeLink, replayRecords } from "../../src/bindings/replay.js";
import { applyFallback } from "../../src/client/market-settlement.js";
import { readMarketTerms } from "../../src/bindings/market-terms.js";
import {
  checkCollateral,
  netCollateralOf,
  readDepth,
  readMarketTable,
  readRoot,
} from "../../src/client/market-views.js";
import { straddle } from "../../src/protocol/value/composition.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { accountAfter, netCollateral, worstOfAccount } from "../../src/protocol/margin/worth.js";
import { ladderOf } from "../../src/protocol/value/strips.js";
import { collateralNeed } from "../../src/protocol/margin/need.js";
import { type Depth, priceToBuy } from "../../src/protocol/value/quote.js";
import { lots, tokenWei } from "../../src/protocol/amounts/units.js";
import {
  between,
  event,
  openRain,
  openToAll,
  type RainMarket,
  rain,
  rootTerms,
  tick,
  trade,
} from "./market-support.js";
import { expectClientError, networkHelpers, ONE, openThree, openTwo } from "./support.js";

/** Everything that can happen to a table has happened to this one. */
async function eventful(): Promise<RainMarket> {
  const market = await openRain();
  const { owner, handle } = market;
  await owner.tighten(rain(2), between(12, 20));
  await owner.eliminate(3, 2);
  const terms = rootTerms(market);
  await owner.createInterval({ ...terms, bounds: between(-5, 5), fallbackOutcome: tick(-2) });
  await owner.createEvent({ ...terms, outcomes: 16, scale: tick(1), fallbackOutcome: 16 });
  await owner.award(5, 4);
  await networkHelpers.time.increaseTo(terms.settleBy);
  await applyFallback(handle, market.aliceSigner, 4);
  return market;
}

/** Why a promise was not kept. */
async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe("market views", function () {
  it("the terms are read from the book's own code", async function () {
    const { handle, organiser, params } = await networkHelpers.loadFixture(openThree);
    expect(await readMarketTerms(handle)).to.deep.equal({
      assets: 3,
      basketScale: 10_000n,
      basketTickValue: 10n ** 11n,
      t2: BigInt(params.t2),
      settleLimit: BigInt(params.t2) + 30n * 86_400n,
      marketCreator: organiser.address,
    });
  });

  it("the terms say whether everybody may make roots, and are refused from another contract", async function () {
    const { handle } = await networkHelpers.loadFixture(openToAll);
    expect((await readMarketTerms(handle)).marketCreator).to.equal(ZeroAddress);
    const { address } = handle;
    for (const bookAddress of [address, ZeroAddress]) {
      const values = { address, bookAddress };
      await expectClientError(readMarketTerms({ ...handle, bookAddress }), "Client_NotASession", values);
    }
    const nowhere = { ...handle, runner: { provider: null } };
    await expectClientError(readMarketTerms(nowhere), "Client_NoProvider");
  });

  it("a session without markets has the basket root alone", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const table = await readMarketTable(handle);
    expect([...table.roots.keys()]).to.deep.equal([1]);
    expect(table.roots.get(1)).to.deep.include({
      kind: "simplex",
      scale: 10_000n,
      weights: [between(0, 10_000), between(0, 10_000)],
    });
    expect((await replayRecords(handle, await readRecords(handle))).state.markets.table).to.deep.equal(table);
  });

  it("roots are as the book keeps them", async function () {
    const { handle } = await networkHelpers.loadFixture(eventful);
    expect(await readRoot(handle, 2)).to.deep.include({
      kind: "interval",
      bounds: between(12, 50),
      strikes: [between(0, 50), between(10, 20), between(20, 30), between(30, 40), between(40, 50)],
    });
    expect(await readRoot(handle, 3)).to.deep.include({
      kind: "simplex",
      weights: [between(0, 100), between(0, 0), between(0, 100)],
      bounded: true,
      settled: false,
    });
    await expectClientError(readRoot(handle, 6), "Book_MarketUnknown", { marketRootId: 6n, marketBranchId: 1n });
  });

  it("the table replayed from the logs is the one that the book answers", async function () {
    const { handle } = await networkHelpers.loadFixture(eventful);
    const replayed = (await replayRecords(handle, await readRecords(handle))).state.markets.table;
    expect(replayed).to.deep.equal(await readMarketTable(handle));
    expect(replayed.roots.get(4)).to.deep.include({ bounds: between(-2, -2), settled: true });
  });

  it("the head commits to the market table: records and fallback lead to it, and none may be missing", async function () {
    const { handle } = await networkHelpers.loadFixture(eventful);
    const records = await readRecords(handle);
    expect(await recomputeLink(handle, records)).to.equal((await handle.book.chainState()).link);
    for (const kind of ["marketRecorded", "fallbackApplied"] as const) {
      const at = records.findIndex((record) => record.kind === kind);
      expect(await reasonOf(recomputeLink(handle, records.toSpliced(at, 1))))
        .to.be.instanceOf(RuleError)
        .with.property("code", "RECORD_IMPOSSIBLE");
    }
  });

  it("where everybody may make roots, the replay knows who was registered", async function () {
    const { handle, aliceSigner } = await networkHelpers.loadFixture(openToAll);
    const spec = { ...rootTerms({ handle }), outcomes: 2, scale: tick(10), fallbackOutcome: 1 };
    await createMarketOwner(handle, aliceSigner).createEvent(spec);
    const records = await readRecords(handle);
    expect((await replayRecords(handle, records)).state.markets.table).to.deep.equal(await readMarketTable(handle));
    const unregistered = records.filter(({ kind }) => kind !== "userCreated" && kind !== "deposited");
    const { cause } = (await reasonOf(replayRecords(handle, unregistered))) as RuleError; // as the next line expects
    expect(cause).to.include({ name: "Refusal", code: "Book_MayNotCreateMarkets" });
  });

  it("depth: one level for each price, best first, lots above zero on both sides", async function () {
    const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openRain);
    const order = (who: typeof alice, price: number, quantity: number) =>
      who.signOrder({ market: rain(3), price: BigInt(price), quantity: BigInt(quantity) });
    await submitter.submitBatch([
      await order(alice, 22, 5),
      await order(alice, 24, 1),
      await order(alice, 22, 2),
      await order(bob, 27, -4),
      await order(bob, 26, -3),
    ]);
    expect(await readDepth(handle, rain(3))).to.deep.equal({
      bids: [
        { priceTicks: 24n, lots: 1n },
        { priceTicks: 22n, lots: 7n },
      ],
      asks: [
        { priceTicks: 26n, lots: 3n },
        { priceTicks: 27n, lots: 4n },
      ],
    });
    expect((await readDepth(handle, rain(3), 1)).bids).to.deep.equal([{ priceTicks: 24n, lots: 1n }]);
    expect(await readDepth(handle, rain(4))).to.deep.equal({ bids: [], asks: [] });
  });

  it("a straddle priced from the book costs exactly that when its legs are sent", async function () {
    const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openRain);
    for (const [branch, bid, ask] of [
      [1, 24, 26],
      [4, 32, 34],
      [5, 41, 43],
    ] as const) {
      const makers = [
        { price: BigInt(bid), quantity: 6n },
        { price: BigInt(ask), quantity: -4n },
        { price: BigInt(ask + 1), quantity: -20n },
      ];
      await submitter.submitBatch(
        await Promise.all(makers.map((each) => bob.signOrder({ market: rain(branch), ...each }))),
      );
    }
    const table = await readMarketTable(handle);
    const root = await readRoot(handle, 2);
    if (root.kind !== "interval") throw new Error("no interval");
    const made = straddle(ladderOf(root), tick(30), lots(5n));
    const depths = new Map<number, Depth>();
    for (const { marketBranchId } of made.legs)
      depths.set(marketBranchId, await readDepth(handle, rain(marketBranchId)));
    const quote = priceToBuy(made, (branch) => depths.get(branch));
    const before = await alice.account();
    const orders = quote.legs.map(({ marketBranchId, limit, lots: quantity }) =>
      alice.signOrder({ market: rain(marketBranchId), price: limit, quantity }),
    );
    const { results } = await submitter.submitBatch(await Promise.all(orders));
    expect(results.every(({ accepted }) => accepted)).to.be.true;
    const { claim, openOrders, worst } = await alice.account();
    expect(openOrders).to.equal(0);
    const trades = quote.legs.map((leg) => ({ ...rain(leg.marketBranchId), price: tick(0), quantity: leg.lots }));
    const held = worstOfAccount(table, accountAfter(table, trades)).slack;
    expect(claim).to.equal(before.claim - quote.cash * (root.tickValue as bigint) + held);
    expect(worst, "nothing in the basket").to.equal(0n);
    expect(held + tokenWei(made.constant * root.tickValue), "a straddle is worth at least nothing").to.equal(0n);
  });

  it("the book's collateral views are those of the library, for several roots at once", async function () {
    const market = await networkHelpers.loadFixture(openRain);
    const { handle, alice, bob, owner } = market;
    const trades = [
      [rain(3), 25, 30],
      [rain(4), 36, -40],
      [rain(1), 24, 5],
      [event(1), 30, 12],
      [event(2), 50, -7],
      [{ marketRootId: 1, marketBranchId: 1 }, 5_000, -900],
    ] as const;
    for (const [ref, price, quantity] of trades) {
      if (quantity > 0) await trade(market, [alice, bob], ref, price, quantity);
      else await trade(market, [bob, alice], ref, price, -quantity);
    }
    await owner.tighten(rain(1), between(18, 35));
    await owner.tighten(event(3), between(10, 40));
    const table = await readMarketTable(handle);
    for (const [trader, side] of [
      [alice, 1n],
      [bob, -1n],
    ] as const) {
      const own = trades.map(([ref, price, quantity]) => ({
        ...ref,
        price: tick(price),
        quantity: lots(BigInt(quantity) * side),
      }));
      const account = accountAfter(table, own, tokenWei(100n * ONE));
      const { slack, roots } = worstOfAccount(table, account);
      const check = await checkCollateral(handle, trader.address, [1, 2, 3]);
      expect(check).to.deep.equal({ slack, bindingOutcomes: roots.map(({ bindingOutcome }) => bindingOutcome) });
      expect(collateralNeed(table, own).worst.slack).to.equal(slack - 100n * ONE);
      const outcomes = [
        { marketRootId: 1, values: [tick(2_500), tick(7_500)] },
        { marketRootId: 2, values: [tick(31)] },
        { marketRootId: 3, values: [tick(60), tick(25), tick(15)] },
      ];
      expect(await netCollateralOf(handle, trader.address, outcomes)).to.equal(netCollateral(table, account, outcomes));
    }
    const gone = [{ marketRootId: 2, values: [tick(36)] }];
    await expectClientError(netCollateralOf(handle, alice.address, gone), "Book_OutcomeImpossible", {
      marketRootId: 2n,
    });
    await expectClientError(checkCollateral(handle, alice.address, [3, 2]), "Book_OutcomeImpossible", {
      marketRootId: 2n,
    });
  });
});
