/** What the history reads for its pages, by what a real server says of its own plans, on a hundred thousand rows of each kind in five partitions. */
import { expect } from "chai";
import { drizzle } from "drizzle-orm/node-postgres";
import { Client } from "pg";

import { withDatabase } from "../../../stage/postgres.js";
import { OFFSET_REASONS } from "../../../src/protocol/book/events.js";
import { createHistory, type History, type HistoryRequest } from "../../../src/relay/history/history.js";
import { createPartitions, PARTITIONED } from "../../../src/relay/history/partitions.js";
import type { Queries } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { type HistoryKind, historyQueries } from "../../../src/wire/history.js";
import { requirePostgres } from "../support.js";

const [ROWS, BLOCKS] = [100_000, 20_000];
const PART = 4_000;
const BOOK = "0xb00c";
/** Of a row that is looked for by one filter alone, the rows have one in so many: 200 markets, 1 000 traders, 3 fills an order. */
const [ROOTS, TRADERS, ORDERS] = [100, 1_000, 33_000];
/** A hundred rows are a page, of each of two sides; with as much again for what shares a block. */
const MOST_READ = 3_000;
const PAGE: HistoryRequest = { limit: 100, order: "desc" };

/** Of any row its columns, from its number `n`. */
const PLACE = `'${BOOK}', n / 5, n % 5`;
const MARKET = `1 + n % ${ROOTS}, 1 + n / 7 % 2`;
const TOLD = `n, n, n % 5`;
const LOGGED = `n, md5(n::text)`;
const trader = (shift: number): string => `'0x' || lpad(((n * 7 + ${shift}) % ${TRADERS})::text, 40, '0')`;
const order = (shift: number): string => `1 + (n * 13 + ${shift}) % ${ORDERS}`;
const REASON = `(array[${OFFSET_REASONS.map((reason) => `'${reason}'`).join()}])[1 + n % ${OFFSET_REASONS.length}]`;
const TABLES: Readonly<Record<HistoryKind, string>> = {
  orders: `${PLACE}, ${MARKET}, ${LOGGED}, n + 1, md5(n::text), ${trader(0)}, 5000, 3, n, 4000000000, 0`,
  fills: `${PLACE}, ${MARKET}, ${LOGGED}, ${order(0)}, ${order(17)}, ${trader(0)}, ${trader(500)}, 5000, 3, true, 'book'`,
  offsets: `${PLACE}, ${MARKET}, ${LOGGED}, n + 1, ${trader(0)}, 3, ${REASON}`,
  bounds: `${PLACE}, ${MARKET}, ${LOGGED}, 'bounded', 0, 10000, false, ''`,
  allocations: `${PLACE}, ${trader(0)}, array[1, 2]::numeric[]`,
  markets: `${PLACE}, ${MARKET}, null, null, null, 0, 0, 0, '[]', '[]'`,
  weights: `${PLACE}, array[1, 2]::numeric[]`,
  records: `${PLACE}, ${TOLD}, n, ${MARKET}, 'A', null, ${order(0)}, 'B', 5000, 3, 3, n, 0, 4000000000, n, 0, 1, 'book', md5(n::text), ${trader(0)}`,
  accounts: `${PLACE}, ${TOLD}, 1, 0, 'D', 1, ${trader(0)}, array[1]::numeric[], 1, 0, 0, 0`,
  checkpoints: `${PLACE}, ${TOLD}, n, n, n, md5(n::text), md5(n::text)`,
};
const KINDS = Object.keys(TABLES) as readonly HistoryKind[]; // its keys

/** A value for each filter that there is. */
const FILTERS = {
  marketRootId: 7,
  marketBranchId: 1,
  trader: `0x${"123".padStart(40, "0")}`,
  tradeRootId: 4_321,
  reason: OFFSET_REASONS[0],
  fromBlock: 19_000,
  toBlock: 500,
  at: 10_000,
} as const;
type Filter = keyof typeof FILTERS;
/** How many rows come and in what order: not which. */
const OF_PAGES = new Set(["limit", "order", "cursor", "numeraire"]);

/** What the interface can be asked of a kind: each filter by itself, and each two. */
function questions(kind: HistoryKind): Partial<HistoryRequest>[] {
  const names = Object.keys(historyQueries[kind].wire.shape).filter((name) => !OF_PAGES.has(name)) as Filter[]; // all are there
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other]));
  const sets = [[], ...names.map((name) => [name]), ...pairs] as readonly Filter[][];
  return sets
    .map((set) => Object.fromEntries(set.map((name) => [name, FILTERS[name]])) as Partial<HistoryRequest>)
    .filter((asked) => historyQueries[kind].wire.safeParse(asked).success);
}

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that a plan took up from tables, whether it kept them or not. */
function rowsRead(plan: Plan): number {
  const removed = (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Index Recheck"] ?? 0);
  const own = plan["Relation Name"] === undefined ? 0 : (plan["Actual Rows"] + removed) * plan["Actual Loops"];
  return (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), own);
}

