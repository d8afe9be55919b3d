/** The calls about markets: new roots, records on them, settlement. */
import { genesisLink } from "../../src/protocol/book/checkpoint.js";
import { id, SigningKey } from "ethers";

import {
  type MarketFields,
  marketRecord,
  NEW_ROOT,
  NO_ROOT_TERMS,
  RootKind,
} from "../../src/protocol/signing/market-record.js";
import type { Book } from "../../src/protocol/book/book.js";
import type { SubmittedRecord } from "../../src/protocol/book/settlement.js";
import { type MarketRoot, spanOf } from "../../src/protocol/market/market-table.js";
import { marketDigest } from "../../src/protocol/signing/typed-data.js";
import { type Call, call, personAt, type Setting, traderAt } from "./call.js";
import type { Step } from "./steps.js";
import type { Person } from "./scene.js";

type MarketStep = Extract<Step, { op: "newRoot" | "record" | "applyFallback" | "realise" | "refresh" }>;

export function marketCall(setting: Setting, step: MarketStep): Call {
  switch (step.op) {
    case "newRoot":
      return newRootCall(setting, step);
    case "record":
      return recordCall(setting, step);
    case "applyFallback": {
      const root = rootNumber(setting, step.root);
      return call(setting, step, "applyFallback", [root], (book, at) => book.applyFallback(at, root));
    }
    case "realise":
    case "refresh": {
      const { op } = step;
      const root = rootNumber(setting, step.root);
      // Mostly traders who are known: one who is not undoes the whole call.
      const known = [...setting.book.state.traders.all()].map(({ address }) => address);
      const traders = step.traders.map((pick) =>
        pick === 9 ? traderAt(setting.world, pick) : (known[pick % known.length] ?? traderAt(setting.world, pick)),
      );
      return call(setting, step, op, [root, traders], (book) => book[op](root, traders));
    }
  }
}

/** The last record that was to make a root of a book, good or not, for it to be brought again. */
const lastRoots = new WeakMap<Book, SubmittedRecord>();

type RecordStep = Extract<Step, { op: "record" }>;
type NewRootStep = Extract<Step, { op: "newRoot" }>;

function newRootCall(setting: Setting, step: NewRootStep): Call {
  const { world, book, timestamp } = setting;
  const repeated = step.flaw === "again" ? lastRoots.get(book) : undefined;
  if (repeated !== undefined) return brought(setting, step, repeated, world.people[3]!);
  const { roots } = book.state.markets.table;
  const isOpen = world.terms.marketCreator !== world.organiser.address;
  const owner = isOpen || step.owner % 3 === 0 ? personAt(world, step.owner) : world.organiser;
  const description = `what happens to number ${roots.size}`;
  const closesAt = least(timestamp + BigInt(step.closes), world.terms.t2);
  const lotValue = world.terms.basketScale * world.terms.basketTickValue;
  const furthest = BigInt(Math.max(1, Math.abs(step.low), Math.abs(step.low + step.span)));
  const tickValue = step.span % 3 === 0 ? lotValue / furthest || 1n : (lotValue % 97n) + 1n;
  const usual: MarketFields = {
    marketRootId: NEW_ROOT,
    marketBranchId: 1,
    parentBranchId: 0,
    owner: owner.address,
    marketMin: step.interval ? BigInt(step.low) : 0n,
    marketMax: step.interval ? BigInt(step.low + step.span) : BigInt(step.span),
    kind: step.interval ? RootKind.Interval : RootKind.Simplex,
    outcomes: step.interval ? 0 : step.outcomes,
    tickValue,
    closesAt,
    settleBy: least(closesAt + BigInt(step.closes % 700), world.terms.settleLimit),
    fallbackOutcome: step.interval ? BigInt(step.low + (step.span >> 1)) : 1n,
    descriptionHash: id(description),
    previousLink: book.link,
  };
  const other = personAt(world, step.owner + 1).address;
  const flaws: Readonly<Record<string, Partial<MarketFields>>> = {
    kind: { kind: 3 },
    tickZero: { tickValue: 0n },
    tickHuge: { tickValue: [2n ** 64n, 2n ** 127n, 2n ** 64n - 1n][step.span % 3]! },
    closes: { closesAt: timestamp },
    closesLate: { closesAt: world.terms.t2 + 1n },
    settleBy: { settleBy: closesAt - 1n },
    settleLate: { settleBy: world.terms.settleLimit + 1n },
    fallback: { fallbackOutcome: step.interval ? usual.marketMax + 1n : 0n },
    outcomes: { outcomes: step.interval ? 2 : [0, 1, 17][step.span % 3]! },
    empty: { marketMax: usual.marketMin },
    reversed: { marketMin: usual.marketMax, marketMax: usual.marketMin },
    number: step.span % 2 === 0 ? { marketRootId: roots.size + 1 } : { marketBranchId: step.span % 3 },
    link: { previousLink: step.span % 2 === 0 ? id("another") : genesisLink(book.state.chain.separator) },
    owner: { owner: other },
    parent: { parentBranchId: 1 },
  };
  const fields = { ...usual, ...flaws[step.flaw] };
  const text = step.flaw === "description" ? "something else" : description;
  const made = submission(setting, step, fields, owner, text);
  lastRoots.set(book, made.submitted);
  return brought(setting, step, made.submitted, made.bringer);
}

