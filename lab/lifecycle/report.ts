import { countEvents, type ProofLine, renderProof } from "../command/report.js";
import { formatFixed, ONE } from "../command/decimals.js";
import { renderSparkline, renderTable } from "../command/text.js";
import { chaptersOf } from "./chapters.js";
import { DAY, SCALE, USD } from "./plan.js";
import type { LifecycleProof } from "./proof.js";
import type { LifecycleRun } from "./run.js";
import { cashFlow, sumOf } from "./sums.js";
import type { TradingStep } from "./trading.js";

export function renderStep({ label, throughMaker, throughBook, fills }: TradingStep): string {
  return `${label}: ${countEvents([...throughBook, ...throughMaker], 0)}, ${fills.length} of them the maker's\n`;
}

export function renderResult(run: LifecycleRun, proof: LifecycleProof): string {
  return [
    renderChapters(run),
    renderPaths(run),
    renderHolders(run),
    renderProof(proofLines(run, proof), run.stage),
  ].join("\n\n");
}

function renderChapters(run: LifecycleRun): string {
  const { t1 } = run.ground.plan.times;
  const rows = chaptersOf(run).map(({ second, what, figures }) => [what, dayOf(second - t1), figures]);
  const width = Math.max(...rows.map(([what = ""]) => what.length));
  const drawn = rows.map(
    ([what = "", day = "", figures = ""]) => `${day.padStart(6)}  ${what.padEnd(width)}  ${figures}`,
  );
  return ["What happened, in days from t1", ...drawn].join("\n");
}

function renderPaths({ steps, stage }: LifecycleRun): string {
  const rows = stage.symbols.map((symbol, k) => {
    const path = steps.map(({ prices }) => prices[k]);
    const last = path.at(-1);
    return [
      symbol,
      renderSparkline(path, 0n, SCALE * ONE),
      last === undefined ? "" : formatFixed(last, SCALE * ONE, 4),
    ];
  });
  return `The maker's prices after each step, as weights\n${renderTable(["leg", "path", "last"], rows)}`;
}

/** What each has in the end, beside what it had: cash, and of each metal what it took and what it claims of the next session. */
function renderHolders({ censuses, ground, stage }: LifecycleRun): string {
  const end = censuses.at(-1);
  const next = end?.vaults[1];
  const people = ["organiser", "sponsor", ...ground.traders.map(({ name }) => name), "buyer"];
  const rows = people.map((name) => {
    const own = end?.holdings.find((holding) => holding.name === name);
    const metals = stage.symbols.flatMap((_, k) => {
      const claim = own?.claims[1]?.[k] ?? 0n;
      const claimed = (claim * (next?.assets[k] ?? 0n)) / (next?.outstanding[k] ?? 1n);
      return [formatFixed(own?.assets[k] ?? 0n, ONE, 3), formatFixed(claimed, ONE, 3)];
    });
    return [name, formatFixed(cashFlow(censuses, name, "funded", "taken"), USD, 2, true), ...metals];
  });
  const header = ["holder", "dollars", ...stage.symbols.flatMap((symbol) => [symbol, "in the next"])];
  return `What each came out with\n${renderTable(header, rows)}`;
}

