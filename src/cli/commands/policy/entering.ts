/** What a trader does to be admitted. Anybody can do it for somebody else. */
import { Command } from "commander";
import { Contract, type TransactionReceipt } from "ethers";

import {
  allowListOf,
  claimPlace,
  claimRecord,
  collectFees,
  payEntryFee,
  presentAttestation,
  readEntryFee,
  readStakeToken,
  stakeCapital,
  unstakeCapital,
} from "../../../client/policies.js";
import { formatQuantity, parseQuantity, readAsset } from "../../../bindings/assets.js";
import { read } from "../../../bindings/transact.js";
import type { CliContext } from "../../context.js";
import { CliError } from "../../cli-error.js";
import { readAddresses } from "../../input/addresses-file.js";
import { aboveZero, parseAddress } from "../../input/parse.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { nextText, sentDocument, sentText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";
import { openDeploying, parseHash } from "../../periphery.js";
import { scoreLogs } from "../../score.js";
import { openActor } from "../../who.js";

interface Options extends SettingOptions {
  readonly trader?: string;
  readonly yes?: true;
}

const FOR = ["--trader <address>", "who is to be admitted (default: that of the key)"] as const;

function traderOf({ trader }: Options, own: string): string {
  return trader === undefined ? own : parseAddress("--trader", trader);
}

function done(context: CliContext, policy: string, trader: string, what: string, receipt: TransactionReceipt): void {
  context.answer({
    document: { policy, trader, ...sentDocument(receipt) },
    text: paragraphs(what, sentText(receipt), nextText(`policy check ${policy} ${trader}`, "deposit 10")),
  });
}

interface ClaimOptions extends Options {
  readonly file?: string;
  readonly logs?: readonly string[];
}

export function claimCommand(context: CliContext): Command {
  const command = new Command("claim")
    .description("Claim a place by a proof: on an allow-list, made of its file; by a track record, made of the logs.")
    .argument("<policy>", "its address")
    .option("--file <file>", "of an allow-list: the file of which it was made")
    .option("--logs <files...>", "of a policy of records: the logs of which its table was made")
    .option(...FOR);
  return withSettings(command, "rpc", "key")
    .addHelpText(
      "after",
      "\nExamples:\n  session policy claim 0xPOLICY --file traders.csv\n  session policy claim 0xPOLICY --logs one.log two.log",
    )
    .action(async (text: string, options: ClaimOptions) => {
      const policy = parseAddress("policy", text);
      const { file, logs } = options;
      if ((file === undefined) === (logs === undefined)) {
        throw new CliError("SETTINGS_INVALID", { problems: ["--file or --logs: one of them is wanted"] });
      }
      const list = file === undefined ? undefined : allowListOf(readAddresses(context, file));
      const scored = logs === undefined ? undefined : await scoreLogs(context, logs);
      const { wallet } = await openDeploying(context, options);
      const trader = traderOf(options, wallet.address);
      if (list !== undefined) {
        const receipt = await claimPlace(wallet, policy, list, trader);
        done(context, policy, trader, `${trader} has its place on the list`, receipt);
      } else if (scored !== undefined) {
        const receipt = await claimRecord(wallet, policy, scored.table, trader);
        done(context, policy, trader, `${trader} has shown its record`, receipt);
      }
    });
}

export function payCommand(context: CliContext): Command {
  const command = new Command("pay")
    .description("Pay the entry fee of a session. Nothing of it comes back.")
    .argument("<policy>", "the fee policy's address")
    .option(...FOR)
    .option("--yes", "pay without asking; wanted where nobody is at a terminal");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session policy pay 0xPOLICY")
    .action(async (text: string, options: Options) => {
      const policy = parseAddress("policy", text);
      const { handle, wallet, provider } = await openActor(context, options);
      const trader = traderOf(options, wallet.address);
      const fee = await readEntryFee(handle, policy, trader);
      const asset = (context.units.money = await readAsset(fee.token, provider));
      const amount = formatQuantity(asset, fee.fee);
      context.stderr(`The fee is ${amount}, to ${fee.beneficiary}; nothing of it comes back.\n`);
      if (options.yes !== true && !(await context.confirm(`Pay ${amount}?`))) throw new CliError("NOT_CONFIRMED");
      const receipt = await payEntryFee(handle, wallet, fee, trader);
      done(context, policy, trader, `Paid ${amount} for ${trader}`, receipt);
    });
}

