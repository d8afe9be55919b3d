import { Command } from "commander";

import { type Build, ownBuild, readBuild } from "../../deployment/build.js";
import type { SessionParams } from "../../client/organiser.js";
import { deployContracts } from "../../deployment/deploy.js";
import { contractsOf } from "../../deployment/known.js";
import { startNode } from "../../local/nodes.js";
import { NodeProvider } from "../../node/provider.js";
import { readCreation } from "../../verify/find-session.js";
import type { CliContext } from "../context.js";
import { gather, type People, PEOPLE, treasury } from "../demo/people.js";
import { startDemoRelay } from "../demo/relay.js";
import { FUNDING_SECONDS, openDemoMaker, openDemoSession } from "../demo/session.js";
import { lastUntil } from "../lasting.js";
import { forgetProfile, type Profile, profileFile, readProfiles, saveProfile } from "../input/profile.js";
import { parseCount } from "../../input/counts.js";
import { readSettings, type SettingOptions } from "../input/settings.js";
import { asJson } from "../output/json.js";
import { nextText } from "../output/session-facts.js";
import { date, facts, paragraphs, table } from "../output/text.js";

interface Options {
  readonly rpc?: string;
  readonly relay: boolean;
  readonly maker: boolean;
  readonly maxLots?: string;
  readonly json?: true;
}

const PROFILE = "demo";
/** Taken at once from what rests. */
const TRADE = "trade buy 200 --leg 1 --price 56%";
const POLLING_MS = 50;

