/** A session with positions, as the page's stress test has it. */
import { holdingsIn } from "../../../../app/data/mirror/holders.js";
import type { RiskGround, RiskInput } from "../../../../app/views/risk/model.js";
import { createProjector } from "../../../../src/history/projector.js";
import type { AssetUnits, TokenWei } from "../../../../src/protocol/amounts/units.js";
import { blocksOf, eventfulRun, projectAll } from "../../../history/support.js";

const run = eventfulRun(11, 160);
const blocks = blocksOf(run.logged);
const projector = createProjector(run.stage.terms, 1_000);
projectAll(projector, blocks);

export const holdings = holdingsIn(projector.state, blocks.flatMap(({ records }) => records), 7); // prettier-ignore
export const count = projector.state.terms.assets;
export const assets = Array.from({ length: count }, (_, k) => ({ symbol: `A${k + 1}`, decimals: k === 0 ? 6 : 18 }));
const most = holdings.pool.reduce((a, b) => (a > b ? a : b));

export const ground: RiskGround = {
  holdings,
  assets,
  roots: [],
  basket: {
    quantities: assets.map((_, k) => BigInt(1_000_003 * (k + 1)) as AssetUnits),
    supply: (most * 3n + 7n) as TokenWei,
  },
};

export const input: RiskInput = {
  prices: assets.map((_, k) => `${100 + k}.25`),
  ranges: assets.map((_, k) => (k < 2 ? { from: "-30", to: "30", steps: "3" } : undefined)),
  numeraire: "price",
  baseline: "deposits",
  outcomes: new Map(),
  moving: {
    volatilities: assets.map(() => ""),
    correlations: new Map(),
    sigmas: "3",
    loss: "",
    box: assets.map(() => ""),
    all: "0.9",
    relative: false,
  },
};
