import { expect } from "chai";

import { cancellationHash } from "../../../src/protocol/signing/typed-data.js";
import { createCancelLedger } from "../../../src/relay/queue/cancel-ledger.js";
import { createLedger } from "../../../src/relay/queue/ledger.js";
import type { NamedCancellation } from "../../../src/relay/store/cancellations.js";
import { PaperChain } from "../paper/chain.js";

const chain = new PaperChain();
const named = (nonceFloor: number, trader = 0): NamedCancellation => {
  const signed = chain.signCancellation(trader, { nonceFloor: BigInt(nonceFloor) });
  return { hash: cancellationHash(signed.cancellation), signed };
};
const block = (number: number) => ({ number, hash: `0x${number}` });

/** Three cancellations of two traders, the second of them in a transaction. */
function open() {
  const ledger = createLedger();
  const cancels = createCancelLedger(ledger);
  const [first, second, third] = [named(1), named(2), named(3, 1)] as const;
  [first, second, third].forEach((one, index) => {
    cancels.add(one, index + 1);
  });
  const call = { account: "0xac", nonce: 5, kind: "batch", data: "0x", gasLimit: 1n, links: [] } as const;
  const sent = ledger.addSubmission({ ...call, id: 7, cancellations: [second.hash], transactions: [] }, 0);
  return { ledger, cancels, first, second, third, sent };
}
const viewOf = (one: NamedCancellation, submissionId?: number) => ({
  ...one,
  fate: { status: "pending" },
  submissionId,
});
const seqsOf = (entries: readonly { readonly seq: number }[]): number[] => entries.map(({ seq }) => seq);

