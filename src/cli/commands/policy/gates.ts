/** Policies by a list, by money and by votes: deployed before the session, whose terms name them. */
import { Command } from "commander";
import { Contract } from "ethers";

import { allowListOf } from "../../../client/policies.js";
import { parseQuantity, readToken } from "../../../bindings/assets.js";
import type { CliContext } from "../../context.js";
import type { ArtifactsOptions } from "../../deploying.js";
import { readAddresses } from "../../input/addresses-file.js";
import { aboveZero, parseAddress } from "../../input/parse.js";
import { nextText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";
import {
  deployedDocument,
  deployedText,
  deployNamed,
  openDeploying,
  requireAnswer,
  withDeploying,
} from "../../periphery.js";

export function allowListCommand(context: CliContext): Command {
  const command = new Command("allow-list")
    .description(
      "Deploy a policy that admits who is on a list: its root is fixed, and each claims its place with a proof.",
    )
    .requiredOption("--file <file>", "CSV or JSON with a column `trader`; keep it, proofs are made of it");
  return withDeploying(command)
    .addHelpText("after", "\nExample:\n  session policy allow-list --file traders.csv --account hardhat:ORGANISER")
    .action(async (options: ArtifactsOptions & { readonly file: string }) => {
      const { root, lines } = allowListOf(readAddresses(context, options.file));
      const { wallet } = await openDeploying(context, options);
      const deployed = await deployNamed(context, options, wallet, "AllowList", [root]);
      context.answer({
        document: { policy: deployed.address, root, traders: lines.length, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("AllowList", deployed),
          `Root ${root}, of ${lines.length} addresses.`,
          nextText(`create --policy ${deployed.address} …`, `policy claim ${deployed.address} --file ${options.file}`),
        ),
      });
    });
}

interface MoneyOptions extends ArtifactsOptions {
  readonly token: string;
  readonly amount: string;
  readonly beneficiary?: string;
}

/** What is asked for in a token, and who asks. */
async function openMoney(context: CliContext, options: MoneyOptions) {
  const token = parseAddress("--token", options.token);
  const { wallet, provider } = await openDeploying(context, options);
  const asset = await readToken(token, provider);
  context.units.money = asset;
  const amount = aboveZero("--amount", options.amount, parseQuantity(asset, options.amount));
  return { token, wallet, asset, amount };
}

function withMoney(command: Command, what: string): Command {
  return withDeploying(
    command
      .requiredOption("--token <address>", "an ERC-20 token")
      .requiredOption("--amount <amount>", `${what}, in whole tokens`),
  );
}

export function feeCommand(context: CliContext): Command {
  const command = new Command("fee").description(
    "Deploy a vault for entry fees, and the policy that admits who has paid. Fees never come near the session's assets.",
  );
  return withMoney(command, "the fee of each trader")
    .option("--beneficiary <address>", "whose the fees are (default: that of the key)")
    .addHelpText("after", "\nExample:\n  session policy fee --token 0xTOKEN --amount 25")
    .action(async (options: MoneyOptions) => {
      const { token, wallet, asset, amount } = await openMoney(context, options);
      const beneficiary =
        options.beneficiary === undefined ? wallet.address : parseAddress("--beneficiary", options.beneficiary);
      const vault = await deployNamed(context, options, wallet, "FeeVault", [token, amount, beneficiary]);
      const policy = await deployNamed(context, options, wallet, "FeePolicy", [vault.address]);
      context.answer({
        document: { policy: policy.address, vault: vault.address, token, feeUnits: amount, beneficiary },
        text: paragraphs(
          deployedText("FeeVault", vault),
          deployedText("FeePolicy", policy),
          `Each trader pays ${options.amount} ${asset.symbol}, once for each session, to ${beneficiary}.`,
          nextText(`create --policy ${policy.address} …`, `policy pay ${policy.address}`),
        ),
      });
    });
}

export function capitalCommand(context: CliContext): Command {
  const command = new Command("capital").description(
    "Deploy a policy that admits for whom enough of a token is staked, until the session's t2.",
  );
  return withMoney(command, "the least stake")
    .addHelpText("after", "\nExample:\n  session policy capital --token 0xTOKEN --amount 1000")
    .action(async (options: MoneyOptions) => {
      const { token, wallet, asset, amount } = await openMoney(context, options);
      const deployed = await deployNamed(context, options, wallet, "MinCapital", [token, amount]);
      context.answer({
        document: { policy: deployed.address, token, minimumUnits: amount, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("MinCapital", deployed),
          `Each trader stakes ${options.amount} ${asset.symbol} or more, which come back from t2 on.`,
          nextText(`create --policy ${deployed.address} …`, `policy stake ${deployed.address} ${options.amount}`),
        ),
      });
    });
}

export function votesCommand(context: CliContext): Command {
  const command = new Command("votes").description(
    "Deploy a policy that admits who had enough votes of a token a moment ago (ERC-5805). Nothing is locked.",
  );
  return withMoney(command, "the least votes")
    .addHelpText("after", "\nExample:\n  session policy votes --token 0xTOKEN --amount 100")
    .action(async (options: MoneyOptions) => {
      const { token, wallet, asset, amount } = await openMoney(context, options);
      const clock = new Contract(token, ["function clock() view returns (uint48)"], wallet).getFunction("clock")();
      await requireAnswer("--token", token, "a token with votes (ERC-5805)", clock);
      const deployed = await deployNamed(context, options, wallet, "MinVotes", [token, amount]);
      context.answer({
        document: { policy: deployed.address, token, minimumUnits: amount, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("MinVotes", deployed),
          `Each trader needs ${options.amount} votes of ${asset.symbol} when it registers; votes that are held have to be delegated.`,
          nextText(`create --policy ${deployed.address} …`),
        ),
      });
    });
}
