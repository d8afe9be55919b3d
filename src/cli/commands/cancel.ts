import { Command } from "commander";

import { cancelTrades, offsetOrders, type Offsets } from "../../client/offsets.js";
import type { OrderRef } from "../../client/order-places.js";
import { createTrader } from "../../client/trader.js";
import type { SessionHandle } from "../../bindings/session.js";
import { read } from "../../bindings/transact.js";
import { MAX_FLOOR, MAX_TRADES } from "../../protocol/amounts/limits.js";
import type { CliContext } from "../context.js";
import type { Placed } from "../../protocol/book/orders.js";
import { ordersOf } from "../../protocol/book/projections.js";
import { nextTime } from "../chain.js";
import { CliError } from "../cli-error.js";
import { explain } from "../errors.js";
import { readMirror } from "../mirror.js";
import { parseTime } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { readSignedCancellation } from "../input/signed-file.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs } from "../output/text.js";
import { printJson } from "../output/json.js";
import { type Actor, openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly all?: true;
  readonly signOnly?: true;
  readonly deadline?: string;
  readonly nonceFloor?: string;
  readonly signed?: string;
}

/** `session cancel`: orders out of the book: own ones, or those of whoever has signed for it. */
export function cancelCommand(context: CliContext): Command {
  const command = new Command("cancel")
    .description("Take own orders out of the book, or sign for somebody else to do it.")
    .argument("[orders...]", "their numbers")
    .option("--all", "all of them; with --sign-only also those that are still to come")
    .option(
      "--sign-only",
      "print a signed cancellation and send nothing: whoever has it can bring it until its deadline",
    )
    .option("--deadline <time>", "with --sign-only: last second at which it may be brought: Unix seconds, a date, +1h")
    .option(
      "--nonce-floor <number>",
      "with --sign-only: it also makes orders with nonces below void (default: none; with --all those in reach today)",
    )
    .option("--signed <file>", "bring a cancellation that its trader has signed; anybody may, and pays the gas");
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText(
      "after",
      `
Examples:
  session cancel 17 18
  session cancel --all
  session cancel --all --sign-only --deadline +1h > switch.json
  session cancel --signed switch.json

A signed cancellation of --all reaches into numbers that are not given yet: it is a dead man's switch. Whoever has it can
use it until its deadline, so keep it private and its deadline short. It is void once an order with a nonce from its floor
on has landed.`,
    )
    .action(async (texts: readonly string[], options: Options) => {
      const named = texts.map((text) => parseCount("orders", text, 1, MAX_TRADES));
      const isBoth = named.length > 0 && options.all === true;
      const isNeither = named.length === 0 && options.all !== true && options.signed === undefined;
      if (isBoth || isNeither) throw invalid("orders", texts.join(" "), "numbers, or --all");
      const actor = await openActor(context, options);
      if (options.signed !== undefined) await bring(context, actor, named, options, options.signed);
      else if (options.signOnly === true) await sign(context, actor, named, options);
      else await cancel(context, actor, named, options);
    });
}

async function cancel(
  context: CliContext,
  { handle, wallet }: Actor,
  named: number[],
  options: Options,
): Promise<void> {
  const orders =
    options.all === true
      ? await ordersOfTrader(context, handle, wallet.address, options)
      : await placed(context, handle, named, options);
  context.progress(`Cancelling ${orders.length} orders`);
  answer(context, await offsetOrders(handle, wallet, orders));
}

/** From the first to the last of those named, or all. */
async function sign(context: CliContext, actor: Actor, named: number[], options: Options): Promise<void> {
  const { handle, wallet, provider } = actor;
  const { deadline } = options;
  if (deadline === undefined) throw invalid("--deadline", "", "a time, with --sign-only");
  const range = named.length === 0 ? {} : { fromTradeRootId: Math.min(...named), toTradeRootId: Math.max(...named) };
  const signed = await createTrader(handle, wallet).signCancellation({
    ...range,
    ...(options.nonceFloor === undefined
      ? {}
      : { nonceFloor: BigInt(parseCount("--nonce-floor", options.nonceFloor, 0, Number(MAX_FLOOR))) }),
    deadline: parseTime("--deadline", deadline, Number(await nextTime(provider))),
  });
  context.answer({ document: { signed }, text: printJson(signed).trimEnd() });
}

/** Those named, or all of the trader's that rest and are meant. */
async function bring(
  context: CliContext,
  { handle, wallet }: Actor,
  named: number[],
  options: Options,
  file: string,
): Promise<void> {
  const signed = readSignedCancellation(context, file);
  const { trader, fromTradeRootId, toTradeRootId } = signed.cancellation;
  const isMeant = ({ tradeRootId }: Placed): boolean => tradeRootId >= fromTradeRootId && tradeRootId <= toTradeRootId;
  const orders =
    named.length > 0
      ? await placed(context, handle, named, options)
      : (await restingOf(context, handle, trader, options)).filter(isMeant);
  context.progress(`Bringing the cancellation of ${trader} for ${orders.length} orders`);
  answer(context, await cancelTrades(handle, wallet, signed, orders));
}

function answer(context: CliContext, { offset, skipped, receipt }: Offsets): void {
  context.answer({
    document: {
      cancelled: offset,
      skipped: skipped.map(({ tradeRootId, refusal }) => ({ tradeRootId, code: refusal.code })),
      ...sentDocument(receipt),
    },
    text: paragraphs(
      [
        `Cancelled: ${offset.join(", ")}`,
        ...skipped.map(
          ({ tradeRootId, refusal }) => `Left alone: ${tradeRootId}, ${explain(refusal, context.units).error.message}`,
        ),
      ].join("\n"),
      sentText(receipt),
      nextText("orders", "positions"),
    ),
    holds: skipped.length === 0,
  });
}

/**
 * Most orders rest at the place of their number, and one question tells. The logs know the places of the others.
 * @throws InputError ARGUMENT_INVALID for numbers that no order has had
 */
async function placed(
  context: CliContext,
  handle: SessionHandle,
  named: readonly number[],
  options: SettingOptions,
): Promise<OrderRef[]> {
  const trades = Number((await read(handle.book.chainState())).trades);
  if (named.every((id) => id > trades)) {
    const those = trades === 0 ? "no order has one yet" : `those of orders are 1 to ${trades} so far`;
    throw invalid("orders", named.join(" "), `numbers of orders: ${those}`);
  }
  const found = await Promise.all(named.map(async (id) => (await read(handle.book.orderAt(id))).tradeRootId));
  if (found.every((tradeRootId, index) => Number(tradeRootId) === named[index])) return [...named];
  const { queues } = (await readMirror(context, handle, options)).book.state;
  return named.map((tradeRootId) => ({ tradeRootId, place: queues.find(tradeRootId)?.place ?? tradeRootId }));
}

async function ordersOfTrader(
  context: CliContext,
  handle: SessionHandle,
  trader: string,
  options: SettingOptions,
): Promise<Placed[]> {
  const own = await restingOf(context, handle, trader, options);
  if (own.length === 0) throw new CliError("ORDERS_NONE", { trader });
  return own;
}

async function restingOf(
  context: CliContext,
  handle: SessionHandle,
  trader: string,
  options: SettingOptions,
): Promise<Placed[]> {
  const { state } = (await readMirror(context, handle, options)).book;
  const known = state.traders.find(trader);
  return known === undefined
    ? []
    : ordersOf(state, known.traderId).map(({ tradeRootId, place }) => ({ tradeRootId, place }));
}
