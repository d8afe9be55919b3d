import { Command } from "commander";

import { invalid, MAX_SEED, parseInteger, readWords, type Request } from "../command/options.js";
import { parseSymbols } from "../stocks/options.js";

/** What is to be started. */
export interface LiveOptions {
  /** Of what the traders draw: the same seed gives the same draws. */
  readonly seed: bigint;
  /** Seconds of the chain that pass in a second. */
  readonly speed: number;
  /** Symbols of the basket's assets. */
  readonly symbols: readonly string[];
  readonly hasRelay: boolean;
  readonly hasMaker: boolean;
  /**
   * Whether the clock walks and the traders go on by themselves. Else the chain stands at one and the same moment whenever it is
   * started, and nothing moves but by `step`, `moveTo` and `settle`.
   */
  readonly isWalking: boolean;
}

export const USUAL: LiveOptions = {
  seed: 1n,
  speed: 1,
  symbols: ["AAPL", "MSFT"],
  hasRelay: true,
  hasMaker: true,
  isWalking: true,
};

const MAX_SPEED = 3_600n; // then the month is over in twelve minutes
const MOST_PORT = 65_535n;
const MAX_SYMBOLS = 5; // as many as the price file has

type Raw = Readonly<Record<"seed" | "speed" | "assets", string>> & {
  readonly relay: boolean;
  readonly maker: boolean;
  readonly json?: true;
  readonly page?: string | true;
};

/** As people ask for it. */
export interface LiveRequest extends LiveOptions {
  readonly json: boolean;
  /** The port on which the page is served over it; undefined for none. */
  readonly pagePort: number | undefined;
}

function describeCommand(): Command {
  return new Command("npm run lab live --")
    .description(
      "Starts a chain and a session on stocks that is open now, with a market on rain and one on the wettest month, six traders who go on trading, an automated maker and a relay. Ends on Ctrl-C, and leaves nothing behind.",
    )
    .option("--speed <factor>", `seconds of the chain that pass in a second, 1 to ${MAX_SPEED}`, String(USUAL.speed))
    .option("--assets <A,B,...>", `2 to ${MAX_SYMBOLS} of AAPL, AMZN, GOOG, IBM and MSFT`, USUAL.symbols.join(","))
    .option("--seed <number>", "the same seed gives the same traders", String(USUAL.seed))
    .option("--no-relay", "without a relay: orders are sent to the book")
    .option("--no-maker", "without an automated maker of the basket")
    .option("--page [port]", "the page over it, built and served on this machine; at that port, or at any that is free")
    .option("--json", "where it is, as one JSON line on stdout; progress goes to stderr")
    .allowExcessArguments(false);
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseOptions(words: readonly string[]): Request<LiveRequest> {
  const command = describeCommand();
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  const { seed, speed, assets, relay, maker, json, page } = command.opts<Raw>();
  const symbols = parseSymbols(assets);
  if (symbols.length > MAX_SYMBOLS) throw invalid("--assets", assets, `${MAX_SYMBOLS} symbols are the most`);
  return {
    kind: "run",
    options: {
      seed: parseInteger("--seed", seed, 0n, MAX_SEED),
      speed: Number(parseInteger("--speed", speed, 1n, MAX_SPEED)),
      symbols,
      hasRelay: relay,
      hasMaker: maker,
      isWalking: true,
      json: json === true,
      pagePort:
        page === undefined ? undefined : page === true ? 0 : Number(parseInteger("--page", page, 0n, MOST_PORT)),
    },
  };
}
