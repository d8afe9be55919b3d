/**
 * A book as one text, and back: all that it keeps between two calls, so that whoever has it need not replay what came before.
 * Equal books have equal texts. The first line says the format, the book's terms and a hash over the rest; none of that proves
 * that the book is the chain's, which is for those who ask a chain.
 */
import { sha256, toUtf8Bytes } from "ethers";

import { toTaggedJson } from "../amounts/json.js";
import { RuleError } from "../amounts/errors.js";
import type { MarketRoot } from "../market/market-table.js";
import { type Hashing, PLAIN_HASHING } from "../signing/hashing.js";
import type { Hash } from "../signing/typed-data.js";
import { Book } from "./book.js";
import { type Outside, TRUSTING } from "./outside.js";
import { Fields, pairsOf, rootFields, rootFrom } from "./snapshot-fields.js";
import { requireSound } from "./soundness.js";
import type { BookState } from "./state.js";
import type { BookTerms } from "./terms.js";

/** Rises whenever the text of an equal book would be another, or would mean something else. */
export const SNAPSHOT_VERSION = 1;
const FORMAT = "session-book";

/** The parts of a book, in the order of the text. */
const PARTS = ["chain", "pool", "roots", "traders", "crossed", "orders", "past"] as const;

/**
 * Everything that a book keeps.
 * @throws RangeError in the middle of a call, or while calls are expected that have not landed
 */
export function snapshotOf({ state }: Pick<Book, "state">): string {
  if (!state.chain.isSettled || state.queues.held.length > 0)
    throw new RangeError("the book is in the middle of a call");
  const body = toTaggedJson(PARTS.map((part) => WRITERS[part](state)));
  const head = [FORMAT, SNAPSHOT_VERSION, termsHash(state.terms)].join(" ");
  return `${head} ${hashOf(head, body)}\n${body}`;
}

/**
 * The book that a snapshot is of, which then goes on by itself.
 * @param outside what to ask about signatures, participants and tokens from now on; trusted by default
 * @throws RuleError SNAPSHOT_VERSION, SNAPSHOT_FOREIGN, or SNAPSHOT_DAMAGED if it is not what was written or no book can be so
 */
export function bookOf(
  terms: BookTerms,
  snapshot: string,
  outside: Outside = TRUSTING,
  hashing: Hashing = PLAIN_HASHING,
): Book {
  const book = new Book(terms, outside, hashing);
  const body = requireOwn(book.state.terms, snapshot);
  try {
    const parts = Fields.of(JSON.parse(body));
    // What was kept needs no undoing: the attempt only leaves nothing of it in the journal.
    book.state.journal.attempt(() => {
      for (const part of PARTS) READERS[part](book.state, parts.list());
      parts.end();
    });
    requireSound(book.state);
  } catch (error) {
    throw error instanceof RuleError ? error : new RuleError("SNAPSHOT_DAMAGED", { reason: String(error) }, error);
  }
  return book;
}

/** @returns the text behind the first line, which is what was written for a book of these terms */
function requireOwn(terms: BookTerms, snapshot: string): string {
  const end = snapshot.indexOf("\n");
  const [format, version, owner, hash, ...more] = snapshot.slice(0, Math.max(0, end)).split(" ");
  if (format !== FORMAT || more.length > 0)
    throw new RuleError("SNAPSHOT_DAMAGED", { reason: "no snapshot of a book" });
  const body = snapshot.slice(end + 1);
  // Of another version nobody knows here what is hashed, and how.
  if (version !== String(SNAPSHOT_VERSION)) {
    throw new RuleError("SNAPSHOT_VERSION", { version: String(version), known: SNAPSHOT_VERSION });
  }
  const found = hashOf([format, version, owner].join(" "), body);
  if (hash !== found) throw new RuleError("SNAPSHOT_DAMAGED", { hash: String(hash), found });
  const own = termsHash(terms);
  if (owner !== own) throw new RuleError("SNAPSHOT_FOREIGN", { terms: String(owner), own });
  return body;
}

function hashOf(head: string, body: string): Hash {
  return sha256(toUtf8Bytes(`${head}\n${body}`));
}

/** Terms as the book has them: addresses in their one form. */
function termsHash(terms: BookTerms): Hash {
  const { assets, basketScale, basketTickValue, t1, t2, settleLimit, marketCreator, domain, session, policy } = terms;
  const { chainWindow, maxOpenOrders, reserveShift, maxLots } = terms;
  const market = {
    assets,
    basketScale,
    basketTickValue,
    t1,
    t2,
    settleLimit,
    marketCreator: marketCreator.toLowerCase(),
  };
  const limits = { chainWindow, maxOpenOrders, reserveShift, maxLots };
  return sha256(toUtf8Bytes(toTaggedJson({ ...market, ...limits, domain, session, policy })));
}

