/** `session roll …`: from one session into the next, in kind, whatever each holder has. */
import { Command } from "commander";
import { ZeroAddress } from "ethers";

import { rollerAddress, type RollPlan } from "../../bindings/roll-terms.js";
import type { SessionHandle } from "../../bindings/session.js";
import { read } from "../../bindings/transact.js";
import * as rolling from "../../client/rolling.js";
import { MAX_NAME_BYTES } from "../../protocol/amounts/limits.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import { printable } from "../../bindings/assets.js";
import { nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import { aboveZero, parseAddress, parseTime } from "../input/parse.js";
import { invalid } from "../../input/errors.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { date, facts, paragraphs, table, tokens } from "../output/text.js";
import { walletOf } from "../wallet.js";
import { openActor, openReader } from "../who.js";
import { emptyInbox, giveFromBook } from "./roll/inbox.js";
import { factoryCommand, rollersOf, type RollersOptions, withRollers } from "./roll/rollers.js";

interface Options extends SettingOptions, RollersOptions {
  readonly givesUntil?: string;
  readonly t1?: string;
  readonly t2?: string;
  readonly settleLimit?: string;
  readonly policy?: string;
  readonly openMarkets?: true;
  readonly minimum?: string;
  readonly name?: string;
  readonly symbol?: string;
  readonly dryRun?: true;
  readonly fromBook?: true;
  readonly back?: true;
  readonly inbox?: true;
  readonly to?: string;
}

export function rollCommand(context: CliContext): Command {
  const command = new Command("roll").description(
    "Go on into a next session with whatever one holds: open a roller, give to it, roll, take one's part or all back.",
  );
  for (const make of [factoryCommand, createCommand, giveCommand, runCommand, takeCommand, showCommand]) {
    command.addCommand(make(context));
  }
  return command;
}

function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Make a roller for a session, or find it if somebody has. What is left out is as of the old session.")
    .option("--gives-until <time>", "when giving ends and the roll opens (default: 3 days after t2)")
    .option(
      "--t1 <time>",
      "first second of the next session's trading; the roll is open until then (default: a day later)",
    )
    .option("--t2 <time>", "first second of its settlement (default: it trades as long as the old one)")
    .option("--settle-limit <time>", "latest settleBy of its markets (default: as long after t2 as in the old one)")
    .option("--policy <address>", "contract that says who may take part in it (default: the old one's)")
    .option("--open-markets", "every registered trader may create markets; nobody can permit any otherwise")
    .option("--minimum <tokens>", "claims on an asset that a holder gives, if any (default: the least that is taken)")
    .option("--name <text>", "name of the next session token (default: the old one's)")
    .option("--symbol <text>", "symbol of it (default: the old one's)")
    .option("--dry-run", "only show its terms, and where it would lie");
  return withRollers(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExample:\n  session roll create --gives-until +3d --t1 +4d --t2 +34d --dry-run")
    .action(async (options: Options) => {
      const { handle, wallet, provider } = await openActor(context, options);
      const factory = await rollersOf(handle, options);
      const now = Number(await nextTime(provider));
      const plan = await rolling.planRoll(handle, factory, requestOf(now, options));
      const address = rollerAddress(factory, plan);
      if (options.dryRun === true) {
        context.answer({
          document: { dryRun: true, roller: address, ...planDocument(plan) },
          text: paragraphs(`Would make ${address}`, planText(plan)),
        });
        return;
      }
      const { receipt } = await rolling.openRoller(wallet, factory, plan);
      context.answer({
        document: {
          roller: address,
          ...planDocument(plan),
          ...(receipt === undefined ? { wasThere: true } : sentDocument(receipt)),
        },
        text: paragraphs(
          `${receipt === undefined ? "It is there already" : "Made"}: ${address}`,
          planText(plan),
          receipt === undefined ? "" : sentText(receipt),
          nextText(`roll give ${address}`, `roll show ${address}`),
        ),
      });
    });
}

/** @param now of the chain, unix seconds */
function requestOf(now: number, options: Options): rolling.RollRequest {
  const time = (flag: string, text: string | undefined): bigint | undefined =>
    text === undefined ? undefined : BigInt(parseTime(flag, text, now));
  const given = {
    givesUntil: time("--gives-until", options.givesUntil),
    t1: time("--t1", options.t1),
    t2: time("--t2", options.t2),
    settleLimit: time("--settle-limit", options.settleLimit),
    policy: options.policy === undefined ? undefined : parseAddress("--policy", options.policy),
    openMarkets: options.openMarkets,
    minimum:
      options.minimum === undefined
        ? undefined
        : aboveZero("--minimum", options.minimum, parseTokenWei(options.minimum)),
    name: options.name,
    symbol: options.symbol,
  };
  // What is undefined is not given: defaults are the client's.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function giveCommand(context: CliContext): Command {
  const command = new Command("give")
    .description("Give session and leg tokens of the old session to a roller: by default all that is in the wallet.")
    .argument("<roller>", "its address")
    .argument("[amount]", "session tokens, and nothing else")
    .option("--from-book", "exit the book into your inbox first, and give what is there: no approvals are needed");
  return withRollers(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExamples:\n  session roll give 0xROLLER\n  session roll give 0xROLLER --from-book")
    .action(async (roller: string, text: string | undefined, options: Options) => {
      const wanted = text === undefined ? undefined : aboveZero("amount", text, parseTokenWei(text));
      const actor = await openActor(context, options);
      const { handle, wallet } = actor;
      const now = await found(handle, roller, options);
      const { address } = now;
      const receipt =
        options.fromBook === true
          ? await giveFromBook(context, actor, now)
          : await fromWallet(handle, wallet, address, wanted);
      const claims = await rolling.givenBy(handle, address, wallet.address);
      context.answer({
        document: { roller: address, holder: wallet.address, claimWei: claims, ...sentDocument(receipt) },
        text: paragraphs(
          `Given, in all: ${claimsText(claims)}`,
          sentText(receipt),
          nextText(`roll run ${address}`, `roll take ${address} --back`),
        ),
      });
    });
}

type Wallet = Awaited<ReturnType<typeof openActor>>["wallet"];

async function fromWallet(handle: SessionHandle, wallet: Wallet, roller: string, wanted: bigint | undefined) {
  if (wanted !== undefined) return rolling.giveToRoller(handle, wallet, roller, wanted);
  const { sessionTokenWei, legTokenWei } = await walletOf(handle, wallet.address);
  return rolling.giveToRoller(handle, wallet, roller, sessionTokenWei, legTokenWei);
}

function runCommand(context: CliContext): Command {
  const command = new Command("run")
    .description("Roll: redeem all that was given, and make the next session of it. Anyone may.")
    .argument("<roller>", "its address");
  return withRollers(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExample:\n  session roll run 0xROLLER")
    .action(async (roller: string, options: Options) => {
      const { handle, wallet } = await openActor(context, options);
      const { address } = await found(handle, roller, options);
      const { receipt, next } = await rolling.rollNow(wallet, address);
      context.answer({
        document: { roller: address, next, ...sentDocument(receipt) },
        text: paragraphs(
          `Rolled into ${next}`,
          sentText(receipt),
          nextText(`roll take ${address}`, `show --session ${next}`),
        ),
      });
    });
}

function takeCommand(context: CliContext): Command {
  const command = new Command("take")
    .description("Take your part of the next session, or, before the roll, all that you have given back.")
    .argument("<roller>", "its address")
    .option("--back", "take back what you have given; the roll goes on without it")
    .option(
      "--inbox",
      "take what lies in your inbox and was not given: too late, too little, or another token of the session",
    )
    .option("--to <address>", "who receives it (default: the holder)");
  return withRollers(withSettings(command, "rpc", "session", "key"))
    .addHelpText(
      "after",
      "\nExamples:\n  session roll take 0xROLLER\n  session roll take 0xROLLER --back\n  session roll take 0xROLLER --inbox",
    )
    .action(async (roller: string, options: Options) => {
      const receiver = options.to === undefined ? undefined : parseAddress("--to", options.to);
      if (options.back === true && options.inbox === true) throw invalid("--inbox", "", "either --back or --inbox");
      const { handle, wallet } = await openActor(context, options);
      const { address, next } = await found(handle, roller, options);
      if (options.inbox === true) {
        await emptyInbox(context, { handle, wallet }, address, receiver ?? wallet.address);
        return;
      }
      const take = options.back === true ? rolling.takeBackFromRoller : rolling.takeFromRoller;
      const { receipt, sessionTokens, legTokens } = await take(wallet, address, receiver ?? wallet.address);
      const of = options.back === true ? handle.address : next;
      context.answer({
        document: {
          roller: address,
          session: of ?? null,
          to: receiver ?? wallet.address,
          sessionTokenWei: sessionTokens,
          legTokenWei: legTokens,
          ...sentDocument(receipt),
        },
        text: paragraphs(
          `Taken${options.back === true ? " back" : ""}: ${tokens(sessionTokens)} session tokens, ${claimsText(legTokens)}, of ${of ?? ""}`,
          sentText(receipt),
          options.back === true ? nextText("redeem all") : nextText(`use --session ${of ?? ""}`, "deposit AMOUNT"),
        ),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Show a roller: its terms, what was given, and what has come of it.")
    .argument("<roller>", "its address");
  return withRollers(withSettings(command, "rpc", "session"))
    .addHelpText("after", "\nExample:\n  session roll show 0xROLLER")
    .action(async (roller: string, options: Options) => {
      const handle = await openReader(context, options);
      const now = await found(handle, roller, options);
      const supplies = await Promise.all(handle.legs.map((_, k) => read(handle.session.outstandingClaims(k + 1))));
      context.answer({
        document: {
          roller: now.address,
          ...planDocument(now),
          next: now.next ?? null,
          legs: now.totals.map((given, k) => ({ leg: k + 1, givenWei: given, outstandingWei: supplies[k] ?? 0n })),
        },
        text: paragraphs(
          `Roller ${now.address}, ${now.next === undefined ? "not rolled" : `rolled into ${now.next}`}`,
          planText(now),
          table(
            ["asset", "given", "claims left in the old session"],
            now.totals.map((given, k) => [`leg ${String(k + 1)}`, tokens(given), tokens(supplies[k] ?? 0n)]),
          ),
          now.next === undefined
            ? nextText(`roll give ${now.address}`, `roll run ${now.address}`)
            : nextText(`roll take ${now.address}`),
        ),
      });
    });
}

async function found(handle: SessionHandle, text: string, options: Options): Promise<rolling.RollerNow> {
  const address = parseAddress("roller", text);
  return rolling.readRoller(handle, await rollersOf(handle, options), address);
}

function planDocument(plan: RollPlan): object {
  const { from, givesUntil, t1, t2, settleLimit, policy, openMarkets, minimum, name, symbol } = plan;
  return { from, givesUntil, t1, t2, settleLimit, policy, openMarkets, minimumWei: minimum, name, symbol };
}

function planText({ givesUntil, t1, t2, policy, openMarkets, minimum, name, symbol }: RollPlan): string {
  return facts([
    ["next session", `${printable(name, MAX_NAME_BYTES)} (${printable(symbol, MAX_NAME_BYTES)})`],
    ["giving", `until ${date(givesUntil)}, at least ${tokens(minimum)} of an asset`],
    ["roll", `from then until ${date(t1)}`],
    ["trading", `from ${date(t1)} until ${date(t2)}`],
    ["policy", policy === ZeroAddress ? "everybody" : policy],
    ["markets", openMarkets ? "every registered trader may create them" : "the basket alone"],
  ]);
}

function claimsText(claims: readonly bigint[]): string {
  return claims.map((claim, k) => `${tokens(claim)} of leg ${String(k + 1)}`).join(", ");
}
