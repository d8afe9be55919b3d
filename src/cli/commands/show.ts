import { Command } from "commander";

import { CloneToken__factory } from "../../../typechain-types/index.js";
import { readBookTerms } from "../../bindings/market-terms.js";
import { read } from "../../bindings/transact.js";
import { MAX_NAME_BYTES } from "../../protocol/amounts/limits.js";
import { basketOf, formatQuantity, printable } from "../../bindings/assets.js";
import type { CliContext } from "../context.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { date, facts, tokens } from "../output/text.js";
import { phaseOf } from "../next-steps.js";
import { openReader } from "../who.js";

/** `session show`: what a session is, and where it stands. */
export function showCommand(context: CliContext): Command {
  const command = new Command("show").description(
    "Show a session: basket, tokens, times, phase and the book's newest checkpoint.",
  );
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nExample:\n  session show --session 0xSESSION --json")
    .action(async (options: SettingOptions) => {
      const handle = await openReader(context, options);
      const [assets, { maxLots }, phase, name, organiser, { link, checkpoints, trades }] = await Promise.all([
        basketOf(handle),
        readBookTerms(handle),
        phaseOf(handle),
        read(CloneToken__factory.connect(handle.address, handle.runner).name()),
        read(handle.session.organiser()),
        read(handle.book.chainState()),
      ]);
      const { address, bookAddress, supply, t1, t2, basket } = handle;
      const legTokens = await Promise.all(handle.legs.map((leg) => leg.getAddress()));
      context.answer({
        document: {
          session: address,
          orderBook: bookAddress,
          chainId: handle.domain.chainId,
          name,
          organiser,
          phase,
          assets: assets.map((asset, k) => ({
            leg: k + 1,
            address: asset.address,
            symbol: asset.symbol,
            decimals: asset.decimals,
            quantityUnits: asset.quantity,
            legToken: legTokens[k],
          })),
          supplyWei: supply,
          t1,
          t2,
          lotValueWei: basket.lotValue,
          scaleTicks: basket.scale,
          maxLots,
          link,
          checkpoints,
          orders: Number(trades),
        },
        text: facts([
          ["session", `${address} (${printable(name, MAX_NAME_BYTES)})`],
          ["book", bookAddress],
          ["organiser", organiser],
          ["phase", phase],
          ["basket", assets.map((asset) => formatQuantity(asset, asset.quantity)).join(" + ")],
          ["supply", `${tokens(supply)} session tokens`],
          ["trading", `from ${date(t1)} until ${date(t2)}`],
          ["lot", `${tokens(basket.lotValue)} session tokens of a leg at weight 1; ${basket.scale} ticks are 100%`],
          [
            "limit",
            maxLots === 0n ? "none on positions" : `no fill takes a position beyond ${maxLots} lots of a market`,
          ],
          ["orders", `${trades}, in ${checkpoints} blocks`],
          ["link", link],
          ...assets.map(
            (asset, k) =>
              [`asset ${k + 1}`, `${asset.symbol} ${asset.address}, leg token ${legTokens[k] ?? ""}`] as const,
          ),
        ]),
      });
    });
}
