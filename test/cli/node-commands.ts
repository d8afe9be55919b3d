/** The commands that ask a node, for what is tried with each of them. */
import { join } from "node:path";

import { between } from "../protocol/markets.js";
import { tick, wei } from "../protocol/support.js";
import { ownBuild } from "../../src/deployment/build.js";
import { PROFILE } from "../deployment/support.js";
import { writeDescription } from "../../src/protocol/market/description.js";
import { addEvent, HOUR, trade, type World } from "./world.js";

/** Root 2 is counted in tenths of a millimetre, root 3 is an event; fills, and an open order of each trader. */
export async function withMarkets(world: World): Promise<void> {
  const { owner, handle } = world;
  const head = { title: "Rain", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" };
  await owner.createInterval({
    ...{ bounds: between(0, 1_000), tickValue: wei(10n ** 13n), fallbackOutcome: tick(0) },
    ...{ closesAt: BigInt(handle.t2), settleBy: BigInt(handle.t2), description: writeDescription(head, "") },
  });
  await addEvent(world, 3);
  await trade(world, world.alice, "buy", "100", "--leg", "1", "--price", "55%");
  await trade(world, world.bob, "sell", "60", "--leg", "1", "--price", "55%");
  await trade(world, world.bob, "sell", "5", "--market", "2", "--price", "40mm");
}

/** What a command is tried with. */
export interface NodeCommand {
  readonly words: readonly string[];
  /** Whose key it has. */
  readonly by: "alice" | "organiser";
  /** Its exit status: 1 where what it names is something else, which the node is asked. */
  readonly status: 0 | 1;
}

/** What their words name. */
export interface Named {
  readonly assets: readonly string[];
  readonly alice: { readonly address: string };
  readonly carol: { readonly address: string };
  readonly folder: string;
  readonly handle: { readonly address: string; readonly t1: number };
}

const PRICES = ["--prices", "AU=10,AG=5"];

/** Of a session `withMarkets`. None of them changes anything on the chain. */
export function readingCommands({ assets, carol, alice, folder, handle }: Named): NodeCommand[] {
  const times = ["--t1", String(handle.t1 + HOUR), "--t2", String(handle.t1 + 2 * HOUR)];
  const market = ["--title", "t", "--lower", "0", "--upper", "9", "--tick-value", "0.1", "--fallback", "5"];
  const [gold = "", other, artifacts] = [assets[0], carol.address, ownBuild(PROFILE)];
  const byAlice: readonly (readonly string[])[] = [
    ["show"],
    ["markets"],
    ["market", "show", "2"],
    ["book", "--leg", "1"],
    ["positions"],
    ["orders"],
    ["fills"],
    ["collateral"],
    ["monitor"],
    ["verify"],
    ["logs", "--out", join(folder, "log")],
    ["dataset", "--out", join(folder, "dataset")],
    ["measure"],
    ["stress", ...PRICES],
    ["stress", "reverse", ...PRICES, "--volatility", "AU=20%,AG=15%", "--loss", "50"],
    ["stress", "roots"],
    ["stress", "unwind"],
    ["stress", "herding", "--period", "+1d"],
    ["trade", "buy", "1", "--leg", "1", "--price", "40%", "--dry-run"],
    ["trade", "buy", "1", "--market", "2", "--price", "4mm", "--sign-only"],
    ["cancel", "1", "--sign-only", "--deadline", "+1h"],
    ["transfer", "1", other, "--dry-run"],
    [
      "create",
      "--asset",
      `${gold}=1`,
      "--supply",
      "1",
      ...times,
      "--name",
      "n",
      "--symbol",
      "s",
      "--salt",
      "s",
      "--dry-run",
    ],
    ["deploy", "--artifacts", artifacts, "--dry-run"],
    ["use", handle.address, "--name", "mine"],
  ];
  const roll = ["--gives-until", "+30d", "--t1", "+40d", "--t2", "+60d", "--settle-limit", "+70d"];
  const refused: readonly (readonly string[])[] = [
    ["maker", "create", "--liquidity", "500", "--maker-factory", gold, "--dry-run"],
    ["maker", "show", other],
    ["sale", "show", other],
    ["policy", "check", other, alice.address],
    ["roll", "create", ...roll, "--dry-run"],
  ];
  const byOrganiser: readonly (readonly string[])[] = [
    ["market", "create", ...market, "--closes", "+1h", "--settle-by", "+2h", "--dry-run"],
    ["market", "tighten", "2", "--lower", "10", "--upper", "20", "--dry-run"],
    ["market", "settle", "2", "4", "--dry-run"],
  ];
  return [
    ...byAlice.map((words) => ({ words, by: "alice", status: 0 }) as const),
    ...refused.map((words) => ({ words, by: "alice", status: 1 }) as const),
    ...byOrganiser.map((words) => ({ words, by: "organiser", status: 0 }) as const),
  ];
}

/** Each is done, and each leaves the chain as another. */
export function writingCommands({ carol }: World): NodeCommand[] {
  const byAlice: readonly (readonly string[])[] = [
    ["deposit", "1"],
    ["deposit", "1", "--for", carol.address],
    ["withdraw", "1"],
    ["transfer", "1", carol.address, "--yes"],
    ["split", "1"],
    ["trade", "buy", "1", "--market", "2", "--price", "4mm"],
    ["cancel", "--all"],
    ["refresh", "2"],
  ];
  const byOrganiser: readonly (readonly string[])[] = [
    ["market", "tighten", "2", "--lower", "10mm", "--upper", "20mm", "--yes"],
    ["market", "strike-out", "3", "2", "--yes"],
    ["market", "settle", "2", "4mm", "--yes"],
  ];
  return [
    ...byAlice.map((words) => ({ words, by: "alice", status: 0 }) as const),
    ...byOrganiser.map((words) => ({ words, by: "organiser", status: 0 }) as const),
  ];
}

/** The others that ask a node, about what is not there: for nodes that answer nothing, which is told before anything of it is. */
export function otherCommands({ assets, carol }: Named): NodeCommand[] {
  const [gold = "", other, artifacts] = [assets[0], carol.address, ["--artifacts", ownBuild(PROFILE)]];
  const words: readonly (readonly string[])[] = [
    ["fund"],
    ["merge", "1"],
    ["realise", "2"],
    ["exit"],
    ["redeem", "all"],
    ["clock", "t2"],
    ["market", "branch", "2", "--lower", "2", "--upper", "4"],
    ["maker", "fund", other],
    ["maker", "quote", other, "1", "10"],
    ["maker", "close", other],
    ["sale", "create", ...artifacts, "--premium", gold, "--price", "2", "--opens", "+1h", "--closes", "+2h"],
    ["sale", "offer", other, "5"],
    ["sale", "buy", other, "5", "--max-pay", "5", "--yes"],
    ["roll", "give", other, "1"],
    ["roll", "run", other],
    ["roll", "take", other],
    ["roll", "show", other],
    [
      "policy",
      "record",
      ...artifacts,
      "--root",
      `0x${"ab".repeat(32)}`,
      "--least-profit",
      "0",
      "--least-information",
      "0",
    ],
    ["policy", "pay", other],
    ["policy", "collect", other],
    ["policy", "stake", other, "5"],
    ["policy", "unstake", other],
    ["policy", "present", other, "--uid", `0x${"ab".repeat(32)}`],
    ["fixing", "fix", other, "1"],
    ["fixing", "show", other],
    ["window", "offer", other, "5"],
    ["window", "buy", other, "1", "5", "--max-cost", "5"],
    ["window", "pull", other],
    ["window", "show", other],
    ["settler", "assert", other, "2", "345", "--yes"],
    ["settler", "record", other, "2"],
    ["settler", "show", other],
    ["oracle", "show", other, "--loan", gold],
    ["deploy", "router", ...artifacts, "--dry-run"],
  ];
  return words.map((one) => ({ words: one, by: "alice", status: 1 }));
}
