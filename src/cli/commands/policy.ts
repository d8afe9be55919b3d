/** `session policy …`: who may take part in a session, and how one comes to be admitted. */
import { Command } from "commander";

import { isAdmitted } from "../../client/policies.js";
import type { CliContext } from "../context.js";
import { parseAddress } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { openReader } from "../who.js";
import { allCommand, anyCommand, attestedCommand, recordCommand } from "./policy/conditions.js";
import { allowListCommand, capitalCommand, feeCommand, votesCommand } from "./policy/gates.js";
import {
  claimCommand,
  collectCommand,
  payCommand,
  presentCommand,
  stakeCommand,
  unstakeCommand,
} from "./policy/entering.js";

const MAKERS = [
  allowListCommand,
  feeCommand,
  capitalCommand,
  votesCommand,
  attestedCommand,
  recordCommand,
  allCommand,
  anyCommand,
  claimCommand,
  payCommand,
  collectCommand,
  stakeCommand,
  unstakeCommand,
  presentCommand,
  checkCommand,
];

export function policyCommand(context: CliContext): Command {
  const command = new Command("policy").description(
    "Deploy a policy that says who may take part in a session, for `session create --policy`; be admitted by one.",
  );
  for (const make of MAKERS) command.addCommand(make(context));
  return command;
}

function checkCommand(context: CliContext): Command {
  const command = new Command("check")
    .description("Ask a policy as the session's book would. Exit status 1 if it does not admit the trader.")
    .argument("<policy>", "its address")
    .argument("<trader>", "whom it is asked about");
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nExample:\n  session policy check 0xPOLICY 0xTRADER")
    .action(async (policyText: string, traderText: string, options: SettingOptions) => {
      const policy = parseAddress("policy", policyText);
      const trader = parseAddress("trader", traderText);
      const admits = await isAdmitted(await openReader(context, options), policy, trader);
      context.answer({
        document: { policy, trader, admits },
        text: `${policy} ${admits ? "admits" : "does not admit"} ${trader}`,
        holds: admits,
      });
    });
}
