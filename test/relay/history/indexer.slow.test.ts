import { expect } from "chai";

import { RelayError } from "../../../src/relay/errors.js";
import { createHistory } from "../../../src/relay/history/history.js";
import { createIndexer, type Indexer, type IndexNews } from "../../../src/relay/history/indexer.js";
import { createIndexStore, type IndexStore } from "../../../src/relay/history/index-store.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import { embeddedDatabase } from "./databases.js";
import { blocksOf, eventfulRun, projectorOf, type TestBlock } from "../../history/support.js";

const DEPTH = 20;
const run = eventfulRun(11, 160);
const BLOCKS = blocksOf(run.logged);
const FORK = blocksOf(run.logged, 100, 1);
const LAST = BLOCKS.at(-1)!.header;
let books = 0;

const newsOf = ({ header, records }: TestBlock): IndexNews => ({ kind: "block", header, records: () => [...records] });

describe("given an indexer that hears of a chain", () => {
  const database = embeddedDatabase();

  /** @param around the store, to come between */
  function fresh(
    around: (store: IndexStore) => IndexStore = (store) => store,
    options: { rebuild?: boolean; book?: string } = {},
  ) {
    const book = options.book ?? `0xindexer${(books += 1)}`;
    const store = createIndexStore(database(), book);
    const restarts: string[] = [];
    let changes = 0;
    const indexer: Indexer = createIndexer({
      store: around(store),
      openProjector: () => Promise.reject(new Error("nothing is told to begin behind a block")),
      createProjector: () => projectorOf(run, DEPTH),
      log: createLog("silent"),
      houseAt: () => Promise.resolve(undefined),
      depth: DEPTH,
      rebuild: options.rebuild ?? false,
      isAwaited: () => false,
      onChange: () => {
        changes += 1;
        return Promise.resolve();
      },
      restart(reason) {
        restarts.push(reason);
        return Promise.resolve();
      },
    });
    const stopping = new AbortController();
    const running = indexer.run(stopping.signal);
    return {
      book,
      indexer,
      restarts,
      history: createHistory(database(), book),
      get changes() {
        return changes;
      },
      hear(news: readonly IndexNews[]) {
        for (const one of news) indexer.hear(one);
      },
      async stop() {
        stopping.abort();
        await running;
      },
    };
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** All rows of all tables, and the block that they hold at. */
  async function everything({ history }: Pick<ReturnType<typeof fresh>, "history">): Promise<unknown> {
    const kinds = ["orders", "fills", "offsets", "bounds", "allocations", "markets", "weights"] as const;
    return Promise.all(kinds.map((kind) => history.page(kind, { limit: 100_000, order: "asc" })));
  }

  async function indexed(blocks: readonly TestBlock[]): Promise<unknown> {
    const one = fresh();
    one.hear(blocks.map(newsOf));
    await until(() => one.indexer.status.block === blocks.at(-1)!.header.number);
    await one.stop();
    return everything(one);
  }

  it("when blocks come, writes them all, and says how far it is", async () => {
    const one = fresh();
    expect(one.indexer.status).to.deep.equal({ block: undefined, behind: 0, fault: undefined });
    one.hear(BLOCKS.map(newsOf));
    expect(one.indexer.status.behind).to.equal(BLOCKS.length);
    await until(() => one.indexer.status.block === LAST.number);
    expect(one.indexer.status).to.deep.equal({ block: LAST.number, behind: 0, fault: undefined });
    const { block } = await one.history.page("orders", { limit: 1, order: "asc" });
    expect(block).to.deep.equal({ number: LAST.number, hash: LAST.hash, timestamp: LAST.timestamp });
    expect(one.changes).to.be.greaterThan(0);
    await one.stop();
  });

  it("when the database is away, goes on where it was when it is back", async () => {
    let faults = 0;
    const one = fresh((store) => ({
      ...store,
      async put(recent, isWhole) {
        if (faults < 2) {
          faults += 1;
          throw new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "it is away" });
        }
        return store.put(recent, isWhole);
      },
    }));
    one.hear(BLOCKS.map(newsOf));
    await until(() => one.indexer.status.fault !== undefined);
    expect(one.indexer.status.fault).to.equal("RELAY_STORE_UNAVAILABLE");
    await until(() => one.indexer.status.block === LAST.number);
    expect([faults, one.indexer.status.fault]).to.deep.equal([2, undefined]);
    await one.stop();
    expect(await everything(one)).to.deep.equal(await indexed(BLOCKS));
  });

  it("when blocks are reorganised, holds those that took their place", async () => {
    const at = BLOCKS.length - DEPTH + 5;
    const one = fresh();
    one.hear(BLOCKS.map(newsOf));
    one.hear([{ kind: "reorganised", ancestor: BLOCKS[at - 1]!.header.number }]);
    await until(() => one.indexer.status.block === BLOCKS[at - 1]!.header.number);
    one.hear(FORK.slice(at).map(newsOf));
    await until(() => one.indexer.status.block === LAST.number);
    await one.stop();
    expect(await everything(one)).to.deep.equal(await indexed([...BLOCKS.slice(0, at), ...FORK.slice(at)]));
  });

  it("when the chain is told again from its start, finds what is there, and cuts off what differs", async () => {
    const at = 10;
    const one = fresh();
    one.hear(BLOCKS.map(newsOf));
    await until(() => one.indexer.status.block === LAST.number);
    one.hear([{ kind: "restarted", start: undefined }, ...[...BLOCKS.slice(0, at), ...FORK.slice(at)].map(newsOf)]);
    await until(async () => {
      const { block } = await one.history.page("orders", { limit: 1, order: "asc" });
      return block.hash === FORK.at(-1)!.header.hash;
    });
    await one.stop();
    expect(await everything(one)).to.deep.equal(await indexed([...BLOCKS.slice(0, at), ...FORK.slice(at)]));
  });

  it("when it starts again, finds what is there", async () => {
    const one = fresh();
    one.hear(BLOCKS.slice(0, 15).map(newsOf));
    await until(() => one.indexer.status.block === BLOCKS[14]!.header.number);
    await one.stop();
    const two = fresh(undefined, { book: one.book });
    two.hear(BLOCKS.map(newsOf));
    await until(() => two.indexer.status.block === LAST.number);
    await two.stop();
    expect(await everything(two)).to.deep.equal(await indexed(BLOCKS));
  });

  it("when it has to rebuild, writes everything again", async () => {
    const one = fresh();
    one.hear(FORK.map(newsOf));
    await until(() => one.indexer.status.block === LAST.number);
    await one.stop();
    const two = fresh(undefined, { book: one.book, rebuild: true });
    two.hear(BLOCKS.slice(0, 8).map(newsOf));
    await until(() => two.indexer.status.block === BLOCKS[7]!.header.number);
    await two.stop();
    expect(await everything(two)).to.deep.equal(await indexed(BLOCKS.slice(0, 8)));
  });

  it("when records contradict each other, asks for the chain once, and takes it", async () => {
    const at = BLOCKS.findIndex(({ records }) => records.some(({ kind }) => kind === "matched"));
    const { header, records } = BLOCKS[at]!;
    const forged = { header, records: records.filter(({ kind }) => kind !== "matched") };
    const one = fresh();
    one.hear([...BLOCKS.slice(0, at), forged, ...BLOCKS.slice(at + 1)].map(newsOf));
    await until(() => one.restarts.length > 0);
    one.hear([{ kind: "restarted", start: undefined }, ...BLOCKS.map(newsOf)]);
    await until(() => one.indexer.status.block === LAST.number);
    await one.stop();
    expect(one.restarts.length).to.equal(1);
    expect(one.restarts[0]).to.match(/RECORD_IMPOSSIBLE|is not there|in the middle of a call/);
    expect(await everything(one)).to.deep.equal(await indexed(BLOCKS));
  });
});
