/**
 * The contracts on a chain at play, each deployed by itself: their addresses follow from the deployer's nonces, so that what a stage
 * shows stays the same when a contract changes. (On chains that last they lie where `session deploy` puts them.)
 */
import type { Signer } from "ethers";

import {
  LegToken__factory,
  OrderBook__factory,
  OrderBookAccounts__factory,
  OrderBookMarkets__factory,
  OrderBookViews__factory,
  Session__factory,
  SessionFactory__factory,
} from "../typechain-types/index.js";

/** A contract that was sent to a chain. */
interface Made {
  waitForDeployment(): Promise<{ getAddress(): Promise<string> }>;
}

/** @returns the factory's address */
export async function deployPlainly(deployer: Signer): Promise<string> {
  const legToken = await made(new LegToken__factory(deployer).deploy());
  const markets = await made(new OrderBookMarkets__factory(deployer).deploy());
  const session = await made(new Session__factory(deployer).deploy());
  const views = await made(new OrderBookViews__factory(deployer).deploy(markets));
  const accounts = await made(new OrderBookAccounts__factory(deployer).deploy(views));
  const book = await made(new OrderBook__factory(deployer).deploy(accounts));
  return made(new SessionFactory__factory(deployer).deploy(session, legToken, book));
}

async function made(sent: Promise<Made>): Promise<string> {
  return (await (await sent).waitForDeployment()).getAddress();
}
