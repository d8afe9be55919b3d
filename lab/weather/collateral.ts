/**
 * How much collateral one check over everything needs, and how much separate checks would, for each trader and in total.
 *
 * - `joint`: the deposit with which a trader's fills so far come out at zero in their worst outcome, all of them in one and
 *   the same outcome. Prices paid and received count.
 * - `separate`: every branch or outcome margined on its own: its fills at its own worst outcome, nothing of it backing
 *   another. The worst outcomes may be such as cannot occur together.
 * - `withOrders`: the same, with the orders that are still open. Joint, as the book has it: each order must be covered by
 *   itself, beside the fills (a fill takes out those that it uncovers), so the dearest one counts. Separate: each order sets
 *   aside what its fill would need.
 */
import type { MarketTable } from "../../src/protocol/market/market-table.js";
import { collateralNeed, type OwnTrade } from "../../src/protocol/margin/need.js";
import { tokenWei, type TokenWei } from "../../src/protocol/amounts/units.js";
import type { CastStage } from "../session/cast.js";
import type { Ledger } from "./ledger.js";
import type { Market } from "./market.js";

export interface Need {
  readonly joint: TokenWei;
  readonly separate: TokenWei;
}

export interface TraderNeed extends Need {
  readonly trader: string;
  readonly withOrders: Need;
  /** What the book would let go: net collateral in the worst outcome, as stored on the chain. */
  readonly slackOnChain: TokenWei;
  /** The same, computed from deposit, fills and bounds. */
  readonly slackComputed: TokenWei;
}

/** The collateral of one step. */
export interface StepCollateral extends Need {
  readonly withOrders: Need;
  readonly traders: readonly TraderNeed[];
}

/** What everybody needs by the bounds of today, for what the ledger has. */
export async function measureCollateral(stage: CastStage, market: Market, ledger: Ledger): Promise<StepCollateral> {
  const traders: TraderNeed[] = [];
  for (const { address, name, received, trader } of stage.participants) {
    const { claim, worst: stored } = await trader.account();
    const fills = ledger.fillsOf(address);
    const { joint, separate, worst } = collateralNeed(market.table(), fills);
    traders.push({
      trader: name,
      joint,
      separate,
      withOrders: needWithOrders(market.table(), fills, ledger.openOrdersOf(address)),
      slackOnChain: tokenWei(claim + stored),
      slackComputed: tokenWei(received + worst.slack),
    });
  }
  return { ...total(traders), withOrders: total(traders.map(({ withOrders }) => withOrders)), traders };
}

/** What fills and open orders of one trader need together, as said above. */
export function needWithOrders(table: MarketTable, fills: readonly OwnTrade[], open: readonly OwnTrade[]): Need {
  let { joint, separate } = collateralNeed(table, fills);
  for (const order of open) {
    const withOrder = collateralNeed(table, [...fills, order]).joint;
    if (withOrder > joint) joint = withOrder;
    separate = tokenWei(separate + collateralNeed(table, [order]).separate);
  }
  return { joint, separate };
}

function total(needs: readonly Need[]): Need {
  const sum = (values: readonly bigint[]) => tokenWei(values.reduce((subtotal, value) => subtotal + value, 0n));
  return { joint: sum(needs.map(({ joint }) => joint)), separate: sum(needs.map(({ separate }) => separate)) };
}
