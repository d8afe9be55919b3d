/** What it takes to be admitted, and what a policy adds to a registration. */
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { id, MaxUint256, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { MAX_POLICIES } from "../../src/protocol/amounts/limits.js";
import { closeTrading, openWorld, type World } from "../../stage/contracts/world.js";
import { deployEas } from "../../stage/counterparts/eas.js";
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
    gasRow("fee collect", "collect the entry fees", await gasOf(vault.connect(listed.frank).collect(listed.frank))),
    await recordRow(open),
    await attestedRow(open),
    ...(await stakeRows(await openWorld(connection))),
  ];
}

/** Of a table of as many as the allow-list. */
async function recordRow({ connection: { ethers } }: World): Promise<Row> {
  const lines = Array.from({ length: LISTED }, (_, i): [string, bigint, bigint] => [
    new Wallet(id(`scored ${i}`)).address,
    10_000n,
    20_000n,
  ]);
  const tree = StandardMerkleTree.of(lines, ["address", "int256", "int256"]);
  const policy = await ethers.deployContract("TrackRecord", [tree.root, 0n, 0n]);
  const [first, second] = lines as [(typeof lines)[0], (typeof lines)[0]]; // of a thousand
  await policy.claim(...first, tree.getProof(first));
  const claimed = await gasOf(policy.claim(...second, tree.getProof(second)));
  return gasRow("claim record", `claim a line of a table of ${LISTED} track records`, claimed);
}

/** With the attestation service as it is published. */
async function attestedRow({ connection: { ethers }, organiser, erin, alice, bob }: World): Promise<Row> {
  const eas = await deployEas(organiser);
  const schema = await eas.registerSchema("bool isResearcher");
  const policy = await ethers.deployContract("Attested", [eas.address, schema, erin]);
  const attest = ({ address }: { readonly address: string }) => eas.attest(erin, { schema, recipient: address });
  await policy.present(await attest(alice));
  return gasRow("present", "present an attestation", await gasOf(policy.present(await attest(bob))));
}

/** Alice and Bob stake for themselves, and take it back after t2; his are measured. */
async function stakeRows(world: World): Promise<Row[]> {
  const { alice, bob, book, connection, session } = world;
  const token = await connection.ethers.deployContract("TestAsset", ["Capital", "CAP", 18]);
  const lock = await connection.ethers.deployContract("MinCapital", [token, FEE]);
  const paid: number[] = [];
  for (const trader of [alice, bob]) {
    await token.mint(trader, 2n * FEE);
    await token.connect(trader).approve(lock, MaxUint256);
    paid.push(await gasOf(lock.connect(trader).stake(session, trader, FEE)));
  }
  await closeTrading(world);
  for (const trader of [alice, bob]) {
    paid.push(await gasOf(lock.connect(trader).withdraw(book, trader, trader)));
  }
  return [
    gasRow("stake", "stake the capital that a policy asks for", paid[1] ?? 0),
    gasRow("stake withdraw", "take it back after t2", paid[3] ?? 0),
  ];
}
