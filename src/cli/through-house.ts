/** An order that complete sets serve better than the book alone, brought by the router (docs/sets.md). */
import { openSetRouter, readRoutes, type Routes, type SetRouterClient } from "../client/routing.js";
import type { SignedPackage } from "../bindings/packages.js";
import type { ChainRecord } from "../bindings/records.js";
import type { Taking } from "../protocol/value/sets.js";
import type { CliContext } from "./context.js";
import { parseAddress } from "./input/parse.js";
import { MAX_MATCHES, type OrderPreview, reportOf, reportText } from "./output/order-report.js";
import { type NamedRoot, nextText, sentDocument, sentText } from "./output/session-facts.js";
import { paragraphs } from "./output/text.js";
import type { Actor } from "./who.js";

/** Through what an order would go. */
export interface RoutedThrough {
  readonly routes: Routes;
  readonly router: SetRouterClient;
}

/** @throws ClientError Client_NotARouter */
export async function routeThrough(
  { handle, wallet }: Pick<Actor, "handle" | "wallet">,
  address: string,
  signed: SignedPackage,
): Promise<RoutedThrough> {
  const router = await openSetRouter(handle, wallet, parseAddress("--router", address), { maxSteps: MAX_MATCHES });
  return { router, routes: await readRoutes(handle, signed.package) };
}

/** What each way gives, in one line. */
export function routeText({ set, book, best }: Routes): string {
  const said = ({ filled }: Taking): string => `${filled} lots`;
  return `At once: ${said(book)} from the book alone, ${said(set)} with complete sets; it goes through ${best === "set" ? "the router" : "the book"}`;
}

/** As a program reads it. */
export function routeDocument({ set, book, best }: Routes): object {
  const brief = ({ filled, cash, fills }: Taking): object => ({ filled, cash, fills });
  return { through: best, book: brief(book), set: brief(set) };
}

export async function sendThroughRouter(
  context: CliContext,
  { router, routes }: RoutedThrough,
  root: NamedRoot,
  headline: string,
  signed: SignedPackage,
  preview: OrderPreview,
): Promise<void> {
  context.progress(`Sending through the router: ${headline}`);
  const { receipt, results, records, gasUsed } = await router.submitOne(signed);
  const [result] = results;
  const tradeRootId = result?.accepted === true ? result.tradeRootId : 0; // submitOne throws otherwise
  const { evicted, ...met } = reportOf(tradeRootId, signed.package.quantityLots, records);
  const routers = new Set(records.flatMap((record) => ownOf(record, router.address)));
  const report = { ...met, evicted: evicted.filter((id) => !routers.has(id)) };
  const sent = { ...sentDocument(receipt), gasUsed, package: signed.package, preview, route: routeDocument(routes) };
  context.answer({
    document: { tradeRootId, ...report, ...sent },
    text: paragraphs(
      `Order ${tradeRootId}: ${headline}`,
      routeText(routes),
      reportText(root, report),
      sentText(receipt),
      nextText("orders", ...(report.restingLots === 0n ? ["positions"] : [`cancel ${tradeRootId}`])),
    ),
  });
}

/** The number of an order that is the router's own, if the record makes one. */
function ownOf(record: ChainRecord, router: string): number[] {
  return record.kind === "tradeCreated" && record.package.trader === router ? [record.tradeRootId] : [];
}
