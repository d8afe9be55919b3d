/** What it takes to be admitted, what a policy adds to a registration, and what a purchase costs. */
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, MaxUint256, Wallet, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { MAX_POLICIES } from "../../src/protocol/amounts/limits.js";
import { SUPPLY, TOKEN } from "../../stage/contracts/units.js";
import { openWorld } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

/** Addresses on the list: ten other sides in a proof. */
const LISTED = 1_024;
const FEE = 1_000n;

export async function measureGates(connection: NetworkConnection): Promise<Row[]> {
  const { ethers } = connection;
  const names = Array.from({ length: LISTED }, (_, i) => new Wallet(id(`listed ${i}`)).address);
  const tree = StandardMerkleTree.of(
    names.map((name): [string] => [name]),
    ["address"],
  );
  const [first = "", second = "", third = ""] = names;
  const list = await ethers.deployContract("AllowList", [tree.root]);
  const listed = await openWorld(connection, { policy: await list.getAddress() });
  for (const name of [first, second]) await list.claim(name, tree.getProof([name]));
  const claim = await gasOf(list.claim(third, tree.getProof([third])));
  const all = await ethers.deployContract("AllOf", [Array<typeof list>(MAX_POLICIES).fill(list)]);
  const open = await openWorld(connection);
  const eight = await openWorld(connection, { policy: await all.getAddress() });
  const money = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const vault = await ethers.deployContract("FeeVault", [money, FEE, listed.frank]);
  await money.mint(listed.alice, 10n * FEE);
  await money.connect(listed.alice).approve(vault, MaxUint256);
  await vault.connect(listed.alice).pay(listed.session, first);
  return [
    gasRow("claim", `claim a place on an allow-list of ${LISTED}`, claim),
    gasRow("register", "register in a session without a policy", await gasOf(open.book.createUser(first))),
    gasRow("register, list", "the same with an allow-list", await gasOf(listed.book.createUser(first))),
    gasRow(
      "register, all 8",
      "the same with eight policies of which all are asked",
      await gasOf(eight.book.createUser(first)),
    ),
    gasRow("fee", "pay an entry fee", await gasOf(vault.connect(listed.alice).pay(listed.session, second))),
    await saleRow(connection),
  ];
}

async function saleRow(connection: NetworkConnection): Promise<Row> {
  const { ethers, networkHelpers } = connection;
  const w = await openWorld(connection, { stage: "funded" });
  const money = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const terms = {
    session: await w.session.getAddress(),
    premium: await money.getAddress(),
    startPrice: 2_500_000n,
    endPrice: 1_000_000n,
    slope: 10n,
    opens: w.t1,
    closes: w.t2,
    maxPerBuyer: 0n,
    policy: ZeroAddress,
  };
  const sale = await ethers.deployContract("PrimarySale", [terms]);
  await w.session.approve(sale, SUPPLY);
  await sale.connect(w.organiser).offer(SUPPLY);
  await money.mint(w.alice, 10n ** 12n);
  await money.connect(w.alice).approve(sale, MaxUint256);
  await networkHelpers.time.increaseTo(w.t1);
  const buy = () => gasOf(sale.connect(w.alice).buy(TOKEN, MaxUint256, w.alice, MaxUint256));
  const firstUse = await buy();
  return gasRow("buy", "buy session tokens from a primary sale", await buy(), firstUse);
}
