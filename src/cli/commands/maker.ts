/** `session maker …`: a price from the first minute, for which a sponsor pays no more than it is told before. */
import { Command } from "commander";

import { ClientError } from "../../bindings/errors.js";
import type { MakerPlan } from "../../bindings/maker-terms.js";
import {
  closeMaker,
  collectFromMaker,
  depositNeeded,
  fundMaker,
  type Maker,
  openMaker,
  placeOfMaker,
  paidIntoMaker,
  planMaker,
  pricesOf,
  quoteMaker,
  readMaker,
  leftInMaker,
} from "../../client/maker.js";
import { newestTime } from "../../bindings/lacking.js";
import { readRoot } from "../../client/market-views.js";
import { lots, parseLots, parseTicks, parseTokenWei } from "../../protocol/amounts/units.js";
import { lossAt } from "../../protocol/maker/maker.js";
import { rootNowOf } from "../../protocol/maker/root-now.js";
import type { MarketHead } from "../../protocol/market/description.js";
import type { MarketRoot } from "../../protocol/market/market-table.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { aboveZero, parseAddress, parseSize } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { nextTime } from "../chain.js";
import { factoryOf, withFactory } from "../maker-factory.js";
import { readHeads } from "../market-words.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { knowRoot } from "../output/reader-units.js";
import { finePriceText, marketTitle, nextText, priceText, sentDocument, sentText } from "../output/session-facts.js";
import { facts, paragraphs, table, tokens } from "../output/text.js";
import { openActor, openReader } from "../who.js";

