/** What it costs to fix a price, to turn claims into cash, and to have a root settled by a contract. */
import type { NetworkConnection } from "hardhat/types/network";

import { HOUR } from "../../stage/contracts/fixings.js";
import { newEvent, newInterval } from "../../stage/contracts/markets.js";
import { openByUma } from "../../stage/contracts/settlers.js";
import { SUPPLY, TOKEN } from "../../stage/contracts/units.js";
import { openWindow } from "../../stage/contracts/windows.js";
import { openWorld, type World } from "../../stage/contracts/world.js";
import { roundOf } from "../../stage/counterparts/chainlink.js";
import { openOracle } from "../../stage/counterparts/uma.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

const [MOST, BOND] = [10n ** 15n, 10n ** 9n];

/** A session of two assets, with Chainlink's and UMA's own contracts. */
export async function measureSettlement(connection: NetworkConnection): Promise<Row[]> {
  const settled = await measureSettler(await openWorld(connection));
  return [...(await measureWindow(await openWorld(connection))), ...settled];
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
    gasRow("settler assert", "assert an interval's outcome, and stake the bond", asserted[0] ?? 0),
    gasRow("settler record", "have the oracle settle that, and the root by it", recorded[0] ?? 0),
    gasRow("settler record tie", "the same of an event's three weights", recorded[1] ?? 0),
  ];
}
