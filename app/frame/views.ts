/** Every view of a session: by its part of the address, its title, and whether the bar at the top has it. */
import { type ComponentType, lazy } from "react";

import type { PageConfig } from "../../src/page/config.js";
import { Overview } from "../views/overview/Overview.js";

export interface ViewProps {
  /** What follows the view's name in the address. */
  readonly rest: readonly string[];
  readonly config: PageConfig;
}

export interface ViewEntry {
  readonly title: string;
  readonly inBar: boolean;
  readonly Component: ComponentType<ViewProps>;
}

const entry = (title: string, Component: ComponentType<ViewProps>, inBar = true): ViewEntry => ({
  title,
  inBar,
  Component,
});

export const VIEWS: Readonly<Record<string, ViewEntry>> = {
  "": entry("Overview", Overview),
  markets: entry(
    "Markets",
    lazy(() => import("../views/markets/Markets.js")),
  ),
  market: entry(
    "Market",
    lazy(() => import("../views/markets/Market.js")),
    false,
  ),
  organise: entry(
    "Organise",
    lazy(() => import("../views/organise/Organise.js")),
    false,
  ),
  own: entry(
    "Market desk",
    lazy(() => import("../views/own/Own.js")),
    false,
  ),
  trade: entry(
    "Trade",
    lazy(() => import("../views/trade/Trade.js")),
  ),
  compose: entry(
    "Compose",
    lazy(() => import("../views/compose/Compose.js")),
  ),
  account: entry(
    "Account",
    lazy(() => import("../views/account/Account.js")),
  ),
  data: entry(
    "Data",
    lazy(() => import("../views/data/Data.js")),
  ),
  risk: entry(
    "Risk",
    lazy(() => import("../views/risk/Risk.js")),
  ),
  chain: entry(
    "Chain",
    lazy(() => import("../views/chain/Chain.js")),
  ),
  verify: entry(
    "Verify",
    lazy(() => import("../views/verify/Verify.js")),
  ),
};
