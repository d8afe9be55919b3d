import { expect } from "chai";
import { and, eq } from "drizzle-orm";

import { TimeInForce } from "../../../../src/protocol/signing/package.js";
import { primaryLink } from "../../../../src/protocol/signing/typed-data.js";
import { packages } from "../../../../src/relay/store/schema.js";
import { PaperChain } from "../../paper/chain.js";
import { sharedDatabase } from "../../paper/database.js";
import { expectRefused } from "../../paper/expect.js";
import { paperRelay, type PaperRelay } from "../../paper/relay.js";

describe("given a good package, when it is offered", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
  });

  it("is acknowledged by its link, with the number it is expected to get", async () => {
    const signed = chain.sign(0);
    expect(await relay.intake.offer(signed)).to.deep.equal({
      link: primaryLink(signed.package),
      fate: { status: "pending" },
      expected: { tradeRootId: 1, fills: [], left: 10n },
      route: { through: "book" },
      ahead: 0,
    });
  });

  it("is told its fills, at the prices of what waits before it, and what would be left", async () => {
    await relay.intake.offer(chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n }));
    await relay.intake.offer(chain.sign(1, { quantityLots: -3n, priceTicks: 5_050n }));
    const buyer = await relay.intake.offer(chain.sign(2, { quantityLots: 10n, priceTicks: 5_100n }));
    expect([buyer.ahead, buyer.expected]).to.deep.equal([
      2,
      {
        tradeRootId: 3,
        fills: [
          { makerRootId: 1, priceTicks: 5_000n, lots: 4n },
          { makerRootId: 2, priceTicks: 5_050n, lots: 3n },
        ],
        left: 3n,
      },
    ]);
    const seller = await relay.intake.offer(chain.sign(0, { nonce: 1n, quantityLots: -5n, priceTicks: 5_000n }));
    expect(seller.expected).to.deep.equal({
      tradeRootId: 4,
      fills: [{ makerRootId: 3, priceTicks: 5_100n, lots: 3n }],
      left: -2n,
    });
  });

  it("is told what is left of an order that does not rest as well", async () => {
    const timeInForce = TimeInForce.ImmediateOrCancel;
    const { expected } = await relay.intake.offer(chain.sign(0, { quantityLots: 7n, timeInForce }));
    expect(expected).to.deep.equal({ tradeRootId: 1, fills: [], left: 7n });
  });

  it("is in the database before it is acknowledged", async () => {
    const signed = chain.sign(0);
    const { link } = await relay.intake.offer(signed);
    const stored = await relay.packages.find(link);
    expect([stored!.signed, stored!.fate]).to.deep.equal([signed, { status: "pending" }]);
  });

  it("counts", async () => {
    await Promise.all([chain.sign(0), chain.sign(1)].map((one) => relay.intake.offer(one)));
    expect((await relay.metrics.accepted.get()).values[0]!.value).to.equal(2);
    expect([relay.ledger.unlanded(), relay.ledger.unlandedOf(chain.traders[0]!.address)]).to.deep.equal([2, 1]);
  });
});

describe("given a package that was taken before, when it is offered again", () => {
  it("is acknowledged again, without what was expected then, and stored once", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await relay.follow();
    const signed = chain.sign(0);
    const { link } = await relay.intake.offer(signed);
    expect(await relay.intake.offer(signed)).to.deep.equal({ link, fate: { status: "pending" }, ahead: 0 });
    expect((await relay.packages.live()).length).to.equal(1);
  });

  it("is told what has become of it, also while nothing is taken", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain, maxPending: 1 });
    await relay.follow();
    const signed = chain.sign(0);
    await relay.bring(signed);
    const sent = await relay.intake.offer(signed);
    expect(sent.fate.status).to.equal("submitted");
    const { number, hash } = chain.mine();
    await relay.follow();
    expect((await relay.intake.offer(signed)).fate).to.deep.equal({
      status: "onChain",
      tradeRootId: 1,
      block: { number, hash },
    });
  });

  it("is told what another relay of the database made of it, and is not laid on here", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    const other = await paperRelay({ chain, rows: relay.rows });
    await relay.follow();
    await other.follow();
    const signed = chain.sign(0);
    const beside = chain.sign(1);
    const { link } = await other.intake.offer(signed);
    const [known, fresh] = await Promise.all([relay.intake.offer(signed), relay.intake.offer(beside)]);
    expect(known).to.deep.equal({ link, fate: { status: "pending" }, ahead: 0 });
    expect(fresh.fate).to.deep.equal({ status: "pending" });
    expect(relay.tracker.mirror.open.map((one) => one.link)).to.deep.equal([fresh.link]);
  });
});

describe("given a package that landed and was archived since, when it is offered again", () => {
  it("is refused for its nonce, or its deadline, as whatever is final: the database need not know it", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain, reorgDepth: 2 });
    await relay.follow();
    const signed = chain.sign(0);
    await relay.bring(signed);
    const link = primaryLink(signed.package);
    chain.mine();
    await relay.follow();
    for (let block = 0; block < 4; block++) chain.mine();
    await relay.follow();
    expect(relay.ledger.find(link), "is final").to.equal(undefined);
    const database = await sharedDatabase();
    await database.run((tables) =>
      tables.delete(packages).where(and(eq(packages.book, relay.rows), eq(packages.link, link))),
    );
    const { trader, nonce } = signed.package;
    await expectRefused(relay.intake.offer(signed), "Book_NonceUsed", { trader, nonce, nonceFloor: 1n });
    expect(await relay.packages.find(link)).to.equal(undefined);
    const late = chain.sign(1, { deadline: chain.tip.timestamp - 1n });
    expect(await relay.intake.offer(late).catch((error: unknown) => error)).to.have.property(
      "code",
      "Book_DeadlineExpired",
    );
  });
});
