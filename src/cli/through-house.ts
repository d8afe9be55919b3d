/** An order that a maker (docs/makers.md) or complete sets (docs/sets.md) serve better than the book alone, brought by their contract. */
import { readMaker, tradeThroughMaker } from "../client/maker.js";
import { openSetRouter, readRoutes, type Routes } from "../client/routing.js";
import type { Submission } from "../client/submitter.js";
import type { SignedPackage } from "../bindings/packages.js";
import type { ChainRecord } from "../bindings/records.js";
import { TimeInForce, type TradePackage } from "../protocol/signing/package.js";
import type { Taking } from "../protocol/value/sets.js";
import type { Venue } from "../protocol/value/via.js";
import type { CliContext } from "./context.js";
import { parseAddress } from "./input/parse.js";
import type { SettingOptions, Sources } from "./input/settings.js";
import { factoryOf, requireMarket } from "./maker-factory.js";
import { MAX_MATCHES, type OrderPreview, reportOf } from "../protocol/book/order-effect.js";
import { reportText } from "./output/order-report.js";
import {
  finePriceText,
  type NamedRoot,
  nextText,
  priceText,
  sentDocument,
  sentText,
  WAYS,
} from "./output/session-facts.js";
import { paragraphs, table } from "./output/text.js";
import type { Actor } from "./who.js";

/** Which houses an order may go through. */
export interface HouseOptions extends SettingOptions {
  readonly router?: string;
  readonly maker?: string;
}

/** A contract that brings orders. */
interface House {
  readonly name: string;
  readonly address: string;
  submitOne(signed: SignedPackage): Promise<Submission>;
}

/** Through what an order would go. */
export interface RoutedThrough {
  readonly routes: Routes;
  /** Undefined if it is the book alone. */
  readonly house: House | undefined;
}

/**
 * @returns undefined if no house is named
 * @throws ClientError Client_NotARouter, Client_NotAMaker; InputError ARGUMENT_INVALID, for a maker that gives nothing in this market too
 */
export async function routeThrough(
  sources: Sources,
  { handle, wallet }: Pick<Actor, "handle" | "wallet">,
  options: HouseOptions,
  signed: SignedPackage,
): Promise<RoutedThrough | undefined> {
  if (options.router === undefined && options.maker === undefined) return undefined;
  const router =
    options.router === undefined
      ? undefined
      : await openSetRouter(handle, wallet, parseAddress("--router", options.router), { maxSteps: MAX_MATCHES });
  const maker =
    options.maker === undefined
      ? undefined
      : await readMaker(handle, factoryOf(sources, options, handle), parseAddress("--maker", options.maker));
  if (maker !== undefined) requireMarket(maker, signed.package);
  const more = { sets: router !== undefined, ...(maker === undefined ? {} : { maker }) };
  const routes = await readRoutes(handle, signed.package, more);
  const houses: Partial<Record<Venue, House>> = {
    ...(router === undefined ? {} : { set: { name: WAYS.set, ...router } }),
    ...(maker === undefined ? {} : { maker: makerHouse({ handle, wallet }, maker.address) }),
  };
  return { routes, house: houses[routes.best] };
}

function makerHouse({ handle, wallet }: Pick<Actor, "handle" | "wallet">, address: string): House {
  const limits = { maxMatches: MAX_MATCHES };
  return {
    name: WAYS.maker,
    address,
    submitOne: (signed) => tradeThroughMaker(handle, wallet, address, signed, limits),
  };
}

/** Whether the way that is best fills an order whole that the book alone would refuse for not doing so. */
export function fillsWhole({ routes, house }: RoutedThrough, { package: order }: SignedPackage): boolean {
  const size = order.quantityLots < 0n ? 0n - order.quantityLots : order.quantityLots;
  return house !== undefined && takingOf(routes).filled === size;
}

/** What the best way gives. */
function takingOf(routes: Routes): Taking {
  return routes[routes.best] ?? routes.book;
}

