import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { newInterval, rootInfo } from "../../../../stage/contracts/markets.js";
import { openByUma } from "../../../../stage/contracts/settlers.js";
import { type Account, openWorld, type World } from "../../../../stage/contracts/world.js";
import { openOracle, type TestOracle } from "../../../../stage/counterparts/uma.js";
import { createRandom } from "../../../../stage/rng.js";
import type {
  LyingAsset,
  ReentrantAsset,
  RefusingAsset,
  TestAsset,
  UmaSettler,
} from "../../../../typechain-types/index.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const LIVENESS = 7_200;
const FINAL_FEE = 100n;
const BOND = 1_000n;
const MUCH = 10n ** 40n;

interface Scene {
  readonly w: World;
  readonly uma: TestOracle;
  /** With the functions that all currencies of the tests have. */
  readonly currency: TestAsset;
  readonly settler: UmaSettler;
  readonly root: number;
}

async function oracleOf(name: string): Promise<Omit<Scene, "settler" | "root">> {
  const w = await openWorld(connection, { assetCount: 1 });
  const made = name === "TestAsset" ? ["Dollar", "USD", 6] : [];
  const currency = (await ethers.deployContract(name, made)) as unknown as TestAsset;
  const uma = await openOracle(w.organiser, await currency.getAddress(), FINAL_FEE);
  return { w, uma, currency };
}

/** After t2, with an open root of 0 to 100; Alice and Bob have much of the currency, and let settler and oracle take it. */
async function sceneOf(name: string): Promise<Scene> {
  const s = await oracleOf(name);
  const settler = await openSettler(s, BOND);
  const root = await openByUma(s.w, settler, newInterval(s.w));
  await time.increaseTo(s.w.t2);
  return { ...s, settler, root };
}

async function openSettler(
  { w, uma, currency }: Pick<Scene, "w" | "uma" | "currency">,
  bond: bigint,
): Promise<UmaSettler> {
  const terms = { book: w.bookAddress, oracle: uma.address, currency: await currency.getAddress() };
  const settler = await ethers.deployContract("UmaSettler", [{ ...terms, liveness: LIVENESS, bond }]);
  for (const who of [w.alice, w.bob]) {
    await currency.mint(who, MUCH);
    for (const spender of [settler, uma.address]) await currency.connect(who).approve(spender, MUCH);
  }
  return settler;
}

/** @returns the assertion's number */
async function say({ settler, w }: Scene, root: number, value: bigint, by: Account = w.alice): Promise<string> {
  const receipt = await (await settler.connect(by).assertOutcome(root, [value])).wait();
  const logs = receipt!.logs.flatMap((log) => settler.interface.parseLog(log) ?? []);
  return logs.find(({ name }) => name === "OutcomeAsserted")!.args["assertionId"] as string;
}

async function isSettled({ w, root }: Scene): Promise<boolean> {
  return (await rootInfo(w, root))["settled"] as boolean; // as the struct has it
}

/** Nothing of the currency stays with the settler, and nobody may take any of it. */
async function expectEmpty({ settler, currency, uma }: Scene): Promise<void> {
  expect(await currency.balanceOf(settler)).to.equal(0n);
  expect(await currency.allowance(settler, uma.address)).to.equal(0n);
}

