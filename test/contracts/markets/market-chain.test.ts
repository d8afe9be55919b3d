import { expect } from "chai";
import { id, Signature, ZeroHash } from "ethers";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  marketLink,
  newEvent,
  newInterval,
  type SignedMarket,
  signMarket,
  subMarket,
  submitMarket,
  tighten,
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

  describe("given a new root, signed over a link of the book", () => {
    it("takes it over the genesis link", async () => {
      const { link: head } = await w.book.chainState();
      expect([await w.book.createdRoots(), await w.book.checkpointAt(0n)]).to.deep.equal([0n, head]);
      expect(await intervalRoot(w, { link: head })).to.equal(2);
    });

    it("takes it over any link of the window, and gives it the next number", async () => {
      const { link: first } = await w.book.chainState();
      await intervalRoot(w);
      const { link: second } = await w.book.chainState();
      await subMarket(w, 2, 30n, 60n);
      for (const [index, link] of [second, first].entries()) {
        const signed = await signMarket(w, newEvent(w, { link }));
        expect(await w.book.rootMadeBy(marketLink(signed.record))).to.equal(0n);
        await submitMarket(w, signed);
        expect(await w.book.rootMadeBy(marketLink(signed.record))).to.equal(3 + index);
        expect((await w.book.rootOf(3 + index)).tip).to.equal(marketLink(signed.record));
      }
    });

    it("refuses what is no link of the book: a record's, none, anything", async () => {
      const signed = await signMarket(w, newInterval(w));
      await submitMarket(w, signed);
      const { link: head } = await w.book.chainState();
      for (const link of [marketLink(signed.record), ZeroHash, id("anything")]) {
        await expectRefused(w, submitMarket(w, newInterval(w, { link })), "Book_StaleLink", link, head);
      }
    });

    it("refuses a link that has left the window", async () => {
      const narrow = await openWorld(connection, { chainWindow: 2 });
      const { link: link } = await narrow.book.chainState();
      await intervalRoot(narrow);
      await intervalRoot(narrow, { link, max: 98n });
      const { link: head } = await narrow.book.chainState();
      const late = newInterval(narrow, { link, max: 99n });
      await expectRefused(narrow, submitMarket(narrow, late), "Book_StaleLink", link, head);
      await expectMarketsSound(narrow);
    });
  });

  describe("given two roots with records of their own", () => {
    // 2: made, a sub-market, tightened. 3: made, tightened.
    let links: { readonly first: string; readonly second: string };
    let tips: { readonly rain: string; readonly match: string };
    beforeEach(async () => {
      const first = await signMarket(w, newInterval(w));
      await submitMarket(w, first);
      await subMarket(w, 2, 30n, 60n);
      const second = await signMarket(w, newInterval(w));
      await submitMarket(w, second);
      const rain = await signMarket(w, { root: 2, max: 80n });
      await submitMarket(w, rain);
      const match = await signMarket(w, { root: 3, min: 10n, max: 100n, link: marketLink(second.record) });
      await submitMarket(w, match);
      links = { first: marketLink(first.record), second: marketLink(second.record) };
      tips = { rain: marketLink(rain.record), match: marketLink(match.record) };
    });

    it("each root's tip is its own last record, whose link makes no root", async () => {
      expect((await w.book.rootOf(2)).tip).to.equal(tips.rain);
      expect((await w.book.rootOf(3)).tip).to.equal(tips.match);
      const made = [links.first, links.second, tips.rain, tips.match].map((link) => w.book.rootMadeBy(link));
      expect(await Promise.all(made)).to.deep.equal([2n, 3n, 0n, 0n]);
      expect(await eventRoot(w)).to.equal(4);
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

  describe("given a record that has made a root", () => {
    let signed: SignedMarket;
    beforeEach(async () => {
      signed = await signMarket(w, newInterval(w));
      await submitMarket(w, signed);
    });

    async function refusesAgain(again: SignedMarket): Promise<void> {
      await expectRefused(w, submitMarket(w, again), "Book_RootExists", marketLink(signed.record), 2);
    }

    it("makes none of it again, however it is signed and whatever came after it", async () => {
      await refusesAgain(signed);
      await refusesAgain({ ...signed, signature: Signature.from(signed.signature).compactSerialized });
      await tighten(w, 2, 1, 10n, 90n);
      await refusesAgain(signed);
      await tighten(w, 2, 1, 50n, 50n);
      await refusesAgain(signed);
    });

    it("makes another of the same terms, signed over another link", async () => {
      await submitMarket(w, newInterval(w));
      expect(await w.book.createdRoots()).to.equal(2n);
    });
  });

  describe("given a record signed for another place", () => {
    async function refusesDomain(domain: World["domain"]): Promise<void> {
      const { record, signature, description } = await signMarket(w, newInterval(w, { domain }));
      await expect(w.book.createMarket(record, signature, "0x", description)).to.be.revertedWithCustomError(
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
