/** Makers that are named on the command line: by their factory, which puts each where its terms say, and in markets of their root. */
import type { Command } from "commander";

import { LmsrMakerFactory__factory } from "../../typechain-types/index.js";
import { type Maker, makerMarketOf } from "../client/maker.js";
import { addressOf } from "../deployment/create2.js";
import type { MakerMarket } from "../protocol/maker/taking.js";
import type { MarketRef } from "../protocol/signing/package.js";
import { invalid, parseAddress } from "./input/parse.js";

export interface FactoryOptions {
  readonly makerFactory?: string;
}

export function withFactory(command: Command): Command {
  return command.option("--maker-factory <address>", "the factory of makers (default: where this version's lies)");
}

export function factoryOf({ makerFactory }: FactoryOptions): string {
  if (makerFactory !== undefined) return parseAddress("--maker-factory", makerFactory);
  return addressOf(LmsrMakerFactory__factory.bytecode);
}

/** The market as the maker trades in it. @throws CliError ARGUMENT_INVALID, which says why there is nothing to be had */
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
