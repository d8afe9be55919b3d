/** Who holds which tokens of the session, and what the vault holds of the assets: from their transfers alone. */
import { ZeroAddress } from "ethers";

import type { TokenEvent } from "./events.js";
import { Violation } from "./violation.js";

type Transfer = TokenEvent & { kind: "transfer" };

export class Ledger {
  /** Wei by holder; entry 0 is the session token, entry k leg token k. */
  readonly #balances: readonly Map<string, bigint>[];
  readonly #supplies: bigint[];
  readonly #vault: bigint[];
  #transfers = 0;

  /** @param assets how many the basket has */
  public constructor(assets: number) {
    this.#balances = Array.from({ length: assets + 1 }, () => new Map<string, bigint>());
    this.#supplies = Array.from({ length: assets + 1 }, () => 0n);
    this.#vault = Array.from({ length: assets }, () => 0n);
  }

  public get assets(): number {
    return this.#vault.length;
  }

  /** How many transfers of the session's tokens there were. */
  public get transfers(): number {
    return this.#transfers;
  }

  public balance(token: number, holder: string): bigint {
    return this.#balances[token]?.get(holder) ?? 0n;
  }

  public supply(token: number): bigint {
    return this.#supplies[token] ?? 0n;
  }

  /** Claims on an asset that are still out: session tokens and leg tokens. */
  public claims(leg: number): bigint {
    return this.supply(0) + this.supply(leg);
  }

  /** Smallest units of asset `leg` in the vault. */
  public vault(leg: number): bigint {
    return this.#vault[leg - 1] ?? 0n;
  }

  /** @throws Violation R7 if somebody gives what they do not have */
  public transfer({ token, from, to, value }: Transfer): void {
    this.#transfers += 1;
    if (from === ZeroAddress) this.#supplies[token] = this.supply(token) + value;
    else this.#add(token, from, -value);
    if (to === ZeroAddress) this.#supplies[token] = this.supply(token) - value;
    else this.#add(token, to, value);
  }

  /** @param amount smallest units that came in; negative: went out. @throws Violation R5 */
  public moveAsset(leg: number, amount: bigint): void {
    const after = this.vault(leg) + amount;
    if (after < 0n) {
      throw new Violation("R5", "More of an asset leaves the vault than it holds.", {
        actual: { leg, amount: -amount, held: this.vault(leg) },
      });
    }
    this.#vault[leg - 1] = after;
  }

  #add(token: number, holder: string, amount: bigint): void {
    const balances = this.#balances[token];
    const after = this.balance(token, holder) + amount;
    if (after < 0n) {
      throw new Violation("R7", "Somebody gives more tokens than they hold.", {
        actual: { token, holder, amount: -amount, held: this.balance(token, holder) },
      });
    }
    if (after === 0n) balances?.delete(holder);
    else balances?.set(holder, after);
  }
}