describe("createCancelLedger", () => {
  it("tells those that wait from those in a transaction", () => {
    const { cancels, second, sent } = open();
    expect(seqsOf(cancels.waiting())).to.deep.equal([1, 3]);
    expect(seqsOf(cancels.of(sent))).to.deep.equal([2]);
    expect([cancels.submissionOf(second.hash), cancels.submissionOf(named(1).hash)]).to.deep.equal([7, undefined]);
    expect([cancels.undecided(), cancels.undecidedOf(chain.traders[0]!.address)]).to.deep.equal([3, 2]);
  });

  it("shows a trader's own that are not decided, in the order of their acknowledgement", () => {
    const { cancels, first, second, third } = open();
    const [mine, other] = [chain.traders[0]!.address, chain.traders[1]!.address];
    expect(cancels.viewsOf(mine)).to.deep.equal([viewOf(first), viewOf(second, 7)]);
    expect(cancels.viewsOf(other)).to.deep.equal([viewOf(third)]);
    cancels.settle(first.hash, { status: "onChain", block: block(9) });
    expect(cancels.viewsOf(mine)).to.deep.equal([viewOf(second, 7)]);
  });

  it("tells of each what becomes of it, once for each change", () => {
    const ledger = createLedger();
    const heard: unknown[] = [];
    const cancels = createCancelLedger(ledger, ({ hash, fate, submissionId }) => {
      heard.push([hash, fate.status, submissionId]);
    });
    const [one, other] = [named(1), named(2, 1)];
    cancels.add(one, 1);
    cancels.add(one, 1);
    cancels.load([{ ...other, seq: 2, fate: { status: "onChain", block: block(3) } }]);
    const call = { account: "0xac", kind: "batch", data: "0x", gasLimit: 1n, links: [], transactions: [] } as const;
    ledger.addSubmission({ ...call, id: 7, nonce: 5, cancellations: [one.hash, other.hash] }, 0);
    ledger.addSubmission({ ...call, id: 8, nonce: 6, cancellations: [] }, 0);
    cancels.settle(one.hash, { status: "onChain", block: block(9) });
    ledger.useNonces("0xac", 6, 9);
    ledger.takeOff(8);
    cancels.takeOff(8);
    cancels.settle(other.hash, { status: "refused", refusal: { code: "x", values: {} }, block: block(9) });
    expect(heard).to.deep.equal([
      [one.hash, "pending", undefined],
      [other.hash, "pending", undefined],
      [one.hash, "pending", 7],
      [other.hash, "pending", 7],
      [one.hash, "onChain", undefined],
      [other.hash, "pending", undefined],
      [other.hash, "pending", 7],
      [one.hash, "pending", 7],
      [other.hash, "refused", undefined],
    ]);
  });

  it("has them wait again once their transaction's nonce is used", () => {
    const { ledger, cancels, second } = open();
    ledger.useNonces("0xac", 6, 9);
    cancels.missed([second.hash]);
    expect(seqsOf(cancels.waiting())).to.deep.equal([1, 2, 3]);
    expect(cancels.find(second.hash)!.attempts).to.equal(1);
    cancels.progressed(second.hash);
    expect(cancels.find(second.hash)!.attempts).to.equal(0);
  });

  it("decides each once, and writes it", () => {
    const { cancels, first, second, sent } = open();
    const done = { status: "onChain", block: block(9) } as const;
    expect(cancels.settle(second.hash, done)).to.equal(true);
    expect(cancels.settle(second.hash, { ...done, block: block(10) })).to.equal(false);
    expect(cancels.settle(named(99).hash, done)).to.equal(false);
    expect([cancels.of(sent), cancels.undecided()]).to.deep.equal([[], 2]);
    expect(cancels.takeChanges()).to.deep.equal([{ seq: 2, fate: done, final: false }]);
    expect(cancels.takeChanges()).to.deep.equal([]);
    expect(cancels.find(first.hash)!.fate.status).to.equal("pending");
  });

  it("takes back what blocks had decided that are gone", () => {
    const { cancels, first, second } = open();
    cancels.settle(first.hash, { status: "onChain", block: block(8) });
    cancels.settle(second.hash, { status: "refused", refusal: { code: "x", values: {} }, block: block(9) });
    cancels.takeOff(8);
    expect([first, second].map(({ hash }) => cancels.find(hash)!.fate.status)).to.deep.equal(["onChain", "pending"]);
    expect(cancels.takeChanges().map(({ seq, fate }) => [seq, fate.status])).to.deep.equal([
      [1, "onChain"],
      [2, "pending"],
    ]);
  });

  it("forgets what is final once that is written", () => {
    const { cancels, first } = open();
    const done = { status: "onChain", block: block(8) } as const;
    cancels.settle(first.hash, done);
    cancels.finalise(7);
    expect(cancels.find(first.hash)).not.to.equal(undefined);
    cancels.finalise(8);
    expect(cancels.find(first.hash)).to.equal(undefined);
    const changes = cancels.takeChanges();
    expect(changes).to.deep.equal([{ seq: 1, fate: done, final: true }]);
    cancels.giveBack(changes);
    expect(cancels.takeChanges()).to.deep.equal(changes);
  });

  it("keeps a newer word when an older one could not be written", () => {
    const { cancels, first } = open();
    cancels.settle(first.hash, { status: "onChain", block: block(8) });
    const older = cancels.takeChanges();
    cancels.takeOff(7);
    cancels.giveBack(older);
    expect(cancels.takeChanges().map(({ fate }) => fate.status)).to.deep.equal(["pending"]);
  });

  it("believes nothing of the chain when it is loaded, and loads nothing twice", () => {
    const { cancels, first } = open();
    const [old, known] = [named(8), first];
    const landed = { status: "onChain", block: block(3) } as const;
    cancels.load([
      { ...known, seq: 1, fate: landed },
      { ...old, seq: 4, fate: landed },
    ]);
    expect(cancels.find(old.hash)!.fate.status).to.equal("pending");
    expect(cancels.takeChanges().map(({ seq, fate }) => [seq, fate.status])).to.deep.equal([[4, "pending"]]);
    expect(cancels.find(known.hash)!.seq).to.equal(1);
  });
});
