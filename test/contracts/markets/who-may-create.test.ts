import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  newInterval,
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

  describe("given the organiser alone", () => {
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(openForOrganiser);
    });

    it("the organiser may, without being a registered trader", async () => {
      expect(await w.book.traderIdOf(w.organiser)).to.equal(0n);
      await intervalRoot(w);
      await eventRoot(w);
    });

    it("a registered trader may not, signed or called", async () => {
      const spec = newInterval(w, { owner: w.alice });
      const values = [w.alice.address, w.organiser.address];
      await expectRefused(w, submitMarket(w, spec), "Book_MayNotCreateMarkets", ...values);
      const { record, description } = await signMarket(w, spec);
      const call = w.book.connect(w.alice).createMarket(record, "0x", description);
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