interface Options extends SettingOptions {
  readonly root: string;
  readonly liquidity: string;
  readonly prior?: string;
  readonly points?: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

const MAX_ROOT = 2 ** 32 - 1;
const MAX_BRANCH = 2 ** 16 - 1;
const ONE = 10n ** 18n;

export function makerCommand(context: CliContext): Command {
  const command = new Command("maker").description(
    "Open an automated maker, which always has a price, pay for it, ask for its prices, and take back what is left.",
  );
  for (const make of [createCommand, fundCommand, quoteCommand, showCommand, closeCommand]) {
    command.addCommand(make(context));
  }
  return command;
}

/** What a sponsor risks, before it risks it. @param near what the worst path to weights that are not far apart costs */
function riskText(most: bigint, near?: bigint): string {
  const nearText = near === undefined ? "" : ` While both end between 30 % and 70 % it is at most ${tokens(near)}.`;
  return `You pay at most ${tokens(most)} session tokens; what you get is a price that traders who know something correct. What they do not win comes back.${nearText}`;
}

/** Of two legs: the worst path to weights of 30 : 70 or the other way round, between which none is worse. */
function nearLoss(plan: MakerPlan, root: MarketRoot): bigint | undefined {
  if (root.kind !== "simplex" || plan.prior.length !== 2) return undefined;
  const now = rootNowOf(root, plan.points);
  const ends = [
    [3n, 7n],
    [7n, 3n],
  ].map((shares) => lossAt(plan, now, { shares, total: 10n }) * root.tickValue);
  return ends.reduce((a, b) => (b > a ? b : a));
}

function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Make a maker for a root, or find it if somebody has. It trades once it is funded.")
    .option("--root <number>", "the root: 1 is the basket", "1")
    .requiredOption("--liquidity <lots>", "b: how many lots move the price how far; the deposit grows with it")
    .option("--prior <weights>", "a whole number for each leg or breakpoint, such as 3,2,1 (default: all alike)")
    .option("--points <ticks>", "of an interval root the breakpoints, such as 0,100,200 (default: all strikes)")
    .option("--dry-run", "only show where it would lie, and what it would need");
  return withFactory(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExample:\n  session maker create --root 3 --liquidity 500 --dry-run")
    .action(async (options: Options) => {
      const marketRootId = parseCount("--root", options.root, 1, MAX_ROOT);
      const liquidity = aboveZero("--liquidity", options.liquidity, parseLots(options.liquidity));
      const isDry = options.dryRun === true;
      // To look needs no key.
      const actor = isDry ? undefined : await openActor(context, options);
      const handle = actor?.handle ?? (await openReader(context, options));
      const plan = await planMaker(handle, {
        marketRootId,
        liquidity,
        ...(options.prior === undefined
          ? {}
          : { prior: options.prior.split(",").map((text) => parseLots(text.trim())) }),
        ...(options.points === undefined
          ? {}
          : { points: options.points.split(",").map((text) => parseTicks(text.trim())) }),
      });
      const root = await readRoot(handle, marketRootId);
      if (root.settled || BigInt(await newestTime(handle.runner.provider)) >= root.closesAt) {
        throw new ClientError("Maker_Over", { marketRootId: BigInt(marketRootId) });
      }
      knowRoot(context.units, { root, head: undefined });
      const factory = factoryOf(context, options, handle);
      const needed = depositNeeded(plan, root);
      const address = await placeOfMaker(handle, factory, plan); // a dry run promises no place that no factory has
      const document = {
        maker: address,
        marketRootId,
        liquidityLots: plan.liquidity,
        prior: plan.prior,
        pointTicks: plan.points,
        neededWei: needed,
      };
      const risk = riskText(needed, nearLoss(plan, root));
      if (actor === undefined) {
        context.answer({ document: { dryRun: true, ...document }, text: paragraphs(`Would make ${address}`, risk) });
        return;
      }
      const { receipt } = await openMaker(handle, actor.wallet, factory, plan);
      context.answer({
        document: { ...document, ...(receipt === undefined ? { wasThere: true } : sentDocument(receipt)) },
        text: paragraphs(
          `${receipt === undefined ? "It is there already" : "Made"}: ${address}, for root ${marketRootId}`,
          risk,
          receipt === undefined ? "" : sentText(receipt),
          nextText(`maker fund ${address}`, `maker show ${address}`),
        ),
      });
    });
}

function fundCommand(context: CliContext): Command {
  const command = new Command("fund")
    .description("Pay session tokens into a maker: what it needs, or a part. They come back only when it is closed.")
    .argument("<maker>", "its address")
    .argument("[amount]", "session tokens (default: all that is missing)")
    .option("--dry-run", "only show what would be paid")
    .option("--yes", "pay without asking; wanted where nobody is at a terminal");
  return withFactory(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExample:\n  session maker fund 0xMAKER --dry-run")
    .action(async (maker: string, text: string | undefined, options: Options) => {
      const address = parseAddress("maker", maker);
      const wanted = text === undefined ? undefined : aboveZero("amount", text, parseTokenWei(text));
      const { handle, wallet } = await openActor(context, options);
      const found = await readMaker(handle, factoryOf(context, options, handle), address);
      const missing = found.needed - found.paidIn;
      if (missing === 0n) throw new ClientError("Maker_Funded", { needed: found.needed });
      const amount = wanted === undefined || wanted > missing ? missing : wanted;
      const effect = `${riskText(amount)}\nMissing now: ${tokens(missing)} of ${tokens(found.needed)}; nothing comes back before the root is settled, or t2.`;
      const document = { maker: address, amountWei: amount, missingWei: missing, neededWei: found.needed };
      if (options.dryRun === true) {
        context.answer({
          document: { dryRun: true, ...document },
          text: paragraphs(`Would pay ${tokens(amount)}`, effect),
        });
        return;
      }
      context.stderr(`${effect}\n\n`);
      if (options.yes !== true && !(await context.confirm("This cannot be undone. Pay it?"))) {
        throw new CliError("NOT_CONFIRMED");
      }
      const { receipt, taken } = await fundMaker(handle, wallet, found, amount);
      context.answer({
        document: { ...document, takenWei: taken, ...sentDocument(receipt) },
        text: paragraphs(
          `Paid ${tokens(taken)} session tokens into ${address}`,
          sentText(receipt),
          taken === missing ? nextText(`maker quote ${address} 1 10`) : nextText(`maker fund ${address}`),
        ),
      });
    });
}

function quoteCommand(context: CliContext): Command {
  const command = new Command("quote")
    .description(
      "What a maker asks for lots of a branch now, or gives for them; other orders of the book are not looked at.",
    )
    .argument("<maker>", "its address")
    .argument("<branch>", "number of the leg or branch")
    .argument("<lots>", "how many; to sell them --sell")
    .option("--sell", "what it gives for them");
  return withFactory(withSettings(command, "rpc", "session", "fromBlock"))
    .addHelpText("after", "\nExample:\n  session maker quote 0xMAKER 1 10")
    .action(async (maker: string, branchText: string, text: string, options: Options & { readonly sell?: true }) => {
      const branch = parseCount("branch", branchText, 1, MAX_BRANCH);
      const size = parseSize("lots", text);
      const handle = await openReader(context, options);
      const found = await readMaker(handle, factoryOf(context, options, handle), parseAddress("maker", maker));
      const quote = quoteMaker(found, branch, lots(options.sell === true ? 0n - size : size));
      if (quote === undefined)
        throw invalid("branch", branchText, `one of ${pricedBranches(found)}, for which the maker has a price`);
      const { root, marketRootId } = found;
      const market = { marketRootId, marketBranchId: branch };
      const head = (await readHeads(context, handle, options, marketRootId)).get(marketRootId);
      const cost = quote.cost < 0n ? 0n - quote.cost : quote.cost;
      context.answer({
        document: { maker: found.address, ...market, head: head ?? null, ...priceDocument(quote) },
        text: facts([
          [options.sell === true ? "sells" : "buys", `${size} lots of ${marketTitle(market, head)}`],
          ["price", priceText(root, quote.price, head)],
          ["all of them", `${tokens(cost * root.tickValue)} session tokens`],
          ["price before", finePriceText(root, quote.before, ONE, head)],
          ["price after", finePriceText(root, quote.after, ONE, head)],
        ]),
      });
    });
}

function pricedBranches(found: Maker): string {
  return pricesOf(found)
    .flatMap((price, b) => (price === undefined ? [] : [b + 1]))
    .join(", ");
}

function priceDocument({ cost, price, before, after }: NonNullable<ReturnType<typeof quoteMaker>>): object {
  return { costTickLots: cost, priceTicks: price, beforeAttoTicks: before, afterAttoTicks: after };
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Show a maker: its terms, its sponsors' money, its prices.")
    .argument("<maker>", "its address");
  return withFactory(withSettings(command, "rpc", "session", "fromBlock"))
    .addHelpText("after", "\nExample:\n  session maker show 0xMAKER")
    .action(async (maker: string, options: Options) => {
      const handle = await openReader(context, options);
      const found = await readMaker(handle, factoryOf(context, options, handle), parseAddress("maker", maker));
      const head = (await readHeads(context, handle, options, found.marketRootId)).get(found.marketRootId);
      context.answer({ document: { ...showDocument(found), head: head ?? null }, text: showText(found, head) });
    });
}

function showDocument(found: Maker): object {
  const { address, marketRootId, liquidity, prior, points, needed, paidIn, held } = found;
  const prices = pricesOf(found);
  return {
    maker: address,
    marketRootId,
    liquidityLots: liquidity,
    prior,
    pointTicks: points,
    neededWei: needed,
    paidInWei: paidIn,
    branches: held.map((own, b) => ({ marketBranchId: b + 1, heldLots: own, priceAttoTicks: prices[b] ?? null })),
  };
}

function showText(found: Maker, head: MarketHead | undefined): string {
  const { address, root, marketRootId, liquidity, prior, needed, paidIn, held } = found;
  const prices = pricesOf(found).map((price) => (price === undefined ? "-" : finePriceText(root, price, ONE, head)));
  return paragraphs(
    facts([
      ["maker", `${address}, of root ${marketRootId}`],
      ["liquidity", `${liquidity} lots`],
      ["prior", prior.join(", ")],
      ["paid in", `${tokens(paidIn)} of ${tokens(needed)} session tokens, which is the most that can be lost`],
    ]),
    table(
      ["market", "price", "holds lots"],
      held.map((own, b) => [
        marketTitle({ marketRootId, marketBranchId: b + 1 }, head),
        prices[b] ?? "-",
        own.toString(),
      ]),
    ),
    paidIn < needed ? nextText(`maker fund ${address}`) : nextText(`maker quote ${address} 1 10`),
  );
}

function closeCommand(context: CliContext): Command {
  const command = new Command("close")
    .description("Once its root is settled, or from t2 on: take out what the maker has, and your share of it.")
    .argument("<maker>", "its address");
  return withFactory(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExample:\n  session maker close 0xMAKER")
    .action(async (maker: string, options: Options) => {
      const address = parseAddress("maker", maker);
      const { handle, wallet, provider } = await openActor(context, options);
      const { needed, paidIn } = await readMaker(handle, factoryOf(context, options, handle), address);
      if ((await paidIntoMaker(handle.runner, address, wallet.address)) === 0n) {
        throw new ClientError("Maker_NotASponsor", { caller: wallet.address });
      }
      const { inBook, due } = await leftInMaker(handle, wallet, address);
      if (!inBook && due.every((amount) => amount === 0n)) {
        throw new CliError("MAKER_TAKEN", { maker: address, sponsor: wallet.address });
      }
      const closed = inBook ? await closeMaker(wallet, address) : undefined;
      const isEnded = (await nextTime(provider)) >= BigInt(handle.t2);
      const { receipt, sessionTokens, legTokens } = await collectFromMaker(wallet, address);
      const legs = legTokens.map((wei, k) => `${tokens(wei)} of leg ${k + 1}`).join(", ");
      context.answer({
        document: {
          maker: address,
          paidInWei: paidIn,
          neededWei: needed,
          sessionTokenWei: sessionTokens,
          legTokenWei: legTokens,
          closedIn: closed?.hash ?? null,
          ...sentDocument(receipt),
        },
        text: paragraphs(
          `Closed ${address}: ${tokens(sessionTokens)} session tokens, ${legs} came back`,
          sentText(receipt),
          isEnded ? nextText("positions", "redeem all") : nextText("positions", "deposit AMOUNT"),
        ),
      });
    });
}
