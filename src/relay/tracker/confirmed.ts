/**
 * The session's book as it is on the chain, at the newest block that was followed: what anybody may see. The mirror holds what waits,
 * too, and orders that are not on the chain yet are nobody's affair but their traders'.
 */
import { eventOf } from "../../bindings/records.js";
import { Book } from "../../protocol/book/book.js";
import { BlockLayers } from "../../protocol/book/layers.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { BookReplay } from "../../protocol/book/rebuild.js";
import { bookOf } from "../../protocol/book/snapshot.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { BlockHeader } from "../../node/node.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import type { ChainNews, Start } from "./state.js";

export interface ConfirmedBook {
  readonly book: Book;
  /** After which it is as it is; undefined before the first. */
  readonly block: ConfirmedBlock | undefined;
  /** What the tracker tells, in order. */
  hear(news: ChainNews): void;
}

export interface ConfirmedOptions {
  readonly terms: BookTerms;
  /** Blocks that may be taken off. */
  readonly depth: number;
  readonly hashing: Hashing;
  /** It fits no more: the chain has to be told from its start. */
  readonly onLost: (reason: string) => void;
}

/** A block of the chain, with its time in unix seconds. */
export type ConfirmedBlock = Pick<BlockHeader, "number" | "hash" | "timestamp">;

interface ConfirmedState {
  readonly book: Book;
  readonly layers: BlockLayers<ConfirmedBlock>;
}

export function createConfirmedBook({ terms, depth, hashing, onLost }: ConfirmedOptions): ConfirmedBook {
  const begin = (start?: Start): ConfirmedState => {
    const book =
      start === undefined ? new Book(terms, TRUSTING, hashing) : bookOf(terms, start.text, TRUSTING, hashing);
    const layers = new BlockLayers<ConfirmedBlock>(book.state.journal, depth);
    if (start !== undefined) layers.add(blockOf(start.header));
    return { book, layers };
  };
  let state = begin();
  let isLost = false;
  return {
    get book() {
      return state.book;
    },
    get block() {
      return state.layers.tip;
    },
    hear(news) {
      if (news.kind === "restarted") {
        state = begin(news.start);
        isLost = false;
        return;
      }
      if (isLost) return;
      try {
        take(state, news);
      } catch (error) {
        isLost = true;
        onLost(messageOf(error));
      }
    },
  };
}

/** @throws RuleError, RangeError if it does not fit what came before; nothing has changed then */
function take({ book, layers }: ConfirmedState, news: Exclude<ChainNews, { kind: "restarted" }>): void {
  if (news.kind === "reorganised") {
    if (!layers.takeOff(news.ancestor)) throw new RangeError("a reorganisation deeper than what is kept");
    return;
  }
  const { timestamp } = news.header;
  try {
    const replay = new BookReplay(book);
    for (const record of news.records()) {
      if (record.kind !== "skipped") replay.feed({ event: eventOf(record), timestamp });
    }
    layers.add(blockOf(news.header));
  } catch (error) {
    layers.backToTip();
    throw error;
  }
}

function blockOf({ number, hash, timestamp }: BlockHeader): ConfirmedBlock {
  return { number, hash, timestamp };
}
