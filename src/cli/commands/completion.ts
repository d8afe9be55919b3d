import { Argument, Command } from "commander";

import { candidatesFor } from "../completion/candidates.js";
import { completionScript, type Shell, SHELLS } from "../completion/scripts.js";
import type { CliContext } from "../context.js";

/** `session completion`: a script for a shell. */
export function completionCommand(context: CliContext): Command {
  return new Command("completion")
    .description("Print a script that completes commands, flags and choices in a shell.")
    .addArgument(new Argument("<shell>", "whose script").choices([...SHELLS]))
    .addHelpText(
      "after",
      `
Examples:
  source <(session completion bash)
  session completion fish > ~/.config/fish/completions/session.fish`,
    )
    .action((shell: Shell) => {
      const script = completionScript(shell);
      context.answer({ document: { shell, script }, text: script });
    });
}

/** What those scripts call: the words after the program's name, the last one being typed. One candidate a line. */
export function completeCommand(context: CliContext, program: Command): Command {
  return new Command("__complete").argument("[words...]").action((words: readonly string[]) => {
    for (const { word, description } of candidatesFor(program, words)) context.stdout(`${word}\t${description}\n`);
  });
}
