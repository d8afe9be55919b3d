import { Command } from "commander";

import type { RootDescription } from "../../../bindings/descriptions.js";
import { readDepth, readRoot } from "../../../client/market-views.js";
import type { SessionHandle } from "../../../bindings/session.js";
import { read } from "../../../bindings/transact.js";
import type { Bounds } from "../../../protocol/market/bounds.js";
import { branchCount, marketBounds, type MarketRoot } from "../../../protocol/market/market-table.js";
import { formatTokenWei } from "../../../protocol/amounts/units.js";
import { MAX_BRANCHES } from "../../../protocol/amounts/limits.js";
import type { Level } from "../../../protocol/value/quote.js";
import type { CliContext } from "../../context.js";
import { readWords } from "../../market-words.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { marketTitle, nextText, outcomeName, priceText } from "../../output/session-facts.js";
import { date, facts, paragraphs, table } from "../../output/text.js";
import { openReader } from "../../who.js";
import { parseRoot } from "./desk.js";

/** `session market show`: all that there is to know of a market before trading in it. */
export function showMarketCommand(context: CliContext): Command {
  const command = new Command("show")
    .description(
      "Show a market: owner, description and its hash, times, fallback, bounds of every branch, what may come next.",
    )
    .argument("<root>", "number of the root");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText("after", "\nExample:\n  session market show 2")
    .action(async (text: string, options: SettingOptions) => {
      const marketRootId = parseRoot(text);
      const handle = await openReader(context, options);
      const [root, words] = await Promise.all([
        readRoot(handle, marketRootId),
        readWords(context, handle, options, marketRootId),
      ]);
      const said = words?.get(marketRootId);
      const missing = words === undefined ? "the node did not give the logs" : "its log was not found";
      const [branches, matches] = await Promise.all([branchesOf(handle, root), hashMatches(handle, said)]);
      context.answer({
        document: documentOf(root, said, matches, branches),
        text: textOf(root, said ?? { missing }, matches, branches),
      });
    });
}

interface Branch {
  readonly marketRootId: number;
  readonly marketBranchId: number;
  /** Of an interval's branch; the first bounds of an event's outcome. */
  readonly strikes: Bounds | undefined;
  readonly bounds: Bounds;
  readonly bid: Level | undefined;
  readonly ask: Level | undefined;
  readonly state: "open" | "struck out" | "determined" | "settled";
}

function branchesOf(handle: SessionHandle, root: MarketRoot): Promise<Branch[]> {
  const { marketRootId } = root;
  const numbers = Array.from({ length: branchCount(root) }, (_, b) => b + 1);
  return Promise.all(
    numbers.map(async (marketBranchId) => {
      const market = { marketRootId, marketBranchId };
      const bounds = marketBounds({ roots: new Map([[marketRootId, root]]) }, market);
      const { bids, asks } = await readDepth(handle, market, 1);
      const strikes = root.kind === "interval" ? root.strikes[marketBranchId - 1] : undefined;
      return { ...market, strikes, bounds, bid: bids[0], ask: asks[0], state: stateOf(root, bounds) };
    }),
  );
}

function stateOf(root: MarketRoot, { lower, upper }: Bounds): Branch["state"] {
  if (root.settled) return "settled";
  if (lower !== upper) return "open";
  return root.kind === "simplex" && upper === 0n ? "struck out" : "determined";
}

/** Whether the record whose hash of the description this is has made the root, as the book says; undefined without a description. */
async function hashMatches({ book }: SessionHandle, said: RootDescription | undefined): Promise<boolean | undefined> {
  if (said === undefined) return undefined;
  return Number(await read(book.rootMadeBy(said.link))) === said.marketRootId;
}

