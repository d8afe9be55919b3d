/** What it takes to lend a key, and what an order costs that it has signed. */
import { id, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { packBatch } from "../../stage/contracts/batches.js";
import { signByKey } from "../../stage/contracts/keys.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

export async function measureKeys(connection: NetworkConnection): Promise<Row[]> {
  const world = await openWorld(connection);
  const account = (await connection.ethers.deployContract("KeyAccount", [world.dave.address])).connect(world.dave);
  const trader = { address: await account.getAddress() };
  const key = new Wallet(id("a key that is lent"));
  await bankroll(world, 10n * TOKEN, trader, world.alice);
  const limits = {
    ...{ book: world.bookAddress, marketRootId: 1, marketBranchId: 1, deadline: world.t2 - 1, mayCancel: false },
    ...{ maxLots: 10n, firstNonce: 0n, orders: 9n },
  };
  const granted = await gasOf(account.grantKey(key, limits));
  const order = async (price: bigint): Promise<number> => {
    const signed = await signByKey(world, { trader, key, lots: 1n, price });
    const { checkpoints } = await world.book.chainState();
    const batch = { newest: Number(checkpoints), strict: true, wallets: new Set([0]) };
    return gasOf(world.book.createTrades(packBatch([signed], batch)));
  };
  await order(4_000n);
  const rested = await order(3_000n);
  const withdraw = world.book.interface.encodeFunctionData("withdraw", [TOKEN, world.dave.address, 0]);
  await account.act(world.book, 0, withdraw);
  return [
    gasRow("key grant", "lend a key for one market", granted),
    gasRow("key order", "an order that a lent key has signed comes to rest behind another one of its account", rested),
    gasRow("key act", "withdraw session tokens as such an account", await gasOf(account.act(world.book, 0, withdraw))),
    gasRow("key revoke", "take a key back", await gasOf(account.revokeKey(key))),
  ];
}
