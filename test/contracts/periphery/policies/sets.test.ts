import { expect } from "chai";
import hre from "hardhat";

import type { AdmitListPolicy, AllOf, AnyOf } from "../../../../typechain-types/index.js";
import { openWorld, type World } from "../../../../stage/contracts/world.js";
import { MAX_POLICIES } from "../../../../src/protocol/amounts/limits.js";
import { expectLife, expectOpen, expectShut } from "./gate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Ways of HostilePolicy that are no answer; "writes" is one, for a question may change nothing. */
const NO_ANSWER = {
  reverts: 0,
  "burns all its gas": 1,
  "answers 2": 2,
  "answers 31 bytes": 3,
  "answers nothing": 4,
  writes: 5,
  "reverts with 100 kB": 7,
} as const;
const HUGE_YES = 6;

type Kind = "AllOf" | "AnyOf";

async function list(): Promise<AdmitListPolicy> {
  return ethers.deployContract("AdmitListPolicy");
}

async function setOf(kind: Kind, ...children: { getAddress(): Promise<string> }[]): Promise<AllOf | AnyOf> {
  const addresses = await Promise.all(children.map((child) => child.getAddress()));
  return kind === "AllOf" ? ethers.deployContract("AllOf", [addresses]) : ethers.deployContract("AnyOf", [addresses]);
}

async function worldOf(set: AllOf | AnyOf): Promise<World> {
  return openWorld(connection, { policy: await set.getAddress() });
}

async function openTwo() {
  const children = [await list(), await list()] as const;
  const [all, any] = [await setOf("AllOf", ...children), await setOf("AnyOf", ...children)];
  return { children, all: await worldOf(all), any: await worldOf(any) };
}

describe("A set of policies", () => {
  it("admits whom all admit, or whom one admits: of two, in all four cases", async () => {
    const { children, all, any } = await networkHelpers.loadFixture(openTwo);
    const traders = [all.alice, all.bob, all.carol, all.dave];
    for (const [i, trader] of traders.entries()) {
      for (const w of [all, any]) {
        await children[0].admit(w.book, trader, (i & 1) === 1);
        await children[1].admit(w.book, trader, (i & 2) === 2);
      }
      await (i === 3 ? expectOpen : expectShut)(all, trader);
      await (i === 0 ? expectShut : expectOpen)(any, trader);
    }
  });

  it("asks for the book that asks, and no other", async () => {
    const { children, any } = await networkHelpers.loadFixture(openTwo);
    await children[0].admit(any.outsider, any.alice, true);
    await expectShut(any, any.alice);
    await children[0].admit(any.book, any.alice, true);
    await expectOpen(any, any.alice);
  });

  it("is asked at registration alone: a child that changes its mind shuts nobody out", async () => {
    const { children, all } = await networkHelpers.loadFixture(openTwo);
    for (const child of children) await child.admit(all.book, all.alice, true);
    await expectLife(all, all.alice, async () => {
      for (const child of children) await child.admit(all.book, all.alice, false);
    });
  });

  it("is of no use to who is refused now because it was yes before", async () => {
    const { children, all } = await networkHelpers.loadFixture(openTwo);
    await children[0].admit(all.book, all.bob, true);
    await expectShut(all, all.bob);
    await children[0].admit(all.book, all.bob, false);
    await children[1].admit(all.book, all.bob, true);
    await expectShut(all, all.bob); // each has said yes once, not together
  });

  for (const [what, manner] of Object.entries(NO_ANSWER)) {
    it(`takes a child that ${what} for a no, and for nothing else`, async () => {
      const [good, bad] = [await list(), await ethers.deployContract("HostilePolicy", [manner])];
      const [all, any, alone] = [
        await setOf("AllOf", good, bad),
        await setOf("AnyOf", bad, good),
        await setOf("AnyOf", bad),
      ];
      const w = await worldOf(any);
      await good.admit(w.book, w.alice, true);
      await expectOpen(w, w.alice);
      expect(await all.admits(w.book, w.alice)).to.equal(false);
      expect(await alone.admits(w.book, w.alice)).to.equal(false);
    });
  }

  it("reads one word of an answer, however long", async () => {
    const huge = await ethers.deployContract("HostilePolicy", [HUGE_YES]);
    const set = await setOf("AllOf", huge, huge, huge, huge);
    const w = await worldOf(set);
    await expectOpen(w, w.alice);
    const own = (await set.admits.estimateGas(w.book, w.alice)) - 4n * (await huge.admits.estimateGas(w.book, w.alice));
    expect(own < 60_000n, `${own} gas, with nothing copied`).to.equal(true);
  });

  it("bounds what a child burns, so that seven of them leave the eighth its own", async () => {
    const burns = await ethers.deployContract("HostilePolicy", [1]);
    const good = await list();
    const set = await setOf("AnyOf", ...Array<typeof burns>(7).fill(burns), good);
    const w = await worldOf(set);
    await good.admit(w.book, w.alice, true);
    const { gasUsed } = (await (await w.book.createUser(w.alice, { gasLimit: 5_000_000 })).wait())!;
    expect(gasUsed > 7n * 250_000n && gasUsed < 2_000_000n, `${gasUsed} gas`).to.equal(true);
    // With less than all could burn each has its share, and the eighth still answers.
    await good.admit(w.book, w.bob, true);
    await w.book.createUser(w.bob, { gasLimit: 400_000 });
  });

  it("may hold another set, in which a burning child has its share and no more", async () => {
    const burns = await ethers.deployContract("HostilePolicy", [1]);
    const good = await list();
    const inner = await setOf("AnyOf", burns, burns, good);
    const set = await setOf("AllOf", inner, good);
    const w = await worldOf(set);
    await good.admit(w.book, w.alice, true);
    await expectOpen(w, w.alice);
    await expectShut(w, w.bob);
  });

  it("stops asking when the answer is known", async () => {
    const [good, burns] = [await list(), await ethers.deployContract("HostilePolicy", [1])];
    const any = await setOf("AnyOf", good, burns);
    const w = await worldOf(any);
    await good.admit(w.book, w.alice, true);
    expect(await any.admits.estimateGas(w.book, w.alice)).to.be.lessThan(60_000n);
    const all = await setOf("AllOf", good, burns);
    expect(await all.admits.estimateGas(w.book, w.bob)).to.be.lessThan(60_000n);
  });

  it("has 1 to 8 children, with code, and says which", async () => {
    const good = await list();
    for (const kind of ["AllOf", "AnyOf"] as const) {
      const eight = Array<typeof good>(MAX_POLICIES).fill(good);
      const set = await setOf(kind, ...eight);
      expect([...(await set.policies())]).to.deep.equal(Array(MAX_POLICIES).fill(await good.getAddress()));
      expect(await set.MAX_POLICIES()).to.equal(BigInt(MAX_POLICIES));
      for (const children of [[], [...eight, good]]) {
        await expect(setOf(kind, ...children))
          .to.be.revertedWithCustomError(set, "PolicySet_Count")
          .withArgs(children.length, MAX_POLICIES);
      }
      const [, , , , , , , , outsider] = await ethers.getSigners();
      await expect(setOf(kind, good, outsider!))
        .to.be.revertedWithCustomError(set, "PolicySet_NoCode")
        .withArgs(1, outsider!.address);
    }
  });
});
