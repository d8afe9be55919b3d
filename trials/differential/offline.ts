/** The library's half of a history alone: the same steps without a chain, thousands a second. */
import { getAddress, id, ZeroAddress } from "ethers";

import { Book } from "../../src/protocol/book/book.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import type { Ticks, TokenWei } from "../../src/protocol/amounts/units.js";
import { callOf } from "./calls.js";
import { Ledger } from "./ledger.js";
import { errorOfLibrary } from "./plain.js";
import { momentOf } from "./run.js";
import type { History, Step, Terms } from "./steps.js";
import { keyAt, type Stage } from "./world.js";

const T1 = 2_000_000_500;
const [BOOK, SESSION, POLICY, WALLET, HOSTILE] = ["b0", "5e", "90", "3a", "4b"].map((byte) =>
  getAddress(`0x${byte.repeat(20)}`),
);

export function offlineStage(terms: Terms): Stage {
  const people = Array.from({ length: 10 }, (_, index) => keyAt(index + 2));
  const organiser = keyAt(0);
  const lotValue = BigInt(terms.basketScale) * BigInt(terms.basketTickValue);
  const admitted = [...people.slice(0, 7), organiser].map(({ address }) => address);
  return {
    terms: {
      assets: terms.assets,
      basketScale: BigInt(terms.basketScale) as Ticks,
      basketTickValue: BigInt(terms.basketTickValue) as TokenWei,
      t1: BigInt(T1),
      t2: BigInt(T1 + 6_000),
      settleLimit: BigInt(T1 + 8_000),
      marketCreator: terms.openMarkets ? ZeroAddress : organiser.address,
      domain: bookDomain(31_337n, BOOK!),
      session: SESSION!,
      policy: terms.hasPolicy || terms.policyManner !== undefined ? POLICY! : ZeroAddress,
      chainWindow: terms.chainWindow,
      maxOpenOrders: terms.maxOpenOrders,
    },
    supply: lotValue * 1_000_000n,
    people,
    organiser,
    stranger: people[9]!,
    wallet: { address: WALLET!, key: keyAt(15) },
    hostileWallet: HOSTILE!,
    permitSeparators: Array.from({ length: terms.assets + 1 }, (_, leg) => id(`token ${leg}`)),
    admitted: new Set(terms.policyManner === undefined ? [...admitted, WALLET!, HOSTILE!] : []),
  };
}

export interface OfflineRun {
  readonly stage: Stage;
  readonly book: Book;
  readonly logged: readonly LoggedEvent[];
}

/** @param watch is called after each step */
export function runOffline(
  { terms, steps }: History,
  watch: (book: Book, step: Step) => void = () => undefined,
): OfflineRun {
  const stage = offlineStage(terms);
  const ledger = new Ledger(stage, () => stage.supply / 8n);
  const book = new Book(stage.terms, ledger);
  const logged: LoggedEvent[] = [];
  let now = T1 - 400;
  for (const step of steps) {
    now = momentOf(stage, book, step, now);
    const timestamp = BigInt(now);
    const call = callOf({ world: stage, book, ledger, timestamp }, step);
    try {
      const events = call?.run(book, { caller: call.caller, timestamp }).events ?? [];
      logged.push(...events.map((event) => ({ event, timestamp })));
    } catch (error) {
      errorOfLibrary(error); // throws what is no refusal
    }
    watch(book, step);
  }
  return { stage, book, logged };
}
