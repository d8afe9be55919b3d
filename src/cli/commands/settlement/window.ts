/** `session window …`: cash for the claims of a session that has ended. */
import { Command } from "commander";

import { IPriceSource__factory } from "../../../../typechain-types/index.js";
import {
  buyFromWindow,
  costInWindow,
  offerToWindow,
  pullFromWindow,
  readWindow,
} from "../../../client/settlement/window.js";
import { formatQuantity, parseQuantity, readAsset, readToken } from "../../../bindings/assets.js";
import { parseTokenWei } from "../../../protocol/amounts/units.js";
import { nextTime } from "../../chain.js";
import { MAX_ASSETS } from "../../../protocol/amounts/limits.js";
import type { CliContext } from "../../context.js";
import { type ArtifactsOptions, withArtifacts } from "../../deploying.js";
import { CliError } from "../../cli-error.js";
import { aboveZero, parseAddress, parseTime } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { withSettings } from "../../input/settings.js";
import { nextText, sentDocument, sentText } from "../../output/session-facts.js";
import { date, facts, paragraphs, table, tokens } from "../../output/text.js";
import { requireAnswer } from "../../periphery.js";
import { openActor, openReader } from "../../who.js";
import { deployAndTell } from "./deployed.js";

interface CreateOptions extends ArtifactsOptions {
  readonly prices: string;
  readonly cash: string;
  readonly opens: string;
  readonly closes: string;
}

interface Options extends ArtifactsOptions {
  readonly leg?: string;
  readonly maxCost?: string;
  readonly keep?: true;
  readonly dryRun?: true;
  readonly yes?: true;
}

export function windowCommand(context: CliContext): Command {
  const command = new Command("window").description(
    "Offer claims of a session that has ended for cash, buy them, and take what was paid or left.",
  );
  for (const make of [createCommand, offerCommand, buyCommand, pullCommand, showCommand]) {
    command.addCommand(make(context));
  }
  return command;
}

function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Deploy a window for this session, with a fixing's prices.")
    .requiredOption("--prices <address>", "the fixing")
    .requiredOption("--cash <address>", "the token that buyers pay in")
    .requiredOption("--opens <time>", "end of offers and begin of purchases, after t2")
    .requiredOption("--closes <time>", "end of purchases: within an hour of the second that is priced");
  return withArtifacts(withSettings(command, "rpc", "session", "key"))
    .addHelpText(
      "after",
      "\nExample:\n  session window create --prices 0xFIXING --cash 0xUSD --opens +1h --closes +90m",
    )
    .action(async (options: CreateOptions) => {
      const { handle, wallet, provider } = await openActor(context, options);
      const now = Number(await nextTime(provider));
      const terms = {
        session: handle.address,
        prices: parseAddress("--prices", options.prices),
        cash: parseAddress("--cash", options.cash),
        opens: BigInt(parseTime("--opens", options.opens, now)),
        closes: BigInt(parseTime("--closes", options.closes, now)),
      };
      await readToken(terms.cash, provider); // or it is none
      const priced = IPriceSource__factory.connect(terms.prices, wallet).pricedAt();
      await requireAnswer("--prices", terms.prices, "a fixing of prices", priced);
      await deployAndTell(
        context,
        options,
        wallet,
        "CashWindow",
        [terms],
        (address) => `window offer ${address} AMOUNT`,
      );
    });
}

function offerCommand(context: CliContext): Command {
  const command = new Command("offer")
    .description("Offer session tokens, or with --leg tokens of one leg. It stands until the window closes.")
    .argument("<window>", "its address")
    .argument("<amount>", "tokens")
    .option("--leg <number>", "tokens of this leg (default: session tokens, which are split)");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session window offer 0xWINDOW 12.5")
    .action(async (text: string, amountText: string, options: Options) => {
      const address = parseAddress("window", text);
      const amount = aboveZero("amount", amountText, parseTokenWei(amountText));
      const leg = options.leg === undefined ? undefined : parseCount("--leg", options.leg, 1, MAX_ASSETS);
      const { handle, wallet } = await openActor(context, options);
      const receipt = await offerToWindow(handle, wallet, await readWindow(handle, address), amount, leg);
      const what = leg === undefined ? "session tokens" : `tokens of leg ${leg}`;
      context.answer({
        document: { window: address, offeredWei: amount, leg: leg ?? null, ...sentDocument(receipt) },
        text: paragraphs(`Offered ${tokens(amount)} ${what}`, sentText(receipt), nextText(`window show ${address}`)),
      });
    });
}

