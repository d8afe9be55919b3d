/** `session clock`: the clock of a local chain, which nobody waits for. */
import { Command } from "commander";

import { openSession } from "../../bindings/session.js";
import { read } from "../../bindings/transact.js";
import { connect, nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import { isLocalChain } from "../deploying.js";
import { CliError } from "../cli-error.js";
import { parseTime } from "../input/parse.js";
import { invalid } from "../../input/errors.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { nextText } from "../output/session-facts.js";
import { date, paragraphs } from "../output/text.js";

export function clockCommand(context: CliContext): Command {
  const command = new Command("clock")
    .description(
      "Move the clock of a local chain on, such as the demonstration's: to the session's t1 or t2, or to a time.",
    )
    .argument("<time>", "t1, t2, Unix seconds, 2026-12-01T00:00:00Z, or +2h, +7d from the chain's time on");
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nIt never goes back.\n\nExamples:\n  session clock t2\n  session clock +3d")
    .action(async (text: string, options: SettingOptions) => {
      const { rpc, session } = readSettings(context, options, "rpc", "session");
      const provider = await connect(context, rpc);
      const { chainId } = await read(provider.getNetwork());
      if (!isLocalChain(chainId)) throw new CliError("DEMO_NOT_LOCAL", { chain: chainId });
      const { t1, t2 } = await openSession(session, provider);
      const now = Number(await nextTime(provider));
      const to = text === "t1" ? t1 : text === "t2" ? t2 : parseTime("time", text, now);
      if (to < now) throw invalid("time", text, `a time that is still to come: the chain's is ${date(now)}`);
      await read(provider.send("evm_setNextBlockTimestamp", [to]));
      await read(provider.send("evm_mine", []));
      const next = to < t1 ? ["show"] : to < t2 ? ["book", "positions"] : ["exit", "redeem all"];
      context.answer({
        document: { time: to, t1, t2 },
        text: paragraphs(`The chain's time is ${date(to)}`, nextText(...next)),
      });
    });
}