describe("The bond of an assertion", function () {
  this.timeout(240_000);

  interface Round {
    readonly settler: UmaSettler;
    readonly root: number;
    readonly fee: bigint;
    readonly own: bigint;
  }

  /** Settlers with bonds around the oracle's least one, and anywhere; each with an open root. It is after t2. */
  async function manyBonds(): Promise<{ s: Omit<Scene, "settler" | "root">; rounds: readonly Round[] }> {
    const rng = createRandom(15n, "bonds of assertions");
    const s = await oracleOf("TestAsset");
    const rounds: Round[] = [];
    for (let round = 0; round < 24; round += 1) {
      const fee = rng.amount(0n, 10n ** BigInt(rng.integer(1, 30)));
      const around = 2n * fee + BigInt(rng.integer(-1, 1));
      const own = rng.integer(0, 2) === 0 ? rng.amount(0n, 10n ** 31n) : around < 0n ? 0n : around;
      const settler = await openSettler(s, own);
      rounds.push({ settler, root: await openByUma(s.w, settler, newInterval(s.w)), fee, own });
    }
    await time.increaseTo(s.w.t2);
    return { s, rounds };
  }

  it("is the settler's or the oracle's least one, whichever is more, whatever they are; none of it is lost", async () => {
    const { s, rounds } = await manyBonds();
    const { w, uma, currency } = s;
    const balances = async (): Promise<bigint[]> =>
      Promise.all([w.alice.address, w.bob.address, uma.store, uma.address].map((who) => currency.balanceOf(who)));
    const change = async (before: readonly bigint[]): Promise<bigint[]> =>
      (await balances()).map((now, k) => now - before[k]!);
    const seen = [0, 0];
    for (const [k, { settler, root, fee, own }] of rounds.entries()) {
      await uma.charge(await currency.getAddress(), fee);
      const bond = own > 2n * fee ? own : 2n * fee;
      seen[own > 2n * fee ? 0 : 1]! += 1;
      expect(await settler.bondNow()).to.equal(bond);

      const scene = { ...s, settler, root };
      const before = await balances();
      const id = await say(scene, root, BigInt(k));
      expect(await change(before)).to.deep.equal([-bond, 0n, 0n, bond]);
      await expectEmpty(scene);
      const ending = k % 3;
      if (ending === 0) {
        await time.increase(LIVENESS);
      } else {
        await uma.dispute(id, w.bob);
        await uma.vote(ending === 1);
      }
      await uma.settle(id);
      // Half of a loser's bond, rounded down, goes to the store, the rest to who was right.
      const [half, rest] = [bond / 2n, bond - bond / 2n];
      const paid = [
        [0n, 0n, 0n, 0n],
        [rest, -bond, half, 0n],
        [-bond, rest, half, 0n],
      ];
      expect(await change(before)).to.deep.equal(paid[ending]);
      expect((await settler.assertionOf(id)).isTruthful).to.equal(ending !== 2);
      await expectEmpty(scene);
    }
    expect(Math.min(...seen), seen.join(", ")).to.be.greaterThan(4);
  });
});