describe("given a hundred thousand rows of each kind of history on a server", function () {
  let client: Client;
  let history: History;
  let end: (() => void) | undefined;
  let ended: Promise<void> | undefined;
  const asked: { readonly query: string; readonly params: unknown[] }[] = [];

  before(async function () {
    requirePostgres(this);
    await new Promise<void>((ready, failed) => {
      ended = withDatabase(async (url) => {
        const opened = await openDatabase(url, () => undefined);
        for (let end = 0; end < BLOCKS - PART; end += PART) await createPartitions(opened, PART).ahead(end + PART / 2);
        await opened.close();
        client = new Client({ connectionString: url });
        await client.connect();
        await fill(client);
        const tables = drizzle(client, { logger: { logQuery: (query, params) => asked.push({ query, params }) } });
        const reads: Queries = { run: (work) => work(tables), transaction: (work) => tables.transaction(work) };
        history = createHistory({ reads }, BOOK);
        ready();
        await new Promise<void>((resolve) => (end = resolve));
        await client.end();
      });
      ended.catch(failed);
    });
  });
  after(async () => {
    end?.();
    await ended;
  });

  /** Rows read for one answer, in all its statements. */
  async function readFor(kind: HistoryKind, request: HistoryRequest): Promise<number> {
    asked.length = 0;
    await (kind === "orders" ? history.orders(request) : history.page(kind, request));
    return rowsOfAsked();
  }

  async function rowsOfAsked(): Promise<number> {
    let rows = 0;
    for (const { query, params } of asked.filter(({ query: text }) => /^(select|with)/.test(text))) {
      const { rows: found } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
        `explain (analyze, timing off, format json) ${query}`,
        params,
      );
      rows += rowsRead(found[0]!["QUERY PLAN"][0].Plan);
    }
    return rows;
  }

  for (const kind of KINDS) {
    it(`reads few of them for a page of ${kind}, whatever is asked`, async () => {
      const all = questions(kind);
      expect(all.length).to.be.greaterThan(3);
      for (const question of all) {
        for (const order of ["asc", "desc"] as const) {
          const rows = await readFor(kind, { ...PAGE, ...question, order });
          expect(rows, `${kind} ${JSON.stringify(question)} ${order}`).to.be.lessThan(MOST_READ);
        }
      }
    });
  }

  it("goes on from a page in the middle with as few", async () => {
    const first = await history.page("fills", { ...PAGE, trader: FILTERS.trader });
    const { next } = await history.page("fills", { ...PAGE, limit: 10, marketRootId: 7, at: 10_000 });
    expect(first.items).to.have.lengthOf(100);
    const rows = await readFor("fills", { ...PAGE, limit: 10, marketRootId: 7, cursor: next! });
    expect(rows).to.be.lessThan(MOST_READ);
  });

  it("looks into an index for each span of weights and of levels, and into that of times in each partition", async () => {
    const request = { interval: 10, from: 10_000, to: 20_000 };
    for (const ask of [
      () => history.weightSeries(request),
      () => history.levelSeries({ marketRootId: 7, marketBranchId: 1 }, { ...request, levels: 10 }),
    ]) {
      asked.length = 0;
      expect((await ask()).spans).to.have.lengthOf(1_000);
      expect(await rowsOfAsked()).to.be.lessThan(1_000 * (2 + BLOCKS / PART));
    }
  });

  it("reads the trades of the spans that are asked for, and no others", async () => {
    const market = { marketRootId: 7, marketBranchId: 1 };
    for (const [from, to, trades] of [
      [20_000, 21_000, 20],
      [1_000, 2_000, 30],
      [3_000, 21_000, 500],
    ] as const) {
      asked.length = 0;
      const { candles } = await history.candles(market, { interval: 1_000, from, to });
      const fills = candles.reduce((sum, one) => sum + one.fills, 0);
      expect(fills).to.be.within(trades / 2, 2 * trades);
      // A fill is taken up, summed up and joined with its block; a bitmap reads some that share its page.
      expect(await rowsOfAsked(), `${from} to ${to}`).to.be.lessThan(100 + 10 * fills);
    }
    asked.length = 0;
    const { fills } = await history.ticker(market);
    expect(await rowsOfAsked()).to.be.lessThan(100 + 10 * fills);
  });

  it("is one of five partitions of each table, of which a page of the newest blocks opens one", async () => {
    for (const { name } of PARTITIONED) {
      const { rows } = await client.query(`select tableoid from ${name} group by 1`);
      expect(rows, name).to.have.lengthOf(BLOCKS / PART);
    }
    asked.length = 0;
    await history.page("fills", { ...PAGE, fromBlock: BLOCKS - 100 });
    const page = asked.find(({ query: text }) => text.includes("history_fills"))!;
    const { rows: found } = await client.query<{ "QUERY PLAN": string }>(`explain ${page.query}`, page.params);
    const opened = new Set(found.flatMap((row) => /history_fills_\d+/.exec(row["QUERY PLAN"]) ?? []));
    expect([...opened]).to.deep.equal([`history_fills_${BLOCKS - PART}`]);
  });

  it("is seen to read all of them, where no index helps", async () => {
    const { rows: found } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
      "explain (analyze, timing off, format json) select * from history_fills where lots = 4",
    );
    expect(rowsRead(found[0]!["QUERY PLAN"][0].Plan)).to.equal(ROWS);
  });
});

async function fill(client: Client): Promise<void> {
  const numbers = (count: number): string => `generate_series(0, ${count - 1}) as n`;
  await client.query(
    `insert into history_blocks select '${BOOK}', n, md5(n::text), 1000 + n, md5(n::text) from ${numbers(BLOCKS)}`,
  );
  for (const kind of KINDS) {
    await client.query(`insert into history_${kind} select ${TABLES[kind]} from ${numbers(ROWS)}`);
  }
  await client.query(`insert into history_tips values ('${BOOK}', ${BLOCKS - 1}, md5('${BLOCKS - 1}'))`);
  await client.query("analyze");
}
