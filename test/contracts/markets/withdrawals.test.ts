import { expect } from "chai";
import hre from "hardhat";

import {
  deal,
  eventRoot,
  expectRefused,
  intervalRoot,
  MARKET_TICK,
  slackOf,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { at, place } from "../../../stage/contracts/orders.js";
import { DAY, LOT_VALUE, reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
}

async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const rain = await intervalRoot(w, { closesAt: w.t1 + DAY });
  await subMarket(w, rain, 30n, 60n);
  return { ...w, rain, match: await eventRoot(w) };
}

/** Of the neediest of the orders below. */
const RESERVED = reserveOf((12n * TOKEN) / 10n);

describe("Withdrawals of who trades in several roots", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  async function refusesMore(free: bigint, reserved: bigint): Promise<void> {
    const available = await slackOf(w, w.alice);
    const asked = free + 1n;
    const call = w.book.connect(w.alice).withdraw(asked, w.alice, 0);
    if (reserved === 0n) await expectRefused(w, call, "Book_WithdrawalTooLarge", w.alice.address, asked, available);
    else {
      const values = [w.alice.address, asked, available, reserved];
      await expectRefused(w, call, "Book_WithdrawalUncoversOrders", ...values);
    }
  }

  describe("given open orders in each", () => {
    // They may need 0.5, 0.6 (sold at 40, owed 60: 30 lots) and 1.2 tokens.
    beforeEach(async () => {
      await place(w, { trader: w.alice, root: w.rain, lots: 10n, price: 50n });
      await place(w, { trader: w.alice, root: w.rain, leg: 2, lots: -30n, price: 40n });
      await place(w, { trader: w.alice, root: w.match, leg: 3, lots: 20n, price: 60n });
    });

    it("leave the most that one of them may need: they share it", async () => {
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(RESERVED);
      await refusesMore(10n * TOKEN - RESERVED, RESERVED);
      await w.book.connect(w.alice).withdraw(10n * TOKEN - RESERVED, w.alice, 0);
    });

    it("so none of them is uncovered by it", async () => {
      await w.book.connect(w.alice).withdraw(10n * TOKEN - RESERVED, w.alice, 0);
      await expectRefused(w, w.book.offset(at(1, 2, 3), 0), "Book_OrderStands", 1, w.submitter.address);
      await place(w, { trader: w.bob, root: w.match, leg: 3, lots: -20n, price: 60n });
      expect(await slackOf(w, w.alice)).to.equal(RESERVED - (12n * TOKEN) / 10n);
    });

    it("of a leg leave as much of the claim on that leg", async () => {
      await refusesLeg(8_794n);
      await w.book.connect(w.alice).withdrawLeg(1, 8_793n, w.alice, 0);
    });

    async function refusesLeg(lots: bigint): Promise<void> {
      const call = w.book.connect(w.alice).withdrawLeg(1, lots, w.alice, 0);
      const values = [w.alice.address, lots * LOT_VALUE, 10n * TOKEN, RESERVED];
      await expectRefused(w, call, "Book_WithdrawalUncoversOrders", ...values);
    }

    it("are free of it when all orders are gone, one of them because its market closed", async () => {
      await w.book.connect(w.alice).offset(at(1, 3), 0);
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(RESERVED);
      await networkHelpers.time.increaseTo(w.t1 + DAY);
      await w.book.connect(w.outsider).offset(at(2), 0);
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(0n);
      await w.book.connect(w.alice).withdraw(10n * TOKEN, w.alice, 0);
    });
  });

  describe("given positions", () => {
    beforeEach(async () => {
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.rain, lots: 20n, price: 50n });
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.match, branch: 1, lots: 30n, price: 40n });
    });

    it("pay what the worst of all roots together leaves, to the last wei", async () => {
      // 10 + 1 - 1.2 in cash, 2 may be owed.
      await refusesMore((78n * TOKEN) / 10n, 0n);
      await w.book.connect(w.alice).withdraw((78n * TOKEN) / 10n, w.alice, 0);
      expect(await slackOf(w, w.alice)).to.equal(0n);
    });

    it("pay more after a record and a refresh, and only then", async () => {
      await tighten(w, w.rain, 1, 0n, 60n);
      await refusesMore((78n * TOKEN) / 10n, 0n);
      await w.book.refresh(w.rain, [w.alice]);
      await refusesMore((86n * TOKEN) / 10n, 0n);
      await w.book.connect(w.alice).withdraw((86n * TOKEN) / 10n, w.alice, 0);
    });

    it("of a leg count every other root at its worst", async () => {
      const claims = await w.book.claimsOf(w.alice);
      expect([...claims]).to.deep.equal([(78n * TOKEN) / 10n, (78n * TOKEN) / 10n]);
      const call = w.book.connect(w.alice).withdrawLeg(2, 7_801n, w.alice, 0);
      await expectRefused(w, call, "Book_WithdrawalTooLarge", w.alice.address, 7_801n * LOT_VALUE, (78n * TOKEN) / 10n);
      await w.book.connect(w.alice).withdrawLeg(2, 7_800n, w.alice, 0);
      expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([(78n * TOKEN) / 10n, 0n]);
    });

    it("with an order that would close one: what it may need alone stays all the same", async () => {
      await place(w, { trader: w.alice, root: w.rain, lots: 20n, price: 90n });
      // Alone the bid could cost 20 * 90 ticks. That is an upper bound, not what it needs beside the position.
      const reserved = reserveOf(1_800n * MARKET_TICK);
      await refusesMore((78n * TOKEN) / 10n - reserved, reserved);
    });
  });
});
