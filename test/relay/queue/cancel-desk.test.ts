import { expect } from "chai";

import type { SignedTradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { RelayError } from "../../../src/relay/errors.js";
import {
  cancelledBy,
  depositOf,
  LOT,
  ordersOf,
  PaperChain,
  refused as nodeRefused,
  T2,
  traderAt,
  unreachable,
} from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay, type PaperRelayOptions } from "../paper/relay.js";

describe("given orders that rest, when their trader hands in a signed cancellation", () => {
  let chain: PaperChain;
  let relay: PaperRelay;

  /** Trader 0 has two bids, trader 1 one. */
  async function open(options: PaperRelayOptions = {}): Promise<void> {
    chain = new PaperChain();
    relay = await paperRelay({ chain, ...options });
    const bid = (trader: number, nonce: bigint) => chain.sign(trader, { nonce, priceTicks: 4_000n + nonce });
    chain.mine(ordersOf(bid(0, 0n), bid(0, 1n), bid(1, 0n)));
    await relay.follow();
  }
  beforeEach(() => open());

  const hashOf = ({ cancellation }: SignedTradesCancellation): string => cancellationHash(cancellation);
  const fateOf = async (signed: SignedTradesCancellation) => (await relay.cancelDesk.find(hashOf(signed))).fate;
  const send = async (): Promise<void> => relay.dispatcher.tick(await relay.fence());
  async function land(): Promise<void> {
    await send();
    chain.mine();
    await relay.follow();
  }

  describe("and it is good", () => {
    it("is acknowledged with the orders that go, and stored by then", async () => {
      const signed = chain.signCancellation(0);
      const hash = hashOf(signed);
      const taken = await relay.cancelDesk.cancel(signed);
      expect(taken).to.deep.include({ hash, tradeRootIds: [1, 2], withdrawn: [], fate: { status: "pending" } });
      expect(await relay.cancellations.find(hash)).to.deep.include({ hash, signed, fate: { status: "pending" } });
    });

    it("goes at once, and is done when a block has brought it", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      await send();
      expect(relay.cancels.submissionOf(hashOf(signed))).to.equal(relay.ledger.openSubmissions()[0]!.id);
      const { number, hash } = chain.mine();
      await relay.follow();
      expect(await fateOf(signed)).to.deep.equal({ status: "onChain", block: { number, hash } });
      expect(chain.resting).to.deep.equal([3]);
      expect(relay.ledger.openSubmissions()).to.deep.equal([]);
    });

    it("goes before packages that wait, in the same transaction", async () => {
      const cross = chain.sign(2, { quantityLots: -10n, priceTicks: 4_000n });
      await relay.intake.offer(cross);
      await relay.cancelDesk.cancel(chain.signCancellation(0));
      expect(relay.tracker.mirror.open.map(({ fills }) => fills.map(({ makerRootId }) => makerRootId))).to.deep.equal([
        [3],
      ]);
      await land();
      expect(chain.sent.length).to.equal(1);
      expect([chain.resting, relay.statusOf(cross)]).to.deep.equal([[], "onChain"]);
    });

    it("takes those packages back whose nonces it makes void, and no others", async () => {
      const [early, late, other] = [
        chain.sign(0, { nonce: 2n }),
        chain.sign(0, { nonce: 3n }),
        chain.sign(1, { nonce: 1n }),
      ];
      for (const one of [early, late, other]) await relay.intake.offer(one);
      const { withdrawn } = await relay.cancelDesk.cancel(chain.signCancellation(0, { nonceFloor: 3n }));
      expect(withdrawn).to.deep.equal([primaryLink(early.package)]);
      expect([early, late, other].map((one) => relay.statusOf(one))).to.deep.equal([undefined, "pending", "pending"]);
      expect((await relay.packages.find(primaryLink(early.package)))!.fate).to.deep.equal({ status: "withdrawn" });
      await land();
      expect(chain.resting).to.deep.equal([3, 4, 5]);
    });

    it("reaches orders that are on their way", async () => {
      const third = chain.sign(0, { nonce: 2n, priceTicks: 4_002n });
      await relay.bring(third);
      const taken = await relay.cancelDesk.cancel(chain.signCancellation(0, { toTradeRootId: 4 }));
      expect(taken.tradeRootIds).to.deep.equal([1, 2, 4]);
      await land();
      expect(chain.resting).to.deep.equal([3]);
    });

    it("may raise the floor alone", async () => {
      const signed = chain.signCancellation(2, { fromTradeRootId: 0, toTradeRootId: 0, nonceFloor: 5n });
      expect((await relay.cancelDesk.cancel(signed)).tradeRootIds).to.deep.equal([]);
      await land();
      expect((await fateOf(signed)).status).to.equal("onChain");
      expect(relay.tracker.mirror.book.noncesOf(chain.traders[2]!.address).nonceFloor).to.equal(5n);
    });

    it("is acknowledged again when it is handed in again, also once it is done", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      expect((await relay.cancelDesk.cancel(signed)).fate.status).to.equal("pending");
      await land();
      expect((await relay.cancelDesk.cancel(signed)).fate.status).to.equal("onChain");
      expect(chain.sent.length).to.equal(1);
    });

    it("of one trader goes once in a transaction", async () => {
      await relay.cancelDesk.cancel(chain.signCancellation(0, { toTradeRootId: 1 }));
      await relay.cancelDesk.cancel(chain.signCancellation(0, { fromTradeRootId: 2, toTradeRootId: 2 }));
      await relay.cancelDesk.cancel(chain.signCancellation(1));
      await land();
      expect(chain.sent.length).to.equal(2);
      expect(chain.resting).to.deep.equal([]);
    });

    it("of a contract wallet goes in a call by itself", async () => {
      const { address } = chain.traders[0]!;
      chain.wallets.set(address, (_digest, signature) => signature === "0x77");
      const signed = { ...chain.signCancellation(0), signature: "0x77" };
      await relay.intake.offer(chain.sign(2));
      await relay.cancelDesk.cancel(signed);
      await send();
      expect(relay.ledger.openSubmissions().map(({ kind, links }) => [kind, links.length])).to.deep.equal([
        ["cancelTrades", 0],
        ["batch", 1],
      ]);
      chain.mine();
      await relay.follow();
      expect((await fateOf(signed)).status).to.equal("onChain");
    });
  });

  describe("and it is not", () => {
    const refused = (fields: Parameters<PaperChain["signCancellation"]>[1], code: string, values: object) =>
      expectRefused(
        relay.cancelDesk.cancel(chain.signCancellation(0, fields)),
        code,
        values as Record<string, unknown>,
      );

    it("is refused as the chain would, and nothing is stored or changed", async () => {
      const { address } = chain.traders[0]!;
      const timestamp = relay.clock.now();
      const waiting = chain.sign(2);
      await relay.intake.offer(waiting);
      const before = relay.tracker.mirror.open;
      await refused({ deadline: 9n }, "Book_DeadlineExpired", { deadline: 9n, timestamp });
      const range = { fromTradeRootId: 3n, toTradeRootId: 3n };
      const foreign = { fromTradeRootId: 3, toTradeRootId: 3 };
      await refused(foreign, "Book_OrderNotMeant", { tradeRootId: 0n, trader: address, ...range });
      const far = { nonceFloor: 2n ** 24n };
      await refused(far, "Book_NonceTooFar", { trader: address, nonce: 2n ** 24n, limit: 2n ** 24n });
      const old = { toTradeRootId: 99, nonceFloor: 1n };
      await refused(old, "Book_CancellationVoid", { trader: address, nonceFloor: 1n, current: 2n });
      expect(await relay.cancellations.live()).to.deep.equal([]);
      expect(relay.tracker.mirror.open.map(({ link }) => link)).to.deep.equal(before.map(({ link }) => link));
    });

    it("is refused to anybody but its trader, and to who is none", async () => {
      const mine = chain.signCancellation(0);
      const { signature } = chain.signCancellation(1);
      const error: unknown = await relay.cancelDesk.cancel({ ...mine, signature }).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "Book_SignatureInvalid" });
      const stranger = traderAt(77);
      await expectRefused(relay.cancelDesk.cancel(chain.signCancellation(stranger)), "Book_TraderUnknown", {
        trader: stranger.address,
      });
    });

    it("is refused if it would come too late, or its deadline does not fit", async () => {
      const timestamp = relay.clock.now();
      await refused({ deadline: timestamp + 4n }, "RELAY_DEADLINE_NEAR", {
        deadline: timestamp + 4n,
        timestamp,
        margin: 5,
      });
      const last = 2n ** 32n - 1n;
      await refused({ deadline: last + 1n }, "RELAY_DEADLINE_FAR", { deadline: last + 1n, last });
    });

    it("is refused if nobody can ask the wallet, or there is no room, or no chain yet", async () => {
      const wallet = chain.traders[0]!.address;
      const byWallet = { ...chain.signCancellation(0), signature: "0x77" };
      for (const failure of [unreachable("eth_call"), nodeRefused("eth_call", "limit exceeded")]) {
        chain.fault = (method) => {
          if (method === "call" || method === "hasCode") throw failure;
        };
        await expectRefused(relay.cancelDesk.cancel(byWallet), "RELAY_WALLET_UNREACHABLE", { wallet });
      }
      chain.fault = undefined;
      for (let nonceFloor = 10n; nonceFloor < 26n; nonceFloor += 1n) {
        await relay.cancelDesk.cancel(chain.signCancellation(0, { nonceFloor }));
      }
      const limit = { trader: wallet, limit: 16 };
      await expectRefused(relay.cancelDesk.cancel(chain.signCancellation(0)), "RELAY_TRADER_QUEUE_FULL", limit);
      const early = await paperRelay({ chain });
      await expectRefused(early.cancelDesk.cancel(chain.signCancellation(0)), "RELAY_NOT_READY");
    });

    it("is not acknowledged if it cannot be stored, and leaves what waits as it was", async () => {
      const waiting = chain.sign(0, { nonce: 2n });
      await relay.intake.offer(waiting);
      const away = new RelayError("RELAY_STORE_UNAVAILABLE", {});
      const { cancellations } = relay;
      const store = { ...cancellations };
      cancellations.add = () => Promise.reject(away);
      await expectRefused(relay.cancelDesk.cancel(chain.signCancellation(0, { nonceFloor: 3n })), away.code);
      expect([relay.cancels.undecided(), relay.statusOf(waiting)]).to.deep.equal([0, "pending"]);
      expect(relay.tracker.mirror.openCancellations).to.deep.equal([]);
      Object.assign(cancellations, store);
      expect((await relay.cancelDesk.cancel(chain.signCancellation(0, { nonceFloor: 3n }))).withdrawn.length).to.equal(
        1,
      );
    });

    it("is unknown to whoever asks for another", async () => {
      const hash = `0x${"ab".repeat(32)}`;
      await expectRefused(relay.cancelDesk.find(hash), "RELAY_CANCELLATION_UNKNOWN", { hash });
    });
  });

  describe("and something comes in between", () => {
    it("is brought again while orders are left that somebody else's bringing left out", async () => {
      const signed = chain.signCancellation(0, { nonceFloor: 9n });
      await relay.cancelDesk.cancel(signed);
      await send();
      chain.pool = [];
      chain.mine(cancelledBy(signed, 1)); // the second order stays
      await relay.follow();
      expect((await fateOf(signed)).status).to.equal("pending");
      relay.time.ms += 60_000;
      await relay.sender.tend(await relay.fence(), relay.tracker.standing!);
      chain.mine();
      await relay.follow();
      expect((await fateOf(signed)).status).to.equal("onChain");
      expect(chain.resting).to.deep.equal([3]);
    });

    it("is done if somebody else has brought all of it", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      chain.mine(cancelledBy(signed, 1, 2));
      await relay.follow();
      expect((await fateOf(signed)).status).to.equal("onChain");
      await send();
      expect(chain.sent).to.deep.equal([]);
    });

    it("is refused by what the chain would say once nothing is left of it", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      const caller = chain.traders[0]!.address;
      const own = [1, 2].map((of) => ({ tradeRootId: of, place: of }));
      chain.mine((book, context) => book.offset({ ...context, caller }, own));
      await relay.follow();
      await send();
      const { number, hash } = chain.tip;
      const values = { tradeRootId: "0", trader: caller, fromTradeRootId: "1", toTradeRootId: "3" };
      const refusal = { code: "Book_OrderNotMeant", values };
      expect(await fateOf(signed)).to.deep.equal({ status: "refused", refusal, block: { number, hash } });
      expect(chain.sent).to.deep.equal([]);
    });

    it("is not given up while something is on its way that could change it", async () => {
      await open({ maxInFlight: 1 });
      await relay.bring(chain.sign(1, { nonce: 1n, priceTicks: 3_000n }));
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      const waiting = chain.pool;
      chain.pool = [];
      chain.mine(ordersOf(chain.sign(2, { quantityLots: -30n, priceTicks: 4_000n }))); // takes all that it was about
      await relay.follow();
      await send();
      expect((await fateOf(signed)).status).to.equal("pending");
      chain.pool = waiting;
      chain.mine();
      await relay.follow();
      await send();
      expect((await fateOf(signed)).status).to.equal("refused");
    });

    it("is brought again if its block is taken back", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      await land();
      chain.rewind(chain.tip.number - 1, true);
      chain.mine();
      chain.mine();
      await relay.follow();
      expect(chain.resting).to.deep.equal([1, 2, 3]);
      expect((await fateOf(signed)).status).to.equal("pending");
      relay.time.ms += 2_000;
      await relay.sender.tend(await relay.fence(), relay.tracker.standing!);
      await land();
      expect([chain.resting, (await fateOf(signed)).status]).to.deep.equal([[3], "onChain"]);
    });

    it("is found by the next relay of the database, and brought", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.cancel(signed);
      const next = await paperRelay({ chain, rows: relay.rows });
      await next.follow();
      next.cancels.load(await next.cancellations.live());
      next.plan.lay(next.tracker.mirror, next.clock.now());
      await next.dispatcher.tick(await next.fence());
      chain.mine();
      await next.follow();
      expect(chain.resting).to.deep.equal([3]);
      expect(next.cancels.find(hashOf(signed))!.fate.status).to.equal("onChain");
    });
  });

  describe("with packages in its place", () => {
    const quote = (nonce: bigint, fields = {}) => chain.sign(0, { nonce, priceTicks: 3_900n + nonce, ...fields });

    it("brings all of it in one transaction, the cancellation first", async () => {
      const others = [chain.sign(1, { nonce: 1n }), chain.sign(2)];
      for (const one of others) await relay.intake.offer(one);
      const signed = chain.signCancellation(0, { nonceFloor: 2n });
      const { cancellation, packages } = await relay.cancelDesk.replace(signed, [quote(2n), quote(3n)]);
      expect(cancellation.tradeRootIds).to.deep.equal([1, 2]);
      expect(packages.map((one) => "link" in one && [one.link, one.expected!.tradeRootId, one.ahead])).to.deep.equal([
        [primaryLink(quote(2n).package), 6, 2],
        [primaryLink(quote(3n).package), 7, 3],
      ]);
      await land();
      expect(chain.sent.length).to.equal(1);
      expect(chain.resting).to.deep.equal([3, 4, 5, 6, 7]);
    });

    it("goes with them although others fill the batches before", async () => {
      await open({ batchSize: 4 });
      const others = Array.from({ length: 7 }, (_, nonce) => chain.sign(2, { nonce: BigInt(nonce), quantityLots: 1n }));
      for (const one of others) await relay.intake.offer(one);
      await relay.cancelDesk.replace(chain.signCancellation(0), [quote(2n), quote(3n)]);
      const { batches, open: last, openCancellations } = relay.tracker.mirror;
      const shape = [
        ...batches.map(({ cancellations, expected }) => [cancellations.length, expected.length]),
        [openCancellations.length, last.length],
      ];
      expect(shape).to.deep.equal([
        [0, 4],
        [0, 3],
        [1, 2],
      ]);
      relay.plan.lay(relay.tracker.mirror, relay.clock.now());
      expect(relay.tracker.mirror.openCancellations.length, "when it is laid again").to.equal(1);
      await land();
      expect(chain.resting).to.include.members([3, 11, 12]).and.not.to.include(1);
    });

    it("leaves those out that are refused, each with its reason", async () => {
      const signed = chain.signCancellation(0, { nonceFloor: 2n });
      const stale = quote(1n);
      const { packages } = await relay.cancelDesk.replace(signed, [
        stale,
        quote(2n),
        { error: new RangeError("none") },
      ]);
      const codes = packages.map((one) => ("error" in one ? (one.error as { readonly code?: string }).code : "taken"));
      expect(codes).to.deep.equal(["Book_NonceUsed", "taken", undefined]);
      await land();
      expect(chain.resting).to.deep.equal([3, 4]);
    });

    it("takes none of them if it is refused itself", async () => {
      const foreign = chain.signCancellation(0, { fromTradeRootId: 3, toTradeRootId: 3 });
      const error: unknown = await relay.cancelDesk.replace(foreign, [quote(2n)]).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "Book_OrderNotMeant" });
      expect([relay.ledger.unlanded(), relay.tracker.mirror.open]).to.deep.equal([0, []]);
    });

    it("brings them though nothing is left to cancel by then", async () => {
      const [signed, instead] = [chain.signCancellation(0), quote(2n)];
      await relay.cancelDesk.replace(signed, [instead]);
      const caller = chain.traders[0]!.address;
      const own = [1, 2].map((of) => ({ tradeRootId: of, place: of }));
      chain.mine((book, context) => book.offset({ ...context, caller }, own));
      await relay.follow();
      await land();
      expect(relay.statusOf(instead)).to.equal("onChain");
      await send();
      expect((await fateOf(signed)).status).to.equal("refused");
    });

    it("is acknowledged again as a whole", async () => {
      const signed = chain.signCancellation(0);
      await relay.cancelDesk.replace(signed, [quote(2n)]);
      const again = await relay.cancelDesk.replace(signed, [quote(2n), quote(3n)]);
      expect(again.cancellation.fate.status).to.equal("pending");
      expect(again.packages.map((one) => "link" in one && one.fate.status)).to.deep.equal(["pending", "pending"]);
      await land();
      expect(chain.resting).to.deep.equal([3, 4, 5]);
    });
  });

  it("costs nobody else anything", async () => {
    const rich = traderAt(9);
    chain.mine(depositOf(rich.address, 10n * LOT));
    await relay.follow();
    await relay.cancelDesk.cancel(chain.signCancellation(0, { deadline: T2 - 1n }));
    await land();
    expect(relay.tracker.mirror.book.claimsOf(rich.address)).to.deep.equal([10n * LOT, 10n * LOT]);
  });
});
