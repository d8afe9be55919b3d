import { Argument, Command, Option } from "commander";

import { type OrderTarget, type RoutedOrder, routeOrder, takesAnyPrice } from "../../client/market.js";
import { readRoot } from "../../client/market-views.js";
import type { SignedPackage } from "../../bindings/packages.js";
import { createSubmitter } from "../../client/submitter.js";
import { createTrader } from "../../client/trader.js";
import { isRefusal, type Refusal } from "../../protocol/market/refusal.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../protocol/signing/package.js";
import { opposite } from "../../protocol/amounts/units.js";
import { nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import { explain } from "../errors.js";
import { knowRoot } from "../output/reader-units.js";
import { printJson } from "../output/json.js";
import { headOf, readMirror } from "../mirror.js";
import { sendThroughRelay } from "../through-relay.js";
import { withFactory } from "../maker-factory.js";
import {
  fillsWhole,
  foreseenText,
  type HouseOptions,
  routeDocument,
  type RoutedThrough,
  routeText,
  routeThrough,
  sendThroughHouse,
} from "../through-house.js";
import { MAX_MATCHES, type OrderPreview, previewOrder, reportOf } from "../../protocol/book/order-effect.js";
import { reportText, slackText } from "../output/order-report.js";
import { parsePrice, parseSize, parseTarget, parseTime, TIMES_IN_FORCE, type TimeInForceName } from "../input/parse.js";
import { marketTitle, type NamedRoot, nextText, priceText, sentDocument, sentText } from "../output/session-facts.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { paragraphs } from "../output/text.js";
import { type Actor, openActor } from "../who.js";

/** Said of an order whose limit limits nothing. */
const ANY_PRICE =
  "Warning: the limit is the market's bound, so the order takes any price. It can be filled there, where it can only lose";

type Side = "buy" | "sell";

interface Options extends SettingOptions, HouseOptions {
  readonly leg?: string;
  readonly market?: string;
  readonly price: string;
  readonly tif: TimeInForceName;
  readonly deadline?: string;
  readonly signOnly?: true;
  readonly dryRun?: true;
}

/** `session trade`: signs an order, shows what it would do, and sends it. */
export function tradeCommand(context: CliContext): Command {
  const command = new Command("trade")
    .description("Sign an order, show what it would do, and send it (or print it, for somebody else to send).")
    .addArgument(new Argument("<side>", "buy or sell").choices(["buy", "sell"]))
    .argument("<lots>", "how many lots")
    .requiredOption(
      "--price <price>",
      "limit: ticks (5500), of a leg or event a weight (55%), of a market with a unit an amount of it (34.5)",
    )
    .option("--leg <number>", "a leg of the basket, from 1")
    .option("--market <root.branch>", "any market, such as 2.1")
    .addOption(
      new Option("--tif <name>", "good till cancelled, immediate or cancel, fill or kill, post only")
        .choices(Object.keys(TIMES_IN_FORCE))
        .default("gtc"),
    )
    .option(
      "--deadline <time>",
      "last second at which it may be filled: Unix seconds, a date, +1h (default: end of trading)",
    )
    .option(
      "--router <address>",
      "through this router of complete sets, if they serve the order better than the book alone",
    )
    .option("--maker <address>", "through this automated maker, if the order gets more there than from the book alone")
    .option("--sign-only", "print the signed order and send nothing: `session submit` takes it")
    .option("--dry-run", "only show what it would do");
  return withFactory(withSettings(command, "rpc", "session", "fromBlock", "relay", "key"))
    .addHelpText(
      "after",
      `
Examples:
  session trade buy 200 --leg 1 --price 55%
  session trade sell 50 --market 2.1 --price 340 --tif ioc
  session trade buy 200 --price 5500 --relay http://127.0.0.1:8700
  session trade buy 20 --market 2.1 --price 30% --router 0x…
  session trade buy 20 --market 2.1 --price 30% --maker 0x… --dry-run
  session trade buy 200 --price 5500 --sign-only > order.json`,
    )
    .action(async (side: Side, lots: string, options: Options) => {
      await run(context, side, lots, options);
    });
}

async function run(context: CliContext, side: Side, lotsText: string, options: Options): Promise<void> {
  const target = parseTarget(options);
  const size = parseSize("lots", lotsText);
  const { relay } = readSettings(context, options, "relay");
  const { handle, wallet, provider } = await openActor(context, options);
  const root = await readRoot(handle, target.marketRootId);
  const mirror = await readMirror(context, handle, options);
  const head = headOf(mirror, target.marketRootId);
  knowRoot(context.units, { root, head });
  const price = parsePrice(options.price, root, head);
  const timestamp = await nextTime(provider);
  const quantity = side === "buy" ? size : opposite(size);
  const isLeg = target.marketRootId === BASKET_ROOT_ID && options.market === undefined;
  const place: OrderTarget = isLeg ? { leg: target.marketBranchId } : { market: target };
  const signed = await createTrader(handle, wallet).signOrder({
    ...place,
    price,
    quantity,
    previousLink: mirror.linkToSign,
    timeInForce: TIMES_IN_FORCE[options.tif],
    ...(options.deadline === undefined
      ? {}
      : { deadline: parseTime("--deadline", options.deadline, Number(timestamp)) }),
  });
  const preview = previewOrder(mirror.book, timestamp, signed.package);
  if (takesAnyPrice(root, signed.package)) context.progress(ANY_PRICE);
  const named = { root, head };
  const headline = headlineOf(named, target, price, quantity, routeOrder(handle, place, price, quantity));
  if (options.signOnly === true) {
    answerSigned(context, signed, preview);
    return;
  }
  const through = await throughOf(preview, () => routeThrough(context, { handle, wallet }, options, signed), signed);
  const foreseen = isRefusal(preview) ? undefined : preview;
  if (options.dryRun === true) answerDryRun(context, named, headline, signed, foreseen, through);
  else if (through?.house !== undefined) {
    await sendThroughHouse(context, { ...through, house: through.house }, named, headline, signed, foreseen);
  } else if (relay !== undefined) await sendThroughRelay(context, relay, signed, headline, handle.domain);
  else await send(context, { handle, wallet }, named, headline, signed, foreseen);
}

/**
 * Ways beside the book, if any are named.
 * @throws the book's refusal, unless it is that an order is not filled whole which a way fills
 */
async function throughOf(
  preview: OrderPreview | Refusal,
  route: () => Promise<RoutedThrough | undefined>,
  signed: SignedPackage,
): Promise<RoutedThrough | undefined> {
  if (isRefusal(preview) && preview.code !== "Book_FillOrKillUnfilled") throw preview;
  const through = await route();
  if (isRefusal(preview) && (through === undefined || !fillsWhole(through, signed))) throw preview;
  return through;
}

/** The order in the words in which it was asked for, and how it stands in the book if that is elsewhere. */
function headlineOf(
  { root, head }: NamedRoot,
  asked: MarketRef,
  price: bigint,
  quantity: bigint,
  routed: RoutedOrder,
): string {
  const say = (market: MarketRef, lots: bigint, limit: bigint): string =>
    `${lots > 0n ? `buy ${lots}` : `sell ${-lots}`} lots of ${marketTitle(market, head)} at ${priceText(root, limit, head)}`;
  const headline = say(asked, quantity, price);
  if (routed.marketBranchId === asked.marketBranchId) return headline;
  return `${headline}; in the book: ${say(routed, routed.quantityLots, routed.priceTicks)}`;
}

async function send(
  context: CliContext,
  { handle, wallet }: Pick<Actor, "handle" | "wallet">,
  root: NamedRoot,
  headline: string,
  signed: SignedPackage,
  preview: OrderPreview | undefined,
): Promise<void> {
  context.progress(`Sending: ${headline}`);
  const submitter = createSubmitter(handle, wallet, { maxMatches: MAX_MATCHES });
  const { receipt, results, records, gasUsed } = await submitter.submitOne(signed);
  const [result] = results;
  const tradeRootId = result?.accepted === true ? result.tradeRootId : 0; // submitOne throws otherwise
  const report = reportOf(tradeRootId, signed.package.quantityLots, records);
  context.answer({
    document: { tradeRootId, ...report, ...sentDocument(receipt), gasUsed, package: signed.package, preview },
    text: paragraphs(
      `Order ${tradeRootId}: ${headline}`,
      reportText(root, report),
      preview === undefined ? "" : slackText(preview),
      sentText(receipt),
      nextText("orders", ...(report.restingLots === 0n ? ["positions"] : [`cancel ${tradeRootId}`])),
    ),
  });
}

/** What the book would say now does not keep anybody from signing: it may be sent later. */
function answerSigned(context: CliContext, signed: SignedPackage, preview: OrderPreview | Refusal): void {
  context.answer({
    document: { signed, ...(isRefusal(preview) ? { refusal: explain(preview).error } : { preview }) },
    text: printJson(signed).trimEnd(),
  });
  if (isRefusal(preview))
    context.progress(`Signed, but the book would refuse it now: ${explain(preview, context.units).error.message}`);
}

/** @param preview of the book alone; undefined if that would refuse */
function answerDryRun(
  context: CliContext,
  root: NamedRoot,
  headline: string,
  signed: SignedPackage,
  preview: OrderPreview | undefined,
  through: RoutedThrough | undefined,
): void {
  const isElsewhere = through?.house !== undefined;
  context.answer({
    document: {
      dryRun: true,
      package: signed.package,
      ...(preview === undefined ? {} : { preview }),
      ...(through === undefined ? {} : { route: routeDocument(through.routes) }),
    },
    text: paragraphs(
      `Would ${headline}`,
      isElsewhere || preview === undefined ? "" : reportText(root, preview),
      isElsewhere || preview === undefined ? "" : slackText(preview),
      isElsewhere ? foreseenText(through.routes, root) : "",
      through === undefined ? "" : routeText(through.routes, root, signed),
    ),
  });
}
