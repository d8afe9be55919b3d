/**
 * From a book's logs back to the book, without trusting anybody: every event must be what the rules make of the state before
 * it. Logs do not say with which limits or hints an order was submitted, nor what was refused, so three things that they do not
 * commit to may differ from the contract's: a crossed flag that outlived the orders on the other side, which has no effect; the
 * reserve of an order that was cut off and resumed within one batch, which may be smaller here; and whether an order that left
 * within its own call had been stored before, so that its place may be used again (`mayBeDead`).
 */
import { type Hashing, PLAIN_HASHING } from "../signing/hashing.js";
import { isRefusal } from "../market/refusal.js";
import { Book } from "./book.js";
import type { BookEvent } from "./events.js";
import { type Outside, TRUSTING } from "./outside.js";
import { impossible } from "./rebuild-events.js";
import { Rebuilder } from "./rebuilder.js";
import type { BookTerms } from "./terms.js";

/** An event, and when its block was made. Why a batch went on without something does not matter: nothing changed by it. */
export interface LoggedEvent {
  readonly event: BookEvent<unknown>;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

/**
 * Replays all of a book's events in log order.
 * @param outside what to ask about signatures, participants and tokens; trusted by default
 * @param hashing how links and heads are made; plain JavaScript by default
 * @throws RuleError RECORD_IMPOSSIBLE with the index of the first event that cannot be, and the refusal as its cause
 */
export function rebuildBook(
  terms: BookTerms,
  logged: Iterable<LoggedEvent>,
  outside: Outside = TRUSTING,
  hashing: Hashing = PLAIN_HASHING,
): Book {
  const book = new Book(terms, outside, hashing);
  const replay = new BookReplay(book);
  for (const one of logged) replay.feed(one);
  return book;
}

/** As `rebuildBook`, event by event, so that the book can be looked at in between. */
export class BookReplay {
  readonly #book: Book;
  readonly #rebuilder: Rebuilder;
  #index = 0;

  /** @param book as it stands before the next event: a new one, or one that has been replayed up to the end of a call */
  public constructor(book: Book) {
    this.#book = book;
    this.#rebuilder = new Rebuilder(book.state);
  }

  /** Whether the call of the last event has to go on: its checkpoint, or what the event brings with it, is still to come. */
  public get isMidCall(): boolean {
    return this.#rebuilder.isWaiting || this.#book.state.chain.changed;
  }

  /** @throws RuleError RECORD_IMPOSSIBLE with the event's index; the book has not changed then */
  public feed({ event, timestamp }: LoggedEvent): void {
    try {
      this.#book.state.journal.attempt(() => {
        this.#rebuilder.apply(event, timestamp);
      });
    } catch (error) {
      throw isRefusal(error) ? impossible(event, { index: this.#index }, error) : error;
    }
    this.#index += 1;
  }
}