function buyCommand(context: CliContext): Command {
  const command = new Command("buy")
    .description("Buy tokens of a leg at its fixed price, and redeem them at once.")
    .argument("<window>", "its address")
    .argument("<leg>", "number of the leg, from 1")
    .argument("<amount>", "leg tokens")
    .option("--max-cost <amount>", "whole cash tokens to pay at most (default: what it costs now)")
    .option("--keep", "keep the leg tokens, do not redeem them")
    .option("--dry-run", "only say what it costs")
    .option("--yes", "pay without asking; wanted where nobody is at a terminal");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session window buy 0xWINDOW 1 10 --dry-run")
    .action(async (text: string, legText: string, amountText: string, options: Options) => {
      const address = parseAddress("window", text);
      const leg = parseCount("leg", legText, 1, MAX_ASSETS);
      const amount = aboveZero("amount", amountText, parseTokenWei(amountText));
      const { handle, wallet, provider } = await openActor(context, options);
      const found = await readWindow(handle, address);
      const cash = (context.units.money = await readAsset(found.cash, provider));
      const cost = await costInWindow(handle, address, leg, amount);
      const maxCost = options.maxCost === undefined ? cost : parseQuantity(cash, options.maxCost);
      const document = { window: address, leg, amountWei: amount, costUnits: cost };
      const effect = `${tokens(amount)} tokens of leg ${leg} cost ${formatQuantity(cash, cost)}`;
      if (options.dryRun === true) {
        context.answer({ document: { dryRun: true, ...document }, text: effect });
        return;
      }
      context.stderr(`${effect}\n\n`);
      if (options.yes !== true && !(await context.confirm("This cannot be undone. Buy?")))
        throw new CliError("NOT_CONFIRMED");
      const receipt = await buyFromWindow(handle, wallet, found, { leg, amount, maxCost, keep: options.keep === true });
      context.answer({
        document: { ...document, ...sentDocument(receipt) },
        text: paragraphs(`Bought: ${effect}`, sentText(receipt), nextText(`window show ${address}`)),
      });
    });
}

function pullCommand(context: CliContext): Command {
  const command = new Command("pull")
    .description("Once it has closed: take the cash that your offers have brought, and the tokens that nobody bought.")
    .argument("<window>", "its address");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session window pull 0xWINDOW")
    .action(async (text: string, options: Options) => {
      const address = parseAddress("window", text);
      const { handle, wallet, provider } = await openActor(context, options);
      const window = await readWindow(handle, address);
      const pulled = await pullFromWindow(handle, wallet, window);
      const cash = await readAsset(window.cash, provider);
      const receipts = pulled.flatMap(({ receipts: some }) => some);
      context.answer({
        document: {
          window: address,
          legs: pulled.map(({ leg, returned, cash: units }) => ({ leg, returnedWei: returned, cashUnits: units })),
          transactions: receipts.map(sentDocument),
        },
        text: paragraphs(
          receipts.length === 0
            ? "Nothing of yours is left in it"
            : table(
                ["leg", "came back", "cash"],
                pulled.map(({ leg, returned, cash: units }) => [
                  ...[String(leg), tokens(returned), formatQuantity(cash, units)],
                ]),
              ),
          receipts.map(sentText).join("\n"),
          nextText("redeem all"),
        ),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Show a window: its times, what is offered and sold, its prices.")
    .argument("<window>", "its address");
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nExample:\n  session window show 0xWINDOW")
    .action(async (text: string, options: Options) => {
      const handle = await openReader(context, options);
      const { address, prices, cash, opens, closes, legs } = await readWindow(handle, parseAddress("window", text));
      const { provider } = handle.runner;
      if (provider === null) throw new Error("unreachable: a session is opened on a provider");
      const named = await readAsset(cash, provider);
      context.answer({
        document: {
          ...{ window: address, prices, cash, opens, closes },
          legs: legs.map(({ leg, offered, sold, paid, costOfOne }) => ({
            ...{ leg, offeredWei: offered, soldWei: sold, paidUnits: paid, costOfOneUnits: costOfOne ?? null },
          })),
        },
        text: paragraphs(
          facts([
            ["window", address],
            ["opens", date(opens)],
            ["closes", date(closes)],
            ["cash", `${named.symbol}, ${cash}`],
            ["prices", prices],
          ]),
          table(
            ["leg", "offered", "sold", "paid", "a token costs"],
            legs.map(({ leg, offered, sold, paid, costOfOne }) => [
              ...[String(leg), tokens(offered), tokens(sold), formatQuantity(named, paid)],
              costOfOne === undefined ? "no price" : formatQuantity(named, costOfOne),
            ]),
          ),
        ),
      });
    });
}