function recordCall(setting: Setting, step: RecordStep): Call {
  const { world, book } = setting;
  const made = [...book.state.markets.table.roots.values()].filter(({ marketRootId }) => marketRootId !== 1);
  const root = step.flaw === "basket" ? undefined : made[step.root % made.length];
  const target = root ?? book.state.markets.known(1);
  const owner = [world.organiser, ...world.people].find(({ address }) => address === target.owner) ?? world.organiser;
  const usual = recordFields(target, step, owner.address);
  const flaws: Readonly<Record<string, Partial<MarketFields>>> = {
    reversed: { marketMin: usual.marketMax, marketMax: usual.marketMin },
    owner: { owner: personAt(world, step.branch).address },
    link: { previousLink: id("another") },
    terms: [
      { kind: 1 },
      { outcomes: 2 },
      { tickValue: 1n },
      { closesAt: 1n },
      { settleBy: 1n },
      { fallbackOutcome: 1n },
    ][step.branch % 6]!,
    parent: { parentBranchId: step.isNew ? 40 : 1 },
    number: { marketBranchId: usual.marketBranchId + 30 },
  };
  const text = step.flaw === "description" ? "not signed" : "";
  const { submitted, bringer } = submission(setting, step, { ...usual, ...flaws[step.flaw] }, owner, text);
  return brought(setting, step, submitted, bringer);
}

function recordFields(root: MarketRoot, step: RecordStep, owner: string): MarketFields {
  const branches = root.kind === "interval" ? root.strikes.length : root.weights.length;
  const isNew = step.isNew && root.kind === "interval" && branches < 12;
  const number = (step.branch % branches) + 1;
  const parent = (step.parent % branches) + 1;
  const { lower, upper } = spanOf(root, isNew ? parent : number)!;
  // Tightening usually trims a little; now and then it settles.
  const from = isNew || step.from === step.to ? step.from : step.from >> 2;
  const to = isNew || step.from === step.to ? step.to : 16 - ((16 - step.to) >> 2);
  return {
    ...NO_ROOT_TERMS,
    marketRootId: root.marketRootId,
    marketBranchId: isNew ? branches + 1 : number,
    parentBranchId: isNew ? parent : 0,
    owner,
    marketMin: lower + ((upper - lower) * BigInt(from)) / 16n,
    marketMax: lower + ((upper - lower) * BigInt(to)) / 16n,
    previousLink: root.tip,
  };
}

/** What is brought to the book, and by whom. */
interface Submission {
  readonly submitted: SubmittedRecord;
  readonly bringer: Person;
}

/** Either the owner calls, or somebody brings the owner's signature; the organiser permits another's root by either way. */
function submission(
  { world }: Setting,
  step: NewRootStep | RecordStep,
  fields: MarketFields,
  owner: Person,
  description: string,
): Submission {
  const { terms, organiser, people } = world;
  const record = marketRecord(fields);
  const sign = ({ privateKey }: Person): string =>
    new SigningKey(privateKey).sign(marketDigest(terms.domain, record)).serialized;
  const isCalledByOwner = step.after % 2 === 0 && step.flaw !== "otherKey" && step.flaw !== "unsigned";
  const signed = sign(step.flaw === "otherKey" ? people[8]! : owner);
  const signature = isCalledByOwner || step.flaw === "unsigned" ? "0x" : signed;
  const messenger = owner === organiser ? people[3]! : organiser;
  const bringer = isCalledByOwner ? owner : messenger;
  const isPermitted = step.op === "newRoot" && owner !== organiser && terms.marketCreator === organiser.address;
  const permits: Readonly<Record<string, string>> = {
    permit: sign(people[8]!),
    unpermitted: "0x",
    needless: sign(organiser),
  };
  const usual = isPermitted && bringer !== organiser ? sign(organiser) : "0x";
  return { submitted: { record, signature, organiserSignature: permits[step.flaw] ?? usual, description }, bringer };
}

function brought(setting: Setting, step: Step, submitted: SubmittedRecord, { address }: Person): Call {
  const { record, signature, organiserSignature, description } = submitted;
  const args = [record, signature, organiserSignature, description];
  return {
    ...call(setting, step, "createMarket", args, (book, at) => book.createMarket(at, submitted)),
    caller: address,
  };
}

function rootNumber({ book }: Setting, pick: number): number {
  const { size } = book.state.markets.table.roots;
  return pick === 0 ? [1, 0, 50][size % 3]! : (pick % (size + 1)) + 1;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
