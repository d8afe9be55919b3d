/** The ranking of a stress test: the worst scenarios of each of many holders, beside the plain sum of every gain as a fraction. */
import { compare, type Fraction, fraction } from "../../src/protocol/amounts/fraction.js";
import { gainOf, worstMoves } from "../../src/risk/ranking.js";
import type { Part, PartOptions, PartResult, Row } from "../part.js";
import { rounded, secondsOf } from "./measure.js";

const ASSETS = 16;
const WORST = 3;
/** Holders of whom every gain is computed exactly too. */
const JUDGED = 20;
const SCALE = 10n ** 18n;

function run({ quick, onProgress }: PartOptions): Promise<PartResult> {
  const [holders, scenarios] = quick ? [200, 50] : [10_000, 1_000];
  onProgress(`stress: ${holders} holders, ${scenarios} scenarios`);
  const draw = drawing();
  const exposures = rowsOf(holders, () => fraction((draw() - SCALE / 2n) * 1_000n, SCALE));
  const moves = rowsOf(scenarios, () => fraction(draw() - SCALE / 2n, SCALE));
  let found: ReturnType<typeof worstMoves> = [];
  const ranking = secondsOf(() => {
    found = worstMoves(exposures, moves, WORST);
  });
  const plain = secondsOf(() => {
    exposures.slice(0, JUDGED).forEach((exposure, holder) => {
      requireSame(plainly(exposure, moves), found[holder]?.map(({ move }) => move) ?? [], holder);
    });
  });
  return Promise.resolve({ rows: rowsFor(holders, scenarios, ranking, plain), pictures: [], notes: NOTES });
}

function rowsFor(holders: number, scenarios: number, ranking: number, plain: number): Row[] {
  const size = `of ${scenarios} scenarios for each of ${holders} holders of ${ASSETS} assets`;
  return [
    { id: "ranking", what: `the worst ${WORST} ${size}`, value: rounded(ranking), unit: "s", aim: 1 },
    {
      id: "ranking plain",
      what: "the same by exact gains, sorted: from a few holders, for all of them",
      value: rounded((plain * holders) / JUDGED),
      unit: "s",
    },
  ];
}

const NOTES = [
  "Floats find which scenarios may be a holder's worst, with a bound on their rounding; exact fractions decide among those. The first holders are compared with all gains, exactly.",
];

function rowsOf(count: number, entry: () => Fraction): Fraction[][] {
  return Array.from({ length: count }, () => Array.from({ length: ASSETS }, entry));
}

/** Numbers below 10^18, the same in each run: a linear congruence of 64 bits (Knuth's MMIX). */
function drawing(): () => bigint {
  let state = 1n;
  return () => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return state % SCALE;
  };
}

function plainly(exposure: readonly Fraction[], moves: readonly (readonly Fraction[])[]): number[] {
  return moves
    .map((move, index) => ({ index, gain: gainOf(exposure, move) }))
    .sort((a, b) => compare(a.gain, b.gain) || a.index - b.index)
    .slice(0, WORST)
    .map(({ index }) => index);
}

function requireSame(plain: readonly number[], found: readonly number[], holder: number): void {
  if (plain.join() !== found.join())
    throw new Error(`holder ${holder}: plainly ${plain.join()}, ranked ${found.join()}`);
}

export const stress: Part = { name: "stress", title: "Ranking of stress scenarios", run };