function proofLines({ oracle }: LifecycleRun, proof: LifecycleProof): ProofLine[] {
  const { premiumCollected: premium, feesCollected: fees, bondsAccounted: bonds, stakeReturned: stake } = proof;
  const { lost, deposit, boundOfOutcome } = proof.sponsorLossBounded.figures;
  const { recomputed, records } = proof.headMatchesLogs.figures;
  const { logs, orders, fills, signatures, failure } = proof.logsVerified.figures;
  const { steps, broken } = proof.allocationsSumToBasket.figures;
  const legs = proof.windowPaysOut.figures;
  const [paid, pulled] = [sumOf(legs.map((leg) => leg.paid)), sumOf(legs.map((leg) => leg.pulled))];
  return [
    ["gate held", proof.gateHeld.ok, `${proof.gateHeld.figures.entries} entered; an outsider was refused`],
    ["sum of allocations = basket", proof.allocationsSumToBasket.ok, `after each of ${steps} steps${told(broken)}`],
    [
      "every claim found",
      proof.claimsFound.ok,
      `at ${proof.claimsFound.figures.counted} places looked at${told(proof.claimsFound.figures.broken)}`,
    ],
    [
      "nothing minted or lost",
      proof.nothingMintedOrLost.ok,
      `of ${proof.nothingMintedOrLost.figures.minted.length} tokens${told(proof.nothingMintedOrLost.figures.broken)}`,
    ],
    [
      "premium paid = collected",
      premium.ok,
      `${dollars(premium.figures.paid)} = ${dollars(premium.figures.collected)}`,
    ],
    [
      "fees paid = collected",
      fees.ok,
      `${fees.figures.payers} of ${dollars(fees.figures.fee)} = ${dollars(fees.figures.collected)}`,
    ],
    [
      "positions within the limit",
      proof.positionsWithinLimit.ok,
      `${proof.positionsWithinLimit.figures.largest} of ${proof.positionsWithinLimit.figures.limit} lots`,
    ],
    [
      "traded in maker and book",
      proof.traded.ok,
      `${proof.traded.figures.maker} and ${proof.traded.figures.book} fills`,
    ],
    [
      "fills at the cost function's price",
      proof.fillsAtCost.ok,
      `${proof.fillsAtCost.figures.fills} fills, ${proof.fillsAtCost.figures.tooCheap.length} too cheap`,
    ],
    [
      "position from fills = on chain",
      proof.positionMatches.ok,
      `in ${proof.positionMatches.figures.onChain.length} legs`,
    ],
    [
      "sponsor's loss <= deposit",
      proof.sponsorLossBounded.ok,
      `${formatFixed(lost.numerator, lost.denominator * ONE, 2)} of ${tokens(deposit)}; of this outcome at most ${tokens(boundOfOutcome)}`,
    ],
    ["stake returned", stake.ok, `${dollars(stake.figures.returned)} of ${dollars(stake.figures.staked)}`],
    [
      "bonds accounted for",
      bonds.ok,
      `${oracle.liar} ${signed(bonds.figures.liar)}, ${oracle.watcher} ${signed(bonds.figures.watcher)}, the oracle's store ${signed(bonds.figures.store)}`,
    ],
    [
      "roots settled at what was told",
      proof.rootsSettled.ok,
      `event ${proof.rootsSettled.figures.event.join(", ")}; interval ${proof.rootsSettled.figures.interval}`,
    ],
    [
      "sum of cash = sum of prices",
      proof.windowPaysOut.ok,
      `${dollars(paid)} paid, ${dollars(pulled)} pulled, in ${legs.length} legs`,
    ],
    [
      "claims into the roll = claims out",
      proof.rollKeepsClaims.ok,
      proof.rollKeepsClaims.figures.map(({ given }) => tokens(given)).join(", "),
    ],
    [
      "first session empty",
      proof.vaultEmpty.ok,
      `left: ${[...proof.vaultEmpty.figures.assets, ...proof.vaultEmpty.figures.outstanding].join(", ")}`,
    ],
    [
      "nothing left in between",
      proof.nothingLeft.ok,
      `${sumOf(proof.nothingLeft.figures.map(({ amount }) => amount))} in ${proof.nothingLeft.figures.length} contracts and inboxes`,
    ],
    ["link from logs = link on chain", proof.headMatchesLogs.ok, `${recomputed}, over ${records} records`],
    [
      "every log verified",
      proof.logsVerified.ok,
      failure ?? `${orders} orders, ${fills} fills, ${signatures} signatures in ${logs} logs`,
    ],
  ];
}

function told(broken: readonly string[]): string {
  return broken.length === 0 ? "" : `; not after ${broken.join(", ")}`;
}

function dayOf(seconds: number): string {
  return `${seconds < 0 ? "" : "+"}${(seconds / DAY).toFixed(1)}`;
}

function dollars(amount: bigint): string {
  return `$${formatFixed(amount, USD, 2)}`;
}

function signed(amount: bigint): string {
  return formatFixed(amount, USD, 2, true);
}

function tokens(wei: bigint): string {
  return formatFixed(wei, ONE, 2);
}
