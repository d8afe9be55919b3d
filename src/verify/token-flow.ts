/**
 * What must follow what among the logs of vault, tokens and assets (R1 to R7, R14). Funding, split, merge and redemption are
 * several logs each, and so is what the book pays; each is a flow that waits for its next log. While a flow calls an asset,
 * which is hostile, anything may happen that is not forbidden: other flows run inside it then.
 */
import { ZeroAddress } from "ethers";

import type { BookEventInLog, TokenEvent } from "./events.js";
import type { Ledger } from "./ledger.js";
import type { LogHeader } from "./log-header.js";
import { requireSame, Violation } from "./violation.js";

/** What a flow waits for. */
interface Wanted {
  readonly what: string;
  readonly rule: `R${number}`;
  readonly is: (event: TokenEvent) => boolean;
  /** An asset is or was just being called: something else may come first. */
  readonly interruptible: boolean;
}

type Flow<Result = void> = Generator<Wanted, Result, TokenEvent>;
type Payment = Extract<BookEventInLog, { kind: "deposited" | "withdrawn" | "exited" }>;
type Redeemed = TokenEvent & { kind: "redeemed" };

export class TokenFlow {
  readonly #header: LogHeader;
  readonly #ledger: Ledger;
  readonly #open: { readonly flow: Flow; wanted: Wanted }[] = [];
  #timestamp = 0n;
  #isFunded = false;
  #hasRedeemed = false;

  public constructor(header: LogHeader, ledger: Ledger) {
    this.#header = header;
    this.#ledger = ledger;
  }

  public get isFunded(): boolean {
    return this.#isFunded;
  }

  /** Whether nothing is under way. */
  public get isIdle(): boolean {
    return this.#open.length === 0;
  }

  /** @throws Violation if a flow waits for a certain log, and anything else comes */
  public requireFree(): void {
    const waiting = this.#open.at(-1)?.wanted;
    if (waiting === undefined || waiting.interruptible) return;
    throw missing(waiting);
  }

  /** @throws Violation if anything is still to follow */
  public requireDone(): void {
    const waiting = this.#open.at(-1)?.wanted;
    if (waiting !== undefined) throw missing(waiting);
  }

  /** The book has recorded that money comes or goes: now the tokens must move. */
  public expectPayment(event: Payment): void {
    this.#start(this.#payment(event));
  }

  /** @throws Violation */
  public feed(event: TokenEvent, timestamp: bigint): void {
    this.#timestamp = timestamp;
    const top = this.#open.at(-1);
    const isWanted = top?.wanted.is(event) ?? false;
    if (top !== undefined && !isWanted && !top.wanted.interruptible) throw missing(top.wanted, event);
    this.#book(event);
    if (top !== undefined && isWanted) this.#advance(top, event);
    else this.#begin(event);
  }