function documentOf(
  root: MarketRoot,
  said: RootDescription | undefined,
  hashMatchesChain: boolean | undefined,
  branches: readonly Branch[],
): object {
  const { marketRootId, kind, owner, tickValue, closesAt, settleBy, fallbackOutcome, settled, tip } = root;
  return {
    marketRootId,
    kind: kind === "interval" ? "interval" : "event",
    owner,
    head: said?.head ?? null,
    description: said?.text ?? null,
    descriptionHash: said?.descriptionHash ?? null,
    hashMatchesChain: hashMatchesChain ?? null,
    tickValueWei: tickValue,
    closesAt,
    settleBy,
    fallbackOutcome,
    settled,
    tip,
    branches: branches.map(({ bounds, strikes, bid, ask, ...branch }) => ({
      ...branch,
      ...(strikes === undefined ? {} : { strikes: { minTicks: strikes.lower, maxTicks: strikes.upper } }),
      minTicks: bounds.lower,
      maxTicks: bounds.upper,
      bestBidTicks: bid?.priceTicks ?? null,
      bestAskTicks: ask?.priceTicks ?? null,
    })),
  };
}

/** A description, or why there is none. */
type Said = RootDescription | { readonly missing: string };

function textOf(root: MarketRoot, found: Said, matches: boolean | undefined, branches: readonly Branch[]): string {
  const said = "missing" in found ? undefined : found;
  const head = said?.head;
  const price = (ticks: bigint): string => priceText(root, ticks, head);
  const { fallbackOutcome } = root;
  const hash =
    "missing" in found
      ? `(${found.missing})`
      : `${found.descriptionHash} (${matches === true ? "as the chain has it" : "NOT what the chain has"})`;
  return paragraphs(
    facts([
      ["market", `${root.marketRootId}, ${root.kind === "interval" ? "an interval" : "an event"}`],
      ["title", head?.title ?? `(${said === undefined ? "not known" : "none"}: amounts are ticks)`],
      ...(head === undefined || head.source === "" ? [] : [["source", head.source] as const]),
      ["owner", root.owner],
      ["a tick of a lot", `${formatTokenWei(root.tickValue)} session tokens`],
      ...(head === undefined || head.unit === ""
        ? []
        : [["unit", `${head.unit}, of ${head.ticksPerUnit} ticks`] as const]),
      ["closes", date(root.closesAt)],
      ["settle by", date(root.settleBy)],
      [
        "fallback",
        root.kind === "interval" ? price(fallbackOutcome) : `outcome ${outcomeName(Number(fallbackOutcome), head)}`,
      ],
      ["description's hash", hash],
    ]),
    said?.body ?? "",
    table(
      ["market", "strikes", "can pay", "best bid", "best offer", "state"],
      branches.map((branch) => rowOf(branch, price, marketTitle(branch, head))),
    ),
    nextOf(root, branches, price),
  );
}

function rowOf(
  { strikes, bounds, bid, ask, state }: Branch,
  price: (ticks: bigint) => string,
  title: string,
): string[] {
  const span = ({ lower, upper }: Bounds): string =>
    lower === upper ? price(lower) : `${price(lower)} to ${price(upper)}`;
  const level = (one: Level | undefined): string =>
    one === undefined ? "-" : `${one.lots} at ${price(one.priceTicks)}`;
  return [title, strikes === undefined ? "-" : span(strikes), span(bounds), level(bid), level(ask), state];
}

/** Bounds telescope: a record can only say less than these. */
function nextOf(root: MarketRoot, branches: readonly Branch[], price: (ticks: bigint) => string): string {
  const { marketRootId: id, settleBy } = root;
  if (root.settled) return nextText(`realise ${id} TRADER…`);
  const fallback = `market settle ${id} --fallback      (anybody, from ${date(settleBy)})`;
  if (root.kind === "interval") {
    const { lower, upper } = root.bounds;
    return nextText(
      `market tighten ${id} --lower … --upper …      (the owner, within ${price(lower)} to ${price(upper)})`,
      ...(branches.length < MAX_BRANCHES
        ? [`market branch ${id} --lower … --upper …      (the owner, ${MAX_BRANCHES - branches.length} more)`]
        : []),
      `market settle ${id} OUTCOME      (the owner)`,
      fallback,
    );
  }
  const open = branches.filter(({ state }) => state === "open").map(({ marketBranchId }) => marketBranchId);
  return nextText(
    `market strike-out ${id} ${open.join("|")}      (the owner)`,
    `market settle ${id} ${open.join("|")}      (the owner)`,
    fallback,
  );
}
