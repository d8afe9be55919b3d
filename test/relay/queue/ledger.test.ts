import { expect } from "chai";

import { tradePackage } from "../../../src/protocol/signing/package.js";
import { createLedger, type Ledger } from "../../../src/relay/queue/ledger.js";
import type { StoredSubmission } from "../../../src/relay/store/submissions.js";

const ACCOUNT = `0x${"0a".repeat(20)}`;
const TRADER = `0x${"0b".repeat(20)}`;
const block = (number: number) => ({ number, hash: `0x${number.toString(16).padStart(64, "0")}` });
const linkOf = (seq: number): string => `0x${seq.toString(16).padStart(64, "f")}`;

function named(seq: number) {
  const order = tradePackage({
    marketRootId: 1,
    marketBranchId: 1,
    trader: TRADER,
    priceTicks: 1n,
    quantityLots: 1n,
    timeInForce: 0,
    previousLink: linkOf(0),
    nonce: BigInt(seq),
    deadline: 1n,
  });
  return { link: linkOf(seq), signed: { package: order, signature: "0x" } };
}

function submission(id: number, nonce: number, seqs: readonly number[]): StoredSubmission {
  const transactions = [{ hash: `0x${id}`, raw: "0x", maxFee: 1n, priorityFee: 1n }];
  const call = { account: ACCOUNT, nonce, kind: "batch", data: "0x", gasLimit: 1n } as const;
  return { ...call, id, links: seqs.map(linkOf), cancellations: [], transactions };
}

function withPackages(count: number): Ledger {
  const ledger = createLedger();
  for (let seq = 1; seq <= count; seq += 1) ledger.add(named(seq), seq);
  return ledger;
}

const statusOf = (ledger: Ledger, seq: number): string | undefined => ledger.find(linkOf(seq))?.fate.status;
const waitingSeqs = (ledger: Ledger): number[] => ledger.waiting().map(({ seq }) => seq);

describe("given a ledger that somebody hears", () => {
  it("tells of each package what becomes of it, once for each change", () => {
    const heard: unknown[] = [];
    const ledger = createLedger(
      () => 0,
      ({ link, fate }) => heard.push([link, fate.status]),
    );
    for (const seq of [1, 2, 3]) ledger.add(named(seq), seq);
    ledger.add(named(1), 1);
    ledger.withdraw(linkOf(3));
    ledger.addSubmission(submission(1, 0, [1, 2]), 0);
    ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 5 }, block(7));
    ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 6 }, block(7));
    ledger.useNonces(ACCOUNT, 1, 7);
    ledger.takeOff(6);
    expect(heard).to.deep.equal([
      [linkOf(1), "pending"],
      [linkOf(2), "pending"],
      [linkOf(3), "pending"],
      [linkOf(3), "withdrawn"],
      [linkOf(1), "submitted"],
      [linkOf(2), "submitted"],
      [linkOf(1), "onChain"],
      [linkOf(2), "pending"],
      [linkOf(1), "submitted"],
    ]);
  });
});

