import { passiveSlice, totalAllocation } from "../../src/protocol/value/allocations.js";
import { compare, type Fraction, fraction, sum } from "../../src/protocol/amounts/fraction.js";
import { allocationValue } from "../../src/protocol/value/valuation.js";
import { formatFixed, ONE } from "../command/decimals.js";
import { formatMonth } from "../command/months.js";
import { countEvents, type ProofLine, renderProof, roleOf, sessionProofLines, timedNote } from "../command/report.js";
import { renderSparkline, renderTable } from "../command/text.js";
import type { RootNow } from "../../src/protocol/maker/maker.js";
import type { Holder } from "../session/cast.js";
import type { MadeMaker } from "./maker.js";
import { batchesOf, MONEY, type SessionRun } from "./simulation.js";
import type { MonthStep } from "./trading.js";

/** A weight or a leg's price as a percentage; a dash where there is none. */
function percent(ticks: bigint | undefined, scale: bigint): string {
  return ticks === undefined ? "-" : `${formatFixed(ticks * 100n, scale, 2)} %`;
}

/** One month: prices, true weights, the weights that the book implies, and its best bid and ask. */
export function renderMonth(step: MonthStep, symbols: readonly string[], scale: bigint): string {
  const { makerPrices } = step;
  const rows = symbols.map((symbol, k) => [
    symbol,
    formatFixed(step.spot[k] ?? 0n, ONE, 2),
    percent(step.weights[k], scale),
    ...(makerPrices === undefined ? [] : [percent(makerPrices[k], scale)]),
    percent(step.impliedWeights?.[k], scale),
    percent(step.quotes[k]?.bid, scale),
    percent(step.quotes[k]?.ask, scale),
  ]);
  const made = makerPrices === undefined ? [] : ["maker began at"];
  const header = ["asset", "spot", "true weight", ...made, "book's weight", "best bid", "best ask"];
  return `${formatMonth(step.month)}: ${countEvents(step.batches, step.expired)}\n${renderTable(header, rows)}\n`;
}

/** What came of it all, after the last month: a sentence, a table, the proof, the price. The weights too, if all is told. */
export function renderResult(run: SessionRun): string {
  const { options, stage, proof } = run;
  const timed = !options.direct;
  return [
    ...(options.verbose ? [renderPicture(run)] : []),
    renderSentence(run),
    renderOutcomes(run),
    ...(run.maker === undefined ? [] : [renderMaker(run, run.maker)]),
    renderProof([...sessionProofLines(proof, timed), ...makerProofLines(proof)], stage),
    renderPrice(run),
    ...(timed ? [timedNote(timed)] : []),
  ].join("\n\n");
}

function renderSentence(run: SessionRun): string {
  const { options, settlement, proof } = run;
  const { symbols, quantities, traders, from, to } = options;
  const basket = symbols.map((symbol, k) => `${shares(quantities[k] ?? 0n)} ${symbol}`).join(" and ");
  const { fills } = proof.logsVerified.figures;
  const orders = batchesOf(run).flatMap((batch) => batch.orders.filter(({ tradeRootId }) => tradeRootId !== undefined));
  const ranked = settlement.outcomes.toSorted((a, b) => compare(b.profit, a.profit));
  const [best, worst] = [ranked.at(0), ranked.at(-1)];
  const named = (one: typeof best): string =>
    one === undefined ? "nobody" : `${one.holder.name} (${roleIn(run, one.holder)}), ${money(one.profit, true)}`;
  return `${traders} traders held ${basket} together from ${formatMonth(from)} to ${formatMonth(to)} and traded who takes home how much of which: ${orders.length} signed orders, ${fills} fills; best ${named(best)}, worst ${named(worst)}.`;
}

const shares = (units: bigint): string => formatFixed(units, ONE, 6).replace(/\.?0+$/, "");
const money = ({ numerator, denominator }: Fraction, sign = false): string =>
  formatFixed(numerator, denominator * MONEY, 2, sign);

