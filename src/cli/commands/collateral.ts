import { Command } from "commander";

import type { SessionHandle } from "../../bindings/session.js";
import { read } from "../../bindings/transact.js";
import type { Binding, ClosingTrade, Release } from "../../protocol/value/binding.js";
import { bindingIn } from "../../protocol/book/projections.js";
import type { MarketHead } from "../../protocol/market/description.js";
import { rootOf, type MarketTable } from "../../protocol/market/market-table.js";
import { opposite, type TokenWei, tokenWei } from "../../protocol/amounts/units.js";
import type { CliContext } from "../context.js";
import { headsOf, readMirror } from "../mirror.js";
import { invalid } from "../../input/errors.js";
import { amountText, marketName, marketTitle, priceText, rootName, outcomeText } from "../output/session-facts.js";
import { withSettings } from "../input/settings.js";
import { facts, paragraphs, table, tokens } from "../output/text.js";
import { openSubject, TRADER_FLAG, type WhoOptions } from "../who.js";

/** `session collateral`: slack, what binds it, and what would free it. */
export function collateralCommand(context: CliContext): Command {
  const command = new Command("collateral")
    .description("Show an account's slack, the outcomes at which it is least, and what would free collateral.")
    .option(...TRADER_FLAG);
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText(
      "after",
      `
Slack            what the account is worth, in session tokens, if every market ends worst for it: an order may cost it no more.
Worst outcome    where a root's position is worth least; roots are independent, so all may end at theirs: the worst joint outcome.
Reserved         what the dearest of the account's orders may need; it is kept until no order is open, or t2.
Can be withdrawn slack less what is reserved, paid out in every phase.
Claim            (positions, exit) what the account is worth if the basket ends as one asset alone, and all else worst.

Examples:
  session collateral
  session collateral --trader 0xSOMEBODY --json`,
    )
    .action(async (options: WhoOptions) => {
      const { handle, trader, traderId } = await openSubject(context, options);
      if (traderId === 0) throw invalid("trader", trader, "a trader of this session: it has paid nothing in yet");
      const mirror = await readMirror(context, handle, options);
      const { book, timestamp } = mirror;
      const { state } = book;
      const reserved = timestamp < state.terms.t2 ? await reservedOf(handle, trader) : tokenWei(0n); // R15
      const binding = bindingIn(state, traderId, reserved);
      const heads = headsOf(mirror);
      context.answer({
        document: { trader, claimWei: book.accountOf(trader).claim, ...documentOf(binding) },
        text: textOf(binding, state.markets.table, (marketRootId) => heads.get(marketRootId)),
      });
    });
}

/** Asked of the chain: the logs do not commit to it. */
async function reservedOf({ book }: SessionHandle, trader: string): Promise<TokenWei> {
  return tokenWei((await read(book.accountOf(trader))).reserved);
}

function documentOf({ slack, storedSlack, reserved, withdrawable, roots, orders, releases }: Binding): object {
  return {
    slackWei: slack,
    storedSlackWei: storedSlack,
    reservedWei: reserved,
    withdrawableWei: withdrawable,
    worstOutcome: roots.map(({ marketRootId, kind, values, bindingOutcome, worst, stored }) => ({
      marketRootId,
      kind,
      values,
      bindingOutcome,
      worstWei: worst,
      storedWei: stored,
    })),
    openOrders: orders.map(({ slackIfFilled, missing, ...order }) => ({
      ...order,
      slackIfFilledWei: slackIfFilled,
      missingWei: missing,
    })),
    releases: releases.map(releaseDocument),
  };
}

function releaseDocument(release: Release): object {
  if (release.kind !== "trade") {
    const { frees, ...rest } = release;
    return { ...rest, freesWei: frees };
  }
  const { released, breakEven, now, ...rest } = release;
  const atMarket = now === undefined ? null : { lots: now.lots, limitTicks: now.limit, freesWei: now.frees };
  return { ...rest, releasedBeforePriceWei: released, breakEvenTicks: breakEven, now: atMarket };
}

