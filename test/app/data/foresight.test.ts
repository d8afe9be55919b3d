import { expect } from "chai";

import { foresee, foreseeAll, foreseeExit, mostOf, paidIn } from "../../../app/data/mirror/foresight.js";
import { createProjector } from "../../../src/history/projector.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { blocksOf, eventfulRun } from "../../history/support.js";

const RUN = eventfulRun(11, 160);

/** A replay as the mirror keeps it. */
function replayed() {
  const projector = createProjector(RUN.stage.terms, 1_000);
  const blocks = blocksOf(RUN.logged);
  for (const { header, records } of blocks) projector.apply(header, records);
  const records = blocks.flatMap((block) => block.records);
  return { projector, tip: blocks.at(-1)!.header, sharesMarks: false, records };
}

describe("what the mirror foresees", function () {
  const ground = replayed();
  const { book } = ground.projector;
  const draftOf = (trader: string, quantityLots: bigint) => ({
    ...{ marketRootId: 1, marketBranchId: 1, trader, priceTicks: 1n, quantityLots },
    ...{ deadline: 2n ** 40n - 1n, timeInForce: TimeInForce.GoodTillCancelled },
  });

  it("leaves the replay where the chain is", function () {
    const head = book.link;
    const traders = [...book.state.traders.all()].map(({ address }) => address);
    expect(traders.length).to.be.greaterThan(1);
    for (const trader of traders) {
      const before = book.claimsOf(trader);
      foresee(ground, draftOf(trader, 1n));
      mostOf(ground, draftOf(trader, -1n));
      foreseeExit(ground, trader);
      expect(book.claimsOf(trader)).to.deep.equal(before);
    }
    expect(book.link).to.equal(head);
  });

  it("foresees several as it foresees one, each after those before it", function () {
    const head = book.link;
    const traders = [...book.state.traders.all()].map(({ address }) => address);
    let taken = 0;
    for (const trader of traders) {
      const draft = draftOf(trader, 1n);
      const alone = foresee(ground, draft);
      const { effects, refusal, block } = foreseeAll(ground, [draft, draft]);
      expect(block).to.equal(alone.block);
      expect(effects[0]).to.deep.equal(alone.effect);
      if (effects.length === 0) expect(refusal).to.deep.equal(alone.refusal);
      if (effects.length < 2) continue;
      taken += 1;
      expect(effects[1]!.before).to.deep.equal(effects[0]!.after);
    }
    expect(taken).to.be.greaterThan(0);
    expect(book.link).to.equal(head);
    const wrong = foreseeAll(ground, [draftOf(traders[0]!, 1n), draftOf("0x1", 1n)]);
    expect([wrong.effects.length, wrong.refusal?.code]).to.deep.equal([0, "PACKAGE_FIELD_INVALID"]);
  });

  it("tells a refusal with its code, advice and values, as plain data", function () {
    const { refusal, effect, block } = foresee(ground, draftOf(`0x${"99".repeat(20)}`, 1n));
    expect(effect).to.equal(undefined);
    expect(block).to.equal(ground.tip.number);
    expect(refusal?.code).to.match(/^Book_/);
    expect(structuredClone(refusal)).to.deep.equal(refusal);
    expect(foresee(ground, draftOf("0x1", 1n)).refusal?.code).to.equal("PACKAGE_FIELD_INVALID");
  });

  it("pays nobody out who has nothing, nor before trading is over", function () {
    expect(foreseeExit(ground, `0x${"99".repeat(20)}`)).to.equal(undefined);
    const late = { ...ground, tip: { ...ground.tip, timestamp: RUN.stage.terms.t2 } };
    for (const { address } of book.state.traders.all()) {
      const due = foreseeExit(late, address);
      const claims = book.claimsOf(address);
      expect(due?.claims ?? claims.map(() => 0n)).to.deep.equal(claims);
    }
  });
});

describe("what has been paid in", function () {
  it("is what is there of it, over all accounts: trades only pass it on", function () {
    const { projector, records } = replayed();
    const { book } = projector;
    const assets = book.state.terms.assets;
    const terms = { basket: { quantities: Array.from({ length: assets }, () => 1n) } } as never;
    const traders = [...book.state.traders.all()].map(({ address }) => address);
    const paid = traders.map((trader) => paidIn({ projector, records, terms }, trader));
    const total = (k: number, of: readonly (readonly bigint[])[]): bigint =>
      of.reduce((sum, each) => sum + (each[k] ?? 0n), 0n);
    const exits = records.flatMap((record) => (record.kind === "exited" ? [record.claims as readonly bigint[]] : []));
    for (let k = 0; k < assets; k += 1) {
      const held = book.state.pool.held(0) + book.state.pool.held(k + 1);
      expect(total(k, paid) - total(k, exits)).to.equal(held);
    }
  });
});
