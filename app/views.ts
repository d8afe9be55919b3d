/** Every view of a session: by its part of the address, its title, and whether the bar at the top has it. */
import type { ComponentType } from "react";

import { Overview } from "./views/overview/Overview.js";
import { later, type LaterPart } from "./frame/later.js";
import type { ViewProps } from "./frame/view-props.js";

export interface ViewEntry {
  readonly title: string;
  readonly inBar: boolean;
  readonly Component: ComponentType<ViewProps> & Partial<Pick<LaterPart<ViewProps>, "begin">>;
}

const entry = (title: string, Component: ViewEntry["Component"], inBar = true): ViewEntry => ({
  title,
  inBar,
  Component,
});

export const VIEWS: Readonly<Record<string, ViewEntry>> = {
  "": entry("Overview", Overview),
  markets: entry(
    "Markets",
    later(() => import("./views/markets/Markets.js")),
  ),
  market: entry(
    "Market",
    later(() => import("./views/markets/Market.js")),
    false,
  ),
  organise: entry(
    "Organise",
    later(() => import("./views/organise/Organise.js")),
    false,
  ),
  own: entry(
    "Market desk",
    later(() => import("./views/own/Own.js")),
    false,
  ),
  trade: entry(
    "Trade",
    later(() => import("./views/trade/Trade.js")),
  ),
  compose: entry(
    "Compose",
    later(() => import("./views/compose/Compose.js")),
  ),
  account: entry(
    "Account",
    later(() => import("./views/account/Account.js")),
  ),
  data: entry(
    "Data",
    later(() => import("./views/data/Data.js")),
  ),
  risk: entry(
    "Risk",
    later(() => import("./views/risk/Risk.js")),
  ),
  chain: entry(
    "Chain",
    later(() => import("./views/chain/Chain.js")),
  ),
  verify: entry(
    "Verify",
    later(() => import("./views/verify/Verify.js")),
  ),
};