// ------------------------------------------------------------------ writing

type Part = (typeof PARTS)[number];

const WRITERS: Readonly<Record<Part, (state: BookState) => readonly unknown[]>> = {
  chain: ({ chain }) => ringOf(chain),
  pool: ({ pool, terms }) => Array.from({ length: terms.assets + 1 }, (_, leg) => pool.held(leg)),
  roots: ({ markets }) => {
    const { makers } = markets;
    const roots = [...markets.table.roots.values()].sort((a, b) => a.marketRootId - b.marketRootId);
    return roots.map((root) => {
      const madeBy = makers.get(root.marketRootId);
      return [...rootFields(root), ...(madeBy === undefined ? [] : [madeBy, markets.createdAt(root.marketRootId)])];
    });
  },
  traders: ({ traders, margin }) =>
    [...traders.all()].map(({ traderId, address, nonces, openOrders, reserved }) => {
      const { cash, worst } = margin.accountOf(traderId);
      const positions = [...margin.positionsOf(traderId)].sort(([a], [b]) => a - b);
      const kept = positions.map(([marketRootId, position]) => [marketRootId, position.worst, ...position.lots]);
      return [address, nonces.floor, nonces.used, openOrders, reserved, cash, worst, kept];
    }),
  crossed: ({ queues }) =>
    queues
      .crossed()
      .map(({ marketRootId, marketBranchId, isImmediate }) => [marketRootId, marketBranchId, isImmediate]),
  orders: ({ queues }) =>
    [...queues.orders()]
      .sort((a, b) => a.tradeRootId - b.tradeRootId)
      .map(({ tradeRootId, place, isPlaced, marketRootId, marketBranchId, traderId, price, deadline, lots }) => {
        return [tradeRootId, place, isPlaced, marketRootId, marketBranchId, traderId, price, deadline, lots];
      }),
  past: ({ queues }) => {
    const { dead, doubtful, lastIds } = queues.past;
    return [dead.flat(), doubtful.flat(), lastIds.flat()];
  },
};

/** The last checkpoints, oldest first, without the genesis. */
function ringOf(chain: BookState["chain"]): Hash[] {
  const ring: Hash[] = [];
  for (let number = chain.checkpoints; number > 0n; number -= 1n) {
    const link = chain.checkpointAt(number);
    if (link === undefined) break;
    ring.push(link);
  }
  return ring.reverse();
}

// ------------------------------------------------------------------ reading

const READERS: Readonly<Record<Part, (state: BookState, fields: Fields) => void>> = {
  chain: ({ chain }, fields) => {
    chain.restore(fields.rest((one) => one.hash()));
  },
  pool: ({ pool }, fields) => {
    pool.restore(fields.rest((one) => one.amount()));
  },
  roots: ({ markets }, fields) => {
    fields.each((one) => {
      const root: MarketRoot = rootFrom(one);
      markets.restore(root, one.isAtEnd ? undefined : { madeBy: one.hash(), createdAt: one.amount() });
    });
  },
  traders: (state, fields) => {
    let traderId = 0;
    fields.each((one) => {
      traderId += 1;
      const [address, floor, used] = [one.address(), one.amount(), one.amount()];
      const [openOrders, reserved] = [one.count(), one.amount()];
      state.traders.restore({ traderId, address, nonces: { floor, used }, openOrders, reserved });
      const account = { cash: one.amount(), worst: one.amount() };
      const positions = one.list().rows((position) => {
        const [marketRootId, worst] = [position.count(), position.amount()];
        return [marketRootId, { worst, lots: position.rest((lots) => lots.amount()) }] as const;
      });
      state.margin.restore(traderId, account, positions);
    });
  },
  crossed: ({ queues }, fields) => {
    fields.each((one) => {
      queues.of({ marketRootId: one.count(), marketBranchId: one.count() }).setCrossed(true, one.flag());
    });
  },
  orders: ({ queues }, fields) => {
    fields.each((one) => {
      const [tradeRootId, place, isPlaced] = [one.count(), one.count(), one.flag()];
      const market = { marketRootId: one.count(), marketBranchId: one.count() };
      const [traderId, price, deadline, lots] = [one.count(), one.amount(), one.amount(), one.amount()];
      queues.restore({ tradeRootId, ...market, traderId, price, deadline, lots }, place, isPlaced);
    });
  },
  past: ({ queues }, fields) => {
    const [dead, doubtful, lastIds] = [pairsOf(fields.list()), pairsOf(fields.list()), pairsOf(fields.list())];
    queues.restorePast({ dead, doubtful, lastIds });
  },
};
