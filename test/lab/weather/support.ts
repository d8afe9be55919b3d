import { expect } from "chai";

import { proveMarket, type MarketProof } from "../../../lab/weather/proof.js";
import type { MarketRun } from "../../../lab/weather/session.js";
import { holds } from "../../../lab/session/proof.js";
import type { MarketStep, Play } from "../../../lab/weather/trading.js";
import type { Evidence } from "../../../lab/weather/proof.js";
import { lots, type Lots } from "../../../src/protocol/amounts/units.js";

/** What both studies of the weather promise of each step, beyond their proof. */
export function expectSoundSteps(steps: readonly MarketStep[]): void {
  for (const { collateral, depths, label } of steps) {
    expect(collateral.joint <= collateral.separate, label).to.equal(true);
    expect(collateral.withOrders.joint <= collateral.withOrders.separate, label).to.equal(true);
    expect(collateral.joint).to.equal(collateral.traders.reduce((sum, { joint }) => sum + joint, 0n));
    for (const { slackOnChain, slackComputed, withOrders, joint } of collateral.traders) {
      expect(slackOnChain).to.equal(slackComputed);
      expect(withOrders.joint >= joint).to.equal(true);
    }
    for (const { bids, asks } of depths) {
      const [bid, ask] = [bids[0]?.priceTicks, asks[0]?.priceTicks];
      if (bid !== undefined && ask !== undefined) expect(bid < ask).to.equal(true);
    }
  }
}

/** Lots as they were before settlement, from the fills. */
export async function positionsOf({ stage, market, ledger }: Play): Promise<Map<string, Lots[]>> {
  for (const { trader } of stage.participants) {
    const held = await trader.position(market.marketRootId);
    expect(held.every((of) => of === 0n)).to.equal(true); // realised
  }
  return new Map(
    stage.participants.map(({ name, address }) => {
      const held = market.names.map((_, b) =>
        ledger
          .fillsOf(address)
          .filter(({ marketBranchId }) => marketBranchId === b + 1)
          .reduce((sum, { quantity }) => sum + quantity, 0n),
      );
      return [name, held.map(lots)];
    }),
  );
}

/** The proof once more, on evidence that somebody has changed. */
export async function proveAgain<Step extends MarketStep>(
  run: MarketRun<Step>,
  paid: Evidence["paid"],
  changes: Partial<Evidence> & { readonly ledger?: Play["ledger"] } = {},
): Promise<MarketProof> {
  const { stage, market, ledger, steps, settlement } = run;
  const { ledger: otherLedger = ledger, ...evidence } = changes;
  const positions = await positionsOf(run);
  return proveMarket({ stage, market, ledger: otherLedger }, { steps, positions, paid, settlement, ...evidence });
}

interface Kept {
  readonly stage: { readonly chain: { readonly close: () => Promise<void> } };
}

/** Runs a study, and ends its chains when the tests around are over. */
export function keeping<Run extends Kept, Words extends unknown[]>(
  run: (...words: Words) => Promise<Run>,
): (...words: Words) => Promise<Run> {
  const open: Run[] = [];
  after(async () => {
    for (const { stage } of open) await stage.chain.close();
  });
  return async (...words) => {
    const kept = await run(...words);
    open.push(kept);
    return kept;
  };
}

/** What every study of the weather holds to. */
export function itHoldsTo<Run extends MarketRun<MarketStep>>(
  runOf: () => Run,
  {
    again,
    renderDocument,
  }: { readonly again: (seed: number) => Promise<Run>; readonly renderDocument: (run: Run) => string },
): void {
  it("proves itself", () => {
    expect(Object.entries(runOf().proof).filter(([, { ok }]) => !ok)).to.deep.equal([]);
    expect(holds(runOf().proof)).to.equal(true);
  });

  it("frees collateral by what its owner says, and takes none", () => {
    for (const { freed, said, label } of runOf().steps) {
      expect(freed >= 0n, label).to.equal(true);
      if (said.length === 0) expect(freed, label).to.equal(0n);
    }
    expect(runOf().steps.some(({ freed }) => freed > 0n)).to.equal(true);
  });

  it("gives the same document for the same seed, and another for another", async () => {
    const document = renderDocument(runOf());
    expect(renderDocument(await again(3))).to.equal(document);
    expect(renderDocument(await again(4))).to.not.equal(document);
  });
}