describe("A settler whose currency", function () {
  this.timeout(240_000);

  it("answers nothing works as with any", async () => {
    const s = await sceneOf("SilentAsset");
    const id = await say(s, s.root, 42n);
    await expectEmpty(s);
    await time.increase(LIVENESS);
    await s.settler.record(id);
    expect([await isSettled(s), await s.currency.balanceOf(s.w.alice)]).to.deep.equal([true, MUCH]);
  });

  it("keeps a fee takes no assertion, and the fallback settles", async () => {
    const s = await sceneOf("FeeOnTransferAsset");
    await expect(s.settler.connect(s.w.alice).assertOutcome(s.root, [42n]))
      .to.be.revertedWithCustomError(s.currency, "ERC20InsufficientBalance")
      .withArgs(s.settler, BOND - 2n * (BOND / 100n), BOND - BOND / 100n); // on the way to the oracle, with its second fee paid
    expect(await s.currency.balanceOf(s.w.alice)).to.equal(MUCH);
    await expectFallback(s);
  });

  it("is stopped before takes no assertion", async () => {
    const s = await sceneOf("RefusingAsset");
    const asset = s.currency as unknown as RefusingAsset;
    await asset.refuse(true);
    await expect(s.settler.connect(s.w.alice).assertOutcome(s.root, [42n])).to.be.revertedWithCustomError(
      asset,
      "TransfersStopped",
    );
    await expectFallback(s);
  });

  it("is stopped meanwhile holds the record until it goes on; if it never does, the fallback settles", async () => {
    const s = await sceneOf("RefusingAsset");
    const asset = s.currency as unknown as RefusingAsset;
    const id = await say(s, s.root, 42n);
    await time.increase(LIVENESS);
    await asset.refuse(true);
    await expect(s.settler.record(id)).to.be.revertedWithCustomError(asset, "TransfersStopped");
    const stopped = await networkHelpers.takeSnapshot();
    await asset.refuse(false);
    await s.settler.record(id);
    expect((await rootInfo(s.w, s.root))["lo"]).to.equal(42n);
    await stopped.restore();
    await expectFallback(s);
  });

  it("says it moved what it did not leaves an assertion without a stake, which is disputed and settled as any", async () => {
    const s = await sceneOf("LyingAsset");
    const asset = s.currency as unknown as LyingAsset;
    await asset.moveInstead(0n, false);
    const id = await say(s, s.root, 99n);
    expect(await s.currency.balanceOf(s.uma.address)).to.equal(0n);
    await s.uma.dispute(id, s.w.bob);
    await s.uma.vote(false);
    await s.uma.settle(id);
    await expect(s.settler.record(id))
      .to.be.revertedWithCustomError(s.settler, "UmaSettler_AssertedFalsely")
      .withArgs(id);
    const honest = await say(s, s.root, 42n);
    await time.increase(LIVENESS);
    await s.settler.record(honest);
    expect((await rootInfo(s.w, s.root))["lo"]).to.equal(42n);
  });

  describe("calls back in the middle of a payment", () => {
    it("with the record of another assertion: the root is settled by that, and the bond comes back", async () => {
      const s = await sceneOf("ReentrantAsset");
      const asset = s.currency as unknown as ReentrantAsset;
      const first = await say(s, s.root, 42n);
      await time.increase(LIVENESS);
      await s.uma.settle(first);
      await asset.aim(s.settler, s.settler.interface.encodeFunctionData("record", [first]), true);
      const second = await say(s, s.root, 43n, s.w.bob);
      expect((await rootInfo(s.w, s.root))["lo"]).to.equal(42n);
      await expectEmpty(s);
      await time.increase(LIVENESS);
      await expect(s.settler.record(second)).to.be.revertedWithCustomError(s.w.book, "Book_MarketSettled");
      await s.uma.settle(second);
      expect(await s.currency.balanceOf(s.w.bob)).to.equal(MUCH);
    });

    it("with a record finds nothing half done", async () => {
      const s = await sceneOf("ReentrantAsset");
      const asset = s.currency as unknown as ReentrantAsset;
      const id = await say(s, s.root, 42n);
      await time.increase(LIVENESS);
      // The oracle pays the bond back before it calls the settler: in between the asset asks for the record.
      await asset.aim(s.settler, s.settler.interface.encodeFunctionData("record", [id]), true);
      const receipt = await (await s.settler.record(id)).wait();
      const settled = receipt!.logs.flatMap((log) => s.w.book.interface.parseLog(log) ?? []);
      expect(settled.filter(({ name }) => name === "MarketRecorded")).to.have.length(1);
      expect(await isSettled(s)).to.equal(true);
    });

    it("with something that fails has its own call fail, and nothing else", async () => {
      const s = await sceneOf("ReentrantAsset");
      const asset = s.currency as unknown as ReentrantAsset;
      await asset.aim(s.settler, s.settler.interface.encodeFunctionData("assertOutcome", [99, [1n]]), false);
      await expect(s.settler.connect(s.w.alice).assertOutcome(s.root, [42n])).to.be.revertedWithCustomError(
        asset,
        "CallBackFailed",
      );
      await expectEmpty(s);
      await asset.aim(ZeroAddress, "0x", true);
      const id = await say(s, s.root, 42n);
      await time.increase(LIVENESS);
      await s.settler.record(id);
      expect(await isSettled(s)).to.equal(true);
    });
  });

  async function expectFallback(s: Scene): Promise<void> {
    expect(await s.currency.balanceOf(s.settler)).to.equal(0n);
    await time.increaseTo((await rootInfo(s.w, s.root))["settleBy"] as bigint); // as the struct has it
    await s.w.book.applyFallback(s.root);
    expect((await rootInfo(s.w, s.root))["lo"]).to.equal(50n);
  }
});
