/** Random histories of a ledger against a plain model, which counts everything anew each time. */
import { expect } from "chai";
import fc from "fast-check";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { createLedger, type Ledger } from "../../../src/relay/queue/ledger.js";
import type { StoredSubmission } from "../../../src/relay/store/submissions.js";

const ACCOUNT = `0x${"ac".repeat(20)}`;
const TRADERS = ["a1", "b0", "ca"].map((byte) => `0x${byte.repeat(20)}`);
const MOST = 12;

type Step =
  | { readonly kind: "add" | "withdraw" | "retry"; readonly seq: number }
  | { readonly kind: "land" | "refuse"; readonly seq: number; readonly block: number }
  | { readonly kind: "submit"; readonly seqs: readonly number[] }
  | { readonly kind: "useNonces"; readonly nonce: number; readonly block: number }
  | { readonly kind: "takeOff" | "finalise"; readonly block: number }
  | { readonly kind: "write" | "lose" };

const seq = fc.integer({ min: 1, max: MOST });
const block = fc.integer({ min: 1, max: 9 });
const of = <Kind extends string>(...kinds: readonly Kind[]): fc.Arbitrary<Kind> => fc.constantFrom(...kinds);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: of("add"), seq }) },
  { weight: 2, arbitrary: fc.record({ kind: of("withdraw", "retry"), seq }) },
  { weight: 4, arbitrary: fc.record({ kind: of("land", "refuse"), seq, block }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: of("submit"), seqs: fc.uniqueArray(seq, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: of("useNonces"), nonce: fc.nat(6), block }) },
  { weight: 2, arbitrary: fc.record({ kind: of("takeOff", "finalise"), block }) },
  { weight: 2, arbitrary: fc.record({ kind: of("write", "lose") }) },
);

const linkOf = (of: number): string => `0x${of.toString(16).padStart(64, "f")}`;
const traderOf = (of: number): string => signed(of).package.trader;

function signed(of: number): SignedPackage {
  const order = tradePackage({
    marketRootId: 1,
    marketBranchId: 1,
    trader: TRADERS[of % TRADERS.length]!,
    priceTicks: 1n,
    quantityLots: 1n,
    timeInForce: 0,
    previousLink: linkOf(0),
    nonce: BigInt(of),
    deadline: 1n,
  });
  return { package: order, signature: "0x" };
}

/** What is known of a package, and where that stands in the database. */
interface Known {
  status: string;
  block?: number;
  submission: number | undefined;
}

class Model {
  public readonly known = new Map<number, Known>();
  public readonly sent: { readonly nonce: number; readonly seqs: readonly number[]; settledAt: number | undefined }[] =
    [];
  /** Statuses as the database has them, of packages that were ever taken. */
  public readonly written = new Map<number, string>();

  public undecide(one: Known): void {
    const isOpen = one.submission !== undefined && this.sent[one.submission]!.settledAt === undefined;
    one.status = isOpen ? "submitted" : "pending";
    delete one.block;
  }
}

function take(ledger: Ledger, model: Model, one: Step): void {
  switch (one.kind) {
    case "add":
      if (model.written.has(one.seq)) return; // the database knows each package once
      ledger.add({ link: linkOf(one.seq), signed: signed(one.seq) }, one.seq);
      model.known.set(one.seq, { status: "pending", submission: undefined });
      model.written.set(one.seq, "pending");
      return;
    case "withdraw": {
      const isWaiting = model.known.get(one.seq)?.status === "pending";
      expect(ledger.withdraw(linkOf(one.seq))).to.equal(isWaiting);
      if (!isWaiting) return;
      model.known.delete(one.seq);
      model.written.set(one.seq, "withdrawn"); // as the database did before
      return;
    }
    case "retry": {
      const known = model.known.get(one.seq);
      if (known === undefined || known.block !== undefined) return; // a block has decided
      ledger.retry(linkOf(one.seq));
      known.status = "pending";
      return;
    }
    case "land":
    case "refuse":
      settle(ledger, model, one);
      return;
    case "submit":
      submit(ledger, model, one.seqs);
      return;
    case "useNonces":
      useNonces(ledger, model, one.nonce, one.block);
      return;
    case "takeOff":
      ledger.takeOff(one.block);
      for (const submission of model.sent) submission.settledAt = undefined;
      for (const known of model.known.values()) if ((known.block ?? -1) > one.block) model.undecide(known);
      return;
    case "finalise":
      ledger.finalise(one.block);
      for (const [of, { block: at }] of model.known) if (at !== undefined && at <= one.block) model.known.delete(of);
      return;
    case "write":
      for (const { seq: of, fate } of ledger.takeChanges().fates) model.written.set(of, fate.status);
      return;
    case "lose":
      ledger.giveBack(ledger.takeChanges());
  }
}

