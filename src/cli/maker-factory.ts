/** Makers that are named on the command line: by their factory, which puts each where its terms say, and in markets of their root. */
import type { Command } from "commander";

import type { SessionHandle } from "../bindings/session.js";
import { type Maker, makerMarketOf } from "../client/maker.js";
import { knownMakerFactory } from "../deployment/known.js";
import type { MakerMarket } from "../protocol/maker/taking.js";
import type { MarketRef } from "../protocol/signing/package.js";
import { invalid } from "../input/errors.js";
import { readSettings, type SettingOptions, type Sources, withSettings } from "./input/settings.js";

export function withFactory(command: Command): Command {
  return withSettings(command, "makerFactory");
}

/** The one that is named, else the chain's. */
export function factoryOf(sources: Sources, options: SettingOptions, { domain }: SessionHandle): string {
  return readSettings(sources, options, "makerFactory").makerFactory ?? knownMakerFactory(domain.chainId);
}

/** The market as the maker trades in it. @throws InputError ARGUMENT_INVALID, which says why there is nothing to be had */
export function requireMarket(maker: Maker, market: MarketRef): MakerMarket {
  const found = makerMarketOf(maker, market);
  if (found !== undefined) return found;
  const { address, marketRootId, paidIn, needed } = maker;
  if (marketRootId !== market.marketRootId) {
    throw invalid("--maker", address, `a maker of root ${market.marketRootId}; this one is of root ${marketRootId}`);
  }
  const wanted = paidIn < needed ? "a maker that is paid for: session maker fund" : "a maker that has a price there";
  throw invalid("--maker", address, wanted);
}
