import { expect } from "chai";

import { createSession, fundSession } from "../../src/client/organiser.js";
import { readSessionLog, streamSessionLog } from "../../src/verify/read-session-log.js";
import { sealed } from "../../src/verify/session-log.js";
import { grantsOf } from "../../src/verify/verdict.js";
import { verifySession } from "../../src/verify/verify-session.js";
import { deployTwo, networkHelpers, ONE, openTwo } from "../client/support.js";
import { expectFails, expectHolds } from "./support/expect.js";
import { logOf, openStory, provider, settledStory } from "./support/story.js";

describe("verifySession", function () {
  describe("when a session has run to its end", function () {
    it("holds, from the log alone, and says what it saw", async function () {
      const log = await logOf("settled", settledStory);
      const report = await expectHolds(log);
      const { counts } = report;
      expect(counts.records).to.equal(log.records.length);
      expect(counts.orders).to.be.greaterThan(15);
      expect(counts.fills).to.be.greaterThan(6);
      expect(counts.evictions).to.be.greaterThan(0);
      expect(counts.marketRecords).to.equal(11);
      expect(counts.walletsAssumed).to.equal(1);
      expect(counts.walletsAsked).to.equal(0);
      expect(counts.ownerCalls).to.equal(7);
      // Of all orders but the wallet's, of three records, and of a cancellation; two of the orders are quotes of one set.
      expect(counts.signaturesRecovered).to.equal(counts.orders - 1 + 3 + 1 - 1);
      expect(counts.collateralChecks).to.be.greaterThan(counts.orders + counts.fills);
      expect(report.verdict.kind).to.equal("holds-if");
      const said = grantsOf(report.verdict);
      const [wallet, owner] = ["WALLET_APPROVED", "OWNER_CALLED"].map((code) => said.find((one) => one.code === code));
      expect([wallet?.count, owner?.count]).to.deep.equal([1, 7]);
    });

    it("holds with a node, which is asked about wallets, code and head", async function () {
      const log = await readSessionLog((await settledStory()).handle.address, provider);
      const { counts, verdict, code } = await expectHolds(log, { provider });
      expect(counts.walletsAsked).to.equal(1);
      expect(counts.walletsAssumed).to.equal(0);
      expect(verdict).to.deep.equal({ kind: "holds" });
      expect(Object.values(code)).to.deep.equal(Array.from({ length: 4 }, () => "0.1.0 default"));
    });

    it("gives claims, allocations and tokens as the chain has them", async function () {
      const { handle, alice } = await settledStory();
      const { link, tokens, traders } = await expectHolds(await readSessionLog(handle.address, provider));
      expect(link).to.equal((await handle.book.chainState()).link);
      const legs = await Promise.all(handle.legs.map((leg) => leg.totalSupply()));
      expect(tokens.supplies).to.deep.equal([await handle.session.totalSupply(), ...legs]);
      const held = await Promise.all(
        [handle.session, ...handle.legs].map((token) => token.balanceOf(handle.bookAddress)),
      );
      expect(tokens.heldByBook).to.deep.equal(held);
      for (const { trader, claims, allocation } of traders) {
        expect(claims).to.deep.equal([...(await handle.book.claimsOf(trader))]);
        expect(allocation.map(({ numerator }) => numerator)).to.deep.equal(claims.map((claim) => claim * 100n * ONE));
      }
      const { exited } = traders.find(({ trader }) => trader === alice.address)!;
      expect(exited.every((claim) => claim > 0n)).to.equal(true);
    });

    it("gives the same from a stream", async function () {
      const { handle } = await settledStory();
      const [log, stream] = await Promise.all([
        readSessionLog(handle.address, provider),
        streamSessionLog(handle.address, provider),
      ]);
      expect(await verifySession(stream)).to.deep.equal(await verifySession(log));
    });

    it("tells how far it is", async function () {
      const log = await logOf("settled", settledStory);
      const told: (readonly [number, number | undefined])[] = [];
      await verifySession(log, { onProgress: ({ done, total }) => told.push([done, total]) });
      expect(told.at(-1)).to.deep.equal([log.records.length, log.records.length]);
    });
  });

  describe("when a session goes on", function () {
    it("holds with open orders and open positions", async function () {
      const { handle } = await openStory();
      const { traders } = await expectHolds(await readSessionLog(handle.address, provider), { provider });
      expect(traders.some(({ openOrders }) => openOrders > 0)).to.equal(true);
      for (const { trader, claims } of traders) {
        expect(claims).to.deep.equal([...(await handle.book.claimsOf(trader))]);
      }
    });

    it("does not hold with a node that has gone on where the log ends", async function () {
      const { handle } = await openStory();
      const { header, records } = await readSessionLog(handle.address, provider);
      const last = records.findLastIndex(({ address }) => address === handle.bookAddress);
      const first = records.findIndex(({ transactionHash }) => transactionHash === records[last]!.transactionHash);
      const cut = sealed(header, records.slice(0, first));
      await expectHolds(cut); // nobody could tell
      const { why } = await expectFails(cut, ["log"], { provider });
      expect(why).to.equal("The chain has more records up to the log's last block.");
    });
  });

  describe("when there is little to see", function () {
    it("holds for a session that nobody has funded yet", async function () {
      const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
      const { address } = await createSession(factory, organiser, params);
      const { counts, tokens } = await expectHolds(await readSessionLog(address, provider), { provider });
      expect(counts.records).to.equal(1);
      expect(tokens.supplies).to.deep.equal([0n, 0n, 0n]);
    });

    it("holds for one that was cancelled, in which somebody has registered", async function () {
      const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
      const { address, book } = await createSession(factory, organiser, params);
      await networkHelpers.time.increaseTo(params.t1);
      await (await book.createUser(organiser.address)).wait();
      const { traders } = await expectHolds(await readSessionLog(address, provider), { provider });
      expect(traders.map(({ trader }) => trader)).to.deep.equal([organiser.address]);
    });

    it("holds for one that is funded, with gifts to vault and book", async function () {
      const { factory, organiser, params, assets } = await networkHelpers.loadFixture(deployTwo);
      await assets[0]!.mint(organiser.address, 5n);
      const handle = await createSession(factory, organiser, params);
      await fundSession(handle, organiser);
      await assets[0]!.connect(organiser).transfer(handle.address, 5n);
      await handle.session.connect(organiser).transfer(handle.bookAddress, 3n);
      await handle.session.connect(organiser).transfer(handle.address, 2n);
      await networkHelpers.time.increaseTo(params.t2);
      await handle.session.connect(organiser).redeem(ONE, organiser.address);
      const { tokens } = await expectHolds(await readSessionLog(handle.address, provider), { provider });
      expect(tokens.heldByBook).to.deep.equal([3n, 0n, 0n]);
      expect(tokens.vault[0]).to.equal(await assets[0]!.balanceOf(handle.address));
    });

    it("holds for a book that pays with strangers' tokens before it splits its own", async function () {
      const { handle, alice, organiser } = await networkHelpers.loadFixture(openTwo);
      await handle.session.connect(organiser).split(10n * ONE);
      await handle.legs[0]!.connect(organiser).transfer(handle.bookAddress, ONE);
      await alice.withdrawLeg(1, 500n);
      await alice.withdrawLeg(1, 1_500n);
      await alice.withdraw(90n * ONE);
      await expectHolds(await readSessionLog(handle.address, provider), { provider });
    });
  });
});
