import { Command } from "commander";
import type { TransactionReceipt, Wallet } from "ethers";

import { requireLeg } from "../../client/market.js";
import type { SessionHandle } from "../../bindings/session.js";
import { read, transact } from "../../bindings/transact.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import { MAX_ASSETS } from "../../protocol/amounts/limits.js";
import { basketOf, formatQuantity, type NamedAsset } from "../../bindings/assets.js";
import type { CliContext } from "../context.js";
import { aboveZero, parseAddress } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { redemptions } from "../next-steps.js";
import { walletOf } from "../wallet.js";
import { paragraphs, table, tokens } from "../output/text.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly leg?: string;
  readonly to?: string;
}

/** `session redeem`: tokens for assets, from t2 on. */
export function redeemCommand(context: CliContext): Command {
  const command = new Command("redeem")
    .description("From t2 on: turn session tokens into their share of every asset, or leg tokens into that of one.")
    .argument("<amount>", "tokens (12.5), or `all` that the account holds")
    .option("--leg <number>", "redeem tokens of this leg")
    .option("--to <address>", "who receives the assets (default: the holder)");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExamples:\n  session redeem all\n  session redeem 12.5 --leg 2")
    .action(async (text: string, options: Options) => {
      await run(context, text, options);
    });
}

async function run(context: CliContext, text: string, options: Options): Promise<void> {
  const named =
    text === "all" ? undefined : aboveZero("amount", text, parseTokenWei(text), "an amount above zero, or all");
  const leg = options.leg === undefined ? 0 : parseCount("--leg", options.leg, 1, MAX_ASSETS);
  const receiver = options.to === undefined ? undefined : parseAddress("--to", options.to);
  const { handle, wallet } = await openActor(context, options);
  if (leg !== 0) requireLeg(handle, leg);
  const to = receiver ?? wallet.address;
  const token = handle.legs[leg - 1] ?? handle.session;
  const amount = named ?? (await read(token.balanceOf(wallet.address)));
  context.progress("Redeeming");
  const { session } = handle;
  const receipt = await transact(
    wallet,
    leg === 0 ? session.redeem.populateTransaction(amount, to) : session.redeemLeg.populateTransaction(leg, amount, to),
  );
  const paid = paidIn(handle, wallet, receipt, await basketOf(handle));
  context.answer({
    document: { holder: wallet.address, to, leg, amountWei: amount, paid, ...sentDocument(receipt) },
    text: paragraphs(
      `Redeemed ${tokens(amount)} ${leg === 0 ? "session tokens" : `tokens of leg ${leg}`}, to ${to}`,
      table(
        ["asset", "paid", "at"],
        paid.map(({ asset, symbol, text: quantity }) => [symbol, quantity, asset]),
      ),
      sentText(receipt),
      nextText(...redemptions(await walletOf(handle, wallet.address))),
    ),
  });
}

/** What the vault says that it has paid. */
function paidIn(
  { session, address }: SessionHandle,
  { address: holder }: Wallet,
  { logs }: TransactionReceipt,
  assets: readonly NamedAsset[],
): {
  readonly leg: number;
  readonly asset: string;
  readonly units: bigint;
  readonly symbol: string;
  readonly text: string;
}[] {
  return logs.flatMap((log) => {
    if (log.address.toLowerCase() !== address.toLowerCase()) return [];
    const event = session.interface.parseLog(log);
    if (event?.name !== "Redeemed" || event.args["holder"] !== holder) return [];
    const leg = Number(event.args["leg"]);
    const units = event.args["assets"] as bigint; // its type in the ABI
    const asset = assets[leg - 1];
    return asset === undefined
      ? []
      : [{ leg, asset: asset.address, units, symbol: asset.symbol, text: formatQuantity(asset, units) }];
  });
}
