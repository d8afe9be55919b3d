/** What holds of every book between two calls, whatever was done to it: of one that was not replayed it is asked. */
import { RuleError } from "../amounts/errors.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import { branchCount, type MarketRoot } from "../market/market-table.js";
import { lotValueOf } from "./money.js";
import { worstOf } from "./margin.js";
import { holdingsOf } from "./projections.js";
import type { BookState } from "./state.js";

/**
 * That no trader is worth less than nothing (R11), that stored worst cases add up (R12), that every order is its trader's and in
 * a market that is there, that positions net out, and that the pool is what all traders are worth (R14).
 * @throws RuleError SNAPSHOT_DAMAGED
 */
export function requireSound(state: BookState): void {
  requireOrders(state);
  requireAccounts(state);
  requirePool(state);
}

function requireOrders({ queues, traders, markets, chain }: BookState): void {
  const open = new Map<number, number>();
  for (const { tradeRootId, marketRootId, marketBranchId, traderId, lots } of queues.orders()) {
    const isSound = lots !== 0n && tradeRootId <= chain.trades && traderId >= 1 && traderId <= traders.count;
    if (!isSound || markets.find(marketRootId, marketBranchId) === undefined) throw unsound({ order: tradeRootId });
    open.set(traderId, (open.get(traderId) ?? 0) + 1);
  }
  for (const { traderId, address, openOrders, reserved } of traders.all()) {
    const found = open.get(traderId) ?? 0;
    if (found !== openOrders) throw unsound({ trader: address, openOrders, found });
    if (openOrders === 0 && reserved !== 0n) throw unsound({ trader: address, reserved });
  }
}

function requireAccounts({ traders, margin, markets }: BookState): void {
  for (const { traderId, address } of traders.all()) {
    const { worst } = margin.accountOf(traderId);
    let stored = 0n;
    for (const [marketRootId, position] of margin.positionsOf(traderId)) {
      const root = markets.find(marketRootId);
      if (root === undefined || position.lots.length > branchCount(root))
        throw unsound({ trader: address, marketRootId });
      stored += position.worst;
    }
    if (stored !== worst) throw unsound({ trader: address, worst, found: stored });
    if (margin.slackOf(traderId) < 0n) throw unsound({ trader: address, slack: margin.slackOf(traderId) });
  }
}

/** At each vertex of the basket: cash, and the worth of positions, of which those in a root that is not settled net out. */
function requirePool(state: BookState): void {
  const { markets, margin, traders } = state;
  const lotValue = lotValueOf(state);
  const roots = [...markets.table.roots.values()];
  const basket = markets.known(BASKET_ROOT_ID);
  let money = 0n;
  const net = new Map(roots.map((root) => [root, Array.from({ length: branchCount(root) }, () => 0n)]));
  for (const { traderId } of traders.all()) {
    money += margin.accountOf(traderId).cash;
    for (const [marketRootId, { lots }] of margin.positionsOf(traderId)) {
      const root = markets.known(marketRootId);
      if (isOver(root)) money += worstOf(root, margin.load(traderId, root).lots).worst;
      else
        lots.forEach((held, branch) => {
          add(net.get(root), branch, held);
        });
    }
  }
  for (const [root, sums] of net) {
    if (root === basket || isOver(root)) continue;
    const branch = sums.findIndex((sum) => sum !== 0n);
    if (branch !== -1) throw unsound({ marketRootId: root.marketRootId, branch: branch + 1, net: sums[branch] ?? 0n });
  }
  holdingsOf(state).forEach((held, k) => {
    const worth = money + (net.get(basket)?.[k] ?? 0n) * lotValue;
    if (worth !== held) throw unsound({ asset: k + 1, held, worth });
  });
}

/** Whether a position in it is worth the same whatever happens. */
function isOver({ marketRootId, settled }: MarketRoot): boolean {
  return settled && marketRootId !== BASKET_ROOT_ID;
}

function add(sums: bigint[] | undefined, at: number, value: bigint): void {
  if (sums !== undefined) sums[at] = (sums[at] ?? 0n) + value;
}

function unsound(values: Readonly<Record<string, string | number | bigint>>): RuleError {
  return new RuleError("SNAPSHOT_DAMAGED", values);
}