/** `session demo`: a chain with a session that trades, until it is stopped. */
export function demoCommand(context: CliContext): Command {
  return new Command("demo")
    .description(
      "Something to trade with: a local chain, a funded session whose window is open, traders, orders, an automated maker, a relay. Ends on an interrupt.",
    )
    .option("--rpc <url>", "a local node that runs already (default: one is started, and ended with the rest)")
    .option("--max-lots <lots>", "lots of a market beyond which no fill takes a trader's position (default: no limit)")
    .option("--no-relay", "without a relay: orders are sent to the book")
    .option("--no-maker", "without an automated maker")
    .addHelpText(
      "after",
      `
It prints the settings that other commands take, and puts them into the profile "${PROFILE}", which is in use while it runs. With
--json they are one line. Keys follow from names and are known to everybody: never give them value.

Examples:
  session demo
  session demo --rpc http://127.0.0.1:8545 --no-relay --json`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

/** Read before anything is started. @throws InputError ARGUMENT_INVALID */
function limitsOf({ maxLots }: Options): Pick<SessionParams, "maxLots"> {
  if (maxLots === undefined) return {};
  return { maxLots: BigInt(parseCount("--max-lots", maxLots, 1, Number.MAX_SAFE_INTEGER)) };
}

/** What has to be ended, the newest first. */
type Closers = (() => Promise<void> | void)[];

async function run(context: CliContext, options: Options): Promise<void> {
  const signal = context.onInterrupt();
  const closers: Closers = [];
  try {
    const demo = await open(context, options, closers, signal);
    if (demo === undefined) return;
    tell(context, options, demo);
    await lastUntil(signal, demo.nodeEnded);
  } finally {
    context.progress("Ending what was started");
    for (const close of closers.reverse()) await close();
  }
}

interface Demo {
  readonly profile: Profile;
  readonly people: People;
  /** Unix seconds. */
  readonly t2: number;
  /** Of an automated maker for the basket, if there is one. */
  readonly maker: string | undefined;
  /** Where the profile was noted; undefined if there is no place for it. */
  readonly file: string | undefined;
  /** Never resolves if the node is somebody else's. */
  readonly nodeEnded: Promise<void>;
}

/** @returns undefined if it was interrupted meanwhile */
async function open(
  context: CliContext,
  options: Options,
  closers: Closers,
  signal: AbortSignal,
): Promise<Demo | undefined> {
  const artifacts = ownBuild("default");
  const limits = limitsOf(options);
  const build = readBuild(artifacts);
  const { rpc, nodeEnded } = await chainFor(context, options, closers);
  const provider = await NodeProvider.open(rpc, { pollingMs: POLLING_MS });
  closers.push(() => {
    provider.destroy();
  });
  const payer = await treasury(provider);
  context.progress("Deploying the contracts");
  const { factory, makerFactory } = await deploy(build, payer);
  const people = await gather(provider, payer, PEOPLE);
  const handle = await openDemoSession(provider, people, factory, artifacts, context.progress, limits);
  const maker = options.maker ? await openDemoMaker(handle, people, makerFactory, context.progress) : undefined;
  if (signal.aborted) return undefined;
  const { address: session, domain } = handle;
  const { blockNumber: fromBlock } = await readCreation(session, provider);
  const where = { rpc, session, fromBlock };
  const relay = options.relay ? await relayFor(context, closers, where, { people, maker }) : undefined;
  const profile: Profile = { rpc, chainId: Number(domain.chainId), session, factory, makerFactory, fromBlock, relay };
  return { profile, people, t2: handle.t2, maker, file: note(context, profile, closers), nodeEnded };
}

async function deploy(
  build: Build,
  payer: Awaited<ReturnType<typeof treasury>>,
): Promise<{ readonly factory: string; readonly makerFactory: string }> {
  await deployContracts(build, payer);
  const { SessionFactory, LmsrMakerFactory } = contractsOf(build);
  return { factory: SessionFactory.address, makerFactory: LmsrMakerFactory.address };
}

/** A node of one's own ends with the demonstration, another stays. */
async function chainFor(
  context: CliContext,
  { rpc: given }: Options,
  closers: Closers,
): Promise<{ readonly rpc: string; readonly nodeEnded: Promise<void> }> {
  if (given !== undefined) {
    const only: SettingOptions = { rpc: given };
    return { ...readSettings(context, only, "rpc"), nodeEnded: new Promise(() => undefined) };
  }
  context.progress("Starting a local chain");
  // Its clock is moved on to when trading begins, which is now. Blocks come only when something is sent: what is final must not wait for many.
  const startsAt = Math.floor(Date.now() / 1_000) - FUNDING_SECONDS;
  const node = await startNode("anvil", { startsAt, isFinalSoon: true });
  closers.push(() => node.stop());
  return { rpc: node.url, nodeEnded: node.ended };
}

async function relayFor(
  context: CliContext,
  closers: Closers,
  where: Pick<Profile, "rpc" | "session" | "fromBlock">,
  { people, maker }: Pick<Demo, "people" | "maker">,
): Promise<string> {
  context.progress("Starting a relay");
  const settings = maker === undefined ? {} : { maker };
  const relay = await startDemoRelay(context, { ...where, privateKey: people.relay.privateKey, settings });
  closers.push(relay.stop);
  return relay.url;
}

/** In use while the demonstration runs; afterwards what was in use before is in use again. */
function note(context: CliContext, profile: Profile, closers: Closers): string | undefined {
  if (profileFile(context) === undefined) return undefined;
  const { current } = readProfiles(context);
  const file = saveProfile(context, PROFILE, profile);
  closers.push(() => {
    const now = readProfiles(context).profiles[PROFILE];
    if (now?.session === profile.session && now.rpc === profile.rpc) forgetProfile(context, PROFILE, current);
  });
  return file;
}

// ------------------------------------------------------------------ what is printed

function tell(context: CliContext, { json }: Options, demo: Demo): void {
  if (json === true) context.stdout(`${JSON.stringify(asJson(documentOf(demo)))}\n`);
  else context.answer({ document: {}, text: textOf(demo) });
}

/** The environment in which other commands find it, and act for "you". */
function environment({ profile, people }: Demo): Readonly<Record<string, string>> {
  const { rpc, session, factory, makerFactory, fromBlock, relay } = profile;
  return {
    SESSION_RPC_URL: rpc,
    SESSION_ADDRESS: session,
    SESSION_FACTORY: factory,
    ...(makerFactory !== undefined && { SESSION_MAKER_FACTORY: makerFactory }),
    SESSION_FROM_BLOCK: String(fromBlock),
    ...(relay !== undefined && { SESSION_RELAY_URL: relay }),
    SESSION_PRIVATE_KEY: people.you.privateKey,
  };
}

function documentOf(demo: Demo): object {
  const { profile, people, maker, file } = demo;
  return {
    ...profile,
    t2: demo.t2,
    relay: profile.relay ?? null,
    maker: maker ?? null,
    profile: file === undefined ? null : { name: PROFILE, file },
    environment: environment(demo),
    accounts: PEOPLE.map((name) => {
      return { name, address: people[name].address, privateKey: people[name].privateKey };
    }),
    next: [`session ${TRADE}`],
  };
}

function textOf(demo: Demo): string {
  const { profile, people, t2, maker, file } = demo;
  const exports = Object.entries(environment(demo)).map(([name, value]) => `export ${name}=${value}`);
  return paragraphs(
    "A session is open: 100 gold (leg 1) and 100 silver (leg 2) for 1 000 session tokens. Alice and Bob quote both sides.",
    facts([
      ["session", profile.session],
      ["node", profile.rpc],
      ["relay", profile.relay ?? "none"],
      ["maker", maker ?? "none"],
      ["trading", `until ${date(t2)}; \`session clock t2\` takes the chain there`],
      ["profile", file === undefined ? "none: there is no HOME" : `${PROFILE}, in ${file}`],
    ]),
    table(
      ["account", "address", "private key (known to everybody)"],
      PEOPLE.map((name) => [name, people[name].address, people[name].privateKey]),
    ),
    `In another terminal; with the profile the last line is enough:\n\n${exports.map((line) => `  ${line}`).join("\n")}`,
    nextText(
      TRADE,
      ...(maker === undefined ? [] : [`maker quote ${maker} 1 10`]),
      "book",
      "positions",
      "market create --help",
    ),
    "Ctrl-C ends all of it.",
  );
}
