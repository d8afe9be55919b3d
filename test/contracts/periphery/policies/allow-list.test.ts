import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { AbiCoder, concat, keccak256, ZeroHash } from "ethers";
import hre from "hardhat";

import type { AllowList } from "../../../../typechain-types/index.js";
import { type Account, openWorld, type World } from "../../../../stage/contracts/world.js";
import { expectLife, expectOpen, expectShut } from "./gate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  readonly list: AllowList;
  readonly tree: StandardMerkleTree<[string]>;
}

/** Alice, bob and three more are on the list; carol is not. */
async function open(): Promise<Fixture> {
  const signers = await ethers.getSigners();
  const [, , alice, bob, , dave, erin, frank] = signers;
  const tree = StandardMerkleTree.of(
    [alice, bob, dave, erin, frank].map((one): [string] => [one!.address]),
    ["address"],
  );
  const list = await ethers.deployContract("AllowList", [tree.root]);
  return { w: await openWorld(connection, { policy: await list.getAddress() }), list, tree };
}

describe("An allow-list", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  it("admits who is on it and has claimed its place, whoever brought the proof", async () => {
    const { w, list, tree } = f;
    await expectShut(w, w.alice);
    await expect(list.connect(w.outsider).claim(w.alice, tree.getProof([w.alice.address])))
      .to.emit(list, "Claimed")
      .withArgs(w.alice.address);
    await expectOpen(w, w.alice);
    await expectShut(w, w.bob);
  });

  it("finds nothing new in a second claim", async () => {
    const { w, list, tree } = f;
    await list.claim(w.alice, tree.getProof([w.alice.address]));
    await expect(list.claim(w.alice, [])).to.not.emit(list, "Claimed");
    expect(await list.admits(w.book, w.alice)).to.equal(true);
  });

  it("refuses a proof of somebody else, a part of one, and none", async () => {
    const { w, list, tree } = f;
    const proof = tree.getProof([w.alice.address]);
    const cases: [Account, string[]][] = [
      [w.carol, proof],
      [w.bob, proof],
      [w.alice, proof.slice(1)],
      [w.alice, [...proof, ZeroHash]],
      [w.alice, [...proof].reverse()],
      [w.alice, []],
    ];
    for (const [trader, given] of cases) {
      await expect(list.claim(trader, given))
        .to.be.revertedWithCustomError(list, "AllowList_NotOnList")
        .withArgs(trader.address, tree.root);
    }
    await expectShut(w, w.carol);
  });

  it("takes no node for a leaf: an address cannot be made of what lies between", async () => {
    const { list, tree } = f;
    // Every node of the tree, as an address would have to be encoded to hash to it, and the proof of its place.
    const nodes = tree.dump().tree;
    const [, left = "", right = ""] = nodes;
    expect(keccak256(concat([left, right].sort()))).to.equal(tree.root);
    // The last 20 bytes of either, with the other as a proof.
    for (const [node, other] of [
      [left, right],
      [right, left],
    ] as const) {
      await expect(list.claim(`0x${node.slice(26)}`, [other])).to.be.revertedWithCustomError(
        list,
        "AllowList_NotOnList",
      );
    }
  });

  it("hashes leaves twice, so a tree with leaves hashed once is of no use", async () => {
    const { w } = f;
    const once = keccak256(AbiCoder.defaultAbiCoder().encode(["address"], [w.alice.address]));
    const naive = await ethers.deployContract("AllowList", [once]);
    await expect(naive.claim(w.alice, [])).to.be.revertedWithCustomError(naive, "AllowList_NotOnList");
    const twice = await ethers.deployContract("AllowList", [keccak256(once)]);
    await expect(twice.claim(w.alice, [])).to.emit(twice, "Claimed"); // a list of one
  });

  it("is the same list for every book that names it", async () => {
    const { w, list, tree } = f;
    await list.claim(w.alice, tree.getProof([w.alice.address]));
    const other = await openWorld(connection, { policy: await list.getAddress() });
    await expectOpen(other, other.alice);
    await expectShut(other, other.carol);
    expect(await list.admits(w.outsider, w.alice)).to.equal(true);
  });

  it("is asked at registration alone: claimed or not, who is in comes out", async () => {
    const { w, list, tree } = f;
    await list.claim(w.alice, tree.getProof([w.alice.address]));
    await expectLife(w, w.alice, () => list.claim(w.bob, tree.getProof([w.bob.address])));
  });

  it("has a root", async () => {
    await expect(ethers.deployContract("AllowList", [ZeroHash])).to.be.revertedWithCustomError(
      f.list,
      "AllowList_NoRoot",
    );
    expect(await f.list.ROOT()).to.equal(f.tree.root);
  });
});