function settle(ledger: Ledger, model: Model, one: Extract<Step, { kind: "land" | "refuse" }>): void {
  const known = model.known.get(one.seq);
  const isNews = known !== undefined && known.status !== "onChain";
  const at = { number: one.block, hash: "0x" };
  const refusal = { code: "Book_Uncovered", values: {} };
  const told =
    one.kind === "land"
      ? ledger.settle(linkOf(one.seq), { kind: "landed", tradeRootId: 1 }, at)
      : ledger.settle(linkOf(one.seq), { kind: "refused", refusal }, at);
  expect(told).to.equal(isNews);
  if (!isNews) return;
  known.status = one.kind === "land" ? "onChain" : "refused";
  known.block = one.block;
}

function submit(ledger: Ledger, model: Model, seqs: readonly number[]): void {
  const waiting = seqs.filter((of) => model.known.get(of)?.status === "pending");
  const id = model.sent.length;
  const stored: StoredSubmission = {
    id,
    account: ACCOUNT,
    nonce: id,
    kind: "batch",
    data: "0x",
    gasLimit: 1n,
    links: waiting.map(linkOf),
    cancellations: [],
    transactions: [{ hash: `0x${id}`, raw: "0x", maxFee: 1n, priorityFee: 1n }],
  };
  ledger.addSubmission(stored, 0);
  model.sent.push({ nonce: id, seqs: waiting, settledAt: undefined });
  for (const of of waiting) {
    const known = model.known.get(of)!;
    known.status = "submitted";
    known.submission = id;
    model.written.set(of, "submitted"); // the database has it with the submission
  }
}

function useNonces(ledger: Ledger, model: Model, nonce: number, at: number): void {
  const back: number[] = [];
  model.sent.forEach((submission, id) => {
    if (submission.settledAt !== undefined || submission.nonce >= nonce) return;
    submission.settledAt = at;
    for (const of of submission.seqs) {
      const known = model.known.get(of);
      if (known?.status !== "submitted" || known.submission !== id) continue;
      known.status = "pending";
      back.push(of);
    }
  });
  expect(ledger.useNonces(ACCOUNT, nonce, at).map((entry) => entry.seq)).to.deep.equal(back);
}

function expectAlike(ledger: Ledger, model: Model): void {
  const all = Array.from({ length: MOST }, (_, index) => index + 1);
  const isUnlanded = (of: number): boolean => ["pending", "submitted"].includes(model.known.get(of)?.status ?? "");
  for (const of of all) {
    expect(ledger.find(linkOf(of))?.fate.status, `package ${of}`).to.equal(model.known.get(of)?.status);
  }
  const waiting = all.filter((of) => model.known.get(of)?.status === "pending");
  expect(ledger.waiting().map((entry) => entry.seq)).to.deep.equal(waiting);
  expect(ledger.oldestWaiting()).to.equal(waiting[0]);
  expect(ledger.unlanded()).to.equal(all.filter(isUnlanded).length);
  for (const trader of new Set(all.map(traderOf))) {
    expect(ledger.unlandedOf(trader)).to.equal(all.filter((of) => isUnlanded(of) && traderOf(of) === trader).length);
  }
}

describe("given any history of a ledger", () => {
  const histories = fc.array(step, { minLength: 1, maxLength: 80 });

  it("each package stands where the last word on it left it, and all counts are right", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const [ledger, model] = [createLedger(), new Model()];
        for (const one of steps) {
          take(ledger, model, one);
          expectAlike(ledger, model);
        }
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it("what was written is, in the end, what is known", () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const [ledger, model] = [createLedger(), new Model()];
        for (const one of steps) take(ledger, model, one);
        take(ledger, model, { kind: "write" });
        for (const [of, { status }] of model.known) {
          expect(model.written.get(of), `package ${of}`).to.equal(status);
        }
      }),
      { seed: 12, numRuns: 150 },
    );
  });
});
