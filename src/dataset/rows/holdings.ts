/** Accounts, claims and positions, told when they are others than before. */
import { accountIn } from "../../history/account.js";
import { claimsIn } from "../../protocol/book/projections.js";
import { storedLots } from "../../protocol/book/margin.js";
import type { BookState } from "../../protocol/book/state.js";
import type { Emit } from "../schema/tables.js";

interface Told {
  account: string;
  claims: readonly bigint[];
  /** By root: the lots as the book has them, to see at a glance that nothing has changed, and as they were told. */
  readonly lots: Map<number, { readonly kept: readonly bigint[]; readonly told: readonly bigint[] }>;
}

export class Holdings {
  readonly #state: BookState;
  readonly #emit: Emit;
  readonly #told = new Map<number, Told>();
  readonly #touched = new Set<number>();

  public constructor(state: BookState, emit: Emit) {
    this.#state = state;
    this.#emit = emit;
  }

  /** What the trader has may have changed. */
  public touch(traderId: number): void {
    this.#touched.add(traderId);
  }

  /** Rows for all that were touched. @param seq the last row of the change */
  public tell(seq: bigint): void {
    for (const traderId of [...this.#touched].sort((a, b) => a - b)) {
      const told = this.#toldOf(traderId);
      this.#tellAccount(seq, traderId, told);
      this.#tellClaims(seq, traderId, told);
      this.#tellPositions(seq, traderId, told);
    }
    this.#touched.clear();
  }

  #toldOf(traderId: number): Told {
    const known = this.#told.get(traderId);
    if (known !== undefined) return known;
    const nothing = { account: "", claims: [], lots: new Map() };
    this.#told.set(traderId, nothing);
    return nothing;
  }

  #tellAccount(seq: bigint, traderId: number, told: Told): void {
    const account = accountIn(this.#state, traderId);
    const text = Object.values(account).join();
    if (text === told.account) return;
    told.account = text;
    this.#emit("accounts", { seq, trader: traderId, ...account });
  }

  #tellClaims(seq: bigint, traderId: number, told: Told): void {
    const claims = claimsIn(this.#state, traderId);
    if (claims.every((claim, k) => claim === told.claims[k])) return;
    told.claims = claims;
    for (const [k, claim] of claims.entries()) {
      this.#emit("allocations", { seq, trader: traderId, leg: k + 1, claim_wei: claim });
    }
  }

  #tellPositions(seq: bigint, traderId: number, told: Told): void {
    const { margin, markets } = this.#state;
    const roots = [...margin.positionsOf(traderId)].sort(([a], [b]) => a - b);
    for (const [rootId, { lots: kept }] of roots) {
      const before = told.lots.get(rootId);
      if (before?.kept === kept) continue;
      const lots = storedLots(markets.known(rootId), kept);
      told.lots.set(rootId, { kept, told: lots });
      for (const [b, held] of lots.entries()) {
        if (held === (before?.told[b] ?? 0n)) continue;
        this.#emit("positions", { seq, trader: traderId, root_id: rootId, branch_id: b + 1, lots: held });
      }
    }
  }
}
