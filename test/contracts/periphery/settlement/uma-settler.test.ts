import { expect } from "chai";
import { Contract, type ContractTransactionResponse, toUtf8String } from "ethers";
import hre from "hardhat";

import { deal, eventRoot, newEvent, newInterval, rootInfo } from "../../../../stage/contracts/markets.js";
import { openByUma, permitted } from "../../../../stage/contracts/settlers.js";
import { DAY, TOKEN } from "../../../../stage/contracts/units.js";
import { type Account, bankroll, openWorld, type World } from "../../../../stage/contracts/world.js";
import { openOracle, type TestOracle } from "../../../../stage/counterparts/uma.js";
import type { TestAsset, UmaSettler } from "../../../../typechain-types/index.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const [HOUR, USD] = [3_600, 10n ** 6n];
const LIVENESS = 2 * HOUR;
const BOND = 5_000n * USD;
const DESCRIPTION = "# Rain in November\nMillimetres, as the station on the hill tells them.";

interface Scene {
  readonly w: World;
  readonly currency: TestAsset;
  readonly uma: TestOracle;
  readonly settler: UmaSettler;
  /** An interval of 0 to 100 with two strips, and an event of three with a scale of 100. */
  readonly interval: number;
  readonly event: number;
  /** Another interval with the same description and bounds. */
  readonly twin: number;
}

async function scene(): Promise<Scene> {
  const w = await openWorld(connection, { assetCount: 2 });
  const currency = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const uma = await openOracle(w.organiser, await currency.getAddress(), 250n * USD);
  const settler = await ethers.deployContract("UmaSettler", [await termsOf(w, uma, currency)]);
  for (const who of [w.alice, w.bob]) {
    await currency.mint(who, 10n * BOND);
    for (const spender of [settler, uma.address]) await currency.connect(who).approve(spender, 10n * BOND);
  }
  const strips = [
    { lower: 0n, upper: 40n },
    { lower: 40n, upper: 100n },
  ];
  const interval = await openByUma(w, settler, newInterval(w, { description: DESCRIPTION }), strips);
  const event = await openByUma(w, settler, newEvent(w, { description: "Which team wins" }));
  const twin = await openByUma(w, settler, newInterval(w, { description: DESCRIPTION }));
  return { w, currency, uma, settler, interval, event, twin };
}

async function termsOf(w: World, uma: TestOracle, currency: TestAsset) {
  const [book, oracle, cash] = [w.bookAddress, uma.address, await currency.getAddress()];
  return { book, oracle, currency: cash, liveness: LIVENESS, bond: BOND };
}

