import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { depositOf, LOT, ordersOf, PaperChain, traderAt } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

/** A withdrawal of everything, which leaves an order that waits without cover. */
const emptiesOf =
  (trader: string) =>
  (...[book, context]: Parameters<ReturnType<typeof depositOf>>) =>
    book.withdraw({ ...context, caller: trader }, 1_000_000n * LOT, trader);

describe("given packages on their way, when the book refuses one", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let signed: SignedPackage;

  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    signed = chain.sign(0);
  });

  const trader = (): string => chain.traders[0]!.address;

  it("knows it as refused by the book's own words, if this relay's transaction was told so", async () => {
    await relay.bring(signed);
    chain.mine(emptiesOf(trader()));
    const { number, hash } = chain.tip;
    await relay.follow();
    const fate = relay.fateOf(signed);
    if (fate?.status !== "refused") expect.fail(`it is ${fate?.status}`);
    const { code, values } = fate.refusal;
    expect([code, values["trader"], fate.block]).to.deep.equal(["Book_Uncovered", trader(), { number, hash }]);
    expect(values["shortfall"], "as decimal text").to.equal(String(10n * 5_000n * 10n ** 11n));
    expect(relay.ledger.unlanded()).to.equal(0);
  });

  it("says that a link is gone which the book, having one byte of it, takes for badly signed", async () => {
    chain.mine(ordersOf(chain.sign(2)));
    await relay.follow();
    const over = chain.sign(0, { nonce: 5n });
    await relay.intake.offer(over);
    chain.rewind(chain.tip.number - 1, true);
    chain.mine(ordersOf(chain.sign(2, { priceTicks: 4_001n })));
    chain.mine();
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    const fate = relay.fateOf(over);
    expect(fate?.status === "refused" && [fate.refusal.code, fate.refusal.values["given"]]).to.deep.equal([
      "Book_StaleLink",
      over.package.previousLink,
    ]);
  });

  it("does not believe it of a copy that somebody else brought badly", async () => {
    await relay.intake.offer(signed);
    const forged = { ...signed, signature: chain.sign(1).signature };
    chain.mine(ordersOf(forged, chain.sign(2)));
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("pending");
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
  });

  it("believes it of a transaction that another relay of the database sent", async () => {
    const other = await paperRelay({ chain, rows: relay.rows });
    await other.follow();
    await other.bring(signed);
    await relay.intake.offer(signed); // known in the database: not taken into this ledger
    relay.ledger.add({ link: primaryLink(signed.package), signed }, 1);
    chain.mine(emptiesOf(trader()));
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("refused");
  });

  it("knows as well what becomes of packages beside it", async () => {
    const beside = chain.sign(1, { quantityLots: -10n, priceTicks: 5_100n });
    await relay.bring(signed, beside);
    chain.mine(emptiesOf(trader()));
    await relay.follow();
    expect([relay.statusOf(signed), relay.statusOf(beside)]).to.deep.equal(["refused", "onChain"]);
  });

  describe("and it is the submitter's fault", () => {
    /** Ninety orders of others behind each other, so that a hint leads nowhere once its order has gone. */
    async function crowd(): Promise<void> {
      const small = traderAt(50);
      chain.mine(depositOf(small.address, 1_000_000n * LOT));
      const orders = Array.from({ length: 90 }, (_, index) =>
        chain.sign(small, { nonce: BigInt(index), priceTicks: 4_000n + BigInt(index), quantityLots: 1n }),
      );
      chain.mine(ordersOf(...orders));
      await relay.follow();
    }

    it("tries the package again", async () => {
      await crowd();
      const low = chain.sign(0, { priceTicks: 3_999n });
      await relay.bring(low); // its hint is the lowest of the crowd, ninety orders from the best
      const [hinted] = relay.tracker.mirror.batches[0]!.expected;
      chain.mine((book, context) =>
        book.offset({ ...context, caller: traderAt(50).address }, [
          { tradeRootId: hinted!.insertAfter, place: hinted!.insertAfter },
        ]),
      );
      await relay.follow();
      expect(relay.statusOf(low)).to.equal("pending");
      expect(relay.ledger.find(primaryLink(low.package))!.attempts).to.equal(1);
      await relay.dispatcher.tick(await relay.fence());
      chain.mine();
      await relay.follow();
      expect(relay.statusOf(low)).to.equal("onChain");
    });
  });
});
