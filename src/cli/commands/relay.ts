import { Command, Option } from "commander";

import { KEY_ENV, KEY_FILE_ENV, readConfig, REBUILD, type RelayConfig, SETTINGS } from "../../relay/config.js";
import type { CliContext } from "../context.js";
import { openKey } from "../input/keys.js";
import { DEFAULT_RPC, readSettings, type SettingOptions, withSettings } from "../input/settings.js";

type Options = SettingOptions & Readonly<Record<string, string | true | undefined>>;

/** `session relay`: takes signed orders over HTTP and brings them to the book, until it is stopped. */
export function relayCommand(context: CliContext): Command {
  const flags = SETTINGS.map(({ name, env, help, fallback, choices }) => {
    const where = [env, ...(INSTEAD[env] === undefined ? [] : [INSTEAD[env]])].join(" or ");
    const option = new Option(
      `--${name} <value>`,
      `${help} (${where}${fallback === undefined ? "" : `, else ${fallback}`})`,
    );
    return choices === undefined ? option : option.choices([...choices]);
  });
  const command = new Command("relay").description(
    "Run a relay: take signed orders over HTTP, check and store them, and bring them to the book. Ends on an interrupt.",
  );
  for (const flag of flags) command.addOption(flag);
  command.option(`--${REBUILD.name}`, REBUILD.help);
  return withSettings(command, "key")
    .addHelpText(
      "after",
      `
The key is of the account that submits and pays. ${KEY_ENV} or ${KEY_FILE_ENV} may hold it too.
Logs go to stderr, one JSON object a line. GET /docs shows what the relay answers to.

Examples:
  session relay --rpc http://127.0.0.1:8545 --session 0xSESSION --account hardhat:RELAY
  session relay --session 0xSESSION --database postgres://user@localhost/relay --port 8700`,
    )
    .action(async (options: Options) => {
      const words = flags.flatMap((flag) => {
        const value = options[flag.attributeName()];
        return value === undefined ? [] : [`--${flag.long?.slice(2) ?? ""}`, String(value)];
      });
      await run(context, [...words, ...(options[REBUILD.name] === true ? [`--${REBUILD.name}`] : [])], options);
    });
}

/** What the other commands call it counts too. */
const INSTEAD: Readonly<Record<string, string>> = {
  RELAY_RPC_URL: "SESSION_RPC_URL",
  RELAY_SESSION: "SESSION_ADDRESS",
  RELAY_FROM_BLOCK: "SESSION_FROM_BLOCK",
};

async function run(context: CliContext, words: readonly string[], options: Options): Promise<void> {
  const config = await configOf(context, words, options);
  // The service is loaded only by the command that runs it.
  const [{ createLog }, { runRelay }] = await Promise.all([import("../../relay/log.js"), import("../../relay/run.js")]);
  await runRelay(config, {
    log: createLog(config.logLevel, { write: context.stderr }),
    signal: context.onInterrupt(),
    onListening: (url) => {
      context.answer({
        document: { url, session: config.session },
        text: `The relay of session ${config.session} listens at ${url}`,
      });
    },
  });
}

/** Settings are looked at before a password is asked for. @throws RelayError RELAY_CONFIG_INVALID; as `openKey` */
async function configOf(context: CliContext, words: readonly string[], options: Options): Promise<RelayConfig> {
  const env = environmentOf(context);
  const isNamed = options.account !== undefined || options.keystore !== undefined;
  if (!isNamed && (env[KEY_ENV] ?? env[KEY_FILE_ENV]) !== undefined) return readConfig(words, env);
  const config = readConfig(words, env, () => "");
  const { key } = readSettings(context.env, options, "key");
  return { ...config, privateKey: (await openKey(context, key)).privateKey };
}

/** An empty variable counts as none. */
function environmentOf({ env }: CliContext): Record<string, string | undefined> {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== "");
  const named = Object.fromEntries(given);
  const instead = Object.entries(INSTEAD).map(([own, other]) => [own, named[own] ?? named[other]] as const);
  return {
    RELAY_RPC_URL: DEFAULT_RPC,
    ...named,
    ...Object.fromEntries(instead.filter(([, value]) => value !== undefined)),
  };
}
