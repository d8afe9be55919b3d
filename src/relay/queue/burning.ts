/**
 * Gas that a package burns if it comes to nothing, beside what skipping it takes. An order that fills or is killed has been matched by
 * then, and all of that is undone; a call of a house has priced it, and laid its own orders, before the book refuses the trader's. Reckoned
 * from what the mirror foresees. `test/relay/queue/burning.test.ts` holds it against what the contracts take.
 */
import { branchCount } from "../../protocol/market/market-table.js";
import type { BookState } from "../../protocol/book/state.js";
import type { House, MakerHouse } from "../../protocol/book/houses.js";
import { MAX_BRANCHES } from "../../protocol/amounts/limits.js";
import { BASKET_ROOT_ID, TimeInForce } from "../../protocol/signing/package.js";
import type { Expected } from "../follow/batch.js";

/** What may be killed takes a call of its own; then the first step of matching, and each further one, with each branch of the root. */
const KILLED = {
  call: 2_000n,
  first: 60_000n,
  firstOfBranch: 2_200n,
  further: 51_000n,
  furtherOfBranch: 1_000n,
} as const;
/** In a basket of two, whose positions are one number. */
const KILLED_OF_TWO = { first: 25_000n, further: 22_000n } as const;
/** The call, and each vertex; where lots are searched for by halving, each vertex again. */
const MAKER = { call: 58_000n, vertex: 11_000n, searched: 100_000n } as const;
/** One try of a router: the plan, each leg, and each of its orders that the taker meets, which looks along every leg. */
const TRY = { call: 55_000n, leg: 14_000n, rung: 55_000n, rungOfLeg: 7_000n } as const;
/** A link that is too old for the router's own orders costs a try more; legs that do not come together may cost a third. */
const TRIES = { void: 2n, killed: 3n } as const;

/** How often a router tries (contracts/periphery/SetRouter.sol), and at how many prices of sets at most. */
const ROUTER = { tries: 5n, rungs: 7 } as const;
/** What a call of a router takes whose first try stands: with each record that it leaves at most so much, whoever met it. */
const ROUTED = { call: 60_000n, record: 55_000n } as const;

/** What of a package is asked for. */
export type Burning = Pick<Expected, "signed" | "steps" | "through" | "ownFirst">;

/** Of a package as it was laid on, in that book. */
export function burnGas({ markets }: Pick<BookState, "markets">, one: Burning): bigint {
  const { package: order } = one.signed;
  const root = markets.find(order.marketRootId, order.marketBranchId);
  if (root === undefined) return 0n;
  const branches = branchCount(root);
  const isKilled = order.timeInForce === TimeInForce.FillOrKill;
  const killed = isKilled ? killedGas(one.steps, branches, root.marketRootId === BASKET_ROOT_ID) : 0n;
  if (one.through?.kind === "set") {
    return (isKilled ? TRIES.killed : TRIES.void) * tryGas(branches, one.ownFirst) + TRIES.killed * killed;
  }
  return killed + (one.through === undefined ? 0n : makerGas(one.through));
}

/**
 * The most orders that one which fills or is killed may meet before it is killed: those that it is foreseen to meet, and those that others
 * ahead of it, which have not landed, are foreseen to take at its price or a better one. If these come to nothing, it meets them all.
 * @param ahead list by list; may have the package itself in them
 * @param most that an order takes: more are not counted
 */
export function mostSteps(
  one: Pick<Expected, "signed" | "steps" | "link">,
  ahead: readonly (readonly Expected[])[],
  most: number,
): number {
  const { package: order } = one.signed;
  if (order.timeInForce !== TimeInForce.FillOrKill) return one.steps;
  const buys = order.quantityLots > 0n;
  let steps = one.steps;
  for (const some of ahead) {
    for (const { link, signed, fills } of some) {
      if (steps >= most) return most;
      const { marketRootId, marketBranchId, quantityLots } = signed.package;
      if (link === one.link || quantityLots > 0n !== buys) continue;
      if (marketRootId !== order.marketRootId || marketBranchId !== order.marketBranchId) continue;
      for (const { priceTicks } of fills) {
        if (buys ? priceTicks <= order.priceTicks : priceTicks >= order.priceTicks) steps += 1;
      }
    }
  }
  return Math.min(steps, most);
}

/**
 * The least that a package burns which goes through a house: one that the book refuses before anything is matched.
 * @param assets of the session, whose sets a router makes at least
 */
export function leastBurnGas(house: House, assets: number): bigint {
  return house.kind === "maker" ? makerGas(house) : TRIES.void * tryGas(assets, 1);
}

/** The most that an order which fills or is killed burns in a batch. @param maxMatches steps of matching that it has */
export function mostKilledGas(maxMatches: number): bigint {
  return killedGas(maxMatches, MAX_BRANCHES, false);
}

/**
 * Gas of tries that a router has undone before an order landed: of legs that did not come together. What was undone left no records, so it
 * is what the call took beyond those that it left.
 * @param maxMatches steps of matching that an order has: no more is believed of a receipt than that many tries can take
 */
export function triedInVainGas(
  { gasUsed, logs }: { readonly gasUsed: bigint; readonly logs: number },
  maxMatches: number,
): bigint {
  const usual = ROUTED.call + BigInt(logs) * ROUTED.record;
  const most = ROUTER.tries * (tryGas(MAX_BRANCHES, ROUTER.rungs) + BigInt(MAX_BRANCHES) * mostKilledGas(maxMatches));
  if (gasUsed <= usual) return 0n;
  return gasUsed - usual < most ? gasUsed - usual : most;
}

function killedGas(steps: number, branches: number, isBasket: boolean): bigint {
  if (steps === 0) return KILLED.call;
  const all = BigInt(branches);
  const each =
    isBasket && branches === 2
      ? KILLED_OF_TWO
      : { first: KILLED.first + KILLED.firstOfBranch * all, further: KILLED.further + KILLED.furtherOfBranch * all };
  return KILLED.call + each.first + BigInt(steps - 1) * each.further;
}

function makerGas({ prior, points }: Pick<MakerHouse, "prior" | "points">): bigint {
  const vertices = BigInt(prior.length);
  return MAKER.call + MAKER.vertex * vertices + (points.length > 2 ? MAKER.searched * vertices : 0n);
}

function tryGas(branches: number, rungs: number): bigint {
  const legs = BigInt(branches);
  return TRY.call + TRY.leg * legs + BigInt(rungs) * (TRY.rung + TRY.rungOfLeg * legs);
}
