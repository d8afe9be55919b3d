import { Command } from "commander";
import type { Provider } from "ethers";

import { fastCrypto } from "../../bindings/fast-crypto.js";
import { streamSessionLog } from "../../verify/read-session-log.js";
import type { Grant } from "../../verify/grants.js";
import type { VerifyReport } from "../../verify/report.js";
import type { SessionLogStream } from "../../verify/session-log.js";
import { failureOf, grantsOf, type Verdict } from "../../verify/verdict.js";
import { verifySession } from "../../verify/verify-session.js";
import { logOfRelay } from "../ask-relay.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { printJson } from "../output/json.js";
import { logProgress } from "../output/log-progress.js";
import { openLogFile } from "../input/log-file.js";
import { invalid } from "../../input/errors.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { facts, paragraphs, table, tokens } from "../output/text.js";

interface Options extends Omit<SettingOptions, "relay"> {
  readonly logs?: string;
  readonly relay?: string | true;
}

/** `session verify`: checks a session from its logs. */
export function verifyCommand(context: CliContext): Command {
  const command = new Command("verify")
    .description("Check a session from its logs alone: every signature, link, match, bound, account and token.")
    .option("--logs <file>", "a file of `session logs`; without --rpc no node is asked")
    .option("--relay [url]", "the log that a relay keeps, up to the last final block; without --rpc no node is asked");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
With --logs or --relay and --rpc every record is compared with the chain's own.
Exit status 0 if everything holds; 1 if something does not: then the first record that does not, and why; 3 if it holds as far as
could be checked: then what must be granted for the rest, and what to do for it to be checked.

Examples:
  session verify --rpc http://127.0.0.1:8545 --session 0xSESSION
  session verify --logs session.log
  session verify --relay https://relay.example
  session verify --logs session.log --rpc https://my.node`,
    )
    .action(async (options: Options) => {
      const onProgress = logProgress(context);
      const { stream, provider } = await open(context, options, onProgress);
      const report = await verifySession(stream, {
        onProgress,
        crypto: await fastCrypto(),
        ...(provider === undefined ? {} : { provider }),
      });
      const { kind } = report.verdict;
      context.answer({ document: report, text: textOf(report), holds: kind === "holds-if" ? "if" : kind === "holds" });
    });
}

interface Source {
  readonly stream: SessionLogStream;
  readonly provider: Provider | undefined;
}

/** With a file only a node that is named beside it is asked: one in the environment may be of another chain. */
async function open(
  context: CliContext,
  { logs, relay, ...options }: Options,
  onProgress: ReturnType<typeof logProgress>,
): Promise<Source> {
  if (logs !== undefined && relay !== undefined) throw invalid("--relay", "…", "either a file or a relay");
  if (logs === undefined && relay === undefined) {
    const { rpc, session, fromBlock } = readSettings(context, options, "rpc", "session", "fromBlock");
    const provider = await connect(context, rpc);
    return { stream: await streamSessionLog(session, provider, { fromBlock, onProgress }), provider };
  }
  const provider =
    options.rpc === undefined ? undefined : await connect(context, readSettings(context, options, "rpc").rpc);
  const stream =
    relay === undefined ? await openLogFile(context, logs ?? "") : await logOfRelay(context, relay, options);
  requireSession(context, options, stream.header.session);
  return { stream, provider };
}

/** A file says itself which session it is of; a flag may ask for that one. */
function requireSession(context: CliContext, options: SettingOptions, logged: string): void {
  if (options.session === undefined) return;
  const { session } = readSettings(context, options, "session");
  if (session !== logged) throw invalid("--session", session, `the session of the file, ${logged}, or no --session`);
}

function textOf(report: VerifyReport): string {
  const { verdict, session, fromBlock, toBlock, counts, code, link, traders, checksum, checked } = report;
  const failure = failureOf(verdict);
  return paragraphs(
    `Session ${session} ${headline(verdict)}`,
    failure === undefined ? "" : printJson({ failure }).trimEnd(),
    grantsText(grantsOf(verdict)),
    facts([
      ["blocks", `${fromBlock} to ${toBlock}`],
      ...Object.entries(counts).map(([name, count]) => [spaced(name), String(count)] as const),
      ...Object.entries(code).flatMap(([name, build]) =>
        build === undefined ? [] : [[`code of the ${spaced(name)}`, `known: version ${build}`] as const],
      ),
      ["link", link],
      ["sha256 of the log", checksum],
    ]),
    table(
      ["trader", "claims", "open orders"],
      traders.map(({ trader, claims, openOrders }) => [trader, claims.map(tokens).join(" / "), String(openOrders)]),
    ),
    `Checked:\n${checked.map((line) => `- ${line}`).join("\n")}`,
  );
}

function headline(verdict: Verdict): string {
  if (verdict.kind === "holds") return "HOLDS";
  if (verdict.kind === "does-not-hold") return "DOES NOT HOLD";
  const { length } = verdict.grants;
  return `HOLDS IF ${length === 1 ? "one thing is" : `${length} things are`} granted`;
}

/** What is granted, of whom, and what to do about it; what many have in common is said once. */
function grantsText(grants: readonly Grant[]): string {
  if (grants.length === 0) return "";
  const lines = grants.flatMap(({ code, sentence, count, subjects }) => [
    `- ${code}: ${sentence}`,
    ...subjects.map((subject) => `    ${subject}`),
    ...(count > subjects.length ? [`    and ${count - subjects.length} more`] : []),
  ]);
  const remedies = [...new Set(grants.map(({ remedy }) => remedy))];
  const ways = remedies.map((remedy) => {
    const codes = grants.flatMap((grant) => (grant.remedy === remedy ? [grant.code] : []));
    return `- ${remedy}\n    for ${codes.join(", ")}`;
  });
  return `To be granted:\n${lines.join("\n")}\n\nTo have it checked instead:\n${ways.join("\n")}`;
}

/** `tokenTransfers` as people write it. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
