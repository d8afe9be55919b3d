import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress } from "ethers";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  MARKET_TYPES,
  marketLink,
  type MarketSpec,
  newInterval,
  type SignedMarket,
  signMarket,
  submitMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function openForOrganiser(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, TOKEN, w.alice);
  return w;
}

async function openForAll(): Promise<World> {
  const w = await openWorld(connection, { openMarkets: true });
  await bankroll(w, TOKEN, w.alice);
  await w.book.createUser(w.bob);
  return w;
}

describe("Who may create markets", () => {
  let w: World;
  afterEach(() => expectMarketsSound(w));

  const digestOf = (record: SignedMarket["record"]): string => TypedDataEncoder.hash(w.domain, MARKET_TYPES, record);

  describe("given the organiser alone", () => {
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(openForOrganiser);
    });

    it("the organiser may, without being a registered trader", async () => {
      expect(await w.book.traderIdOf(w.organiser)).to.equal(0n);
      await intervalRoot(w);
      await eventRoot(w);
    });

    describe("who permits the root of another owner", () => {
      const values = (owner = w.bob) => [owner.address, w.organiser.address];
      const ownedByBob = (spec: MarketSpec = {}): MarketSpec => newInterval(w, { owner: w.bob, ...spec });

      it("as the sender, who brings the owner's signature", async () => {
        const { record, signature, description } = await signMarket(w, ownedByBob());
        await w.book.connect(w.organiser).createMarket(record, signature, "0x", description);
        expect((await w.book.rootOf(2)).owner).to.equal(w.bob.address);
        expect(await w.book.traderIdOf(w.bob)).to.equal(0n);
      });

      it("by its signature, which the owner brings, or anybody with both", async () => {
        const called = await signMarket(w, ownedByBob({ organiser: w.organiser, signature: "0x" }));
        const { record, organiserSignature, description } = called;
        await expect(w.book.connect(w.bob).createMarket(record, "0x", organiserSignature!, description))
          .to.emit(w.book, "MarketRecorded")
          .withArgs(2, 1, marketLink(record), Object.values(record), "0x", organiserSignature, description);
        await submitMarket(w, ownedByBob({ organiser: w.organiser }));
        expect((await w.book.rootOf(3)).owner).to.equal(w.bob.address);
        // The later records are the owner's alone.
        await submitMarket(w, { root: 3, owner: w.bob, max: 50n });
        expect((await w.book.rootOf(3)).hi).to.equal(50n);
      });

      it("and whose consent lets nobody speak for the owner", async () => {
        const { record, description } = await signMarket(w, ownedByBob());
        const call = w.book.connect(w.organiser).createMarket(record, "0x", "0x", description);
        await expectRefused(w, call, "Book_SignatureInvalid", w.bob.address, digestOf(record));
      });

      it("but not by a stranger's signature, or one over another record", async () => {
        const forged = await signMarket(w, ownedByBob({ organiser: w.alice }));
        const digest = digestOf(forged.record);
        await expectRefused(w, submitMarket(w, forged), "Book_SignatureInvalid", w.organiser.address, digest);
        const { organiserSignature } = await signMarket(w, ownedByBob({ organiser: w.organiser, max: 99n }));
        const moved = { ...forged, organiserSignature: organiserSignature! };
        await expectRefused(w, submitMarket(w, moved), "Book_SignatureInvalid", w.organiser.address, digest);
        await expectRefused(w, submitMarket(w, ownedByBob()), "Book_MayNotCreateMarkets", ...values());
      });

      it("and signs nothing else: not the later records of a root", async () => {
        const root = await intervalRoot(w);
        const signed = await signMarket(w, { root, max: 50n, organiser: w.organiser });
        const digest = digestOf(signed.record);
        await expectRefused(w, submitMarket(w, signed), "Book_SignatureInvalid", w.organiser.address, digest);
      });

      it("and may sign a root of its own twice", async () => {
        await submitMarket(w, newInterval(w, { organiser: w.organiser }));
        expect((await w.book.rootOf(2)).owner).to.equal(w.organiser.address);
      });
    });

    it("a registered trader may not, signed or called", async () => {
      const spec = newInterval(w, { owner: w.alice });
      const values = [w.alice.address, w.organiser.address];
      await expectRefused(w, submitMarket(w, spec), "Book_MayNotCreateMarkets", ...values);
      const { record, description } = await signMarket(w, spec);
      const call = w.book.connect(w.alice).createMarket(record, "0x", "0x", description);
      await expectRefused(w, call, "Book_MayNotCreateMarkets", ...values);
    });
  });

  describe("given every registered trader", () => {
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(openForAll);
    });

    it("traders may, with or without a deposit, and each owns what it made", async () => {
      const hers = await intervalRoot(w, { owner: w.alice });
      const his = await eventRoot(w, { owner: w.bob });
      expect((await w.book.rootOf(hers)).owner).to.equal(w.alice.address);
      expect((await w.book.rootOf(his)).owner).to.equal(w.bob.address);
    });

    it("who is not registered may not, the organiser neither", async () => {
      for (const owner of [w.organiser, w.outsider]) {
        const call = submitMarket(w, newInterval(w, { owner }));
        await expectRefused(w, call, "Book_MayNotCreateMarkets", owner.address, ZeroAddress);
      }
      await w.book.createUser(w.organiser);
      await intervalRoot(w);
    });

    it("nobody's consent is asked, so nobody's signature is taken for it", async () => {
      for (const organiser of [w.organiser, w.alice]) {
        const signed = await signMarket(w, newInterval(w, { owner: w.alice, organiser }));
        const values = [ZeroAddress, digestOf(signed.record)];
        await expectRefused(w, submitMarket(w, signed), "Book_SignatureInvalid", ...values);
      }
    });

    it("nobody adds records to a root of somebody else", async () => {
      const root = await intervalRoot(w, { owner: w.alice });
      const values = [w.bob.address, w.alice.address];
      const spec = { root, owner: w.bob, max: 50n };
      await expectRefused(w, submitMarket(w, spec), "Book_NotMarketOwner", root, ...values);
      await expectRefused(
        w,
        submitMarket(w, { ...spec, branch: 2, parent: 1 }),
        "Book_NotMarketOwner",
        root,
        ...values,
      );
      await w.book.createUser(w.organiser);
      await expectRefused(
        w,
        tighten(w, root, 1, 0n, 50n),
        "Book_NotMarketOwner",
        root,
        w.organiser.address,
        w.alice.address,
      );
    });
  });

  it("given a policy, whom it does not admit cannot register, and so not create", async () => {
    const policy = await connection.ethers.deployContract("AdmitListPolicy");
    w = await openWorld(connection, { openMarkets: true, policy: await policy.getAddress() });
    await expectRefused(w, w.book.createUser(w.alice), "Book_NotAdmitted", w.alice.address, await policy.getAddress());
    const call = submitMarket(w, newInterval(w, { owner: w.alice }));
    await expectRefused(w, call, "Book_MayNotCreateMarkets", w.alice.address, ZeroAddress);
    await policy.admit(w.book, w.alice, true);
    await w.book.createUser(w.alice);
    await intervalRoot(w, { owner: w.alice });
  });
});