  #book(event: TokenEvent): void {
    if (event.kind === "transfer") this.#ledger.transfer(event);
    if (event.kind !== "assetMoved") return;
    const { session } = this.#header;
    if (event.to === session) this.#ledger.moveAsset(event.leg, event.value);
    if (event.from === session) this.#ledger.moveAsset(event.leg, -event.value);
  }

  #advance(top: { readonly flow: Flow; wanted: Wanted }, event: TokenEvent): void {
    const next = top.flow.next(event);
    if (next.done !== true) top.wanted = next.value;
    else {
      this.#open.pop();
      if (this.#isFunded && !this.#hasRedeemed) this.#requireSupplies();
    }
  }

  #start(flow: Flow): void {
    const first = flow.next();
    if (first.done !== true) this.#open.push({ flow, wanted: first.value });
  }

  /** R4. */
  #requireSupplies(): void {
    if (this.#open.length > 0) return;
    for (let leg = 1; leg <= this.#ledger.assets; leg += 1) {
      const [actual, expected] = [this.#ledger.claims(leg), this.#header.terms.supply];
      requireSame("R4", `Leg ${leg} and session tokens must add up to N.`, { claims: actual }, { claims: expected });
    }
  }

  // ------------------------------------------------------------------ what may begin

  #begin(event: TokenEvent): void {
    const { book, session } = this.#header;
    if (event.kind === "assetMoved") {
      if (event.from !== session) return; // anybody may give; it belongs to the claims
      throw new Violation("R5", "An asset leaves the vault without a redemption.", { actual: { ...event } });
    }
    if (event.kind !== "transfer") {
      throw new Violation("R4", `The vault says ${event.kind}, and no token has moved for it.`, {
        actual: { ...event },
      });
    }
    const { token, from, to, value } = event;
    if (from === ZeroAddress) {
      if (token !== 0) throw new Violation("R4", "Leg tokens come from splits only.", { actual: { ...event } });
      this.#start(this.#funding(to, value));
    } else if (to === ZeroAddress) this.#start(this.#burnt(token, from, value));
    else if (from === book) {
      throw new Violation("R14", "Tokens leave the book without a withdrawal.", { actual: { ...event } });
    }
  }

  *#funding(to: string, value: bigint): Flow {
    const { organiser, terms, session } = this.#header;
    const { supply, t1 } = terms;
    requireSame("R1", "A session is funded once.", { funded: this.#isFunded }, { funded: false });
    requireSame("R1", "The organiser gets N.", { to, value }, { to: organiser, value: supply });
    if (this.#timestamp >= t1) {
      throw new Violation("R1", "Funding ends at t1.", { actual: { timestamp: this.#timestamp }, expected: { t1 } });
    }
    this.#isFunded = true;
    const funded = yield wanted("R1", "Funded", (event) => event.kind === "funded");
    requireSame("R1", "The organiser funds N.", { ...funded }, { organiser, supply });
    for (const [k, quantity] of terms.quantities.entries()) {
      yield* arrives(k + 1, quantity, (moved) => {
        const { from, to } = moved;
        requireSame(
          "R2",
          "The organiser pays the basket in, and nobody else.",
          { from, to },
          { from: organiser, to: session },
        );
        return moved.value;
      });
    }
  }

  /** Session tokens are burnt by a split or a redemption, leg tokens by a merge or a redemption: the next log tells. */
  *#burnt(token: number, holder: string, amount: bigint): Flow {
    if (amount === 0n) throw new Violation("R4", "Nothing is split, merged or redeemed.");
    const before = this.#legs().map((leg) => this.#ledger.claims(leg) + amount);
    const isRedemption = (event: TokenEvent): boolean => event.kind === "redeemed";
    const next = yield wanted(token === 0 ? "R4" : "R6", "what the tokens were burnt for", (event) => {
      if (isRedemption(event)) return true;
      return event.kind === "transfer" && token <= 1; // a split mints leg 1 next; a merge, which begins with leg 1, goes on
    });
    if (next.kind === "redeemed") {
      const legs = token === 0 ? this.#legs() : [token];
      yield* this.#redeemed({ holder, amount, legs, before, to: next.to }, next);
    } else if (token === 0) yield* this.#splitInto(holder, amount, next);
    else yield* this.#mergedFrom(holder, amount, next);
  }

  // ------------------------------------------------------------------ what the book pays

  *#payment(event: Payment): Flow {
    const { book } = this.#header;
    if (event.kind === "exited") {
      yield* event.redeemed ? this.#redeemedClaims(event.claims, event.to) : this.#paidClaims(event.claims, event.to);
      return;
    }
    const { leg: token, amount: value } = event;
    if (event.kind === "deposited") {
      const given = yield wanted("R17", "transfer", (e) => e.kind === "transfer" && e.from !== ZeroAddress);
      requireSame("R17", "A deposit is paid in full.", { ...given }, { token, to: book, value });
      return;
    }
    const held = this.#ledger.balance(token, book);
    if (held < value) yield* token === 0 ? this.#merge(value - held) : this.#split(value - held);
    yield* this.#pay(token, event.to, value);
  }

  *#paidClaims(claims: readonly bigint[], to: string): Flow {
    const { book } = this.#header;
    const common = claims.reduce((least, claim) => (claim < least ? claim : least));
    const rests = claims.map((claim) => claim - common);
    const held = this.#ledger.balance(0, book);
    if (held < common) yield* this.#merge(common - held);
    else {
      yield* this.#splitFor(rests);
    }
    for (const [token, amount] of [common, ...rests].entries()) {
      if (amount !== 0n) yield* this.#pay(token, to, amount);
    }
  }

  *#redeemedClaims(claims: readonly bigint[], to: string): Flow {
    yield* this.#splitFor(claims);
    for (const [k, claim] of claims.entries()) {
      if (claim !== 0n) yield* this.#redeem(k + 1, claim, to);
    }
  }

  /** What the book splits so that it has as many tokens of each leg. */
  *#splitFor(amounts: readonly bigint[]): Flow {
    for (const [k, amount] of amounts.entries()) {
      const held = this.#ledger.balance(k + 1, this.#header.book);
      if (held < amount) yield* this.#split(amount - held);
    }
  }

  *#pay(token: number, to: string, value: bigint): Flow {
    const paid = yield anyTransfer("R14");
    requireSame("R14", "The book pays what it said.", { ...paid }, { token, from: this.#header.book, to, value });
  }

  *#split(amount: bigint): Flow {
    const holder = this.#header.book;
    const burnt = yield anyTransfer("R14");
    requireSame("R14", "The book splits what it lacks.", { ...burnt }, transferOf(0, holder, ZeroAddress, amount));
    yield* this.#splitInto(holder, amount, yield anyTransfer("R4"));
  }

  *#merge(amount: bigint): Flow {
    const holder = this.#header.book;
    const burnt = yield anyTransfer("R14");
    requireSame("R14", "The book merges what it lacks.", { ...burnt }, transferOf(1, holder, ZeroAddress, amount));
    yield* this.#mergedFrom(holder, amount, yield anyTransfer("R4"));
  }

  *#redeem(leg: number, amount: bigint, to: string): Flow {
    const holder = this.#header.book;
    // What an asset that was just called moves on its own is none of the book's.
    const ofBook = wanted("R6", "transfer", (event) => event.kind === "transfer" && event.from === holder);
    const burnt = yield { ...ofBook, interruptible: true };
    requireSame("R6", "Claims are burnt first.", { ...burnt }, transferOf(leg, holder, ZeroAddress, amount));
    const before = this.#legs().map((each) => this.#ledger.claims(each) + amount);
    const next = yield anyOf("R6", "redeemed");
    yield* this.#redeemed({ holder, amount, legs: [leg], before, to }, next as Redeemed); // what was asked for
  }

  // ------------------------------------------------------------------ the rest of what has begun; `first` has come already

  *#splitInto(holder: string, amount: bigint, first: TokenEvent): Flow {
    let event = first;
    for (const leg of this.#legs()) {
      if (leg > 1) event = yield anyTransfer("R4");
      requireSame("R4", "A split mints every leg.", { ...event }, transferOf(leg, ZeroAddress, holder, amount));
    }
    const said = yield anyOf("R4", "split");
    requireSame("R4", "A split is what was burnt.", { ...said }, { kind: "split", holder, amount });
  }

  *#mergedFrom(holder: string, amount: bigint, first: TokenEvent): Flow {
    let event = first;
    for (const leg of this.#legs().slice(1)) {
      if (leg > 2) event = yield anyTransfer("R4");
      requireSame("R4", "A merge burns every leg.", { ...event }, transferOf(leg, holder, ZeroAddress, amount));
    }
    if (this.#legs().length > 1) event = yield anyTransfer("R4");
    requireSame("R4", "A merge mints session tokens.", { ...event }, transferOf(0, ZeroAddress, holder, amount));
    const said = yield anyOf("R4", "merged");
    requireSame("R4", "A merge is what was burnt.", { ...said }, { kind: "merged", holder, amount });
  }

  *#redeemed(
    burn: {
      readonly holder: string;
      readonly amount: bigint;
      readonly legs: readonly number[];
      readonly before: readonly bigint[];
      readonly to: string;
    },
    first: Redeemed,
  ): Flow {
    const { holder, amount, legs, before, to } = burn;
    const { session, terms } = this.#header;
    if (this.#timestamp < terms.t2) {
      const values = { actual: { timestamp: this.#timestamp }, expected: { t2: terms.t2 } };
      throw new Violation("R6", "Claims are redeemed from t2 on.", values);
    }
    if (to === session || to === ZeroAddress) {
      throw new Violation("R6", "Nothing is redeemed to the vault or to nobody.", { actual: { to } });
    }
    this.#hasRedeemed = true;
    let event: TokenEvent = first;
    for (const [index, leg] of legs.entries()) {
      if (index > 0) event = yield { ...anyOf("R6", "redeemed"), interruptible: true };
      const outstanding = before[leg - 1] ?? 0n;
      const assets = outstanding === 0n ? 0n : (this.#ledger.vault(leg) * amount) / outstanding;
      const expected = { kind: "redeemed", holder, leg, to, claims: amount, assets };
      requireSame("R6", "A redemption pays balance · amount / claims, rounded down.", { ...event }, expected);
      yield* arrives(leg, assets, (moved) => {
        if (moved.from !== session) return 0n;
        requireSame("R6", "A redemption pays whom it names; does the asset take a fee?", { to: moved.to }, { to });
        return moved.value;
      });
    }
  }

  #legs(): number[] {
    return Array.from({ length: this.#ledger.assets }, (_, k) => k + 1);
  }
}

/** Waits until an asset, which is being called, has moved just so much. An asset that tells otherwise cannot be checked. */
function* arrives(leg: number, amount: bigint, countOf: (event: TokenEvent & { kind: "assetMoved" }) => bigint): Flow {
  let moved = 0n;
  while (moved !== amount) {
    const what = `a transfer of asset ${leg}`;
    const event = yield { ...wanted("R2", what, (e) => e.kind === "assetMoved" && e.leg === leg), interruptible: true };
    if (event.kind === "assetMoved") moved += countOf(event);
    if (moved <= amount) continue;
    const values = { expected: { leg, amount }, actual: { leg, amount: moved } };
    throw new Violation("R2", "The asset moves another amount than it was told.", values);
  }
}

function wanted(rule: Wanted["rule"], what: string, is: Wanted["is"]): Wanted {
  return { rule, what, is, interruptible: false };
}

function anyOf(rule: Wanted["rule"], ...kinds: TokenEvent["kind"][]): Wanted {
  return wanted(rule, kinds.join(" or "), ({ kind }) => kinds.includes(kind));
}

function anyTransfer(rule: Wanted["rule"]): Wanted {
  return anyOf(rule, "transfer");
}

function transferOf(token: number, from: string, to: string, value: bigint) {
  return { kind: "transfer", token, from, to, value };
}

function missing({ rule, what }: Wanted, instead?: TokenEvent): Violation {
  const actual = instead === undefined ? { next: "something else" } : { ...instead };
  return new Violation(rule, `Here must come: ${what}.`, { expected: { next: what }, actual });
}
