/** `session sale create`: a sale of the session's tokens, whose terms never change. */
import { Command } from "commander";
import { ZeroAddress } from "ethers";

import { parseTokenWei } from "../../../protocol/amounts/units.js";
import { formatQuantity, parseQuantity, readToken } from "../../../bindings/assets.js";
import { nextTime } from "../../chain.js";
import type { CliContext } from "../../context.js";
import { type ArtifactsOptions, withArtifacts } from "../../deploying.js";
import { aboveZero, parseAddress, parseTime } from "../../input/parse.js";
import { invalid } from "../../../input/errors.js";
import { withSettings } from "../../input/settings.js";
import { nextText } from "../../output/session-facts.js";
import { date, paragraphs } from "../../output/text.js";
import { deployedDocument, deployedText, deployNamed } from "../../periphery.js";
import { openActor } from "../../who.js";

interface Options extends ArtifactsOptions {
  readonly premium: string;
  readonly price: string;
  readonly endPrice?: string;
  readonly opens: string;
  readonly closes: string;
  readonly fallsUntil?: string;
  readonly limit?: string;
  readonly policy?: string;
}

export function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description(
      "Deploy a sale of this session's tokens by its organiser. What is for sale is paid in before it opens.",
    )
    .requiredOption("--premium <address>", "the token that buyers pay with")
    .requiredOption("--price <amount>", "whole premium tokens for a session token, when the sale opens")
    .option("--end-price <amount>", "the price falls to it, evenly (default: it is fixed)")
    .option("--falls-until <time>", "when the end price is reached (default: when the sale closes)")
    .requiredOption("--opens <time>", "first second: Unix seconds, 2026-12-01T00:00:00Z, or +2h, +7d from now")
    .requiredOption("--closes <time>", "first second in which nothing is sold any more; no later than t2")
    .option("--limit <amount>", "session tokens that one address buys at most")
    .option("--policy <address>", "contract that says who may buy (default: everybody)");
  return withSettings(withArtifacts(command), "rpc", "session", "key")
    .addHelpText(
      "after",
      "\nThe price falls by whole smallest units a second, so the end may be reached a little earlier.\n\nExample:\n  session sale create --premium 0xUSD --price 2.5 --end-price 1 --opens +1h --closes +1d",
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const premium = parseAddress("--premium", options.premium);
  const policy = options.policy === undefined ? ZeroAddress : parseAddress("--policy", options.policy);
  const { handle, wallet, provider } = await openActor(context, options);
  const [asset, now] = await Promise.all([readToken(premium, provider), nextTime(provider)]);
  context.units.money = asset;
  const time = (flag: string, text: string): bigint => BigInt(parseTime(flag, text, Number(now)));
  const [opens, closes] = [time("--opens", options.opens), time("--closes", options.closes)];
  if (options.fallsUntil !== undefined && options.endPrice === undefined) {
    throw invalid("--falls-until", options.fallsUntil, "an --end-price beside it, for without one the price is fixed");
  }
  const startPrice = aboveZero("--price", options.price, parseQuantity(asset, options.price));
  const endPrice = options.endPrice === undefined ? startPrice : parseQuantity(asset, options.endPrice);
  const until = options.fallsUntil === undefined ? closes : time("--falls-until", options.fallsUntil);
  const terms = {
    session: handle.address,
    premium,
    startPrice,
    endPrice,
    slope: slopeOf(startPrice - endPrice, until - opens),
    opens,
    closes,
    maxPerBuyer: options.limit === undefined ? 0n : aboveZero("--limit", options.limit, parseTokenWei(options.limit)),
    policy,
  };
  const deployed = await deployNamed(context, options, wallet, "PrimarySale", [terms]);
  const way = endPrice === startPrice ? "fixed" : `falling to ${formatQuantity(asset, endPrice)}`;
  context.answer({
    document: { sale: deployed.address, ...terms, ...deployedDocument(deployed) },
    text: paragraphs(
      deployedText("PrimarySale", deployed),
      `${formatQuantity(asset, startPrice)} a session token, ${way}; from ${date(opens)} until ${date(closes)}.`,
      nextText(`sale offer ${deployed.address} 100`, `sale show ${deployed.address}`),
    ),
  });
}

/** Smallest units a second, rounded up: the end price is reached in time. */
function slopeOf(fall: bigint, seconds: bigint): bigint {
  if (fall <= 0n || seconds <= 0n) return 0n;
  return (fall + seconds - 1n) / seconds;
}