const tokens = (wei: bigint): string => formatFixed(wei, ONE, 2);

/** The sponsor is no trader, and has a role of its own. */
function roleIn({ maker }: SessionRun, holder: Holder): string {
  return holder.address === maker?.sponsored.sponsor.address ? "pays for the maker" : roleOf(holder);
}

/** What the automated maker has done, and what that was to its sponsor. */
function renderMaker({ steps, options, proof }: SessionRun, { sponsored, terms, root }: MadeMaker): string {
  const fills = steps.flatMap(({ makerFills }) => makerFills);
  const lots = fills.reduce((sum, { lots: one }) => sum + (one < 0n ? 0n - one : one), 0n);
  const began = steps[0]?.makerPrices?.map(
    (price, k) => `${options.symbols[k] ?? ""} ${percent(price, scaleOf(root))}`,
  );
  return [
    `Automated maker ${sponsored.address}: quoted from the first minute, beginning with ${(began ?? []).join(" and ")},`,
    `b = ${terms.liquidity} lots; ${fills.length} trades of ${lots} lots in all with those who take at once. Its sponsor paid in ${tokens(sponsored.deposit)} session`,
    `tokens, the most that could be lost, and ${costOf(proof)} at the last prices.`,
  ].join("\n");
}

/** In session tokens. */
function costOf({ makerCostWithinBound }: SessionRun["proof"]): string {
  const { numerator, denominator } = makerCostWithinBound?.figures.paid ?? fraction(0n);
  const isGain = numerator < 0n;
  return `${isGain ? "gained" : "lost"} ${formatFixed(isGain ? -numerator : numerator, denominator * ONE, 2)}`;
}

function scaleOf(root: RootNow): bigint {
  return root.kind === "legs" ? root.scale : root.bounds.upper;
}

function makerProofLines(proof: SessionRun["proof"]): ProofLine[] {
  const { makerCostWithinBound: cost, makerFillsAtCost: atCost, makerPositionMatches: position } = proof;
  if (cost === undefined || atCost === undefined || position === undefined) return [];
  const { bound } = cost.figures;
  const { fills, tooCheap } = atCost.figures;
  return [
    ["sponsor's cost <= deposit", cost.ok, `${costOf(proof)}; at most ${tokens(bound)} session tokens could be lost`],
    ["maker's fills at its prices", atCost.ok, `${fills} fills, ${tooCheap.length} too cheap`],
    ["maker's position from fills", position.ok, `as on the chain: ${position.figures.onChain.join(", ")} lots`],
  ];
}

/** One line for each holder, and the sums, which are the basket and zero. */
function renderOutcomes(run: SessionRun): string {
  const { settlement, steps, stage } = run;
  const { outcomes } = settlement;
  const { symbols, basket } = stage;
  const last = steps.at(-1);
  const rows = outcomes.map(({ holder, allocation, delivered, profit }) => {
    const slice = allocationValue(passiveSlice(basket, holder.received), last?.spot ?? []);
    return [
      holder.name,
      roleIn(run, holder),
      formatFixed(holder.received, ONE, 2),
      ...symbols.flatMap((_, k) => [
        formatFixed(allocation[k]?.numerator ?? 0n, (allocation[k]?.denominator ?? 1n) * ONE, 4),
        formatFixed(delivered[k] ?? 0n, ONE, 4),
      ]),
      money(profit, true),
      slice.numerator === 0n ? "-" : `${formatFixed(profit.numerator * 100n, slice.numerator, 2, true)} %`,
    ];
  });
  const header = ["holder", "behaviour", "received", ...symbols.flatMap((s) => [`${s} allocated`, "delivered"])];
  return [
    "Received in session tokens; allocated and delivered in shares; P&L in the prices' currency, against holding what was",
    `received, at the last prices${last === undefined ? "" : ` (${formatMonth(last.month)})`}`,
    renderTable([...header, "P&L", "P&L in %"], [...rows, sumsOf(settlement, symbols)]),
  ].join("\n");
}

