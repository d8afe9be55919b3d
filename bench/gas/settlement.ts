/** What it costs to fix a price, to turn claims into cash, and to have a root settled by a contract. */
import type { NetworkConnection } from "hardhat/types/network";

import { deployFixing, HOUR } from "../../stage/contracts/fixings.js";
import { newEvent, newInterval } from "../../stage/contracts/markets.js";
import { openByPrice, openByUma } from "../../stage/contracts/settlers.js";
import { SUPPLY, TOKEN } from "../../stage/contracts/units.js";
import { openWindow } from "../../stage/contracts/windows.js";
import { openWorld, type World } from "../../stage/contracts/world.js";
import { openFeed, roundOf } from "../../stage/counterparts/chainlink.js";
import { openOracle } from "../../stage/counterparts/uma.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

const [MOST, BOND] = [10n ** 15n, 10n ** 9n];

/** A session of two assets, with Chainlink's and UMA's own contracts. */
export async function measureSettlement(connection: NetworkConnection): Promise<Row[]> {
  return [
    ...(await measureWindow(await openWorld(connection))),
    ...(await measureSettler(await openWorld(connection))),
    ...(await measureByPrice(await openWorld(connection))),
  ];
}

/** An interval that ends with the price of an hour before t2. */
async function measureByPrice(world: World): Promise<Row[]> {
  const { connection, bookAddress, organiser, t2 } = world;
  const { time } = connection.networkHelpers;
  const feed = await openFeed(organiser, 8);
  const fixing = await deployFixing(connection, { time: t2 - HOUR, feeds: [{ feed }] });
  const settler = await connection.ethers.deployContract("ChainlinkSettler", [bookAddress, fixing]);
  const spec = newInterval(world, { max: 100_000n, closesAt: t2 - HOUR });
  const root = await openByPrice(world, settler, spec, { leg: 1, ticksPerUnit: 100n });
  const opened = await gasOfLast(world);
  await time.increaseTo(t2 - HOUR - HOUR / 2);
  const round = await feed.answer(34_567_890_000n);
  await time.increaseTo(t2 - HOUR / 2);
  await fixing.fix(1, round, 0n);
  return [
    gasRow("settler open by price", "open an interval root that a fixed price settles", opened),
    gasRow("settler record price", "have the root settled by that price", await gasOf(settler.record(root))),
  ];
}

/** Of the transaction that was mined last. */
async function gasOfLast({ connection }: World): Promise<number> {
  const { provider } = connection.ethers;
  const block = await provider.getBlock("latest");
  const receipt = await provider.getTransactionReceipt(block?.transactions[0] ?? "");
  if (receipt === null) throw new Error("the last block has no transaction");
  return Number(receipt.gasUsed);
}

async function dollars(world: World) {
  const cash = await world.connection.ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  await cash.mint(world.carol, MOST);
  return cash;
}

/** Alice and Bob offer, Carol buys half; the second of each kind is measured. */
async function measureWindow(world: World): Promise<Row[]> {
  const { alice, bob, carol, session, t2 } = world;
  const { time } = world.connection.networkHelpers;
  const cash = await dollars(world);
  const { window, fixing, feeds, opens, closes } = await openWindow(world, await cash.getAddress());
  await cash.connect(carol).approve(window, MOST);
  await time.increaseTo(t2 - HOUR / 2);
  for (const feed of feeds) await feed.answer(10n ** 10n);
  await time.increaseTo(t2 + 60);
  for (const feed of feeds) await feed.answer(10n ** 10n);
  await fixing.fix(2, roundOf(1n, 1n), roundOf(1n, 2n));
  const fixed = await gasOf(fixing.fix(1, roundOf(1n, 1n), roundOf(1n, 2n)));
  for (const holder of [alice, bob]) {
    await session.transfer(holder, 10n * TOKEN);
    await session.connect(holder).approve(window, SUPPLY);
  }
  await window.connect(alice).offerSession(10n * TOKEN);
  const offered = await gasOf(window.connect(bob).offerSession(10n * TOKEN));
  const leg = world.leg(1);
  await session.split(TOKEN);
  await leg.transfer(bob, TOKEN);
  await leg.connect(bob).approve(window, SUPPLY);
  const offeredLeg = await gasOf(window.connect(bob).offer(1, TOKEN));
  await time.increaseTo(opens);
  const sold = await gasOf(window.connect(carol).buy(2, 5n * TOKEN, MOST, carol));
  await window.connect(carol).buyAndRedeem(1, 5n * TOKEN, MOST, carol);
  const bought = await gasOf(window.connect(carol).buyAndRedeem(1, 5n * TOKEN, MOST, carol));
  await time.increaseTo(closes);
  await window.connect(alice).pullCash(1, alice);
  const pulled = await gasOf(window.connect(bob).pullCash(1, bob));
  await window.connect(alice).takeBack(2, alice);
  const back = await gasOf(window.connect(bob).takeBack(2, bob));
  return [
    gasRow("fixing", "fix a price by a Chainlink feed, the next round named", fixed),
    gasRow("window offer", "offer session tokens of 2 assets in a cash window", offered),
    gasRow("window offer leg", "offer leg tokens there, to those offered before", offeredLeg),
    gasRow("window buy leg", "buy leg tokens there, the first of that leg", sold),
    gasRow("window buy", "buy leg tokens there and redeem them", bought),
    gasRow("window pull", "take the cash of a leg", pulled),
    gasRow("window take back", "take back the leg tokens that nobody bought", back),
  ];
}

/** An interval and a tie of three, asserted by Carol; nobody disputes. */
async function measureSettler(world: World): Promise<Row[]> {
  const { connection, bookAddress, organiser, carol, t2 } = world;
  const { ethers, networkHelpers } = connection;
  const cash = await dollars(world);
  const currency = await cash.getAddress();
  const { address: oracle } = await openOracle(organiser, currency, BOND / 4n);
  const settler = await ethers.deployContract("UmaSettler", [
    { book: bookAddress, oracle, currency, liveness: 2 * HOUR, bond: BOND },
  ]);
  await cash.connect(carol).approve(settler, MOST);
  const interval = await openByUma(world, settler, newInterval(world));
  const opened = await gasOfLast(world);
  const event = await openByUma(world, settler, newEvent(world));
  await networkHelpers.time.increaseTo(t2);
  const by = settler.connect(carol);
  const ids: string[] = [];
  const asserted: number[] = [];
  for (const [root, values] of [
    [interval, [42n]],
    [event, [34n, 33n, 33n]],
  ] as const) {
    const sent = await by.assertOutcome(root, [...values]);
    asserted.push(await gasOf(Promise.resolve(sent)));
    const { logs } = (await sent.wait()) ?? { logs: [] };
    const said = logs.flatMap((log) => settler.interface.parseLog(log) ?? []);
    ids.push(String(said.find(({ name }) => name === "OutcomeAsserted")?.args["assertionId"]));
  }
  await networkHelpers.time.increase(2 * HOUR);
  const recorded: number[] = [];
  for (const id of ids) recorded.push(await gasOf(settler.record(id)));
  return [
    gasRow("settler open", "open an interval root that assertions settle", opened),
    gasRow("settler assert", "assert an interval's outcome, and stake the bond", asserted[0] ?? 0),
    gasRow("settler record", "have the oracle settle that, and the root by it", recorded[0] ?? 0),
    gasRow("settler record tie", "the same of an event's three weights", recorded[1] ?? 0),
  ];
}
