/** What may be typed next, read off the program itself, so that completion knows every command and flag there is. */
import type { Command, Option } from "commander";

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/**
 * @param words after the program's name, the last one being typed (and empty if none has begun)
 * @returns nothing where any text will do, such as a file: then the shell offers files
 */
export function candidatesFor(program: Command, words: readonly string[]): Candidate[] {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  return offered(program, before, current).filter(({ word }) => word.startsWith(current));
}

function offered(program: Command, before: readonly string[], current: string): Candidate[] {
  const previous = before.at(-1) ?? "";
  const own = optionOf(program, previous);
  if (own !== undefined && takesValue(own)) return choices(own.argChoices);
  const name = before.find((word, index) => !word.startsWith("-") && !isValue(program, before[index - 1]));
  if (name === undefined) return current.startsWith("-") ? flagsOf(program) : commandsOf(program);
  if (name === "help") return commandsOf(program);
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return [];
  if (command.commands.length > 0) return offered(command, before.slice(before.indexOf(name) + 1), current);
  const option = optionOf(command, previous);
  if (option !== undefined && takesValue(option)) return choices(option.argChoices);
  if (current.startsWith("-")) return flagsOf(command);
  const args = command.registeredArguments;
  const argument = args[positionals(command, before) - 1] ?? args.find(({ variadic }) => variadic);
  return choices(argument?.argChoices);
}

function isValue(command: Command, previous: string | undefined): boolean {
  const flag = optionOf(command, previous);
  return flag !== undefined && takesValue(flag);
}

/** How many words before are neither flags nor their values. The first is the command. */
function positionals(command: Command, before: readonly string[]): number {
  return before.filter((word, index) => !word.startsWith("-") && !isValue(command, before[index - 1])).length;
}

function commandsOf(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ word: command.name(), description: command.description() }));
}

function flagsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ word: long ?? short ?? "", description }));
}

function choices(words: readonly string[] | undefined): Candidate[] {
  return (words ?? []).map((word) => ({ word, description: "" }));
}

function optionOf(command: Command, flag: string | undefined): Option | undefined {
  return flag === undefined ? undefined : command.options.find(({ long, short }) => flag === long || flag === short);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
