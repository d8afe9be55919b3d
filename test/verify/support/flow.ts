/** A token flow that is fed what a plain vault logs, true or altered. */
import type { LoggedTerms, LogHeader } from "../../../src/verify/log-header.js";
import type { TokenEvent } from "../../../src/verify/events.js";
import { Ledger } from "../../../src/verify/ledger.js";
import { TokenFlow } from "../../../src/verify/token-flow.js";
import { expectViolation, type Violated } from "./expect.js";
import { makeHeader, ONE, T1, T2 } from "./header.js";
import { ALICE, ORGANISER } from "./people.js";
import { Vault } from "./vault.js";

/** Wei of session tokens, and of each leg, that Alice and the book have in a funded session. */
export const PURSE = 10n * ONE;

export class FlowStage {
  public readonly header: LogHeader;
  public readonly ledger: Ledger;
  public readonly flow: TokenFlow;
  public readonly vault: Vault;
  public now = T1 - 1n;
  #said: TokenEvent[] = [];

  public constructor(terms: Partial<LoggedTerms> = {}) {
    this.header = makeHeader(terms);
    this.ledger = new Ledger(this.header.legs.length);
    this.flow = new TokenFlow(this.header, this.ledger);
    this.vault = new Vault(this.header, (event) => this.#said.push(event));
  }

  /** What the vault logs of this; the flow is not told. */
  public saidOf(play: (vault: Vault) => void): TokenEvent[] {
    play(this.vault);
    const said = this.#said;
    this.#said = [];
    return said;
  }

  public feed(...events: readonly TokenEvent[]): void {
    for (const event of events) this.flow.feed(event, this.now);
  }

  /** Feeds what the vault logs, all of which must be good, and nothing may be left to come. */
  public play(play: (vault: Vault) => void): void {
    this.feed(...this.saidOf(play));
    this.flow.requireDone();
  }

  /** Feeds events of which one must be refused so. */
  public expectRefused(violation: Violated, ...events: readonly TokenEvent[]): void {
    expectViolation(() => {
      this.feed(...events);
    }, violation);
  }

  /** Something is still to follow, and nothing else may come before it. */
  public expectNotFree(violation: Violated): void {
    expectViolation(() => {
      this.flow.requireFree();
    }, violation);
  }

  /** Something is still to follow before the call ends. */
  public expectNotDone(violation: Violated): void {
    expectViolation(() => {
      this.flow.requireDone();
    }, violation);
  }
}

/** Funded; Alice and the book have a purse of each token, which strangers gave the book. */
export function fundedStage(terms: Partial<LoggedTerms> = {}): FlowStage {
  const stage = new FlowStage(terms);
  const { book, legs } = stage.header;
  stage.play((vault) => {
    vault.fund();
    vault.split(ORGANISER.address, 2n * PURSE);
    for (const holder of [ALICE.address, book]) {
      for (let token = 0; token <= legs.length; token += 1) vault.transfer(token, ORGANISER.address, holder, PURSE);
    }
  });
  return stage;
}

/** The same at t2. */
export function settlingStage(terms: Partial<LoggedTerms> = {}): FlowStage {
  const stage = fundedStage(terms);
  stage.now = T2;
  return stage;
}