/** What each way gives, which is taken, and what becomes of the rest. */
export function routeText(routes: Routes, root: NamedRoot, { package: order }: SignedPackage): string {
  const { book, maker, set, best } = routes;
  const ways = [
    `${takingText(book, root)} from the book alone`,
    ...(maker === undefined ? [] : [`${takingText(maker, root)} with the maker`]),
    ...(set === undefined ? [] : [`${takingText(set, root)} with complete sets`]),
  ];
  const rest = restText(routes, order);
  return [`At once: ${ways.join(", ")}; it goes through ${WAYS[best]}`, ...rest].join("\n");
}

/** So many lots, at which price on the mean. */
function takingText({ filled, cash }: Taking, { root, head }: NamedRoot): string {
  if (filled === 0n) return "0 lots";
  return `${filled} lots at ${finePriceText(root, cash < 0n ? 0n - cash : cash, filled, head)}`;
}

/** What becomes of lots that no way fills at once. */
function restText(routes: Routes, { quantityLots, timeInForce }: TradePackage): string[] {
  const left = (quantityLots < 0n ? 0n - quantityLots : quantityLots) - takingOf(routes).filled;
  if (left === 0n) return [];
  if (timeInForce === TimeInForce.FillOrKill) return ["It is not filled whole, so nothing of it is filled"];
  const rests = timeInForce !== TimeInForce.ImmediateOrCancel;
  const fate = rests
    ? `The other ${left} lots rest in the book at the limit, for others to meet; no maker comes to them by itself`
    : `The other ${left} lots are cut off`;
  if (routes.best !== "maker" || routes.maker?.stopsShort !== true) return [fate];
  return [
    fate,
    rests
      ? "The maker would still serve them within the limit, once the book's best order is gone: with --tif ioc, and again for what is cut off, they get that. At rest they can be met at the limit by whoever buys or sells through the maker first"
      : "The maker would still serve them within the limit: send an order for them",
  ];
}

/** As a program reads it. */
export function routeDocument({ set, maker, book, best }: Routes): object {
  const brief = ({ filled, cash, fills }: Taking): object => ({ filled, cash, fills });
  return {
    through: best,
    book: brief(book),
    ...(maker === undefined ? {} : { maker: { ...brief(maker), stopsShort: maker.stopsShort } }),
    ...(set === undefined ? {} : { set: brief(set) }),
  };
}

/** What the best way gives, fill by fill. */
export function foreseenText(routes: Routes, { root, head }: NamedRoot): string {
  const rows = takingOf(routes).fills.map(({ venue, priceTicks, lots }) => [
    WAYS[venue],
    priceText(root, priceTicks, head),
    lots.toString(),
  ]);
  return rows.length === 0 ? "Fills: none" : `Fills:\n${table(["through", "price", "lots"], rows)}`;
}

/** @param preview of the book alone; undefined if that would refuse */
export async function sendThroughHouse(
  context: CliContext,
  { routes, house }: { readonly routes: Routes; readonly house: House },
  root: NamedRoot,
  headline: string,
  signed: SignedPackage,
  preview: OrderPreview | undefined,
): Promise<void> {
  context.progress(`Sending through ${house.name}: ${headline}`);
  const { receipt, results, records, gasUsed } = await house.submitOne(signed);
  const [result] = results;
  const tradeRootId = result?.accepted === true ? result.tradeRootId : 0; // submitOne throws otherwise
  const { evicted, ...met } = reportOf(tradeRootId, signed.package.quantityLots, records);
  const own = new Set(records.flatMap((record) => ownOf(record, house.address)));
  const fills = met.fills.map((fill) => ({
    ...fill,
    via: own.has(fill.makerRootId) ? routes.best : ("book" as const),
  }));
  const report = { ...met, fills, evicted: evicted.filter((id) => !own.has(id)) };
  const sent = { ...sentDocument(receipt), gasUsed, package: signed.package, preview, route: routeDocument(routes) };
  context.answer({
    document: { tradeRootId, ...report, ...sent },
    text: paragraphs(
      `Order ${tradeRootId}: ${headline}`,
      routeText(routes, root, signed),
      reportText(root, report),
      sentText(receipt),
      nextText("orders", ...(report.restingLots === 0n ? ["positions"] : [`cancel ${tradeRootId}`])),
    ),
  });
}

/** The number of an order that is the house's own, if the record makes one. */
function ownOf(record: ChainRecord, house: string): number[] {
  return record.kind === "tradeCreated" && record.package.trader === house ? [record.tradeRootId] : [];
}
