import { expect } from "chai";
import { id, verifyTypedData, ZeroAddress } from "ethers";

import { createMarketOwner } from "../../src/client/market-owner.js";
import { signRecord, submitRecord } from "../../src/bindings/market-records.js";
import { recordsOf } from "../../src/bindings/records.js";
import { intervalRecord } from "../../src/protocol/market/market-drafts.js";
import { MARKET_TYPES, marketLink } from "../../src/protocol/signing/typed-data.js";
import {
  between,
  openRain,
  type RainMarket,
  openToAll,
  RAIN_TEXT,
  rain,
  rootTerms,
  tick,
  TICK_VALUE,
} from "./market-support.js";
import { chain, expectClientError, type Market, networkHelpers, openTwo } from "./support.js";

const boundsOf = async ({ handle }: Pick<Market, "handle">, branch: number, root = 2): Promise<bigint[]> => {
  const { marketMin, marketMax } = await handle.book.marketOf(root, branch);
  return [marketMin, marketMax];
};

describe("market owner", function () {
  it("makes an interval root, with its terms and its text in the log", async function () {
    const market = await networkHelpers.loadFixture(openTwo);
    const owner = createMarketOwner(market.handle, market.organiser);
    const terms = rootTerms(market);
    const made = await owner.createInterval({ ...terms, bounds: between(-10, 50), fallbackOutcome: tick(7) });
    expect(made).to.include({ marketRootId: 2, marketBranchId: 1 });
    const root = await market.handle.book.rootOf(2);
    expect([root.lo, root.hi, root.tickValue, root.closesAt, root.fallbackOutcome]).to.deep.equal([
      -10n,
      50n,
      TICK_VALUE,
      terms.closesAt,
      7n,
    ]);
    expect([root.owner, root.tip]).to.deep.equal([owner.address, marketLink(made.record)]);
    const [recorded] = recordsOf(market.handle, made.receipt.logs);
    expect(recorded).to.deep.include({
      kind: "marketRecorded",
      marketRootId: 2,
      link: marketLink(made.record),
      record: made.record,
      signature: "0x",
      organiserSignature: "0x",
      description: RAIN_TEXT,
    });
    const previousLink = await market.handle.book.checkpointAt(0n);
    expect(made.record).to.include({ marketRootId: 0, previousLink, descriptionHash: id(RAIN_TEXT) });
  });

  it("chains sub-markets to the last record of their root", async function () {
    const market = await networkHelpers.loadFixture(openRain);
    const { owner } = market;
    const first = await owner.createBranch(2, between(12, 14), 2);
    const second = await owner.createBranch(2, between(0, 99), 6);
    expect([first.marketBranchId, second.marketBranchId]).to.deep.equal([6, 7]);
    expect(second.record.previousLink).to.equal(marketLink(first.record));
    expect(await boundsOf(market, 7), "clamped into branch 6").to.deep.equal([12n, 14n]);
  });

  it("tightens a root through any of its branches", async function () {
    const market = await networkHelpers.loadFixture(openRain);
    await market.owner.tighten(rain(3), between(24, 30));
    expect(await boundsOf(market, 1)).to.deep.equal([24n, 50n]);
    expect(await boundsOf(market, 2)).to.deep.equal([20n, 20n]);
    await market.owner.tighten(rain(1), between(0, 44));
    expect(await boundsOf(market, 1)).to.deep.equal([24n, 44n]);
  });

  it("settles a root by its outcome, or through a sub-market", async function () {
    const market = await networkHelpers.loadFixture(openRain);
    await market.owner.settle(rain(4), 33n);
    expect((await market.handle.book.rootOf(2)).settled).to.be.true;
    expect(await boundsOf(market, 1)).to.deep.equal([33n, 33n]);
  });

  it("strikes out an event's outcomes until one is left", async function () {
    const market = await networkHelpers.loadFixture(openRain);
    await market.owner.eliminate(3, 1);
    expect(await boundsOf(market, 1, 3)).to.deep.equal([0n, 0n]);
    expect((await market.handle.book.rootOf(3)).settled).to.be.false;
    const left = { marketRootId: 3, marketBranchId: 2, saidLower: 0n, saidUpper: 0n, todayLower: 0n, todayUpper: 100n };
    await expectClientError(market.owner.eliminate(3, 2), "Client_RecordSettles", left);
    await market.owner.eliminate(3, 2, { settle: true });
    expect((await market.handle.book.rootOf(3)).settled).to.be.true;
    expect(await boundsOf(market, 3, 3)).to.deep.equal([100n, 100n]);
  });

  it("awards an event to one outcome at once", async function () {
    const market = await networkHelpers.loadFixture(openRain);
    await market.owner.award(3, 2);
    expect((await market.handle.book.rootOf(3)).settled).to.be.true;
    expect(await boundsOf(market, 1, 3)).to.deep.equal([0n, 0n]);
  });

  it("signs, where somebody else sends and pays", async function () {
    const { handle, aliceSigner, submitter } = await networkHelpers.loadFixture(openToAll);
    const sender = (await chain.ethers.getSigners())[9]!;
    expect(sender.address).to.equal(submitter.address);
    const owner = createMarketOwner(handle, aliceSigner, { submitter: sender });
    const nonce = await aliceSigner.getNonce();
    const spec = { ...rootTerms({ handle }), outcomes: 2, scale: tick(10), fallbackOutcome: 1 };
    const { receipt, record } = await owner.createEvent(spec);
    expect(receipt.from).to.equal(sender.address);
    expect(await aliceSigner.getNonce()).to.equal(nonce);
    const [recorded] = recordsOf(handle, receipt.logs);
    if (recorded?.kind !== "marketRecorded") throw new Error("no market record");
    expect(verifyTypedData(handle.domain, MARKET_TYPES, record, recorded.signature)).to.equal(aliceSigner.address);
    await owner.award(2, 2);
    expect((await handle.book.rootOf(2)).settled).to.be.true;
  });

  it("learns a root's number from the log, whoever has made a root in front of it", async function () {
    const { handle, aliceSigner, organiser } = await networkHelpers.loadFixture(openToAll);
    await (await handle.book.createUser(organiser.address)).wait();
    const spec = { ...rootTerms({ handle }), bounds: between(0, 10), fallbackOutcome: tick(0) };
    const { link: head } = await handle.book.chainState();
    const signed = await signRecord(
      handle.domain,
      aliceSigner,
      intervalRecord({ owner: aliceSigner.address, previousLink: head }, spec),
      spec.description,
    );
    expect((await createMarketOwner(handle, organiser).createInterval(spec)).marketRootId).to.equal(2);
    const { logs } = await submitRecord(handle, organiser, signed);
    expect(recordsOf(handle, logs)[0]).to.include({ kind: "marketRecorded", marketRootId: 3 });
    const after = await createMarketOwner(handle, aliceSigner).createInterval(spec);
    expect([after.marketRootId, after.record.marketRootId]).to.deep.equal([4, 0]);
  });

  it("makes a root that the organiser permits, and goes on alone", async function () {
    const { handle, aliceSigner, organiser } = await networkHelpers.loadFixture(openTwo);
    const spec = { ...rootTerms({ handle }), bounds: between(0, 10), fallbackOutcome: tick(0) };
    const alone = createMarketOwner(handle, aliceSigner, { organiser });
    const made = await alone.createInterval(spec);
    const [recorded] = recordsOf(handle, made.receipt.logs);
    if (recorded?.kind !== "marketRecorded") throw new Error("no market record");
    const { signature, organiserSignature } = recorded;
    expect([made.receipt.from, signature]).to.deep.equal([aliceSigner.address, "0x"]);
    expect(verifyTypedData(handle.domain, MARKET_TYPES, made.record, organiserSignature)).to.equal(organiser.address);
    expect((await alone.settle(made, 3n)).marketRootId).to.equal(2);
    const { owner, settled } = await handle.book.rootOf(2);
    expect([owner, settled]).to.deep.equal([aliceSigner.address, true]);
  });

  describe("of a record that cannot be undone", function () {
    const said = { marketRootId: 2, marketBranchId: 1, saidLower: 45n, saidUpper: 48n };
    const today = { todayLower: 20n, todayUpper: 40n };

    async function bounded(): Promise<RainMarket> {
      const market = await networkHelpers.loadFixture(openRain);
      await market.owner.tighten(rain(1), between(20, 40));
      return market;
    }

    it("refuses bounds that have nothing in common with today's, by which the book would settle at its own edge", async function () {
      const market = await networkHelpers.loadFixture(bounded);
      const { tip } = await market.handle.book.rootOf(2);
      const apart = { ...said, ...today, afterLower: 40n, afterUpper: 40n };
      await expectClientError(market.owner.tighten(rain(1), between(45, 48)), "Client_BoundsApart", apart);
      const below = { ...said, ...today, saidLower: -5n, saidUpper: 19n, afterLower: 20n, afterUpper: 20n };
      await expectClientError(market.owner.tighten(rain(1), between(-5, 19)), "Client_BoundsApart", below);
      expect((await market.handle.book.rootOf(2)).tip, "nothing was sent").to.equal(tip);
    });

    it("refuses bounds that leave one outcome, unless settling was asked for", async function () {
      const market = await networkHelpers.loadFixture(bounded);
      const settles = { saidLower: 40n, saidUpper: 60n, afterLower: 40n, afterUpper: 40n };
      await expectClientError(market.owner.tighten(rain(1), between(40, 60)), "Client_RecordSettles", settles);
      await expectClientError(market.owner.tighten(rain(3), between(25, 25)), "Client_RecordSettles", {
        marketBranchId: 3,
      });
      expect((await market.handle.book.rootOf(2)).settled).to.be.false;
      await market.owner.tighten(rain(1), between(40, 60), { settle: true });
      expect((await market.handle.book.rootOf(2)).settled).to.be.true;
      expect(await boundsOf(market, 1)).to.deep.equal([40n, 40n]);
    });

    it("takes bounds that touch today's edge without leaving one outcome of the root", async function () {
      const market = await networkHelpers.loadFixture(bounded);
      await market.owner.tighten(rain(2), between(20, 30)); // the strip 10 to 20, which pays 20 already: it says nothing
      expect(await boundsOf(market, 1)).to.deep.equal([20n, 40n]);
    });

    it("refuses to settle at a value that is impossible by now, and to award what was struck out in part", async function () {
      const market = await networkHelpers.loadFixture(bounded);
      await expectClientError(market.owner.settle(rain(1), 41n), "Client_BoundsApart", { ...today, afterLower: 40n });
      await market.owner.tighten({ marketRootId: 3, marketBranchId: 1 }, between(0, 60));
      await expectClientError(market.owner.award(3, 1), "Client_BoundsApart", { todayUpper: 60n, saidLower: 100n });
      await market.owner.settle(rain(1), 40n);
      expect((await market.handle.book.rootOf(2)).settled).to.be.true;
    });
  });

  describe("refused, before anything is sent", function () {
    it("whoever may not make roots", async function () {
      const market = await networkHelpers.loadFixture(openTwo);
      const owner = createMarketOwner(market.handle, market.aliceSigner);
      const spec = { ...rootTerms(market), bounds: between(0, 10), fallbackOutcome: tick(0) };
      const nonce = await market.aliceSigner.getNonce();
      await expectClientError(owner.createInterval(spec), "Book_MayNotCreateMarkets", {
        owner: owner.address,
        marketCreator: market.organiser.address,
      });
      expect(await market.aliceSigner.getNonce()).to.equal(nonce);
    });

    it("whoever is not registered, where every registered trader may", async function () {
      const { handle, organiser } = await networkHelpers.loadFixture(openToAll);
      const spec = { ...rootTerms({ handle }), bounds: between(0, 10), fallbackOutcome: tick(0) };
      await expectClientError(createMarketOwner(handle, organiser).createInterval(spec), "Book_MayNotCreateMarkets", {
        owner: organiser.address,
        marketCreator: ZeroAddress,
      });
    });

    it("another than the owner", async function () {
      const { handle, aliceSigner, organiser } = await networkHelpers.loadFixture(openRain);
      await expectClientError(createMarketOwner(handle, aliceSigner).settle(rain(1), 3n), "Book_NotMarketOwner", {
        marketRootId: 2n,
        given: aliceSigner.address,
        owner: organiser.address,
      });
    });

    it("a record on a settled root, a market without room, an event without an outcome left", async function () {
      const { owner } = await networkHelpers.loadFixture(openRain);
      const room = { marketRootId: 2n, marketBranchId: 6n, marketMin: 50n, marketMax: 50n };
      await expectClientError(owner.createBranch(2, between(50, 60)), "Book_NoRoom", room);
      await owner.settle(rain(1), 3n);
      await expectClientError(owner.settle(rain(1), 3n), "Book_MarketSettled", { marketRootId: 2n });
      await owner.tighten({ marketRootId: 3, marketBranchId: 1 }, between(60, 100));
      await expectClientError(owner.award(3, 2), "Book_NoOutcomeLeft", { marketRootId: 3n, marketBranchId: 2n });
    });

    it("outcomes of a root that has none, sub-markets of an event, roots that do not exist", async function () {
      const { owner } = await networkHelpers.loadFixture(openRain);
      await expectClientError(owner.eliminate(2, 1), "Client_RootKind", { marketRootId: 2 });
      await expectClientError(owner.createBranch(3, between(1, 2)), "Book_NoSubMarkets", { marketRootId: 3n });
      await expectClientError(owner.settle({ marketRootId: 9, marketBranchId: 1 }, 0n), "Book_MarketUnknown", {
        marketRootId: 9n,
        marketBranchId: 1n,
      });
    });
  });
});
