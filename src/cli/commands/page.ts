import { Command } from "commander";

import { openSession } from "../../bindings/session.js";
import { knownFactory, knownMakerFactory } from "../../deployment/known.js";
import type { PageConfigText } from "../../page/config.js";
import type { PageServer } from "../../page/serve.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { lastUntil } from "../lasting.js";
import { relayAt } from "../ask-relay.js";
import { pageFolder } from "../page-folder.js";
import { facts, paragraphs } from "../output/text.js";

interface Options extends SettingOptions {
  readonly port: string;
  readonly folder?: string;
  readonly json?: true;
}

const MOST_PORT = 65_535;

/** `session page`: trading in a browser, from this machine alone, until it is stopped. */
export function pageCommand(context: CliContext): Command {
  const command = new Command("page").description(
    "Serve the page on this machine: look at a session in a browser, trade in it with your wallet, verify it. Ends on an interrupt.",
  );
  return withSettings(command, "rpc", "session", "fromBlock", "factory", "makerFactory")
    .option("--relay <url>", "a relay that the page asks and hands orders to (SESSION_RELAY_URL, else the profile's)")
    .option("--direct", "no relay, whatever the environment or the profile names: the page reads the chain itself")
    .option("--port <number>", `port to listen on, 0 to ${MOST_PORT}; 0 for any that is free`, "0")
    .option("--folder <path>", "a page that was built elsewhere (default: this package's own)")
    .addHelpText(
      "after",
      `
The page is files: no other place is asked than the node and the relay named here, or in the page's own settings. It is served on
the loopback interface only. Whoever can ask this port learns the node's address: give none with a key in it that you would not show.

Examples:
  session page --rpc http://127.0.0.1:8545 --session 0xSESSION
  session page --relay https://relay.example.org --port 8080`,
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const port = parseCount("--port", options.port, 0, MOST_PORT);
  const folder = pageFolder(context, options.folder);
  const { config, session } = await configOf(context, options);
  const signal = context.onInterrupt();
  const server = await served(folder, config, port);
  try {
    // Where it is comes at once, and in one line for programs: what follows is its end.
    if (options.json === true) context.stdout(`${JSON.stringify({ url: server.url, session, folder })}\n`);
    else context.answer({ document: {}, text: textOf(server.url, session, config) });
    await lastUntil(signal);
  } finally {
    await server.close();
  }
}

async function configOf(
  context: CliContext,
  options: Options,
): Promise<{ readonly config: PageConfigText; readonly session: string }> {
  const wanted = ["rpc", "session", "fromBlock", "factory", "makerFactory", "relay"] as const;
  const { rpc, session, fromBlock, factory, makerFactory, relay } = readSettings(context, options, ...wanted);
  const asked = relay === undefined ? {} : { relay: relayAt(context, relay) };
  const { domain } = await openSession(session, await connect(context, rpc));
  const chainId = Number(domain.chainId);
  const chain = {
    ...{ chainId, name: `Chain ${chainId}`, rpcUrls: [rpc], fromBlock },
    factory: factory ?? knownFactory(domain.chainId),
    makerFactory: makerFactory ?? knownMakerFactory(domain.chainId),
  };
  return { session, config: { chains: [chain], sessions: [{ chainId, address: session, fromBlock, ...asked }] } };
}

/** @throws InputError ARGUMENT_INVALID if the port cannot be had */
async function served(folder: string, config: PageConfigText, port: number): Promise<PageServer> {
  const { servePage } = await import("../../page/serve.js"); // the server is loaded only by the command that runs it
  try {
    return await servePage({ folder, config: () => config }, port);
  } catch (error) {
    const isTaken = error instanceof Error && "syscall" in error && error.syscall === "listen";
    if (!isTaken) throw error;
    throw invalid("--port", String(port), `a port that can be had: ${messageOf(error)}`);
  }
}

function textOf(url: string, session: string, { sessions = [] }: PageConfigText): string {
  return paragraphs(
    `The page is at ${url}`,
    facts([
      ["session", session],
      ["relay", sessions[0]?.relay ?? "none: the page reads the chain itself"],
    ]),
    "Ctrl-C ends it.",
  );
}