function sumsOf({ outcomes }: SessionRun["settlement"], symbols: readonly string[]): string[] {
  const totals = totalAllocation(outcomes.map(({ allocation }) => allocation));
  const total = (amounts: readonly bigint[]): bigint => amounts.reduce((subtotal, amount) => subtotal + amount, 0n);
  return [
    "all",
    "",
    formatFixed(total(outcomes.map(({ holder }) => holder.received)), ONE, 2),
    ...symbols.flatMap((_, k) => [
      formatFixed(totals[k]?.numerator ?? 0n, (totals[k]?.denominator ?? 1n) * ONE, 4),
      formatFixed(total(outcomes.map(({ delivered }) => delivered[k] ?? 0n)), ONE, 4),
    ]),
    money(sum(outcomes.map(({ profit }) => profit)), true),
    "",
  ];
}

/** In gas, ether and money, at prices that the user states: no network is asked. */
function renderPrice({ options, settlement, stage, proof, steps, maker }: SessionRun): string {
  const { gasPrice, etherPrice, direct } = options;
  const { orders, gas } = proof.gasPerOrder.figures;
  const people = BigInt(stage.participants.length);
  const leaving = people + (maker === undefined ? 0n : 1n);
  const made = steps.flatMap(({ throughMaker }) => throughMaker.flatMap((batch) => batch.gas));
  const makerGas = made.reduce((sum, one) => sum + one, 0n);
  const mark = direct ? "" : "*";
  const row = (what: string, count: bigint, spent: bigint, timed: string): string[] => [
    what,
    count.toString(),
    count === 0n ? "-" : `${spent / count}${timed}`,
    `${spent.toString()}${timed}`,
    formatFixed(spent * gasPrice, ONE, 6),
    formatFixed(spent * gasPrice * etherPrice, ONE * ONE, 2),
  ];
  const all = gas + makerGas + stage.depositGas + settlement.exitGas;
  const rows = [
    row("orders", BigInt(orders), gas, mark),
    ...(maker === undefined ? [] : [row("orders through the maker", BigInt(made.length), makerGas, "")]),
    row("deposits", people, stage.depositGas, ""),
    row("exits, in kind", leaving, settlement.exitGas, ""),
    ["all", "", "", ...row("", 0n, all, mark).slice(3)],
  ];
  const at = `${formatFixed(gasPrice, 10n ** 9n, 2)} gwei and ${formatFixed(etherPrice, ONE, 2)} an ether`;
  return `Price at ${at} (--gas-price, --eth-price)\n${renderTable(["what", "how many", "gas each", "gas", "ether", "money"], rows)}`;
}

function renderPicture({ steps, options, stage }: SessionRun): string {
  const { scale } = stage.handle.basket;
  const lines = options.symbols.flatMap((symbol, k) => {
    const actual = steps.map(({ weights }) => weights[k]);
    const implied = steps.map(({ impliedWeights }) => impliedWeights?.[k]);
    const all = [...actual, ...implied].filter((value) => value !== undefined);
    const low = all.reduce((least, value) => (value < least ? value : least));
    const high = all.reduce((most, value) => (value > most ? value : most));
    return [
      [symbol, "true", renderSparkline(actual, low, high), `${percent(low, scale)} to ${percent(high, scale)}`],
      ["", "book", renderSparkline(implied, low, high), ""],
    ];
  });
  const width = Math.max(...options.symbols.map((symbol) => symbol.length));
  const drawn = lines.map(([symbol = "", kind = "", bars = "", range = ""]) =>
    `${symbol.padEnd(width)}  ${kind}  ${bars}  ${range}`.trimEnd(),
  );
  return ["Weights, month by month", ...drawn].join("\n");
}
