/** The library's half of a history alone: the same steps without a chain, thousands a second. */
import { getAddress, id, ZeroAddress } from "ethers";

import { Book } from "../../src/protocol/book/book.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import { callOf } from "./calls.js";
import { Ledger } from "./ledger.js";
import { errorOfLibrary } from "./plain.js";
import { momentOf } from "./run.js";
import type { History, Step, Terms } from "./steps.js";
import { type Scene, sceneOf } from "./scene.js";

const T1 = 2_000_000_500;
const [BOOK, SESSION, POLICY, WALLET, HOSTILE] = ["b0", "5e", "90", "3a", "4b"].map((byte) =>
  getAddress(`0x${byte.repeat(20)}`),
);

export function offlineScene(terms: Terms): Scene {
  return sceneOf(terms, T1, {
    book: BOOK!,
    session: SESSION!,
    policy: terms.hasPolicy || terms.policyManner !== undefined ? POLICY! : ZeroAddress,
    wallet: WALLET!,
    hostileWallet: HOSTILE!,
    permitSeparators: Array.from({ length: terms.assets + 1 }, (_, leg) => id(`token ${leg}`)),
  });
}

export interface OfflineRun {
  readonly stage: Scene;
  readonly book: Book;
  readonly logged: readonly LoggedEvent[];
}

/** @param watch is called after each step */
export function runOffline(
  { terms, steps }: History,
  watch: (book: Book, step: Step) => void = () => undefined,
): OfflineRun {
  const stage = offlineScene(terms);
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
