import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { MinInt256, ZeroHash } from "ethers";
import hre from "hardhat";

import type { TrackRecord } from "../../../../typechain-types/index.js";
import { type Account, openWorld, type World } from "../../../../stage/contracts/world.js";
import { expectLife, expectOpen, expectShut } from "./gate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const LEAST_PROFIT = 10_000n;
const LEAST_INFORMATION = -5_000n;
/** Alice has just enough, bob too little profit, carol too little information, dave more than enough. */
const LINES = [
  ["alice", 10_000n, -5_000n],
  ["bob", 9_999n, 800_000n],
  ["carol", 500_000n, -5_001n],
  ["dave", 500_000n, 800_000n],
] as const;

interface Fixture {
  readonly w: World;
  readonly policy: TrackRecord;
  readonly claim: (who: Account, ...figures: readonly [bigint, bigint]) => ReturnType<TrackRecord["claim"]>;
}

async function open(): Promise<Fixture> {
  const [, , alice, bob, carol, dave] = await ethers.getSigners();
  const named = { alice: alice!, bob: bob!, carol: carol!, dave: dave! };
  const lines = LINES.map(([name, ...figures]): [string, bigint, bigint] => [named[name].address, ...figures]);
  const tree = StandardMerkleTree.of(lines, ["address", "int256", "int256"]);
  const policy = await ethers.deployContract("TrackRecord", [tree.root, LEAST_PROFIT, LEAST_INFORMATION]);
  const proofs = new Map(lines.map((line) => [line[0], tree.getProof(line)]));
  return {
    w: await openWorld(connection, { policy: await policy.getAddress() }),
    policy,
    claim: (who, ...figures) => policy.claim(who, ...figures, proofs.get(who.address) ?? []),
  };
}

describe("A policy of track records", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  it("admits whose line is in the table and good enough, to the last millionth", async () => {
    const { w, policy, claim } = f;
    await expectShut(w, w.alice);
    await expect(claim(w.alice, 10_000n, -5_000n))
      .to.emit(policy, "RecordClaimed")
      .withArgs(w.alice.address, 10_000n, -5_000n);
    await claim(w.dave, 500_000n, 800_000n);
    await expectOpen(w, w.alice);
    await expectOpen(w, w.dave);
    await expect(claim(w.alice, 0n, 0n)).to.not.emit(policy, "RecordClaimed"); // is in, whatever is shown
  });

  it("refuses a line that is too little, by either measure", async () => {
    const { w, policy, claim } = f;
    for (const [who, profit, information] of [
      [w.bob, 9_999n, 800_000n],
      [w.carol, 500_000n, -5_001n],
    ] as const) {
      await expect(claim(who, profit, information))
        .to.be.revertedWithCustomError(policy, "TrackRecord_NotEnough")
        .withArgs(profit, LEAST_PROFIT, information, LEAST_INFORMATION);
      await expectShut(w, who);
    }
  });

  it("refuses a line with figures that are not the table's, and somebody else's", async () => {
    const { w, policy, claim } = f;
    for (const [who, profit, information] of [
      [w.bob, 10_000n, 800_000n],
      [w.erin, 500_000n, 800_000n],
    ] as const) {
      await expect(claim(who, profit, information))
        .to.be.revertedWithCustomError(policy, "TrackRecord_NotInTable")
        .withArgs(who.address, profit, information, await policy.ROOT());
    }
  });

  it("is asked at registration alone", async () => {
    const { w, claim } = f;
    await claim(w.alice, 10_000n, -5_000n);
    await expectLife(w, w.alice, () => claim(w.dave, 500_000n, 800_000n));
  });

  it("has a root, and wants what it says", async () => {
    const { policy } = f;
    await expect(ethers.deployContract("TrackRecord", [ZeroHash, 0, 0])).to.be.revertedWithCustomError(
      policy,
      "TrackRecord_NoRoot",
    );
    const all = await ethers.deployContract("TrackRecord", [await policy.ROOT(), MinInt256, MinInt256]);
    expect(await all.LEAST_PROFIT_PPM()).to.equal(MinInt256);
    expect([await policy.LEAST_PROFIT_PPM(), await policy.LEAST_INFORMATION_PPM()]).to.deep.equal([
      LEAST_PROFIT,
      LEAST_INFORMATION,
    ]);
  });
});
