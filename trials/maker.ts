/** Automated makers tried hard: losses over random lives in whole numbers, and random orders through makers on a chain. */
import { network } from "hardhat";

import { tryLosses } from "./maker/losses.js";
import { tryOnChain } from "./maker/on-chain.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "./trial.js";

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    trades: { type: "string", default: "1000000" },
    "on-chain": { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  });
  const counts = wholeNumbers(values, ["trades", "on-chain", "seed"], 0);
  tell(`${counts.trades} trades in whole numbers ...`);
  const losses = tryLosses(counts.trades, BigInt(counts.seed));
  const bounded = report(
    `${losses.trades} trades in ${losses.lives} lives: nearest to its deposit a maker lost ${losses.nearest} millionths of it`,
    losses.problems,
  );
  tell(`${counts["on-chain"]} orders on a chain ...`);
  const chain = await tryOnChain(await network.create(), counts["on-chain"], BigInt(counts.seed));
  const covered = report(
    `${chain.trades} orders, ${chain.refused} refused, ${chain.lotsOfMakers} lots through makers: worth at worst ${chain.least} wei`,
    chain.problems,
  );
  return bounded && covered ? EXIT.held : EXIT.failed;
}
