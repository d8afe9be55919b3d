import { Command } from "commander";

import { CloneToken__factory } from "../../../typechain-types/index.js";
import type { SessionHandle } from "../../bindings/session.js";
import { transact } from "../../bindings/transact.js";
import { MAX_ASSETS } from "../../protocol/amounts/limits.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import { basketOf } from "../../bindings/assets.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { aboveZero, parseAddress } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, table, tokens } from "../output/text.js";
import { requireOutside, type WalletFacts, walletOf } from "../wallet.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly leg?: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

/** `session transfer`: session tokens, or leg tokens, to somebody's wallet. */
export function transferCommand(context: CliContext): Command {
  const command = new Command("transfer")
    .description("Send session tokens, or leg tokens, to an address. Shows what it would do first.")
    .argument("<amount>", "tokens, such as 12.5")
    .argument("<address>", "who receives them")
    .option("--leg <number>", "send tokens of this leg")
    .option("--dry-run", "only show what it would do")
    .option("--yes", "send it without asking");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText(
      "after",
      "\nExamples:\n  session transfer 25 0xRECEIVER\n  session transfer 2.5 0xRECEIVER --leg 1 --yes",
    )
    .action(async (amount: string, address: string, options: Options) => {
      await run(context, amount, address, options);
    });
}

/** Who has how much of one token, before and after. Wei. */
interface Effect {
  readonly holder: string;
  readonly beforeWei: bigint;
  readonly afterWei: bigint;
}

async function run(context: CliContext, amountText: string, addressText: string, options: Options): Promise<void> {
  const amount = aboveZero("amount", amountText, parseTokenWei(amountText));
  const to = parseAddress("address", addressText);
  const leg = options.leg === undefined ? 0 : parseCount("--leg", options.leg, 1, MAX_ASSETS);
  const { handle, wallet } = await openActor(context, options);
  requireOutside(handle, "address", to);
  if (to === wallet.address) throw invalid("address", to, "somebody else's address: this is the key's own");
  const { what, contract } = await tokenOf(handle, leg);
  const effect = await effectOf(handle, leg, [wallet.address, to], amount);
  const headline = `${tokens(amount)} ${what} from ${wallet.address} to ${to}`;
  const shown = effectText(effect);
  const document = { from: wallet.address, to, leg, amountWei: amount, effect };
  if (options.dryRun === true) {
    context.answer({ document: { dryRun: true, ...document }, text: paragraphs(`Would send ${headline}`, shown) });
    return;
  }
  context.stderr(`${paragraphs(`About to send ${headline}`, shown)}\n\n`);
  if (options.yes !== true && !(await context.confirm("This cannot be undone. Send it?"))) {
    throw new CliError("NOT_CONFIRMED");
  }
  context.progress("Sending");
  const receipt = await transact(wallet, contract.connect(wallet).transfer.populateTransaction(to, amount));
  context.answer({
    document: { ...document, ...sentDocument(receipt) },
    text: paragraphs(`Sent ${headline}`, shown, sentText(receipt), nextText("positions")),
  });
}

/** @throws InputError ARGUMENT_INVALID if there is no such leg */
async function tokenOf(handle: SessionHandle, leg: number) {
  if (leg === 0) {
    return { what: "session tokens", contract: CloneToken__factory.connect(handle.address, handle.runner) };
  }
  const token = handle.legs[leg - 1];
  if (token === undefined) throw invalid("--leg", String(leg), `a leg from 1 to ${handle.legs.length}`);
  const assets = await basketOf(handle);
  const contract = CloneToken__factory.connect(await token.getAddress(), handle.runner);
  return { what: `tokens of leg ${leg} (${assets[leg - 1]?.symbol ?? "?"})`, contract };
}

async function effectOf(
  handle: SessionHandle,
  leg: number,
  [from, to]: readonly [string, string],
  amount: bigint,
): Promise<Effect[]> {
  const held = ({ sessionTokenWei, legTokenWei }: WalletFacts): bigint =>
    leg === 0 ? sessionTokenWei : (legTokenWei[leg - 1] ?? 0n);
  const [ofSender, ofReceiver] = await Promise.all([walletOf(handle, from), walletOf(handle, to)]);
  const [sender, receiver] = [held(ofSender), held(ofReceiver)];
  if (sender < amount) {
    throw invalid("amount", tokens(amount), `at most what the wallet has of them: ${tokens(sender)}`);
  }
  return [
    { holder: from, beforeWei: sender, afterWei: sender - amount },
    { holder: to, beforeWei: receiver, afterWei: receiver + amount },
  ];
}

function effectText(effect: readonly Effect[]): string {
  const rows = effect.map(({ holder, beforeWei, afterWei }) => [holder, tokens(beforeWei), tokens(afterWei)]);
  return table(["wallet", "before", "after"], rows);
}
