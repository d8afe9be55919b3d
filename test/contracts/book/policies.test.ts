import { expect } from "chai";
import hre from "hardhat";

import type { AdmitListPolicy } from "../../../typechain-types/index.js";
import { place } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  readonly policy: AdmitListPolicy;
}

async function withList(): Promise<Fixture> {
  const policy = await ethers.deployContract("AdmitListPolicy");
  const w = await openWorld(connection, { policy: await policy.getAddress() });
  return { w, policy };
}

describe("A participation policy", () => {
  describe("that keeps a list", () => {
    let f: Fixture;
    beforeEach(async () => {
      f = await networkHelpers.loadFixture(withList);
    });
    afterEach(() => expectSound(f.w));

    it("keeps out who is not on it, whoever asks and however", async () => {
      const { w, policy } = f;
      const refusal = [w.alice.address, await policy.getAddress()];
      await expect(w.book.createUser(w.alice))
        .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
        .withArgs(...refusal);
      await expect(bankroll(w, TOKEN, w.alice))
        .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
        .withArgs(...refusal);
      await w.session.split(TOKEN);
      await w.leg(1).connect(w.organiser).approve(w.book, TOKEN);
      await expect(w.book.connect(w.organiser).depositLeg(w.alice, 1, 1))
        .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
        .withArgs(...refusal);
      expect(await w.book.traderIdOf(w.alice)).to.equal(0n);
    });

    it("lets in who is on it, for this book", async () => {
      const { w, policy } = f;
      await policy.admit(w.outsider, w.alice, true);
      await expect(w.book.createUser(w.alice)).to.be.revertedWithCustomError(w.book, "Book_NotAdmitted");
      await policy.admit(w.book, w.alice, true);
      await expect(w.book.createUser(w.alice)).to.emit(w.book, "UserCreated").withArgs(1, w.alice.address);
    });

    it("is asked once: who is in trades, receives deposits and withdraws even when struck off", async () => {
      const { w, policy } = f;
      await policy.admit(w.book, w.alice, true);
      await bankroll(w, TOKEN, w.alice);
      await policy.admit(w.book, w.alice, false);
      await bankroll(w, TOKEN, w.alice);
      await place(w, { trader: w.alice, lots: 1n, price: 5_000n });
      await w.book.connect(w.alice).withdraw(TOKEN, w.bob, 0);
      expect(await w.session.balanceOf(w.bob)).to.equal(TOKEN);
    });
  });

  describe("that misbehaves is a no to that registration and nothing else, when it", () => {
    const manners = ["reverts", "burns all its gas", "answers 2", "answers 31 bytes", "answers nothing", "writes"];
    for (const [manner, what] of manners.entries()) {
      it(what, async () => {
        const policy = await ethers.deployContract("HostilePolicy", [manner]);
        const w = await openWorld(connection, { policy: await policy.getAddress() });
        await expect(w.book.createUser(w.alice, { gasLimit: 5_000_000 }))
          .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
          .withArgs(w.alice.address, await policy.getAddress());
        await expect(w.book.connect(w.organiser).deposit(w.alice, TOKEN, { gasLimit: 5_000_000 }))
          .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
          .withArgs(w.alice.address, await policy.getAddress());
        expect(await w.session.balanceOf(w.book)).to.equal(0n);
      });
    }

    it("is no contract at all", async () => {
      const w = await openWorld(connection, { policy: "0x00000000000000000000000000000000000000aa" });
      await expect(w.book.createUser(w.alice))
        .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
        .withArgs(w.alice.address, "0x00000000000000000000000000000000000000AA");
    });
  });
});
