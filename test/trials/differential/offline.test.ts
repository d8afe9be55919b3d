/** Random histories on the library alone: judged by the plain reference, rebuilt from their logs, and with altered logs. */
import { expect } from "chai";

import { type LoggedEvent, rebuildBook } from "../../../src/protocol/book/rebuild.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import type { Lots, Ticks } from "../../../src/protocol/amounts/units.js";
import { drawHistory } from "../../../trials/differential/draw.js";
import { judge } from "../../../trials/differential/judge.js";
import { type OfflineRun, runOffline } from "../../../trials/differential/offline.js";
import { compareRebuilt } from "../../../trials/differential/rebuilt.js";

const SEEDS = Array.from({ length: 6 }, (_, index) => 900 + index);

/** The first run from a seed on in which enough was traded to alter something in the middle of it. */
function eventful(seed: number): OfflineRun {
  const run = runOffline(drawHistory(seed, 200));
  const fills = run.logged.filter(({ event }) => event.kind === "matched").length;
  return fills >= 10 ? run : eventful(seed + 1);
}

describe("The book as a state machine", () => {
  it("keeps every invariant, by the plain matrix over all outcome combinations", () => {
    for (const seed of SEEDS) runOffline(drawHistory(seed, 60), judge);
  });

  it("is rebuilt from its logs", () => {
    for (const seed of SEEDS) {
      const { stage, book, logged } = runOffline(drawHistory(seed, 120));
      expect(compareRebuilt(stage, book, logged), `seed ${seed}`).to.deep.equal([]);
    }
  });

  describe("is not rebuilt from logs in which", () => {
    const { stage, logged } = eventful(77);

    /** Alters the `pick`th event of a kind. */
    function altered<Kind extends LoggedEvent["event"]["kind"]>(
      kind: Kind,
      change: (event: Extract<LoggedEvent["event"], { kind: Kind }>) => LoggedEvent["event"],
      pick = 2,
    ): LoggedEvent[] {
      let seen = 0;
      const result = logged.map(({ event, timestamp }) => {
        const isIt = event.kind === kind && (seen += 1) === pick;
        // Its kind was just compared.
        return isIt
          ? { event: change(event as Extract<LoggedEvent["event"], { kind: Kind }>), timestamp }
          : { event, timestamp };
      });
      expect(seen >= pick, `events of kind ${kind}`).to.equal(true);
      return result;
    }

    const cases: readonly (readonly [string, () => LoggedEvent[]])[] = [
      ["a price differs", () => altered("matched", (e) => ({ ...e, priceTicks: (e.priceTicks + 1n) as Ticks }))],
      ["a size differs", () => altered("matched", (e) => ({ ...e, lots: (e.lots + 1n) as Lots }))],
      ["another order was the maker", () => altered("matched", (e) => ({ ...e, makerRootId: e.makerRootId + 1 }))],
      [
        "an order's limit differs",
        () =>
          altered("tradeCreated", (e) => ({
            ...e,
            package: { ...e.package, priceTicks: (e.package.priceTicks + 1n) as Ticks },
          })),
      ],
      [
        "an order's quantity differs",
        () =>
          altered("tradeCreated", (e) => ({
            ...e,
            package: { ...e.package, quantityLots: (e.package.quantityLots + 1n) as Lots },
          })),
      ],
      [
        "a reason differs",
        () => altered("offset", (e) => ({ ...e, reason: e.reason === "expired" ? "uncovered" : "expired" })),
      ],
      ["a head differs", () => altered("checkpoint", (e) => ({ ...e, head: `0x${"12".repeat(32)}` }))],
      [
        "a fill is missing",
        () => logged.filter((_, index) => index !== logged.findIndex(({ event }) => event.kind === "matched")),
      ],
      ["what was paid in is missing", () => logged.filter(({ event }) => event.kind !== "deposited")],
    ];
    for (const [what, alter] of cases) {
      it(what, () => {
        expect(() => rebuildBook(stage.terms, alter())).to.throw(RuleError, "RECORD_");
      });
    }
  });
});
