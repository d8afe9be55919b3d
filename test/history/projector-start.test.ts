import { expect } from "chai";

import { eventOf } from "../../src/bindings/records.js";
import type { EventsSoFar } from "../../src/history/event-rows.js";
import { createProjector } from "../../src/history/projector.js";
import type { BlockRows } from "../../src/history/rows.js";
import { Book } from "../../src/protocol/book/book.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { BookReplay } from "../../src/protocol/book/rebuild.js";
import { bookOf, snapshotOf } from "../../src/protocol/book/snapshot.js";
import { blocksOf, eventfulRun, projectAll, projectorOf } from "./support.js";

/** What an index says of the rows of some blocks. */
function soFar(blocks: readonly BlockRows[]): EventsSoFar {
  const records = blocks.flatMap(({ rows }) => rows.records);
  const numbered = [...records, ...blocks.flatMap(({ rows }) => rows.accounts)];
  const most = (values: readonly (bigint | null)[]): bigint =>
    values.reduce<bigint>((a, b) => (b !== null && b > a ? b : a), 0n);
  const checkpoints = blocks.flatMap(({ rows }) => rows.checkpoints);
  return {
    seq: most(numbered.map(({ seq }) => seq)),
    tx: blocks.at(-1)?.transactions ?? 0n,
    matches: most(records.map(({ match_id }) => match_id)),
    seen: [[0, 0n], ...checkpoints.map(({ checkpoint, seq }) => [Number(checkpoint), seq] as const)],
    orders: records
      .filter(({ action }) => action === "A")
      .map(({ order_id, seen_seq, age_checkpoints }) => ({
        orderId: Number(order_id),
        seenSeq: seen_seq!,
        age: age_checkpoints!,
      })),
  };
}

describe("given a projector that begins behind a block of a random history", () => {
  for (const seed of [11, 42]) {
    it(`makes the rows, and takes off the blocks, that one from the first block on does (seed ${seed})`, () => {
      const run = eventfulRun(seed, 120);
      const { terms } = run.stage;
      const blocks = blocksOf(run.logged);
      const rows = projectAll(projectorOf(run), blocks);
      for (const part of [0.2, 0.5, 0.8]) {
        const at = Math.floor(blocks.length * part);
        const book = new Book(terms, TRUSTING);
        for (const { header, records } of blocks.slice(0, at)) {
          const replay = new BookReplay(book);
          for (const record of records) replay.feed({ event: eventOf(record), timestamp: header.timestamp });
        }
        const markets = rows.slice(0, at).flatMap((block) => block.rows.markets);
        const lastPrices = new Map(
          markets.flatMap(({ marketRootId, marketBranchId, lastPrice: price }) =>
            price === null ? [] : [[`${marketRootId}/${marketBranchId}`, { marketRootId, marketBranchId, price }]],
          ),
        );
        const { number, hash, timestamp } = blocks[at - 1]!.header;
        const start = {
          number,
          hash,
          timestamp,
          book: bookOf(terms, snapshotOf(book)),
          lastPrices: [...lastPrices.values()],
          events: soFar(rows.slice(0, at)),
        };
        const projector = createProjector(terms, 1_000, undefined, start);
        expect(projectAll(projector, blocks.slice(at)), `from block ${at} on`).to.deep.equal(rows.slice(at));
        expect(projector.takeOff(number), "the block that it began behind").to.equal(true);
        expect(projector.takeOff(number - 1), "what came before that").to.equal(false);
        expect(projectAll(projector, blocks.slice(at)), `from block ${at} on, again`).to.deep.equal(rows.slice(at));
      }
    });
  }
});
