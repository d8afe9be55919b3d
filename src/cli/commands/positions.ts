import { Command } from "commander";

import { readMarketTable } from "../../client/market-views.js";
import type { SessionHandle } from "../../bindings/session.js";
import { read } from "../../bindings/transact.js";
import { allocation, wholeUnits } from "../../protocol/value/allocations.js";
import { type RootWorst, worstOfRoot } from "../../protocol/margin/worth.js";
import type { MarketRoot } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import { lots as toLots, tokenWei } from "../../protocol/amounts/units.js";
import { basketOf, formatQuantity, type NamedAsset } from "../../bindings/assets.js";
import type { CliContext } from "../context.js";
import { type Heads, readHeads } from "../market-words.js";
import { accountDocument, type AccountFacts, marketTitle, nextText } from "../output/session-facts.js";
import { withSettings } from "../input/settings.js";
import { facts, paragraphs, table, tokens } from "../output/text.js";
import { nextSteps, phaseOf } from "../next-steps.js";
import { type WalletFacts, walletOf, walletText } from "../wallet.js";
import { openSubject, type Subject, TRADER_FLAG, type WhoOptions } from "../who.js";

/** `session positions`: what an account holds, and what part of the basket that is. */
export function positionsCommand(context: CliContext): Command {
  const command = new Command("positions")
    .description("Show an account: lots in every market, claims and allocation of the basket, slack, and the wallet.")
    .option(...TRADER_FLAG);
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText(
      "after",
      `
${MEANING}
A root's worst is the least that its position can still pay.

Examples:
  session positions
  session positions --trader 0xSOMEBODY --json`,
    )
    .action(async (options: WhoOptions) => {
      await run(context, await openSubject(context, options), options);
    });
}

const MEANING = `Slack is what the account is worth if every market ends worst for it; a claim, if the basket ends as that asset alone and all
other markets worst. The allocation is the claim's part of the basket.`;

interface Held {
  readonly root: MarketRoot;
  readonly lots: readonly bigint[];
  readonly worst: RootWorst;
}

async function run(context: CliContext, { handle, trader, traderId }: Subject, options: WhoOptions): Promise<void> {
  const { book } = handle;
  const [assets, account, claims, marketTable, wallet, heads, phase] = await Promise.all([
    basketOf(handle),
    read(book.accountOf(trader)),
    read(book.claimsOf(trader)),
    readMarketTable(handle),
    walletOf(handle, trader),
    readHeads(context, handle, options),
    phaseOf(handle),
  ]);
  const held = await Promise.all([...marketTable.roots.values()].map((root) => heldIn(handle, trader, root)));
  const { claim, worst, openOrders, reserved } = account;
  const positions: Positions = {
    trader,
    account: { traderId, claim, worst, openOrders: Number(openOrders), reserved },
    legs: legsOf(handle, assets, held, claims),
    markets: marketsOf(held),
    wallet,
  };
  const settledRoots = positions.markets.filter(({ settled }) => settled).map(({ marketRootId }) => marketRootId);
  const standing = { phase, traderId, claim, openOrders: Number(openOrders), settledRoots, wallet };
  context.answer({
    document: { ...positions, account: accountDocument(positions.account) },
    text: textOf(positions, assets, heads, nextSteps(standing)),
  });
}

interface Positions {
  readonly trader: string;
  readonly account: AccountFacts;
  readonly legs: readonly LegFacts[];
  readonly markets: readonly MarketFacts[];
  readonly wallet: WalletFacts;
}

/** What the account has of one asset: a claim, and that a part of the basket. Lots count from the last leg: a full set is cash. */
interface LegFacts {
  readonly leg: number;
  readonly asset: string;
  readonly symbol: string;
  readonly lots: bigint;
  readonly claimWei: bigint;
  readonly allocationUnits: bigint;
}

function legsOf(
  { supply }: SessionHandle,
  assets: readonly NamedAsset[],
  held: readonly Held[],
  claims: readonly bigint[],
): LegFacts[] {
  const basket = { quantities: assets.map(({ quantity }) => quantity), supply };
  const allocated = wholeUnits(allocation(claims.map(tokenWei), basket));
  const basketLots = held.find(({ root }) => root.marketRootId === BASKET_ROOT_ID)?.lots ?? [];
  return assets.map((asset, k) => ({
    leg: k + 1,
    asset: asset.address,
    symbol: asset.symbol,
    lots: basketLots[k] ?? 0n,
    claimWei: claims[k] ?? 0n,
    allocationUnits: allocated[k] ?? 0n, // rounded down, as the vault pays
  }));
}

/** What the account has in a root other than the basket. */
interface MarketFacts {
  readonly marketRootId: number;
  readonly settled: boolean;
  readonly worstWei: bigint;
  readonly bindingOutcome: bigint;
  readonly branches: readonly { readonly marketBranchId: number; readonly lots: bigint }[];
}

function marketsOf(held: readonly Held[]): MarketFacts[] {
  return held
    .filter(({ root, lots }) => root.marketRootId !== BASKET_ROOT_ID && lots.some((size) => size !== 0n))
    .map(({ root: { marketRootId, settled }, lots, worst }) => ({
      marketRootId,
      settled,
      worstWei: worst.worst,
      bindingOutcome: worst.bindingOutcome,
      branches: lots.flatMap((size, b) => (size === 0n ? [] : [{ marketBranchId: b + 1, lots: size }])),
    }));
}

function textOf(
  { trader, account, legs, markets, wallet }: Positions,
  assets: readonly NamedAsset[],
  heads: Heads,
  next: readonly string[],
): string {
  const { traderId, claim, worst, openOrders, reserved } = account;
  return paragraphs(
    facts([
      ["trader", `${trader}${traderId === 0 ? " (not registered)" : `, number ${traderId}`}`],
      ["slack", tokens(claim + worst)],
      ["open orders", `${openOrders}, which may need ${tokens(reserved)}`],
      ["in the wallet", walletText(wallet, assets)],
    ]),
    table(
      ["asset", "lots", "claim", "allocation", "at"],
      legs.map(({ symbol, asset, lots, claimWei, allocationUnits }, k) => [
        symbol,
        lots.toString(),
        tokens(claimWei),
        assets[k] === undefined ? "" : formatQuantity(assets[k], allocationUnits),
        asset,
      ]),
    ),
    traderId === 0 ? "" : MEANING,
    markets.length === 0
      ? ""
      : table(
          ["market", "lots", "worst of root"],
          markets.flatMap((market) => rowsOf(market, heads)),
        ),
    nextText(...next),
  );
}

function rowsOf({ marketRootId, branches, worstWei }: MarketFacts, heads: Heads): string[][] {
  return branches.map(({ marketBranchId, lots }) => [
    marketTitle({ marketRootId, marketBranchId }, heads.get(marketRootId)),
    lots.toString(),
    tokens(worstWei),
  ]);
}

async function heldIn({ book }: SessionHandle, trader: string, root: MarketRoot): Promise<Held> {
  const lots = await read(book.positionOf(trader, root.marketRootId));
  return { root, lots, worst: worstOfRoot(root, lots.map(toLots)) };
}
