import { Command } from "commander";
import { hexlify, id, isHexString, randomBytes } from "ethers";

import { ISessionFactory__factory } from "../../../typechain-types/index.js";
import { completeParams, makeSession, requireFactory, requirePolicy } from "../../client/organiser.js";
import { read } from "../../bindings/transact.js";
import { knownFactory } from "../../deployment/known.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { openWallet } from "../input/keys.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { readTerms, type Terms, type TermsOptions } from "../input/terms.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { date, facts, paragraphs, tokens } from "../output/text.js";
import { MAX_CHAIN_WINDOW, MAX_NAME_BYTES, MIN_CHAIN_WINDOW } from "../../protocol/amounts/limits.js";

interface Options extends SettingOptions, TermsOptions {
  readonly salt?: string;
  readonly dryRun?: true;
}

/** `session create`: a new session, whose organiser is whoever signs. */
export function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Create a session. Terms come from flags, a JSON file, or both: a flag overrules the file.")
    .option("--file <file>", 'JSON: {"name", "symbol", "supply", "t1", "t2", "assets": [{"address", "quantity"}], …}')
    .option(
      "--asset <address=quantity...>",
      "an asset and how many whole units of it the basket holds; repeat for more",
    )
    .option("--supply <amount>", "N, session tokens to be made")
    .option("--t1 <time>", "first second of trading: Unix seconds, 2026-12-01T00:00:00Z, or +2h, +7d from now")
    .option("--t2 <time>", "first second of settlement")
    .option("--name <text>", `name of the session token, up to ${MAX_NAME_BYTES} bytes`)
    .option("--symbol <text>", `symbol of the session token, up to ${MAX_NAME_BYTES} bytes`)
    .option("--policy <address>", "contract that says who may take part (default: everybody)")
    .option("--settle-limit <time>", "latest settleBy of its markets (default: 30 days after t2)")
    .option("--open-markets", "every registered trader may create markets (default: the organiser alone)")
    .option(
      "--chain-window <count>",
      `of how many blocks with calls an order may name the checkpoint, ${MIN_CHAIN_WINDOW} to ${MAX_CHAIN_WINDOW} (default: 64)`,
    )
    .option("--max-open-orders <count>", "open orders a trader may have, 1 to 255 (default: 255)")
    .option("--max-lots <lots>", "lots of a market beyond which no fill takes a trader's position (default: no limit)")
    .option("--basket-scale <ticks>", "ticks that make a weight of 1 (default: 10000)")
    .option("--basket-tick-value <wei>", "wei of session token that a tick of a lot is worth (default: 100000000000)")
    .option("--salt <text>", "decides the address together with organiser and terms (default: random)")
    .option("--dry-run", "only say what would be created, and where");
  return withSettings(command, "rpc", "factory", "key")
    .addHelpText(
      "after",
      `
Examples:
  session create --file terms.json --dry-run
  session create --asset 0xGOLD=100 --asset 0xSILVER=100 --supply 1000 --t1 +1d --t2 +31d --name Metals --symbol MTL`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { rpc, factory: named, key } = readSettings(context, options, "rpc", "factory", "key");
  const provider = await connect(context, rpc);
  const factory = named ?? knownFactory((await read(provider.getNetwork())).chainId);
  const terms = await readTerms(context, provider, options);
  const salt = saltOf(options.salt);
  const params = completeParams(terms.params);
  const wallet = await openWallet(context, key, provider);
  await requireFactory(factory, wallet);
  await requirePolicy(terms.params, wallet);
  if (options.dryRun === true) {
    const contract = ISessionFactory__factory.connect(factory, wallet);
    const session = await read(contract.createSession.staticCall(params, salt));
    context.answer({
      document: { dryRun: true, session, organiser: wallet.address, salt, terms: params },
      text: `Would create ${session}\n${describe(terms)}`,
    });
    return;
  }
  context.progress("Creating the session");
  const { handle, receipt } = await makeSession(factory, wallet, terms.params, salt);
  context.answer({
    document: {
      session: handle.address,
      orderBook: handle.bookAddress,
      legTokens: await Promise.all(handle.legs.map((leg) => leg.getAddress())),
      organiser: wallet.address,
      salt,
      terms: params,
      ...sentDocument(receipt),
    },
    text: paragraphs(
      `Created ${handle.address}\n${describe(terms)}`,
      sentText(receipt),
      nextText(`fund --session ${handle.address}`),
    ),
  });
}

/** Any text serves: what is not 32 bytes of hex is hashed. */
function saltOf(text: string | undefined): string {
  if (text === undefined) return hexlify(randomBytes(32));
  return isHexString(text, 32) ? text : id(text);
}

function describe({ params, basket }: Terms): string {
  return facts([
    ["name", `${params.name} (${params.symbol})`],
    ["basket", basket],
    ...params.assets.map((address, k) => [`asset ${k + 1}`, address] as const),
    ["supply", `${tokens(params.supply)} session tokens`],
    ["trading", `from ${date(params.t1)}`],
    ["settlement", `from ${date(params.t2)}`],
    ["policy", params.policy ?? "none: everybody takes part"],
    [
      "markets",
      params.openMarkets === true ? "every registered trader may create them" : "by the organiser's permission",
    ],
    ...(params.maxLots === undefined ? [] : [["limit", `${params.maxLots} lots of a market a position`] as const]),
  ]);
}
