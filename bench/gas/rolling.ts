/** What it costs to go from one session into the next, and to be asked what a session token is worth. */
import type { NetworkConnection } from "hardhat/types/network";

import { deployRollers, giveTo, openForRoll, rollTermsOf } from "../../stage/contracts/rolling.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { openWorld, type World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

const ASSETS = [2, 16] as const;

export async function measureRolling(connection: NetworkConnection): Promise<Row[]> {
  const rows: Row[] = [];
  for (const assetCount of ASSETS) {
    const world = await openWorld(connection, { assetCount });
    rows.push(...(await measureRoll(world, assetCount)), await measurePrice(world, assetCount));
  }
  return rows;
}

/** Alice and Bob give session tokens, one after the other; the second finds the totals there. Carol takes hers back. */
async function measureRoll(world: World, assets: number): Promise<Row[]> {
  const { alice, bob, carol, dave, connection, session } = world;
  const factory = await deployRollers(world);
  const terms = await rollTermsOf(world);
  const opened = await gasOf(factory.create(terms));
  const roller = await connection.ethers.getContractAt("Roller", await factory.addressOf(terms));
  for (const holder of [alice, bob, carol, dave]) await session.transfer(holder, 100n * TOKEN);
  await giveTo(world, roller, alice, 100n * TOKEN);
  const given = await gasOf(giveTo(world, roller, bob, 100n * TOKEN));
  await giveTo(world, roller, carol, 100n * TOKEN);
  const back = await gasOf(roller.connect(carol).takeBack(carol));
  await session.connect(dave).transfer(await roller.inboxOf(dave), 100n * TOKEN);
  const fromInbox = await gasOf(roller.giveFromInbox(dave));
  await session.connect(carol).transfer(await roller.inboxOf(dave), TOKEN);
  const emptied = await gasOf(roller.connect(dave).emptyInbox([session], dave));
  await openForRoll(world);
  const rolled = await gasOf(roller.roll());
  await roller.connect(alice).take(alice);
  const taken = await gasOf(roller.connect(bob).take(bob));
  const of = `${assets} assets`;
  return [
    gasRow(`roller ${assets}`, `open a roller for a session of ${of}`, opened),
    gasRow(`roll give ${assets}`, `give session tokens of ${of} to it, after others have`, given),
    gasRow(`roll take back ${assets}`, `take back what was given of ${of}, before it rolls`, back),
    gasRow(
      `roll inbox ${assets}`,
      `give what lies in an inbox for ${of}, which is made for it, as a keeper does`,
      fromInbox,
    ),
    gasRow(`roll empty ${assets}`, `take one token out of an inbox of a roller of ${of}`, emptied),
    gasRow(`roll ${assets}`, `roll: redeem ${of}, make the next session, fund and split it`, rolled),
    gasRow(`roll take ${assets}`, `take one's part of a next session of ${of}, as session tokens`, taken),
  ];
}

/** The feeds answer from two words; a proxy's aggregator takes some 10 000 more for each. */
async function measurePrice({ connection: { ethers, networkHelpers }, session }: World, assets: number): Promise<Row> {
  const now = await networkHelpers.time.latest();
  const feeds: string[] = [];
  for (let k = 0; k < assets; k += 1) {
    const feed = await ethers.deployContract("SettableFeed", [8]);
    await feed.set(100n * 10n ** 8n, now);
    feeds.push(await feed.getAddress());
  }
  const ages = feeds.map(() => 86_400 * 365);
  const oracle = await ethers.deployContract("SessionTokenOracle", [session, 0, feeds, ages, 6]);
  const what = `ask the oracle for the price of a session token of ${assets} assets, as a call of its own`;
  return gasRow(`oracle ${assets}`, what, Number(await oracle.price.estimateGas()));
}
