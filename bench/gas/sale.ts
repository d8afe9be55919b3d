/** What a primary sale costs its seller and its buyers. */
import { MaxUint256, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { signPermit } from "../../src/client/tokens.js";
import { SUPPLY, TOKEN } from "../../stage/contracts/units.js";
import { type Account, closeTrading, openWorld, type World } from "../../stage/contracts/world.js";
import type { PrimarySale } from "../../typechain-types/index.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

/** Session tokens of another session, which have permits, are what it is paid in. */
export async function measureSale(connection: NetworkConnection): Promise<Row[]> {
  const money = (await openWorld(connection, { stage: "funded" })).session;
  const w = await openWorld(connection, { stage: "funded" });
  const sale = await saleOf(w, await money.getAddress());
  const offer = async (amount: bigint): Promise<number> => {
    await w.session.approve(sale, amount);
    return gasOf(sale.connect(w.organiser).offer(amount));
  };
  await offer(SUPPLY / 2n);
  const offered = await offer(SUPPLY / 4n);
  for (const buyer of [w.alice, w.bob]) await money.transfer(buyer, 100n * TOKEN);
  await money.connect(w.alice).approve(sale, MaxUint256);
  await connection.networkHelpers.time.increaseTo(w.t1);
  const buy = () => gasOf(sale.connect(w.alice).buy(TOKEN, MaxUint256, w.alice, MaxUint256));
  const firstUse = await buy();
  const bought = await buy();
  await permitted(sale, await money.getAddress(), w.bob);
  const byPermit = await permitted(sale, await money.getAddress(), w.bob);
  const seller = sale.connect(w.organiser);
  const collected = await gasOf(seller.collect(w.organiser));
  await closeTrading(w);
  const back = await gasOf(seller.takeBack(w.organiser));
  return [
    gasRow("sale offer", "offer session tokens for sale, after others", offered),
    gasRow("buy", "buy session tokens from a primary sale", bought, firstUse),
    gasRow("buy by permit", "the same by a permit, without an approval before", byPermit),
    gasRow("sale collect", "collect what was paid", collected),
    gasRow("sale take back", "take back what was not sold", back),
  ];
}

async function saleOf(w: World, premium: string): Promise<PrimarySale> {
  const terms = {
    session: await w.session.getAddress(),
    premium,
    startPrice: TOKEN,
    endPrice: TOKEN / 2n,
    slope: 10n,
    opens: w.t1,
    closes: w.t2,
    maxPerBuyer: 0n,
    policy: ZeroAddress,
  };
  return w.connection.ethers.deployContract("PrimarySale", [terms]);
}

async function permitted(sale: PrimarySale, money: string, buyer: Account): Promise<number> {
  const permit = await signPermit(money, buyer, await sale.getAddress(), TOKEN);
  if (permit === undefined) throw new Error("session tokens have permits");
  const { deadline, v, r, s } = permit;
  return gasOf(sale.connect(buyer).buyWithPermit(TOKEN, TOKEN, buyer, deadline, v, r, s));
}
