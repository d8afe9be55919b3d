import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  marketLink,
  newInterval,
  type SignedMarket,
  signMarket,
  subMarket,
  submitMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { createSession, openWorld, paramsFor, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWorld(connection);
}

describe("The chain of market records", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  it("begins with the zero link", async () => {
    expect([...(await w.book.marketChainState())]).to.deep.equal([0n, ZeroHash]);
    const link = id("anything");
    await expectRefused(w, submitMarket(w, newInterval(w, { link })), "Book_MarketOutOfChain", link, ZeroHash);
    await intervalRoot(w, { link: ZeroHash });
  });

  describe("given two roots with records of their own", () => {
    // 2: made, a sub-market, tightened. 3: made, tightened.
    let links: { readonly first: string; readonly second: string };
    let tips: { readonly rain: string; readonly match: string };
    beforeEach(async () => {
      const first = await signMarket(w, newInterval(w));
      await submitMarket(w, first);
      await subMarket(w, 2, 30n, 60n);
      const second = await signMarket(w, newInterval(w, { link: marketLink(first.record) }));
      await submitMarket(w, second);
      const rain = await signMarket(w, { root: 2, max: 80n });
      await submitMarket(w, rain);
      const match = await signMarket(w, { root: 3, min: 10n, max: 100n, link: marketLink(second.record) });
      await submitMarket(w, match);
      links = { first: marketLink(first.record), second: marketLink(second.record) };
      tips = { rain: marketLink(rain.record), match: marketLink(match.record) };
    });

    it("each root's tip is its own last record, and a new root comes after the record that made the last one", async () => {
      expect((await w.book.rootOf(2)).tip).to.equal(tips.rain);
      expect((await w.book.rootOf(3)).tip).to.equal(tips.match);
      expect([...(await w.book.marketChainState())]).to.deep.equal([2n, links.second]);
      expect(await eventRoot(w, { link: links.second })).to.equal(4);
    });

    it("refuses a new root after an older root, after another record, or after none", async () => {
      for (const link of [links.first, tips.rain, tips.match, ZeroHash]) {
        await expectRefused(w, submitMarket(w, newInterval(w, { link })), "Book_MarketOutOfChain", link, links.second);
      }
    });

    it("refuses a record after another root's, after an older one of its own, or after none", async () => {
      for (const link of [tips.match, links.first, links.second, ZeroHash]) {
        const tighter = { root: 2, max: 70n, link };
        await expectRefused(w, submitMarket(w, tighter), "Book_MarketOutOfChain", link, tips.rain);
        const branch = { root: 2, branch: 3, parent: 1, max: 70n, link };
        await expectRefused(w, submitMarket(w, branch), "Book_MarketOutOfChain", link, tips.rain);
      }
    });
  });

  describe("given two records over the same tip", () => {
    let both: [SignedMarket, SignedMarket];
    beforeEach(async () => {
      const root = await intervalRoot(w);
      both = [await signMarket(w, { root, min: 10n, max: 100n }), await signMarket(w, { root, min: 20n, max: 100n })];
    });

    it("takes whichever comes first, and only that", async () => {
      const [one, other] = both;
      const base = other.record.previousLink;
      await submitMarket(w, other);
      await expectRefused(w, submitMarket(w, one), "Book_MarketOutOfChain", base, marketLink(other.record));
      expect((await w.book.rootOf(2)).lo).to.equal(20n);
    });

    it("takes none twice", async () => {
      const [one] = both;
      await submitMarket(w, one);
      await expectRefused(
        w,
        submitMarket(w, one),
        "Book_MarketOutOfChain",
        one.record.previousLink,
        marketLink(one.record),
      );
    });
  });

  it("does not make a root twice", async () => {
    const signed = await signMarket(w, newInterval(w));
    await submitMarket(w, signed);
    await expectRefused(w, submitMarket(w, signed), "Book_MarketOutOfChain", ZeroHash, marketLink(signed.record));
  });

  describe("given a record signed for another place", () => {
    async function refusesDomain(domain: World["domain"]): Promise<void> {
      const { record, signature, description } = await signMarket(w, newInterval(w, { domain }));
      await expect(w.book.createMarket(record, signature, description)).to.be.revertedWithCustomError(
        w.book,
        "Book_SignatureInvalid",
      );
    }

    it("refuses it if it was for another book", async () => {
      const other = await createSession(w, await paramsFor(w), id("another session"));
      expect(other.bookAddress).not.to.equal(w.bookAddress);
      await refusesDomain(other.domain);
    });

    it("refuses it if it was for another chain, name or version", async () => {
      await refusesDomain({ ...w.domain, chainId: 1n });
      await refusesDomain({ ...w.domain, name: "Session" });
      await refusesDomain({ ...w.domain, version: "2" });
    });
  });
});