describe("A settler by assertions", function () {
  this.timeout(240_000);
  let s: Scene;

  /** @returns the assertion's number */
  async function say(root: number, values: readonly bigint[], by: Account = s.w.alice): Promise<string> {
    const { settler } = s;
    const receipt = await (await settler.connect(by).assertOutcome(root, [...values])).wait();
    const logs = receipt!.logs.flatMap((log) => settler.interface.parseLog(log) ?? []);
    return logs.find(({ name }) => name === "OutcomeAsserted")!.args["assertionId"] as string;
  }
  const live = () => time.increase(LIVENESS);

  beforeEach(async () => {
    s = await networkHelpers.loadFixture(scene);
  });

  describe("when it makes a root", () => {
    it("owns it, knows its description, and makes its sub-markets", async () => {
      const { w, settler, interval, event } = s;
      const info = await rootInfo(w, interval);
      expect([info["owner"], info["branchCount"]]).to.deep.equal([await settler.getAddress(), 3n]);
      const { lower, upper } = await w.book.spansOf(interval);
      expect([lower, upper]).to.deep.equal([
        [0n, 0n, 40n],
        [100n, 40n, 100n],
      ]);
      expect(await settler.descriptionHashOf(interval)).to.equal(ethers.id(DESCRIPTION));
      expect((await rootInfo(w, event))["branchCount"]).to.equal(3n);
      expect(await settler.book()).to.equal(w.bookAddress);
      const { book, oracle, currency, liveness, bond } = await settler.terms();
      expect({ book, oracle, currency, liveness: Number(liveness), bond }).to.deep.equal(
        await termsOf(w, s.uma, s.currency),
      );
    });

    it("tells it in the log", async () => {
      const { w, settler } = s;
      const made = await permitted(w, settler, newEvent(w, { description: "Who" }));
      await expect(settler.connect(w.organiser).openRoot(made.record, [], made.signature, "Who"))
        .to.emit(settler, "RootOpened")
        .withArgs(5, ethers.id("Who"));
    });

    it("passes no other record on, whoever brings it", async () => {
      const { w, settler, interval } = s;
      const own = await permitted(w, settler, { root: interval, min: 5n, max: 5n, settleBy: 2 ** 32 });
      await expect(settler.openRoot(own.record, [], "0x", ""))
        .to.be.revertedWithCustomError(settler, "Settler_NotANewRoot")
        .withArgs(interval);
    });

    it("takes the organiser's signature from the organiser alone, so that nobody else chooses the strikes", async () => {
      const { w, settler } = s;
      const made = await permitted(w, settler, newInterval(w));
      const junk = [{ lower: 1n, upper: 2n }];
      await expect(settler.connect(w.bob).openRoot(made.record, junk, made.signature, made.description))
        .to.be.revertedWithCustomError(settler, "Settler_OnlyOrganiser")
        .withArgs(w.bob, w.organiser);
      await expect(settler.connect(w.organiser).openRoot(made.record, [], "0x", made.description))
        .to.be.revertedWithCustomError(w.book, "Book_MayNotCreateMarkets")
        .withArgs(settler, w.organiser);
    });

    it("refuses a settleBy that leaves less than seven days behind the liveness", async () => {
      const { w, settler } = s;
      const earliest = w.t2 + LIVENESS + 7 * DAY;
      const short = await permitted(w, settler, newInterval(w, { settleBy: earliest - 1 }));
      await expect(settler.connect(w.organiser).openRoot(short.record, [], short.signature, short.description))
        .to.be.revertedWithCustomError(settler, "Settler_SettleByTooEarly")
        .withArgs(earliest - 1, earliest);
      await openByUma(w, settler, newInterval(w, { settleBy: earliest }));
    });

    it("needs no permission where markets are open, once it is registered", async () => {
      const w = await openWorld(connection, { assetCount: 2, openMarkets: true });
      const settler = await ethers.deployContract("UmaSettler", [await termsOf(w, s.uma, s.currency)]);
      const { record } = await permitted(w, settler, newEvent(w, { description: "Open" }));
      await w.book.createUser(settler);
      await settler.connect(w.bob).openRoot(record, [], "0x", "Open");
      expect((await rootInfo(w, 2))["owner"]).to.equal(await settler.getAddress());
    });

    it("lets assertions live for two hours at least", async () => {
      const { w, uma, currency, settler } = s;
      const terms = { ...(await termsOf(w, uma, currency)), liveness: LIVENESS - 1 };
      await expect(ethers.deployContract("UmaSettler", [terms]))
        .to.be.revertedWithCustomError(settler, "UmaSettler_LivenessTooShort")
        .withArgs(LIVENESS - 1, LIVENESS);
    });
  });

  describe("while the root is open for trade", () => {
    it("takes no assertion", async () => {
      const { w, settler, interval } = s;
      await time.setNextBlockTimestamp(w.t2 - 1);
      await expect(settler.connect(w.alice).assertOutcome(interval, [42n]))
        .to.be.revertedWithCustomError(settler, "UmaSettler_StillOpen")
        .withArgs(w.t2 - 1, w.t2);
      await time.setNextBlockTimestamp(w.t2);
      await say(interval, [42n]);
    });
  });

  describe("given an outcome that is asserted", () => {
    beforeEach(async () => {
      await bankroll(s.w, 100n * TOKEN, s.w.carol, s.w.dave);
      await deal(s.w, { buyer: s.w.carol, seller: s.w.dave, root: s.interval, lots: 10n, price: 50n });
      await time.increaseTo(s.w.t2);
    });

    it("stakes the caller's bond on a claim that names chain, book, root, description and outcome", async () => {
      const { w, currency, uma, settler, interval, event } = s;
      const id = await say(interval, [-7n]);
      expect(await currency.balanceOf(w.alice)).to.equal(9n * BOND);
      expect(await currency.balanceOf(settler)).to.equal(0n);
      const found: unknown = await uma.oracle.getFunction("getAssertion")(id);
      const { asserter, bond, callbackRecipient } = found as Record<string, unknown>; // by their names in the ABI
      expect([asserter, bond, callbackRecipient]).to.deep.equal([w.alice.address, BOND, await settler.getAddress()]);
      expect(toUtf8String(await settler.claimOf(interval, [-7n]))).to.equal(
        `Market ${interval} of the order book ${w.bookAddress.toLowerCase()} on chain 31337 has the description that the book's event ` +
          `MarketRecorded shows, whose keccak256 hash is ${ethers.id(DESCRIPTION)}. By that description the outcome, in ticks, is -7.`,
      );
      expect(toUtf8String(await settler.claimOf(event, [0n, 60n, 40n]))).to.match(
        /the weights of all outcomes in their order, in ticks, are 0, 60, 40\.$/,
      );
      expect(await settler.assertionOf(id)).to.deep.equal([BigInt(interval), false, false, [-7n]]);
    });

    it("takes the oracle's least bond if that is more", async () => {
      const { w, uma, currency, settler } = s;
      const poor = await ethers.deployContract("UmaSettler", [{ ...(await termsOf(w, uma, currency)), bond: 1n }]);
      expect(await poor.bondNow()).to.equal(500n * USD);
      expect(await settler.bondNow()).to.equal(BOND);
    });

    it("settles the root by it once nobody has disputed it, by anyone, in one call", async () => {
      const { w, currency, settler, interval } = s;
      const id = await say(interval, [42n]);
      await expect(settler.record(id)).to.be.revertedWith("Assertion not expired");
      await live();
      await expect(settler.connect(w.outsider).record(id))
        .to.emit(settler, "OutcomeResolved")
        .withArgs(id, true)
        .and.to.emit(settler, "RootSettled")
        .withArgs(interval, [42n]);
      const info = await rootInfo(w, interval);
      expect([info["settled"], info["lo"], info["hi"]]).to.deep.equal([true, 42n, 42n]);
      expect(await currency.balanceOf(w.alice)).to.equal(10n * BOND);
      await w.book.realise(interval, [w.carol, w.dave]);
      // Carol bought ten lots at 50 ticks of 10^15 wei.
      expect((await w.book.accountOf(w.carol)).claim).to.equal(100n * TOKEN - 80n * 10n ** 15n);
    });

    it("records later what the oracle has settled before", async () => {
      const { w, uma, settler, interval } = s;
      const id = await say(interval, [42n]);
      await live();
      await uma.oracle.getFunction("settleAssertion")(id);
      expect(await settler.assertionOf(id)).to.deep.equal([BigInt(interval), true, true, [42n]]);
      await settler.record(id);
      expect((await rootInfo(w, interval))["settled"]).to.equal(true);
    });

    it("settles an outcome beyond the bounds at their edge", async () => {
      const { w, settler, interval } = s;
      const id = await say(interval, [2n ** 31n - 1n]);
      await live();
      await settler.record(id);
      expect((await rootInfo(w, interval))["lo"]).to.equal(100n);
    });

    it("refuses what the root cannot have as an outcome", async () => {
      const { w, settler, interval, event } = s;
      const foreign = await eventRoot(w, { closesAt: w.t2 }).catch(() => 1);
      for (const [root, values, error, args] of [
        [interval, [], "Settler_OutcomeLength", [interval, 0, 1]],
        [interval, [1n, 2n], "Settler_OutcomeLength", [interval, 2, 1]],
        [event, [100n], "Settler_OutcomeLength", [event, 1, 3]],
        [event, [50n, 51n, 0n], "Settler_WeightsOffScale", [event, 101, 100]],
        [event, [-1n, 101n, 0n], "Settler_WeightsOffScale", [event, 100, 100]],
        [foreign, [1n], "Settler_UnknownRoot", [foreign]],
      ] as const) {
        await expect(settler.connect(w.alice).assertOutcome(root, [...values]))
          .to.be.revertedWithCustomError(settler, error)
          .withArgs(...args);
      }
    });
  });

  describe("of an event", () => {
    beforeEach(() => time.increaseTo(s.w.t2));

    it("records the winner alone, by one record", async () => {
      const { w, settler, event } = s;
      const id = await say(event, [0n, 100n, 0n]);
      await live();
      const receipt = await (await settler.record(id)).wait();
      const recorded = receipt!.logs.flatMap((log) => w.book.interface.parseLog(log) ?? []);
      expect(recorded.filter(({ name }) => name === "MarketRecorded")).to.have.length(1);
      expect((await w.book.spansOf(event)).lower).to.deep.equal([0n, 100n, 0n]);
      expect((await rootInfo(w, event))["settled"]).to.equal(true);
    });

    for (const weights of [
      [50n, 50n, 0n],
      [0n, 1n, 99n],
      [34n, 33n, 33n],
      [100n, 0n, 0n],
    ]) {
      it(`records a tie at ${weights.join(" : ")}`, async () => {
        const { w, settler, event } = s;
        const id = await say(event, weights);
        await live();
        await settler.record(id);
        expect((await rootInfo(w, event))["settled"]).to.equal(true);
        expect(await settler.assertionOf(id)).to.deep.equal([BigInt(event), true, true, weights]);
        const { lower, upper } = await w.book.spansOf(event);
        const implied = lower.map((low, k) => {
          const others = upper.reduce((sum, high, j) => (j === k ? sum : sum + high), 0n);
          return low > 100n - others ? low : 100n - others;
        });
        expect(implied).to.deep.equal(weights);
      });
    }
  });

  describe("given a dispute", () => {
    beforeEach(() => time.increaseTo(s.w.t2));

    it("waits for the voters, whatever time goes by", async () => {
      const { w, uma, settler, interval } = s;
      const id = await say(interval, [42n]);
      await uma.dispute(id, w.bob);
      await live();
      await expect(settler.record(id)).to.be.revertedWithoutReason(ethers);
      expect((await settler.assertionOf(id)).isResolved).to.equal(false);
    });

    it("records what voters find true", async () => {
      const { w, uma, currency, settler, interval } = s;
      const id = await say(interval, [42n]);
      await uma.dispute(id, w.bob);
      await uma.vote(true);
      await settler.record(id);
      expect((await rootInfo(w, interval))["lo"]).to.equal(42n);
      expect(await currency.balanceOf(w.alice)).to.equal(10n * BOND + BOND / 2n);
    });

    it("never records what they find false, and takes a new assertion", async () => {
      const { w, uma, settler, interval } = s;
      const id = await say(interval, [42n]);
      await uma.dispute(id, w.bob);
      await uma.vote(false);
      await expect(settler.record(id))
        .to.be.revertedWithCustomError(settler, "UmaSettler_AssertedFalsely")
        .withArgs(id);
      await uma.oracle.getFunction("settleAssertion")(id);
      expect(await settler.assertionOf(id)).to.deep.equal([BigInt(interval), true, false, [42n]]);
      await expect(settler.record(id))
        .to.be.revertedWithCustomError(settler, "UmaSettler_AssertedFalsely")
        .withArgs(id);
      const other = await say(interval, [7n], w.bob);
      await live();
      await settler.record(other);
      expect((await rootInfo(w, interval))["lo"]).to.equal(7n);
    });
  });

  describe("given two assertions", () => {
    beforeEach(() => time.increaseTo(s.w.t2));

    it("settles by the first that is recorded, also while the other lives, and by no other", async () => {
      const { w, uma, settler, interval } = s;
      const first = await say(interval, [42n]);
      await time.increase(HOUR);
      const rival = await say(interval, [43n], w.bob);
      await time.increase(HOUR);
      await settler.record(first);
      expect((await rootInfo(w, interval))["lo"]).to.equal(42n);
      await live();
      await expect(settler.record(rival))
        .to.be.revertedWithCustomError(w.book, "Book_MarketSettled")
        .withArgs(interval);
      await expect(settler.record(first))
        .to.be.revertedWithCustomError(w.book, "Book_MarketSettled")
        .withArgs(interval);
      await uma.oracle.getFunction("settleAssertion")(rival); // whose bond is not held by that
      await expect(settler.connect(w.alice).assertOutcome(interval, [1n]))
        .to.be.revertedWithCustomError(settler, "UmaSettler_Settled")
        .withArgs(interval);
    });

    it("settles each root by its own assertion alone", async () => {
      const { w, settler, interval, twin } = s;
      const ids = [await say(interval, [42n]), await say(twin, [42n])];
      expect(new Set(ids).size).to.equal(2);
      await live();
      await settler.record(ids[1]!);
      expect([(await rootInfo(w, interval))["settled"], (await rootInfo(w, twin))["settled"]]).to.deep.equal([
        false,
        true,
      ]);
      await expect(settler.record(ids[1]!)).to.be.revertedWithCustomError(w.book, "Book_MarketSettled").withArgs(twin);
    });
  });

  describe("given what is not its own", () => {
    beforeEach(() => time.increaseTo(s.w.t2));

    /** The same claim about the same root, but asserted past the settler, with it as the callback. */
    async function assertPast(): Promise<string> {
      const { w, uma, settler, interval, currency } = s;
      const claim = await settler.claimOf(interval, [99n]);
      const made = [
        ...[claim, w.bob.address, await settler.getAddress(), ethers.ZeroAddress, 1],
        ...[await currency.getAddress(), 500n * USD, ethers.encodeBytes32String("ASSERT_TRUTH"), ethers.ZeroHash],
      ];
      const oracle = new Contract(uma.address, uma.oracle.interface, w.bob);
      const sent = (await oracle.getFunction("assertTruth")(...made)) as ContractTransactionResponse; // as of any function that writes
      const { logs } = (await sent.wait())!;
      await time.increase(10);
      return logs.flatMap((log) => oracle.interface.parseLog(log) ?? []).find(({ name }) => name === "AssertionMade")!
        .args["assertionId"] as string;
    }

    it("knows nothing of an assertion that was made past it, and holds nobody up by that", async () => {
      const { uma, settler, interval } = s;
      const id = await assertPast();
      await uma.oracle.getFunction("settleAssertion")(id); // calls back
      expect((await settler.assertionOf(id)).marketRootId).to.equal(0n);
      await expect(settler.record(id))
        .to.be.revertedWithCustomError(settler, "UmaSettler_UnknownAssertion")
        .withArgs(id);
      expect((await rootInfo(s.w, interval))["settled"]).to.equal(false);
    });

    it("believes nobody but the oracle", async () => {
      const { w, settler, interval } = s;
      const id = await say(interval, [42n]);
      await settler.connect(w.bob).assertionResolvedCallback(id, true);
      await settler.connect(w.bob).assertionDisputedCallback(id);
      expect((await settler.assertionOf(id)).isResolved).to.equal(false);
    });

    it("knows no assertion of another settler of the same book", async () => {
      const { w, uma, currency, settler, interval } = s;
      const other = await ethers.deployContract("UmaSettler", [await termsOf(w, uma, currency)]);
      const id = await say(interval, [42n]);
      await live();
      await expect(other.record(id)).to.be.revertedWithCustomError(other, "UmaSettler_UnknownAssertion").withArgs(id);
      await settler.record(id);
    });
  });

  describe("from settleBy on", () => {
    const settleBy = async () => Number((await rootInfo(s.w, s.interval))["settleBy"]);

    it("still records, if nobody has applied the fallback", async () => {
      const { w, settler, interval } = s;
      await time.increaseTo(await settleBy());
      const id = await say(interval, [42n]);
      await live();
      await settler.record(id);
      expect((await rootInfo(w, interval))["lo"]).to.equal(42n);
    });

    it("comes too late for one that is settled by its fallback", async () => {
      const { w, settler, interval } = s;
      await time.increaseTo((await settleBy()) - HOUR);
      const id = await say(interval, [42n]);
      await live();
      await w.book.applyFallback(interval);
      await expect(settler.record(id)).to.be.revertedWithCustomError(w.book, "Book_MarketSettled").withArgs(interval);
      expect((await rootInfo(w, interval))["lo"]).to.equal(50n);
    });
  });

  describe("whose currency the oracle no longer takes", () => {
    it("takes no new assertions, and records those that were made; the fallback settles the rest", async () => {
      const { w, uma, currency, settler, interval, event } = s;
      await time.increaseTo(w.t2);
      const id = await say(interval, [42n]);
      await uma.forbid(await currency.getAddress());
      await expect(settler.connect(w.alice).assertOutcome(event, [100n, 0n, 0n])).to.be.revertedWith(
        "Unsupported currency",
      );
      await live();
      await settler.record(id);
      expect((await rootInfo(w, interval))["lo"]).to.equal(42n);
      await time.increaseTo(await settleByOf(event));
      await w.book.applyFallback(event);
      expect((await rootInfo(w, event))["settled"]).to.equal(true);
    });

    const settleByOf = async (root: number) => Number((await rootInfo(s.w, root))["settleBy"]);
  });
});