export function collectCommand(context: CliContext): Command {
  const command = new Command("collect")
    .description("The beneficiary takes all entry fees that were paid and lie in the vault, of every session.")
    .argument("<policy>", "the fee policy's address")
    .option("--to <address>", "who receives them (default: that of the key)");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session policy collect 0xPOLICY")
    .action(async (text: string, options: SettingOptions & { readonly to?: string }) => {
      const policy = parseAddress("policy", text);
      const { handle, wallet, provider } = await openActor(context, options);
      const to = options.to === undefined ? wallet.address : parseAddress("--to", options.to);
      const { vault, token } = await readEntryFee(handle, policy, wallet.address);
      const asset = (context.units.money = await readAsset(token, provider));
      const asked = new Contract(token, BALANCE, provider).getFunction("balanceOf")(vault) as Promise<bigint>; // by the ABI
      const lay = await read(asked);
      const receipt = await collectFees(wallet, vault, to);
      context.answer({
        document: { policy, vault, to, collectedUnits: lay, ...sentDocument(receipt) },
        text: paragraphs(`Collected ${formatQuantity(asset, lay)}`, sentText(receipt)),
      });
    });
}

const BALANCE = ["function balanceOf(address) view returns (uint256)"];

export function stakeCommand(context: CliContext): Command {
  const command = new Command("stake")
    .description("Stake tokens until the session's t2, to be admitted. They come back then, and not before.")
    .argument("<policy>", "the capital policy's address")
    .argument("<amount>", "whole tokens")
    .option(...FOR);
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session policy stake 0xPOLICY 1000")
    .action(async (text: string, amountText: string, options: Options) => {
      const policy = parseAddress("policy", text);
      const { handle, wallet, provider } = await openActor(context, options);
      const asset = (context.units.money = await readAsset(await readStakeToken(provider, policy), provider));
      const amount = aboveZero("amount", amountText, parseQuantity(asset, amountText));
      const trader = traderOf(options, wallet.address);
      const receipt = await stakeCapital(handle, wallet, policy, trader, amount);
      done(context, policy, trader, `Staked ${formatQuantity(asset, amount)} for ${trader}, until t2`, receipt);
    });
}

export function unstakeCommand(context: CliContext): Command {
  const command = new Command("unstake")
    .description("From t2 on: take back all that you have staked for a trader.")
    .argument("<policy>", "the capital policy's address")
    .option(...FOR);
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session policy unstake 0xPOLICY")
    .action(async (text: string, options: Options) => {
      const policy = parseAddress("policy", text);
      const { handle, wallet } = await openActor(context, options);
      const trader = traderOf(options, wallet.address);
      const receipt = await unstakeCapital(handle, wallet, policy, trader);
      context.answer({
        document: { policy, trader, ...sentDocument(receipt) },
        text: paragraphs(`Took back what was staked for ${trader}`, sentText(receipt)),
      });
    });
}

export function presentCommand(context: CliContext): Command {
  const command = new Command("present")
    .description("Present an attestation to a policy; its recipient is admitted from then on.")
    .argument("<policy>", "its address")
    .requiredOption("--uid <uid>", "number of the attestation, 32 bytes");
  return withSettings(command, "rpc", "key")
    .addHelpText("after", "\nExample:\n  session policy present 0xPOLICY --uid 0xUID")
    .action(async (text: string, options: SettingOptions & { readonly uid: string }) => {
      const policy = parseAddress("policy", text);
      const uid = parseHash("--uid", options.uid);
      const { wallet } = await openDeploying(context, options);
      const receipt = await presentAttestation(wallet, policy, uid);
      context.answer({
        document: { policy, uid, ...sentDocument(receipt) },
        text: paragraphs(`Presented ${uid}`, sentText(receipt)),
      });
    });
}
