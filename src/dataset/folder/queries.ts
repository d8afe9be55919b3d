/** SQL over the tables, as DuckDB reads it: what must hold, and questions that the tables answer. */

export interface Query {
  readonly name: string;
  /** What holds, or what is asked. */
  readonly about: string;
  readonly sql: string;
}

/** Each gives the rows that break it: none, if it holds. */
export const CHECKS: readonly Query[] = [
  {
    name: "seq_dense",
    about: "Rows of events are numbered from 1 without gaps.",
    sql: `SELECT seq FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM events) WHERE seq <> n`,
  },
  {
    name: "order_lots",
    about: "Of each order: lots of A = lots of F, T and C + what is left.",
    sql: `SELECT order_id FROM (
  SELECT order_id, sum(lots) FILTER (action = 'A') AS added,
    coalesce(sum(lots) FILTER (action IN ('F', 'T', 'C')), 0) AS gone, arg_max(lots_left, seq) AS lots_left
  FROM events WHERE order_id IS NOT NULL GROUP BY order_id)
WHERE added IS NULL OR added <> gone + lots_left OR lots_left < 0`,
  },
  {
    name: "resting_lots",
    about: "The last book of a market has no more lots on ten levels than its orders have left.",
    sql: `WITH resting AS (
  SELECT root_id, branch_id, side, sum(lots_left) AS lots FROM (
    SELECT order_id, any_value(root_id) AS root_id, any_value(branch_id) AS branch_id, any_value(side) AS side,
      arg_max(lots_left, seq) AS lots_left
    FROM events WHERE order_id IS NOT NULL GROUP BY order_id) GROUP BY ALL),
shown AS (
  SELECT root_id, branch_id, arg_max(BID_SIZES, seq) AS bids, arg_max(ASK_SIZES, seq) AS asks FROM book10 GROUP BY ALL)
SELECT * FROM shown
LEFT JOIN resting b ON b.root_id = shown.root_id AND b.branch_id = shown.branch_id AND b.side = 'B'
LEFT JOIN resting a ON a.root_id = shown.root_id AND a.branch_id = shown.branch_id AND a.side = 'A'
WHERE bids > coalesce(b.lots, 0) OR asks > coalesce(a.lots, 0)`,
  },
  {
    name: "fills_paired",
    about: "A fill is one row F and one row T of the same market, price and lots, of opposite sides.",
    sql: `SELECT match_id FROM events WHERE match_id IS NOT NULL GROUP BY match_id
HAVING count(*) <> 2 OR count(*) FILTER (action = 'F') <> 1 OR count(*) FILTER (action = 'T') <> 1
  OR min(lots) <> max(lots) OR min(price) <> max(price) OR min(side) = max(side)
  OR min(root_id * 64 + branch_id) <> max(root_id * 64 + branch_id)`,
  },
  {
    name: "trades_are_fills",
    about: "Trades are the rows T of events.",
    sql: `SELECT * FROM (SELECT * FROM events WHERE action = 'T') e FULL JOIN trades t ON t.seq = e.seq
WHERE e.seq IS NULL OR t.seq IS NULL OR e.lots <> t.lots OR e.price <> t.price OR e.order_id <> t.taker_order OR e.side <> t.aggressor`,
  },
  {
    name: "not_crossed",
    about: "Best bid < best offer, unless the call ran out of steps.",
    sql: `SELECT seq FROM book10 WHERE bid_px_00 >= ask_px_00 AND NOT crossed`,
  },
  {
    name: "covered_at_most_displayed",
    about: "No more is covered than displayed.",
    sql: `SELECT seq FROM book10 WHERE covered_bid_sz_00 > bid_sz_00 OR covered_ask_sz_00 > ask_sz_00 OR covered_bid_sz_00 < 0 OR covered_ask_sz_00 < 0`,
  },
  {
    name: "seen_before",
    about: "An order has seen nothing that came after it, and just what a checkpoint covers.",
    sql: `SELECT e.seq FROM events e WHERE e.seen_seq >= e.seq
  OR (e.seen_seq > 0 AND NOT EXISTS (SELECT 1 FROM checkpoints c WHERE c.seq = e.seen_seq))`,
  },
  {
    name: "checkpoints_cover",
    about: "A record is covered by the next checkpoint of its number.",
    sql: `SELECT e.seq FROM events e WHERE e.checkpoint IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM checkpoints c WHERE c.checkpoint = e.checkpoint AND c.seq >= e.seq)`,
  },
  {
    name: "final_head",
    about: "The last checkpoint is the session's.",
    sql: `SELECT s.final_head FROM session s, (SELECT arg_max(head, seq) AS head, arg_max(link, seq) AS link FROM checkpoints) c
WHERE c.head IS NOT NULL AND (c.head <> s.final_head OR c.link <> s.final_link)`,
  },
  {
    name: "collateral",
    about: "Cash and the worst case are never negative together.",
    sql: `SELECT seq, trader FROM accounts WHERE cash_wei + worst_wei < 0`,
  },
  {
    name: "claims_conserved",
    about:
      "Of each leg: what was paid in and not out is what all claim, if no position outside the basket is open, and at least that otherwise.",
    sql: `WITH claimed AS (
  SELECT seq, leg, claim_wei - lag(claim_wei, 1, 0) OVER (PARTITION BY trader, leg ORDER BY seq) AS claimed FROM allocations),
paid AS (
  SELECT p.seq, a.leg, p.amount_wei AS paid FROM payments p JOIN assets a ON p.leg = 0 OR p.leg = a.leg),
opened AS (
  SELECT seq, a.leg, CAST(lots <> 0 AS INTEGER)
    - CAST(lag(lots, 1, 0) OVER (PARTITION BY trader, root_id, branch_id, a.leg ORDER BY seq) <> 0 AS INTEGER) AS opened
  FROM positions, assets a WHERE root_id <> 1),
moved AS (
  SELECT seq, leg, sum(claimed) AS claimed, sum(paid) AS paid, sum(opened) AS opened FROM (
    SELECT seq, leg, claimed, 0 AS paid, 0 AS opened FROM claimed
    UNION ALL SELECT seq, leg, 0, paid, 0 FROM paid
    UNION ALL SELECT seq, leg, 0, 0, opened FROM opened) GROUP BY seq, leg),
total AS (
  SELECT seq, leg, sum(paid - claimed) OVER w AS gap, sum(opened) OVER w AS open FROM moved
  WINDOW w AS (PARTITION BY leg ORDER BY seq))
SELECT seq, leg, gap FROM total WHERE gap < 0 OR (open = 0 AND gap <> 0)`,
  },
  {
    name: "positions_from_fills",
    about: "Outside the basket a position that was not realised is the sum of its trader's fills.",
    sql: `WITH filled AS (
  SELECT trader, root_id, branch_id, sum(CASE side WHEN 'B' THEN lots ELSE -lots END) AS lots
  FROM events WHERE action IN ('F', 'T') AND root_id <> 1 GROUP BY ALL),
held AS (
  SELECT trader, root_id, branch_id, arg_max(lots, seq) AS lots FROM positions WHERE root_id <> 1 GROUP BY ALL)
SELECT * FROM filled f LEFT JOIN held h USING (trader, root_id, branch_id)
WHERE f.lots <> coalesce(h.lots, 0)
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.action = 'R' AND e.trader = f.trader AND e.root_id = f.root_id)`,
  },
  {
    name: "bounds_tighten",
    about: "Bounds only tighten.",
    sql: `SELECT seq, root_id, branch_id FROM (
  SELECT *, lag(lo) OVER w AS lo_before, lag(hi) OVER w AS hi_before FROM bounds
  WINDOW w AS (PARTITION BY root_id, branch_id ORDER BY seq)) WHERE lo < lo_before OR hi > hi_before OR lo > hi`,
  },
  {
    name: "weights_sum",
    about: "Weights sum to a million.",
    sql: `SELECT seq, root_id FROM weights GROUP BY seq, root_id HAVING sum(weight_ppm) <> 1000000`,
  },
  {
    name: "outcomes_paid",
    about: "The outcome of an event sums to its scale.",
    sql: `SELECT o.root_id FROM outcomes o JOIN roots r USING (root_id) WHERE r.kind = 'event'
GROUP BY o.root_id HAVING sum(o.value) <> any_value(r.hi0)`,
  },
].map(({ sql, ...rest }) => ({
  ...rest,
  sql: sql.replace("BID_SIZES", sizesOf("bid")).replace("ASK_SIZES", sizesOf("ask")),
}));

