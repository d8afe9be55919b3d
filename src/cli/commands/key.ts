/** `session key …`: an account whose owner lends keys to programs, each within limits. */
import { Command } from "commander";
import type { ContractTransaction } from "ethers";

import { actAs, grantKey, type KeyLimits, readKeyLimits, revokeKey } from "../../client/key-account.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import { lots, parseTokenWei } from "../../protocol/amounts/units.js";
import { nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import type { ArtifactsOptions } from "../deploying.js";
import { aboveZero, parseAddress, parseSize, parseTarget, parseTime } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { marketTitle, nextText, sentDocument, sentText } from "../output/session-facts.js";
import { date, facts, paragraphs, tokens } from "../output/text.js";
import { deployedDocument, deployedText, deployNamed, openDeploying, withDeploying } from "../periphery.js";
import { type Actor, openActor, openReader } from "../who.js";

interface GrantOptions extends SettingOptions {
  readonly leg?: string;
  readonly market?: string;
  readonly maxLots: string;
  readonly orders: string;
  readonly deadline?: string;
  readonly mayCancel?: true;
}

/** Nonces of a book end before that. */
const MAX_ORDERS = 2 ** 24;

export function keyCommand(context: CliContext): Command {
  const command = new Command("key").description(
    "An account in the book whose owner lends keys to programs: one market, so many lots an order, so many orders.",
  );
  const makers = [createCommand, grantCommand, revokeCommand, showCommand, withdrawCommand, exitCommand];
  for (const make of makers) command.addCommand(make(context));
  return command;
}

function createCommand(context: CliContext): Command {
  const command = new Command("create").description(
    "Deploy the account of which the key in use is the owner: one for each. Tokens are paid in by `deposit --for`.",
  );
  return withDeploying(command)
    .addHelpText("after", "\nExample:\n  session key create")
    .action(async (options: ArtifactsOptions) => {
      const { wallet } = await openDeploying(context, options);
      const deployed = await deployNamed(context, options, wallet, "KeyAccount", [wallet.address]);
      const { address } = deployed;
      context.answer({
        document: { account: address, owner: wallet.address, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("KeyAccount", deployed),
          nextText(`deposit AMOUNT --for ${address}`, `key grant ${address} 0xKEY --leg 1 --max-lots 50 --orders 20`),
        ),
      });
    });
}

function grantCommand(context: CliContext): Command {
  const command = new Command("grant")
    .description("Lend a key, or change what it may: all its orders together have at most max-lots times orders lots.")
    .argument("<account>", "its address")
    .argument("<key>", "the address of the key")
    .requiredOption("--max-lots <lots>", "lots of one order, either way")
    .requiredOption("--orders <count>", "how many orders it has")
    .option("--leg <number>", "in this leg of the basket (default: 1)")
    .option("--market <root.branch>", "in any market, such as 2.1")
    .option("--deadline <time>", "the latest deadline of what it signs (default: the end of trading)")
    .option("--may-cancel", "it may take out orders, any of the account's");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText(
      "after",
      "\nExample:\n  session key grant 0xACCOUNT 0xKEY --leg 1 --max-lots 50 --orders 20 --deadline +1d",
    )
    .action(async (accountText: string, keyText: string, options: GrantOptions) => {
      const [account, key] = [parseAddress("account", accountText), parseAddress("key", keyText)];
      const market = parseTarget(options);
      const isLeg = market.marketRootId === BASKET_ROOT_ID && options.market === undefined;
      const { handle, wallet, provider } = await openActor(context, options);
      const now = Number(await nextTime(provider));
      const receipt = await grantKey(handle, wallet, account, key, {
        ...(isLeg ? { leg: market.marketBranchId } : { market }),
        maxLots: parseSize("--max-lots", options.maxLots),
        orders: BigInt(parseCount("--orders", options.orders, 1, MAX_ORDERS)),
        mayCancel: options.mayCancel === true,
        ...(options.deadline !== undefined && { deadline: parseTime("--deadline", options.deadline, now) }),
      });
      const limits = await readKeyLimits(wallet, account, key);
      context.answer({
        document: { account, key, limits: limits ?? null, ...sentDocument(receipt) },
        text: paragraphs(
          `Lent ${key}`,
          limits === undefined ? "" : limitsText(limits),
          sentText(receipt),
          nextText(`key show ${account} ${key}`, `key revoke ${account} ${key}`),
        ),
      });
    });
}

function revokeCommand(context: CliContext): Command {
  const command = new Command("revoke")
    .description("Take a key back. What it has signed lands no more; its orders that rest stay, and can be taken out.")
    .argument("<account>", "its address")
    .argument("<key>", "the address of the key");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session key revoke 0xACCOUNT 0xKEY")
    .action(async (accountText: string, keyText: string, options: SettingOptions) => {
      const [account, key] = [parseAddress("account", accountText), parseAddress("key", keyText)];
      const { wallet } = await openActor(context, options);
      const receipt = await revokeKey(wallet, account, key);
      context.answer({
        document: { account, key, ...sentDocument(receipt) },
        text: paragraphs(`Took back ${key}`, sentText(receipt), nextText(`orders --trader ${account}`)),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Show what a key may sign. Exit status 1 if it is not lent.")
    .argument("<account>", "its address")
    .argument("<key>", "the address of the key");
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nExample:\n  session key show 0xACCOUNT 0xKEY")
    .action(async (accountText: string, keyText: string, options: SettingOptions) => {
      const [account, key] = [parseAddress("account", accountText), parseAddress("key", keyText)];
      const limits = await readKeyLimits((await openReader(context, options)).runner, account, key);
      context.answer({
        document: { account, key, limits: limits ?? null },
        text: limits === undefined ? `${account} has not lent ${key}` : limitsText(limits),
        holds: limits !== undefined,
      });
    });
}

function withdrawCommand(context: CliContext): Command {
  const command = new Command("withdraw")
    .description("The owner pays session tokens out of the account.")
    .argument("<account>", "its address")
    .argument("<amount>", "session tokens");
  return withReceiver(command)
    .addHelpText("after", "\nExample:\n  session key withdraw 0xACCOUNT 5")
    .action(async (accountText: string, amountText: string, options: ReceiverOptions) => {
      const amount = aboveZero("amount", amountText, parseTokenWei(amountText));
      await act(context, accountText, options, `Paid out ${tokens(amount)} session tokens`, ({ handle }, to) =>
        handle.book.withdraw.populateTransaction(amount, to, 0n),
      );
    });
}

function exitCommand(context: CliContext): Command {
  const command = new Command("exit")
    .description("From t2 on: the owner takes the account's whole claim out of the book, in session and leg tokens.")
    .argument("<account>", "its address");
  return withReceiver(command)
    .addHelpText("after", "\nExample:\n  session key exit 0xACCOUNT")
    .action(async (accountText: string, options: ReceiverOptions) => {
      await act(context, accountText, options, "Left the book with tokens", ({ handle }, to) =>
        handle.book.exit.populateTransaction(to, false),
      );
    });
}

interface ReceiverOptions extends SettingOptions {
  readonly to?: string;
}

function withReceiver(command: Command): Command {
  return withSettings(
    command.option("--to <address>", "who receives them (default: the owner)"),
    ...(["rpc", "session", "key"] as const),
  );
}

async function act(
  context: CliContext,
  accountText: string,
  options: ReceiverOptions,
  done: string,
  call: (actor: Actor, to: string) => Promise<ContractTransaction>,
): Promise<void> {
  const account = parseAddress("account", accountText);
  const named = options.to === undefined ? undefined : parseAddress("--to", options.to);
  const actor = await openActor(context, options);
  const to = named ?? actor.wallet.address;
  const receipt = await actAs(actor.wallet, account, await call(actor, to));
  context.answer({
    document: { account, to, ...sentDocument(receipt) },
    text: paragraphs(`${done}, to ${to}`, sentText(receipt), nextText("positions")),
  });
}

function limitsText(limits: KeyLimits): string {
  const { deadline, mayCancel, maxLots, firstNonce, orders } = limits;
  const most = lots(maxLots * orders);
  return facts([
    ["market", marketTitle(limits, undefined)],
    ["lots of an order", `at most ${maxLots}`],
    ["orders", `${orders}, with nonces from ${firstNonce} on: ${most} lots in all`],
    ["until", date(deadline)],
    ["may take orders out", mayCancel ? "yes, any of the account's" : "no"],
  ]);
}
