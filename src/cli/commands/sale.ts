/** `session sale …`: the organiser sells session tokens, at a price that stands or falls with time. */
import { Command } from "commander";

import {
  buyFromSale,
  collectFromSale,
  offerForSale,
  readSale,
  type Sale,
  saleCostAt,
  salePriceAt,
  takeBackUnsold,
} from "../../client/sale.js";
import { newestTime } from "../../bindings/lacking.js";
import { openSession } from "../../bindings/session.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import { type AssetInfo, formatQuantity, parseQuantity, readAsset } from "../../bindings/assets.js";
import { connect, nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { aboveZero, parseAddress, parseTime } from "../input/parse.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { date, facts, paragraphs, tokens } from "../output/text.js";
import { openActor } from "../who.js";
import { createCommand } from "./sale/create.js";

export function saleCommand(context: CliContext): Command {
  const command = new Command("sale").description(
    "Sell session tokens for another token, at a price that stands or falls with time; buy from such a sale.",
  );
  for (const make of [createCommand, offerCommand, showCommand, buyCommand, collectCommand, takeBackCommand]) {
    command.addCommand(make(context));
  }
  return command;
}

function acting(name: string, description: string, example: string): Command {
  const command = new Command(name).description(description).argument("<sale>", "its address");
  return withSettings(command, "rpc", "session", "key").addHelpText("after", `\nExample:\n  session sale ${example}`);
}

function offerCommand(context: CliContext): Command {
  return acting("offer", "Pay in what is for sale, before the sale opens.", "offer 0xSALE 500")
    .argument("<amount>", "session tokens")
    .action(async (text: string, amountText: string, options: SettingOptions) => {
      const sale = parseAddress("sale", text);
      const amount = aboveZero("amount", amountText, parseTokenWei(amountText));
      const { handle, wallet } = await openActor(context, options);
      const receipt = await offerForSale(handle, wallet, sale, amount);
      context.answer({
        document: { sale, amountWei: amount, ...sentDocument(receipt) },
        text: paragraphs(`Offered ${tokens(amount)} session tokens`, sentText(receipt), nextText(`sale show ${sale}`)),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show").description("Show a sale: its price now, what is left, and when it closes.");
  return withSettings(command.argument("<sale>", "its address"), "rpc", "session")
    .addHelpText("after", "\nExample:\n  session sale show 0xSALE")
    .action(async (text: string, options: SettingOptions) => {
      const address = parseAddress("sale", text);
      const { rpc, session } = readSettings(context, options, "rpc", "session");
      const provider = await connect(context, rpc);
      const sale = await readSale(await openSession(session, provider), address);
      const [asset, now] = await Promise.all([readAsset(sale.premium, provider), nextTime(provider)]);
      const priceUnits = salePriceAt(sale, now);
      context.answer({ document: { ...sale, priceUnits }, text: showText(sale, asset, priceUnits) });
    });
}

function showText(sale: Sale, asset: AssetInfo, price: bigint): string {
  const { address, seller, startPrice, endPrice, slope, opens, closes, maxPerBuyer, policy, unsold, proceeds } = sale;
  return paragraphs(
    facts([
      ["sale", `${address}, by ${seller}`],
      ["price now", `${formatQuantity(asset, price)} a session token`],
      [
        "price",
        slope === 0n ? "fixed" : `from ${formatQuantity(asset, startPrice)} down to ${formatQuantity(asset, endPrice)}`,
      ],
      ["falls", slope === 0n ? "not" : `${formatQuantity(asset, slope)} a second`],
      ["open", `from ${date(opens)} until ${date(closes)}`],
      ["left", `${tokens(unsold)} session tokens`],
      ["limit", maxPerBuyer === undefined ? "none" : `${tokens(maxPerBuyer)} for each address`],
      ["policy", policy ?? "none: anybody buys"],
      ["proceeds", formatQuantity(asset, proceeds)],
    ]),
    nextText(`sale buy ${address} 1`),
  );
}

interface BuyOptions extends SettingOptions {
  readonly maxPay?: string;
  readonly to?: string;
  readonly deadline: string;
  readonly yes?: true;
}

function buyCommand(context: CliContext): Command {
  return acting("buy", "Buy session tokens at the price of the second in which it is done.", "buy 0xSALE 10")
    .argument("<amount>", "session tokens")
    .option("--max-pay <amount>", "whole premium tokens to pay at most (default: what it cost in the newest block)")
    .option("--to <address>", "who gets them (default: that of the key)")
    .option("--deadline <time>", "last second in which it may be done", "+10m")
    .option("--yes", "pay without asking; wanted where nobody is at a terminal")
    .action(async (text: string, amountText: string, options: BuyOptions) => {
      const amount = aboveZero("amount", amountText, parseTokenWei(amountText));
      const { handle, wallet, provider } = await openActor(context, options);
      const sale = await readSale(handle, parseAddress("sale", text));
      const [asset, now] = await Promise.all([readAsset(sale.premium, provider), nextTime(provider)]);
      context.units.money = asset;
      const costs = saleCostAt(sale, amount, now);
      // Nodes try a call on the newest block, whose second is earlier: the price was no lower then.
      const newest = BigInt(await newestTime(provider));
      const maxPay =
        options.maxPay === undefined ? saleCostAt(sale, amount, newest) : parseQuantity(asset, options.maxPay);
      const deadline = BigInt(parseTime("--deadline", options.deadline, Number(now)));
      context.stderr(
        `${tokens(amount)} session tokens cost ${formatQuantity(asset, costs)} now; at most ${formatQuantity(asset, maxPay)} is paid.\n`,
      );
      if (options.yes !== true && !(await context.confirm("Buy them?"))) throw new CliError("NOT_CONFIRMED");
      const to = options.to === undefined ? {} : { to: parseAddress("--to", options.to) };
      const { receipt, paid } = await buyFromSale(wallet, sale, amount, { maxPay, deadline, ...to });
      context.answer({
        document: { sale: sale.address, amountWei: amount, paidUnits: paid, ...sentDocument(receipt) },
        text: paragraphs(
          `Bought ${tokens(amount)} session tokens for ${formatQuantity(asset, paid)}`,
          sentText(receipt),
          nextText(`deposit ${tokens(amount)}`),
        ),
      });
    });
}

function collectCommand(context: CliContext): Command {
  return acting("collect", "The seller takes what buyers have paid, at any time.", "collect 0xSALE").action(
    async (text: string, options: SettingOptions) => {
      const { handle, wallet, provider } = await openActor(context, options);
      const sale = await readSale(handle, parseAddress("sale", text));
      const receipt = await collectFromSale(wallet, sale.address, wallet.address);
      const amount = formatQuantity(await readAsset(sale.premium, provider), sale.proceeds);
      context.answer({
        document: { sale: sale.address, proceedsUnits: sale.proceeds, ...sentDocument(receipt) },
        text: paragraphs(`Collected ${amount}`, sentText(receipt)),
      });
    },
  );
}

function takeBackCommand(context: CliContext): Command {
  return acting("take-back", "Once it has closed, the seller takes back what was not sold.", "take-back 0xSALE").action(
    async (text: string, options: SettingOptions) => {
      const { handle, wallet } = await openActor(context, options);
      const sale = await readSale(handle, parseAddress("sale", text));
      const receipt = await takeBackUnsold(wallet, sale.address, wallet.address);
      context.answer({
        document: { sale: sale.address, unsoldWei: sale.unsold, ...sentDocument(receipt) },
        text: paragraphs(`Took back ${tokens(sale.unsold)} session tokens`, sentText(receipt)),
      });
    },
  );
}
