/** What the vault's operations cost. */
import { id } from "ethers";

import type { Row } from "../part.js";
import { DAY, TOKEN } from "../../stage/contracts/units.js";
import { bankroll, closeTrading, supplyBasket, type World } from "../../stage/contracts/world.js";
import { gasOf, gasRow } from "./receipt.js";

const AMOUNT = 10n * TOKEN;

/** Splitting and merging, before and after slots were used. */
export async function measureVault({ session }: World): Promise<Row[]> {
  const firstSplit = await gasOf(session.split(AMOUNT));
  const split = await gasOf(session.split(AMOUNT));
  return [
    gasRow("split", "split session tokens into leg tokens, 2 assets", split, firstSplit),
    gasRow("merge", "merge leg tokens of 2 assets into session tokens", await gasOf(session.merge(AMOUNT))),
  ];
}

export async function measureMoney(world: World): Promise<Row[]> {
  const book = world.book.connect(world.organiser);
  const firstDeposit = await gasOf(book.deposit(world.organiser, TOKEN));
  await bankroll(world, 100n * TOKEN, world.alice, world.bob);
  const deposit = await gasOf(book.deposit(world.organiser, TOKEN));
  return [
    gasRow("deposit", "deposit session tokens by allowance; first use registers the trader", deposit, firstDeposit),
    gasRow(
      "withdraw",
      "withdraw session tokens to the trader",
      await gasOf(book.withdraw(TOKEN / 2n, world.organiser, 0)),
    ),
  ];
}

/** After trading; then another session, opened and funded. Moves the clock beyond t2. */
export async function measureEnd(world: World): Promise<Row[]> {
  await closeTrading(world);
  const rows = [
    gasRow(
      "exit in tokens",
      "exit of a trader with a position in the basket",
      await gasOf(world.book.connect(world.alice).exit(world.alice, false)),
    ),
    gasRow(
      "exit in assets",
      "the same, redeemed for 2 assets in one call",
      await gasOf(world.book.connect(world.bob).exit(world.bob, true)),
    ),
    gasRow("redeem", "redeem session tokens for 2 assets", await gasOf(world.session.redeem(TOKEN, world.organiser))),
    gasRow(
      "redeem a leg",
      "redeem leg tokens for their asset",
      await gasOf(world.session.redeemLeg(1, TOKEN, world.organiser)),
    ),
  ];
  const params = { ...world.params, t1: world.t2 + DAY, t2: world.t2 + 2 * DAY };
  const factory = world.factory.connect(world.organiser);
  const opened = await gasOf(factory.createSession(params, id("another")));
  const event = (await factory.queryFilter(factory.filters.SessionCreated())).at(-1);
  if (event === undefined) throw new Error("no session was created");
  const session = world.session.attach(event.args.session) as World["session"]; // the same contract at another address
  await supplyBasket({ ...world, session });
  return [
    ...rows,
    gasRow("open", "open a session of 2 assets: vault, 2 leg tokens and book", opened),
    gasRow("fund", "fund it with 2 assets", await gasOf(session.fund())),
  ];
}
