import { betaOf } from "../../src/protocol/maker/maker.js";
import { compare, fraction } from "../../src/protocol/amounts/fraction.js";
import { formatFixed, ONE } from "../command/decimals.js";
import { countEvents, type ProofLine, renderProof, roleOf, sessionProofLines } from "../command/report.js";
import { renderSparkline, renderTable } from "../command/text.js";
import { paidBySponsor } from "./proof.js";
import type { MakerRun, MakerStep } from "./run.js";
import type { Story } from "./story.js";

/** One step: who came, and what the news said. */
export function renderStep({ label, batches, news }: MakerStep, { name }: Story): string {
  const told = news === 0n ? "" : `; the news was worth ${nats(news)} nats`;
  return `${name} ${label}: ${countEvents(batches, 0)}${told}\n`;
}

export function renderResult(runs: readonly MakerRun[]): string {
  return [...runs.map(renderRun), renderSponsors(runs)].join("\n\n\n");
}

function renderRun(run: MakerRun): string {
  const { story, stage, settlement } = run;
  const rows = settlement.outcomes.map(({ holder, profit }) => [
    holder.name,
    holder.name === run.sponsored.sponsor.name ? "pays for the maker" : roleOf(holder),
    tokens(holder.received),
    formatFixed(profit.numerator, profit.denominator * ONE, 2, true),
  ]);
  return [
    story.title,
    renderPaths(run),
    `P&L in session tokens${story.close === undefined ? ", legs at the last month's prices" : ""}\n${renderTable(["holder", "behaviour", "brought", "P&L"], rows)}`,
    renderProof(proofLines(run), stage),
  ].join("\n\n");
}

/** The price of each branch that moved, from the prior on. */
function renderPaths({ story, steps }: MakerRun): string {
  const rows = story.names.flatMap((name, b) => {
    const path = steps.map(({ prices }) => prices[b]);
    const known = path.filter((price) => price !== undefined);
    const [first, last] = [known[0], known.at(-1)];
    if (first === undefined || last === undefined) return [];
    const [low, high] = [least(known), most(known)];
    if (low === high) return [];
    return [[name, renderSparkline(path, low, high), price(low), price(high), price(last)]];
  });
  return `The maker's prices after each step, in ticks\n${renderTable(["market", "path", "lowest", "highest", "last"], rows)}`;
}

/** What each sponsor paid, what it could have been, and what was learned for it. */
function renderSponsors(runs: readonly MakerRun[]): string {
  const rows = runs.map((run) => {
    const { story, sponsored, proof } = run;
    const paid = paidBySponsor(run);
    const { learned, news, bought, all } = proof.natsMatch.figures;
    return [
      story.name,
      formatFixed(paid.numerator, paid.denominator * ONE, 2),
      tokens(sponsored.deposit),
      tokens(betaOf(story.maker, story.root) * story.tickValue),
      nats(bought),
      nats(news),
      nats(learned),
      nats(all),
    ];
  });
  const header = [
    "market",
    "sponsor paid",
    "at most",
    "price of a nat",
    "nats bought",
    "nats of news",
    "learned",
    "of",
  ];
  return [
    `What the sponsors paid, in session tokens, and what was learned\n${renderTable(header, rows)}`,
    "nats bought: what traders have brought into the prices; a sponsor pays for them, less what roundings gave it. news: what the owner\nsaid. learned: by how much the last prices are nearer to the outcome than the prior was, of all that they could be.",
  ].join("\n");
}

function proofLines(run: MakerRun): ProofLine[] {
  const { proof, sponsored } = run;
  const { paid, boundOfOutcome } = proof.costWithinBound.figures;
  const { fills, gained, tooCheap } = proof.fillsAtCost.figures;
  const { bought, paid: natsPaid, roundings } = proof.natsMatch.figures;
  const verb = compare(paid, fraction(0n)) < 0 ? "gained" : "paid";
  const amount = formatFixed(paid.numerator < 0n ? -paid.numerator : paid.numerator, paid.denominator * ONE, 2);
  return [
    ...sessionProofLines(proof),
    [
      "cost <= bound",
      proof.costWithinBound.ok,
      `${verb} ${amount} of at most ${tokens(sponsored.deposit)}; of this outcome at most ${tokens(boundOfOutcome)}`,
    ],
    [
      "fills at the cost function's price",
      proof.fillsAtCost.ok,
      `${fills} fills, ${tooCheap.length} too cheap; roundings gave ${gained.toString()} ticks·lots`,
    ],
    [
      "position from fills = on chain",
      proof.positionMatches.ok,
      `in ${proof.positionMatches.figures.onChain.length} markets`,
    ],
    [
      "paid = nats bought",
      proof.natsMatch.ok,
      `${nats(natsPaid)} paid and ${nats(roundings)} by roundings for ${nats(bought)}`,
    ],
  ];
}

function nats(value: bigint): string {
  return formatFixed(value, ONE, 4);
}

function tokens(wei: bigint): string {
  return formatFixed(wei, ONE, 2);
}

function price(value: bigint): string {
  return formatFixed(value, ONE, 1);
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b < a ? b : a));
}

function most(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b > a ? b : a));
}