function sizesOf(side: string): string {
  return Array.from({ length: 10 }, (_, level) => `coalesce(${side}_sz_0${level}, 0)`).join(" + ");
}

/** Lots of the aggressors, signed, and how the middle moved, by checkpoint and market. */
const MOVES = `WITH mids AS (
  SELECT b.seq, root_id, branch_id, (bid_px_00 + ask_px_00) / 2.0 AS mid FROM book10 b
  WHERE bid_px_00 IS NOT NULL AND ask_px_00 IS NOT NULL),
moves AS (
  SELECT seq, root_id, branch_id, mid - lag(mid) OVER w AS dmid, lag(seq) OVER w AS from_seq FROM mids
  WINDOW w AS (PARTITION BY root_id, branch_id ORDER BY seq))`;

/** Floats are for the answers alone. */
export const QUESTIONS: readonly Query[] = [
  {
    name: "spread",
    about:
      "What does trading cost? The quoted spread of each market, and what aggressors paid beyond the middle, twice; in ticks.",
    sql: `SELECT root_id, branch_id, quoted, effective, trades FROM (
  SELECT root_id, branch_id, avg(ask_px_00 - bid_px_00) AS quoted FROM book10
  WHERE bid_px_00 IS NOT NULL AND ask_px_00 IS NOT NULL AND NOT crossed GROUP BY ALL)
FULL JOIN (
  SELECT root_id, branch_id, count(*) AS trades,
    avg(CASE aggressor WHEN 'B' THEN 1 ELSE -1 END * (2 * price - best_bid - best_ask)) AS effective
  FROM trades GROUP BY ALL) USING (root_id, branch_id)
ORDER BY root_id, branch_id`,
  },
  {
    name: "impact",
    about:
      "How far does a lot move the price? Kyle's lambda: the middle's moves between books on the signed lots of aggressors meanwhile.",
    sql: `${MOVES},
flows AS (
  SELECT m.root_id, m.branch_id, m.dmid,
    coalesce(sum(CASE t.aggressor WHEN 'B' THEN t.lots ELSE -t.lots END), 0) AS flow
  FROM moves m LEFT JOIN trades t
    ON t.root_id = m.root_id AND t.branch_id = m.branch_id AND t.seq > m.from_seq AND t.seq <= m.seq
  WHERE m.from_seq IS NOT NULL GROUP BY m.root_id, m.branch_id, m.seq, m.dmid)
SELECT root_id, branch_id, count(*) AS books, regr_slope(dmid, flow) AS lambda, regr_r2(dmid, flow) AS r2
FROM flows GROUP BY ALL ORDER BY ALL`,
  },
  {
    name: "known",
    about:
      "How much had who trades seen? Rows between what the aggressor's order was signed over and the fill, and how often that covers the order it met.",
    sql: `SELECT t.root_id, t.branch_id, count(*) AS trades, quantile_disc(e.seq - e.seen_seq, 0.5) AS median_rows,
  max(e.age_checkpoints) AS oldest_link, avg(CAST(e.seen_seq >= m.seq AS INTEGER)) AS had_seen_maker
FROM trades t JOIN events e ON e.seq = t.seq
JOIN events m ON m.order_id = t.maker_order AND m.action = 'A'
GROUP BY ALL ORDER BY ALL`,
  },
  {
    name: "executable",
    about:
      "How much of what is displayed could be filled? Covered lots as a part of displayed ones, at the best level and at ten.",
    sql: `SELECT root_id, branch_id,
  sum(coalesce(covered_bid_sz_00, 0) + coalesce(covered_ask_sz_00, 0))
    / nullif(sum(coalesce(bid_sz_00, 0) + coalesce(ask_sz_00, 0)), 0)::DOUBLE AS best_level,
  sum(COVERED) / nullif(sum(DISPLAYED), 0)::DOUBLE AS ten_levels
FROM book10 GROUP BY ALL ORDER BY ALL`,
  },
  {
    name: "brier",
    about:
      "How good were the prices? Mean squared distance of trades from what a lot paid, as a part of the range: the Brier score of events; of the basket against its last true weights, if reference prices were given.",
    sql: `WITH ends AS (
  SELECT o.root_id, o.branch_id, o.value::DOUBLE AS value FROM outcomes o WHERE o.value IS NOT NULL
  UNION ALL
  SELECT 1, leg, arg_max(true_weight_ppm, ts) / 1e6 * any_value(s.basket_scale) FROM reference, session s
  WHERE true_weight_ppm IS NOT NULL GROUP BY leg)
SELECT t.root_id, t.branch_id, count(*) AS trades,
  avg(pow((t.price - e.value) / (b.k2 - b.k1), 2)) AS score
FROM trades t JOIN ends e USING (root_id, branch_id) JOIN branches b USING (root_id, branch_id)
GROUP BY ALL ORDER BY ALL`,
  },
].map(({ sql, ...rest }) => ({
  ...rest,
  sql: sql
    .replace("COVERED", `${allLevels("covered_bid_sz")} + ${allLevels("covered_ask_sz")}`)
    .replace("DISPLAYED", `${allLevels("bid_sz")} + ${allLevels("ask_sz")}`),
}));

function allLevels(name: string): string {
  return Array.from({ length: 10 }, (_, level) => `coalesce(${name}_0${level}, 0)`).join(" + ");
}

/** A file that programs can take apart: each query after a line that names it. */
export function queriesText(queries: readonly Query[]): string {
  return queries.map(({ name, about, sql }) => `-- name: ${name}\n-- ${about}\n${sql};\n`).join("\n");
}
