import { expect } from "chai";
import { Wallet } from "ethers";

import { applyFallback, realise, refresh } from "../../src/client/market-settlement.js";
import { checkCollateral, readRoot } from "../../src/client/market-views.js";
import { recordsOf } from "../../src/bindings/records.js";
import { between, openRain, type RainMarket, rain, rootTerms, TICK_VALUE, trade } from "./market-support.js";
import { chain, expectClientError, networkHelpers, ONE } from "./support.js";

/** Alice has bought 100 lots of the strip [20, 30] from Bob at 26. */
async function traded(): Promise<RainMarket> {
  const market = await openRain();
  await trade(market, [market.alice, market.bob], rain(3), 26, 100);
  return market;
}

describe("market settlement", function () {
  it("refresh frees what a tightening has made safe", async function () {
    const { handle, alice, bob, owner, organiser } = await networkHelpers.loadFixture(traded);
    // She has bought 100 lots at 26.
    expect((await alice.account()).claim).to.equal(100n * ONE + (20n - 26n) * 100n * TICK_VALUE);
    await owner.tighten(rain(1), between(24, 50));
    expect((await alice.account()).claim, "stored").to.equal(100n * ONE + (20n - 26n) * 100n * TICK_VALUE);
    const { slack } = await checkCollateral(handle, alice.address, [2]);
    const { records, receipts } = await refresh(handle, organiser, 2, [alice.address, bob.address]);
    expect(records.map(({ kind, traderId, worst }) => [kind, traderId, worst])).to.deep.equal([
      ["refreshed", 1, 24n * 100n * TICK_VALUE],
      ["refreshed", 2, -30n * 100n * TICK_VALUE],
    ]);
    expect(receipts).to.have.lengthOf(1);
    expect(await alice.account()).to.include({ claim: 100n * ONE + (24n - 26n) * 100n * TICK_VALUE, worst: 0n });
    expect(slack).to.equal(100n * ONE + (24n - 26n) * 100n * TICK_VALUE);
  });

  it("realise turns positions in a settled root into cash, whoever calls", async function () {
    const { handle, alice, bob, owner, organiser } = await networkHelpers.loadFixture(traded);
    await owner.settle(rain(1), 28n);
    const { records } = await realise(handle, organiser, 2, [bob.address, alice.address]);
    expect(records.map(({ traderId, cash }) => [traderId, cash])).to.deep.equal([
      [2, -28n * 100n * TICK_VALUE],
      [1, 28n * 100n * TICK_VALUE],
    ]);
    expect(await alice.account()).to.include({ claim: 100n * ONE + 2n * 100n * TICK_VALUE, worst: 0n });
    expect(await bob.account()).to.include({ claim: 100n * ONE - 2n * 100n * TICK_VALUE, worst: 0n });
    expect(await alice.position(2)).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
  });

  it("the fallback settles what nobody has settled", async function () {
    const market = await networkHelpers.loadFixture(traded);
    const { handle, bobSigner } = market;
    const { settleBy } = rootTerms(market);
    const early = await expectClientError(applyFallback(handle, bobSigner, 2), "Book_FallbackTooEarly", { settleBy });
    expect(early.retryable).to.be.true;
    await networkHelpers.time.increaseTo(settleBy);
    const receipt = await applyFallback(handle, bobSigner, 2);
    expect(recordsOf(handle, receipt.logs).map(({ kind }) => kind)).to.deep.equal(["fallbackApplied", "checkpoint"]);
    expect(await readRoot(handle, 2)).to.deep.include({ bounds: between(25, 25), settled: true });
    await expectClientError(applyFallback(handle, bobSigner, 2), "Book_MarketSettled", { marketRootId: 2n });
  });

  it("many traders take several transactions", async function () {
    const { handle, organiser } = await networkHelpers.loadFixture(traded);
    const traders: string[] = [];
    for (let n = 0; n < 70; n++) {
      const { address } = Wallet.createRandom();
      await handle.book.connect(organiser).createUser(address);
      traders.push(address);
    }
    const { records, receipts } = await refresh(handle, organiser, 2, traders);
    expect([records.length, receipts.length]).to.deep.equal([70, 2]);
    expect((await chain.ethers.provider.getBlock(receipts[0]!.blockNumber))?.transactions).to.have.lengthOf(1);
  });

  it("nobody is nothing to do", async function () {
    const { handle, organiser } = await networkHelpers.loadFixture(traded);
    expect(await refresh(handle, organiser, 2, [])).to.deep.equal({ records: [], receipts: [] });
  });

  it("refused: realising what is open, refreshing what is settled, and whoever is unknown", async function () {
    const { handle, alice, owner, organiser } = await networkHelpers.loadFixture(traded);
    await expectClientError(realise(handle, organiser, 2, [alice.address]), "Book_MarketNotSettled", {
      marketRootId: 2n,
    });
    const trader = Wallet.createRandom().address;
    await expectClientError(refresh(handle, organiser, 2, [trader]), "Book_TraderUnknown", { trader });
    await owner.settle(rain(1), 28n);
    await expectClientError(refresh(handle, organiser, 2, [alice.address]), "Book_MarketSettled", { marketRootId: 2n });
  });
});