describe("createLedger", () => {
  describe("given packages that wait", () => {
    it("gives them in the order of their acknowledgement and counts them", () => {
      const ledger = withPackages(3);
      expect(waitingSeqs(ledger)).to.deep.equal([1, 2, 3]);
      expect([ledger.unlanded(), ledger.unlandedOf(tradePackage(named(1).signed.package).trader)]).to.deep.equal([
        3, 3,
      ]);
    });

    it("says which of them is the oldest, however they came", () => {
      const ledger = createLedger();
      expect(ledger.oldestWaiting()).to.equal(undefined);
      for (const seq of [3, 1, 2]) ledger.add(named(seq), seq);
      expect(ledger.oldestWaiting()).to.equal(1);
      ledger.addSubmission(submission(1, 0, [1]), 0);
      expect(ledger.oldestWaiting()).to.equal(2);
    });

    it("withdraws one, once, and only before it was sent", () => {
      const ledger = withPackages(2);
      ledger.addSubmission(submission(1, 0, [2]), 0);
      expect([ledger.withdraw(linkOf(1)), ledger.withdraw(linkOf(1)), ledger.withdraw(linkOf(2))]).to.deep.equal([
        true,
        false,
        false,
      ]);
      expect(ledger.unlanded()).to.equal(1);
    });
  });

  describe("given a transaction on its way", () => {
    it("has its packages in it, in its order", () => {
      const ledger = withPackages(3);
      const sent = ledger.addSubmission(submission(1, 5, [2, 1]), 0);
      expect(ledger.packagesOf(sent).map(({ seq }) => seq)).to.deep.equal([2, 1]);
      expect(waitingSeqs(ledger)).to.deep.equal([3]);
      expect([ledger.linksOf("0x1"), ledger.linksOf("0x2")]).to.deep.equal([[linkOf(2), linkOf(1)], undefined]);
    });

    it("lets packages land, and takes the rest back once its nonce is used", () => {
      const ledger = withPackages(2);
      ledger.addSubmission(submission(1, 0, [1, 2]), 0);
      expect(ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 9 }, block(4))).to.equal(true);
      expect(ledger.useNonces(ACCOUNT, 0, 4)).to.deep.equal([]);
      expect(ledger.useNonces(ACCOUNT, 1, 4).map(({ seq, attempts }) => [seq, attempts])).to.deep.equal([[2, 1]]);
      expect([statusOf(ledger, 1), statusOf(ledger, 2), ledger.openSubmissions().length]).to.deep.equal([
        "onChain",
        "pending",
        0,
      ]);
    });

    it("pays no heed to nonces of another account", () => {
      const ledger = withPackages(1);
      ledger.addSubmission(submission(1, 0, [1]), 0);
      expect(ledger.useNonces(TRADER, 9, 4)).to.deep.equal([]);
      expect(statusOf(ledger, 1)).to.equal("submitted");
    });
  });

  describe("given a package that has landed", () => {
    it("believes no refusal of a copy of it", () => {
      const ledger = withPackages(1);
      ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 1 }, block(1));
      const refusal = { code: "Book_NonceUsed", values: {} };
      expect(ledger.settle(linkOf(1), { kind: "refused", refusal }, block(2))).to.equal(false);
      expect(statusOf(ledger, 1)).to.equal("onChain");
    });

    it("believes a landing after a refusal", () => {
      const ledger = withPackages(1);
      ledger.settle(linkOf(1), { kind: "refused", refusal: { code: "Book_Uncovered", values: {} } }, block(1));
      ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 1 }, block(2));
      expect(statusOf(ledger, 1)).to.equal("onChain");
    });
  });

  describe("when blocks are taken off", () => {
    it("puts what they had settled back to where it was", () => {
      const ledger = withPackages(3);
      ledger.addSubmission(submission(1, 0, [1, 2]), 0);
      ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 1 }, block(5));
      ledger.settle(linkOf(2), { kind: "landed", tradeRootId: 2 }, block(6));
      ledger.settle(linkOf(3), { kind: "landed", tradeRootId: 3 }, block(6)); // brought by somebody else
      ledger.useNonces(ACCOUNT, 1, 6);
      ledger.takeOff(5);
      expect([1, 2, 3].map((seq) => statusOf(ledger, seq))).to.deep.equal(["onChain", "submitted", "pending"]);
      expect(ledger.openSubmissions().map(({ id }) => id)).to.deep.equal([1]);
    });
  });

  describe("when blocks become final", () => {
    it("forgets what was settled there, and writes it down as final", () => {
      const ledger = withPackages(2);
      ledger.addSubmission(submission(7, 0, [1]), 0);
      ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 1 }, block(5));
      ledger.settle(linkOf(2), { kind: "landed", tradeRootId: 2 }, block(6));
      ledger.useNonces(ACCOUNT, 1, 5);
      ledger.finalise(5);
      expect(ledger.find(linkOf(1))).to.equal(undefined);
      const { fates, finished } = ledger.takeChanges();
      expect(fates.map(({ seq, final }) => [seq, final])).to.deep.equal([
        [1, true],
        [2, false],
      ]);
      expect(finished).to.deep.equal([7]);
    });
  });

  describe("when changes could not be written", () => {
    it("hands them out again, but never over newer ones", () => {
      const ledger = withPackages(2);
      ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 1 }, block(5));
      ledger.settle(linkOf(2), { kind: "landed", tradeRootId: 2 }, block(5));
      const lost = ledger.takeChanges();
      ledger.takeOff(4);
      ledger.settle(linkOf(1), { kind: "landed", tradeRootId: 8 }, block(6));
      ledger.giveBack(lost);
      const fates = new Map(ledger.takeChanges().fates.map(({ seq, fate }) => [seq, fate]));
      expect(fates.get(1)).to.deep.equal({ status: "onChain", tradeRootId: 8, block: block(6) });
      expect(fates.get(2)).to.deep.equal({ status: "pending" });
      expect(ledger.takeChanges()).to.deep.equal({ fates: [], finished: [] });
    });
  });

  describe("when it is loaded from the database", () => {
    it("believes what is open, and leaves what the chain has decided to the chain", () => {
      const ledger = createLedger();
      const stored = { attempts: 0, submissionId: 1, replaces: undefined };
      const landed = { status: "onChain", tradeRootId: 1, block: block(3) } as const;
      ledger.load(
        [
          { ...named(1), ...stored, seq: 1, fate: landed },
          { ...named(2), ...stored, seq: 2, submissionId: undefined, fate: { status: "pending" } },
          { ...named(3), ...stored, seq: 3, submissionId: 99, fate: { status: "submitted", submissionId: 99 } },
          { ...named(4), ...stored, seq: 4, fate: { status: "withdrawn" } },
        ],
        [submission(1, 0, [1])],
        0,
      );
      expect([1, 2, 3, 4].map((seq) => statusOf(ledger, seq))).to.deep.equal([
        "submitted",
        "pending",
        "pending",
        undefined,
      ]);
    });
  });
});
