import { Command, Option } from "commander";

import { readConfig, type RelayConfig } from "../../relay/config/config.js";
import { KEY_ENV, KEY_FILE_ENV } from "../../relay/config/key.js";
import { REBUILD, type RelayOptions, SETTINGS } from "../../relay/config/settings.js";
import type { CliContext } from "../context.js";
import { pageFolder } from "../page-folder.js";
import { openKey } from "../input/keys.js";
import { DEFAULT_RPC, profileFor, readSettings, type SettingOptions, withSettings } from "../input/settings.js";

type Options = SettingOptions & Readonly<Record<string, string | true | undefined>>;

/** What the other commands call it counts too. */
const INSTEAD: Readonly<Record<string, string>> = {
  RELAY_RPC_URL: "SESSION_RPC_URL",
  RELAY_SESSION: "SESSION_ADDRESS",
  RELAY_FROM_BLOCK: "SESSION_FROM_BLOCK",
  RELAY_FACTORY: "SESSION_FACTORY",
};

/** The one flag that may be named alone: then it is this package's own page. */
const PAGE = "page";

/** Every setting of the relay as a flag. */
const FLAGS = SETTINGS.map(({ name, env, help, fallback, choices, repeats = false }) => {
  const where = [env, ...(INSTEAD[env] === undefined ? [] : [INSTEAD[env]])].join(" or ");
  const option = new Option(
    `--${name} ${name === PAGE ? "[folder]" : "<value>"}`,
    `${help} (${where}${fallback === undefined ? "" : `, else ${fallback}`})`,
  );
  if (repeats)
    option.argParser((value: string, before?: string) => (before === undefined ? value : `${before},${value}`));
  return { name, option: choices === undefined ? option : option.choices([...choices]) };
});

/** `session relay`: takes signed orders over HTTP and brings them to the book, until it is stopped. */
export function relayCommand(context: CliContext): Command {
  const command = new Command("relay").description(
    "Run a relay: take signed orders over HTTP, check and store them, and bring them to the book. Ends on an interrupt.",
  );
  for (const { option } of FLAGS) command.addOption(option);
  command.option(`--${REBUILD.name}`, REBUILD.help);
  return withSettings(command, "key")
    .addHelpText(
      "after",
      `
The key is of the account that submits and pays. ${KEY_ENV} or ${KEY_FILE_ENV} may hold it too.
Logs go to stderr, one JSON object a line. GET /docs shows what the relay answers to.

Examples:
  session relay --rpc http://127.0.0.1:8545 --session 0xSESSION --account hardhat:RELAY
  session relay --session 0xSESSION --page
  session relay --session all --database postgres://user@localhost/relay
  session relay --session 0xSESSION --database postgres://user@localhost/relay --port 8700`,
    )
    .action((options: Options) => run(context, options));
}

/** The relay's own settings among the flags, by the names that it knows them by. */
function relayOptions(context: CliContext, options: Options): RelayOptions {
  const texts = FLAGS.map(({ name, option }) => [name, options[option.attributeName()]] as const);
  const page = options[PAGE] === true ? { page: pageFolder(context) } : {};
  return { ...Object.fromEntries(texts), ...page, [REBUILD.name]: options[REBUILD.name] === true };
}

async function run(context: CliContext, options: Options): Promise<void> {
  const config = await configOf(context, options);
  // The service is loaded only by the command that runs it.
  const [{ createLog }, { runRelay }] = await Promise.all([
    import("../../relay/reporting/log.js"),
    import("../../relay/running/run.js"),
  ]);
  await runRelay(config, {
    log: createLog(config.logLevel, { write: context.stderr }),
    signal: context.onInterrupt(),
    onListening: (url) => {
      const { sessions } = config;
      const [session, another] = sessions === "all" ? [] : sessions;
      const whose = another === undefined && session !== undefined ? { session } : { sessions };
      context.answer({ document: { url, ...whose }, text: `The relay of ${namesOf(sessions)} listens at ${url}` });
    },
  });
}

function namesOf(sessions: RelayConfig["sessions"]): string {
  if (sessions === "all") return "all sessions of the factory";
  return sessions.length === 1 ? `session ${sessions.join("")}` : `${sessions.length} sessions`;
}

/** Settings are looked at before a password is asked for. @throws RelayError RELAY_CONFIG_INVALID; as `openKey` */
async function configOf(context: CliContext, options: Options): Promise<RelayConfig> {
  const given = relayOptions(context, options);
  const env = environmentOf(context, options);
  const isNamed = options.account !== undefined || options.keystore !== undefined;
  if (!isNamed && (env[KEY_ENV] ?? env[KEY_FILE_ENV]) !== undefined) return readConfig(given, env);
  const config = readConfig(given, env, () => []);
  if (!config.roles.has("submit")) return config;
  const { key } = readSettings(context, options, "key");
  return { ...config, privateKeys: [(await openKey(context, key)).privateKey] };
}

/** An empty variable counts as none; the profile in use stands behind all of them. */
function environmentOf(context: CliContext, options: SettingOptions): Record<string, string | undefined> {
  const own = context.env["RELAY_SESSION"];
  const meant = options.session ?? (own === "" ? undefined : own);
  const { rpc, session, fromBlock, factory } = profileFor(context, {
    ...options,
    ...(meant === undefined ? {} : { session: meant }),
  });
  const given = Object.entries(context.env).filter(([, value]) => value !== undefined && value !== "");
  const named = Object.fromEntries(given);
  const instead = Object.entries(INSTEAD).map(([own, other]) => [own, named[own] ?? named[other]] as const);
  return {
    RELAY_RPC_URL: rpc ?? DEFAULT_RPC,
    RELAY_SESSION: session,
    RELAY_FROM_BLOCK: fromBlock?.toString(),
    RELAY_FACTORY: factory,
    ...named,
    ...Object.fromEntries(instead.filter(([, value]) => value !== undefined)),
  };
}
