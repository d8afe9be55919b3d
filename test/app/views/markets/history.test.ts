/** A root's history, of however many pages: all rows, and at which block they hold. */
import { expect } from "chai";

import { isBehind } from "../../../../app/data/behind.js";
import type { SessionSource } from "../../../../app/data/source.js";
import { boundsOf, pricesOf } from "../../../../app/views/markets/history.js";

const block = { number: 69, hash: `0x${"ab".repeat(32)}`, timestamp: 690n };
const head = { number: 70, hash: `0x${"cd".repeat(32)}` };

/** A source that answers with these pages, one after the other, and keeps what it was asked. */
function sourceOf(pages: readonly (readonly object[])[]): { source: Pick<SessionSource, "history">; asked: unknown[] } {
  const asked: unknown[] = [];
  const history = (kind: string, query: { readonly cursor?: string }): Promise<object> => {
    asked.push({ kind, ...query });
    const at = Number(query.cursor ?? 0);
    return Promise.resolve({ block, items: pages[at] ?? [], next: at + 1 < pages.length ? String(at + 1) : null });
  };
  return { source: { history: history as SessionSource["history"] }, asked }; // of the kinds that are asked here
}

describe("all rows of a root's history", () => {
  it("given bounds of three pages, then all rows come in their order, asked for by the cursor of the page before", async () => {
    const { source, asked } = sourceOf([[{ position: 0 }, { position: 1 }], [{ position: 2 }], [{ position: 3 }]]);
    const { rows, isCut } = await boundsOf(source, 2);
    expect(rows.map(({ position }) => position)).to.deep.equal([0, 1, 2, 3]);
    expect(isCut).to.equal(false);
    const query = { kind: "bounds", marketRootId: 2, limit: 1_000 };
    expect(asked).to.deep.equal([query, { ...query, cursor: "1" }, { ...query, cursor: "2" }]);
  });

  it("given more pages than twenty, then it says that there are older rows", async () => {
    const { source, asked } = sourceOf(Array.from({ length: 21 }, (_, position) => [{ position }]));
    const { rows, isCut } = await boundsOf(source, 2);
    expect([rows.length, asked.length, isCut]).to.deep.equal([20, 20, true]);
  });

  it("given trades of branch 1, the newest first, then they come by rising time", async () => {
    const trades = [30n, 20n, 10n].map((timestamp) => ({ timestamp, priceTicks: timestamp * 2n, lots: 1n }));
    const { source, asked } = sourceOf([trades]);
    const { points } = await pricesOf(source, 2);
    expect(points).to.deep.equal([
      { timestamp: 10n, priceTicks: 20n },
      { timestamp: 20n, priceTicks: 40n },
      { timestamp: 30n, priceTicks: 60n },
    ]);
    expect(asked).to.deep.equal([{ kind: "fills", marketRootId: 2, marketBranchId: 1, limit: 1_000 }]);
  });

  it("given an index that comes behind its relay, then both say so, and are asked for again", async () => {
    expect(isBehind(await boundsOf(sourceOf([[], []]).source, 2), head)).to.equal(true);
    expect(isBehind(await pricesOf(sourceOf([[]]).source, 2), head)).to.equal(true);
    expect(isBehind(await boundsOf(sourceOf([[]]).source, 2), block)).to.equal(false);
  });
});
