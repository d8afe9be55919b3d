import { Command } from "commander";

import { openSession } from "../../bindings/session.js";
import { addressOf } from "../../node/secrets.js";
import { readCreation } from "../../verify/find-session.js";
import { relayAt } from "../ask-relay.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { parseAddress } from "../input/parse.js";
import { invalid } from "../../input/errors.js";
import {
  forgetProfile,
  type Profile,
  PROFILE_NAME,
  profileFile,
  type Profiles,
  readProfiles,
  saveProfile,
  writeProfiles,
} from "../input/profile.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { nextText } from "../output/session-facts.js";
import { facts, paragraphs, table } from "../output/text.js";

interface Options extends SettingOptions {
  readonly name?: string;
  readonly forget?: true;
}

/** `session use`: which session later commands are about. */
export function useCommand(context: CliContext): Command {
  const command = new Command("use")
    .description("Name a session once: later commands take node, address, first block and relay from its profile.")
    .argument("[session]", "the vault's address, or the name of a profile; without it all profiles are shown")
    .option("--name <name>", 'what the profile is called (default: "default")')
    .option("--relay <url>", "the relay that orders are handed to (SESSION_RELAY_URL)")
    .option("--forget", "remove the profile that is named");
  return withSettings(command, "rpc", "fromBlock")
    .addHelpText(
      "after",
      `
The file is SESSION_PROFILE_FILE, else session-contracts/profiles.json in the user's configuration folder. Nobody else may read
it, and no key of an account is in it. A flag or the environment overrules it.

Examples:
  session use 0xSESSION --rpc https://rpc.example --name metals
  session use metals
  session use`,
    )
    .action(async (named: string | undefined, options: Options) => {
      if (named === undefined) show(context);
      else if (options.forget === true) forget(context, named);
      else if (named.startsWith("0x")) await add(context, named, options);
      else choose(context, named);
    });
}

function show(context: CliContext): void {
  const { current, profiles } = readProfiles(context);
  const file = profileFile(context);
  const entries = Object.entries(profiles);
  const rows = entries.map(([name, { session, rpc, fromBlock, relay }]) => [
    `${name === current ? "* " : "  "}${name}`,
    session,
    addressOf(rpc).shown,
    String(fromBlock),
    relay === undefined ? "-" : addressOf(relay).shown,
  ]);
  context.answer({
    document: {
      file,
      current: current ?? null,
      profiles: Object.fromEntries(entries.map(([name, profile]) => [name, shown(profile)])),
    },
    text:
      rows.length === 0
        ? paragraphs("No profile yet.", nextText("use ADDRESS --rpc URL", "demo"))
        : paragraphs(table(["  profile", "session", "node", "first block", "relay"], rows), `In ${file ?? "no file"}`),
  });
}

/** What is printed has no key of a node in it. */
function shown(profile: Profile): object {
  const { rpc, relay } = profile;
  return { ...profile, rpc: addressOf(rpc).shown, ...(relay === undefined ? {} : { relay: addressOf(relay).shown }) };
}

function choose(context: CliContext, name: string): void {
  const found = readProfiles(context);
  const profile = existing(found, name);
  const file = writeProfiles(context, { ...found, current: name });
  context.answer({ document: { file, name, ...shown(profile) }, text: describe(name, profile, file) });
}

function forget(context: CliContext, name: string): void {
  const profile = existing(readProfiles(context), name);
  const file = forgetProfile(context, name);
  context.answer({
    document: { file, name, forgotten: true, ...shown(profile) },
    text: paragraphs(`Forgot ${name}: ${profile.session}`, nextText("use")),
  });
}

function existing({ profiles }: Profiles, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return profile;
  const names = Object.keys(profiles);
  const wanted =
    names.length === 0 ? "a session's address: there is no profile yet" : `an address, or ${names.join(", ")}`;
  throw invalid("session", name, wanted);
}

/** The session is looked at before it is noted, and its first block found by itself. */
async function add(context: CliContext, text: string, options: Options): Promise<void> {
  const address = parseAddress("session", text);
  const name = options.name ?? "default";
  if (!PROFILE_NAME.test(name)) throw invalid("--name", name, "a name like metals: a-z, 0-9 and -, a letter first");
  const { rpc, fromBlock, relay } = readSettings(
    context,
    { ...options, session: address },
    "rpc",
    "fromBlock",
    "relay",
  );
  if (relay !== undefined) relayAt(context, relay);
  const provider = await connect(context, rpc);
  const handle = await openSession(address, provider);
  context.progress("Looking for the block in which the session was made");
  const { factory, blockNumber } = await readCreation(address, provider, fromBlock);
  const chainId = Number(handle.domain.chainId);
  const profile: Profile = { rpc, chainId, session: handle.address, factory, fromBlock: blockNumber, relay };
  const file = saveProfile(context, name, profile);
  context.answer({ document: { file, name, ...shown(profile) }, text: describe(name, profile, file) });
}

function describe(name: string, { session, rpc, chainId, fromBlock, relay }: Profile, file: string): string {
  return paragraphs(
    `Using ${name} from now on`,
    facts([
      ["session", session],
      ["node", `${addressOf(rpc).shown} (chain ${chainId})`],
      ["first block", String(fromBlock)],
      ["relay", relay === undefined ? "none: orders are sent to the book" : addressOf(relay).shown],
      ["file", file],
    ]),
    nextText("show", "markets", "deposit AMOUNT"),
  );
}
