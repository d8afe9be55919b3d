/** The sessions whose logs are altered: every study, as its command runs it. */
import type { Provider } from "ethers";

import { loadMonth } from "../../lab/rainfall/forecast.js";
import { parseOptions as parseRainOptions } from "../../lab/rainfall/options.js";
import { runRainfall } from "../../lab/rainfall/simulation.js";
import type { Request } from "../../lab/command/options.js";
import type { CastStage } from "../../lab/session/cast.js";
import { parseOptions as parseStockOptions } from "../../lab/stocks/options.js";
import { loadHistory } from "../../lab/stocks/price-source.js";
import { runSession } from "../../lab/stocks/simulation.js";
import { loadYear } from "../../lab/wettest-month/beliefs.js";
import { parseOptions as parseYearOptions } from "../../lab/wettest-month/options.js";
import { runWettestMonth } from "../../lab/wettest-month/simulation.js";
import { readSessionLog } from "../../src/verify/read-session-log.js";
import type { SessionLog } from "../../src/verify/session-log.js";

const SILENT = { phase: () => undefined, step: () => undefined, month: () => undefined };

/** One that can be run, and its log be read. */
export interface SessionSource {
  readonly name: string;
  readonly run: () => Promise<SessionRun>;
}

/** Its log, and its chain, which goes on until it is closed. */
export interface SessionRun {
  readonly log: SessionLog;
  readonly provider: Provider;
  readonly close: () => Promise<void>;
}

export const SESSIONS: readonly SessionSource[] = [
  {
    name: "npm start",
    run: async () => {
      const options = optionsOf(parseStockOptions(["--no-maker"]));
      const { stage } = await runSession(options, loadHistory([], options), SILENT);
      return logOf(stage);
    },
  },
  {
    name: "rainfall",
    run: async () => {
      const options = optionsOf(parseRainOptions([]));
      const { stage } = await runRainfall(options, loadMonth(undefined, options.month), SILENT);
      return logOf(stage);
    },
  },
  {
    name: "wettest-month",
    run: async () => {
      const options = optionsOf(parseYearOptions([]));
      const { stage } = await runWettestMonth(options, loadYear(undefined, options.year), SILENT);
      return logOf(stage);
    },
  },
];

function optionsOf<Options>(request: Request<Options>): Options {
  if (request.kind === "run") return request.options;
  throw new Error("a command without words asks for no help");
}

async function logOf({ chain, handle }: CastStage): Promise<SessionRun> {
  const log = await readSessionLog(handle.address, chain.provider);
  return { log, provider: chain.provider, close: () => chain.close() };
}