const MEANING = `Slack is what the account is worth if every market ends worst for it. Reserved is what the dearest of its orders may need,
until none is open.`;

/** @param headIn what the owner of a root called it */
type HeadIn = (marketRootId: number) => MarketHead | undefined;

function textOf(binding: Binding, marketTable: MarketTable, headIn: HeadIn): string {
  const { slack, storedSlack, reserved, withdrawable, roots, orders, releases } = binding;
  return paragraphs(
    facts([
      ["slack", `${tokens(slack)}${slack === storedSlack ? "" : ` (the book has stored ${tokens(storedSlack)})`}`],
      ["reserved for open orders", tokens(reserved)],
      ["can be withdrawn", tokens(withdrawable)],
    ]),
    MEANING,
    roots.length === 0
      ? "No positions: cash is all there is in every outcome."
      : `Worst joint outcome:\n${table(
          ["root", "worst at", "worth there"],
          roots.map(({ marketRootId, bindingOutcome, worst }) => [
            rootName(marketRootId),
            outcomeText(rootOf(marketTable, marketRootId), bindingOutcome, headIn(marketRootId)),
            tokens(worst),
          ]),
        )}`,
    orders.length === 0
      ? ""
      : `Open orders, each as if filled whole by itself:\n${table(
          ["order", "market", "lots", "price", "slack if filled", "deposit needed"],
          orders.map(({ tradeRootId, marketRootId, marketBranchId, lots, priceTicks, slackIfFilled, missing }) => [
            String(tradeRootId),
            marketTitle({ marketRootId, marketBranchId }, headIn(marketRootId)),
            lots.toString(),
            amountText(rootOf(marketTable, marketRootId), priceTicks, headIn(marketRootId)),
            tokens(slackIfFilled),
            tokens(missing),
          ]),
        )}`,
    releases.length === 0
      ? "Nothing would free collateral but a deposit, which frees its amount."
      : `What would free collateral (a deposit frees its amount):\n${releases
          .map((release) => `- ${releaseText(release, marketTable, headIn)}`)
          .join("\n")}`,
  );
}

function releaseText(release: Release, marketTable: MarketTable, headIn: HeadIn): string {
  switch (release.kind) {
    case "trade":
      return tradeText(release, marketTable, headIn(release.marketRootId));
    case "bound": {
      const { lower, upper } = release.bounds;
      const price = (ticks: bigint): string =>
        amountText(rootOf(marketTable, release.marketRootId), ticks, headIn(release.marketRootId));
      return `if the owner of root ${release.marketRootId} says that ${marketName(release)} pays ${price(lower)} to ${price(upper)}: ${tokens(release.frees)}`;
    }
    case "refresh":
    case "realise":
      return `${release.kind} root ${release.marketRootId}, anybody may: ${tokens(release.frees)}`;
    case "cancel":
      return `cancel ${openOrdersText(release.tradeRootIds.length)}: ${tokens(release.frees)} more can be withdrawn`;
  }
}

function openOrdersText(count: number): string {
  return count === 1 ? "the one open order" : `all ${count} open orders`;
}

function tradeText(
  { lots, breakEven, released, now, ...market }: ClosingTrade,
  marketTable: MarketTable,
  head: MarketHead | undefined,
): string {
  const root = rootOf(marketTable, market.marketRootId);
  const [verb, size, limit, reach] =
    lots > 0n ? ["buy", lots, "at most", "up to"] : ["sell", opposite(lots), "at least", "down to"];
  const best =
    now === undefined
      ? "nobody takes the other side now"
      : `now ${now.lots < 0n ? opposite(now.lots) : now.lots} lots ${reach} ${priceText(root, now.limit, head)} would free ${tokens(now.frees)}`;
  return `${verb} ${size} lots of ${marketName(market)} for ${limit} ${priceText(root, breakEven, head)} (${tokens(released)} before the price); ${best}`;
}
