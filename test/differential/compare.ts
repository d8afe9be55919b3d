/** Everything that can be asked of the contract, and what the library says to it. */
import { type Interface, type Result, ZeroHash } from "ethers";

import type { Book } from "../../src/protocol/book/book.js";
import { claimsOf, worstOf } from "../../src/protocol/book/margin.js";
import { lotValueOf } from "../../src/protocol/book/money.js";
import type { Queue } from "../../src/protocol/book/queue.js";
import { branchCount, marketBounds, type MarketRoot } from "../../src/protocol/marketTable.js";
import { type Plain, plain } from "./plain.js";
import type { Question } from "./reader.js";
import { INTERFACES, type World } from "./world.js";

/** A question, and the library's answer. */
interface Point {
  readonly what: string;
  readonly question: Question;
  readonly name: string;
  readonly via: Interface;
  readonly expected: unknown;
}

export interface StateDifference {
  readonly what: string;
  readonly contract: Plain;
  readonly library: Plain;
}

const [BOOK, TOKEN] = INTERFACES as readonly [Interface, Interface];

/** Decoding takes longer than asking: an answer that was seen before is not decoded again. */
const decoded = new Map<string, string>();
/** Nor is a question encoded twice. */
const encoded = new Map<string, string>();
const MOST_DECODED = 50_000;

/** @returns where the two differ, empty if nowhere */
export async function compareStates(world: World, book: Book): Promise<StateDifference[]> {
  const points = [...chainPoints(book), ...marketPoints(book), ...traderPoints(world, book), ...orderPoints(book)].map(
    (point) => asked(world.terms.domain.verifyingContract, point),
  );
  points.push(...tokenPoints(world, book));
  const answers = await world.ask(points.map(({ question }) => question));
  if (decoded.size > MOST_DECODED) decoded.clear();
  if (encoded.size > MOST_DECODED) encoded.clear();
  return points.flatMap(({ what, name, via, expected }, index) => {
    const library = JSON.stringify(plain(expected));
    const answer = answers[index] ?? "0x";
    const key = `${name} ${answer}`;
    const contract = decoded.get(key) ?? JSON.stringify(answerOf(via, name, answer));
    decoded.set(key, contract);
    if (contract === library) return [];
    return [{ what, contract: JSON.parse(contract) as Plain, library: JSON.parse(library) as Plain }];
  });
}

type BookPoint = readonly [what: string, name: string, args: readonly unknown[], expected: readonly unknown[]];

function asked(bookAddress: string, [what, name, args, expected]: BookPoint): Point {
  const key = `${name} ${args.join(" ")}`;
  const data = encoded.get(key) ?? BOOK.encodeFunctionData(name, args);
  encoded.set(key, data);
  return { what, question: { to: bookAddress, data }, name, via: BOOK, expected };
}

function answerOf(via: Interface, name: string, answer: string): Plain {
  try {
    const result: Result = via.decodeFunctionResult(name, answer);
    return plain(result);
  } catch {
    return { reverted: answer };
  }
}

function chainPoints({ state: { chain } }: Book): BookPoint[] {
  const { head, checkpoints, trades } = chain.state;
  const ages = [0n, 1n, 255n, 256n, checkpoints].filter((age) => age <= checkpoints);
  return [
    ["chain", "chainState", [], [head, checkpoints, trades]],
    ...ages.map((age): BookPoint => {
      const number = checkpoints - age;
      return [`checkpoint ${number}`, "checkpointAt", [number], [chain.checkpointAt(number) ?? ZeroHash]];
    }),
  ];
}

function marketPoints(book: Book): BookPoint[] {
  const { table } = book.state.markets;
  const roots = [...table.roots.values()];
  return [
    ["market chain", "marketChainState", [], [roots.length - 1, table.rootTip]],
    ...roots.flatMap((root) => [...rootPoints(root), ...branchPoints(book, root)]),
  ];
}

function rootPoints(root: MarketRoot): BookPoint[] {
  const { marketRootId, tickValue, closesAt, settleBy, fallbackOutcome, settled, owner, tip } = root;
  const isInterval = root.kind === "interval";
  const spans = isInterval ? root.strikes : root.weights;
  const [kind, lo, hi] = isInterval ? [2, root.bounds.lower, root.bounds.upper] : [1, 0n, root.scale];
  const terms = [tickValue, closesAt, settleBy, fallbackOutcome, settled, owner, tip];
  return [
    [`root ${marketRootId}`, "rootOf", [marketRootId], [[kind, branchCount(root), lo, hi, ...terms]]],
    [
      `spans of root ${marketRootId}`,
      "spansOf",
      [marketRootId],
      [spans.map(({ lower }) => lower), spans.map(({ upper }) => upper)],
    ],
  ];
}

function branchPoints({ state }: Book, root: MarketRoot): BookPoint[] {
  const { marketRootId, tickValue } = root;
  return Array.from({ length: branchCount(root) }, (_, b) => b + 1).flatMap((marketBranchId): BookPoint[] => {
    const market = { marketRootId, marketBranchId };
    const name = `${marketRootId}.${marketBranchId}`;
    const queues = state.queues.of(market);
    const { lower, upper } = marketBounds(state.markets.table, market);
    const [bid, ask] = [queues.bids.best?.tradeRootId ?? 0, queues.asks.best?.tradeRootId ?? 0];
    return [
      [
        `market ${name}`,
        "marketOf",
        [marketRootId, marketBranchId],
        [lower, upper, tickValue, bid, ask, queues.isCrossed()],
      ],
      [`bids of ${name}`, "depthOf", [marketRootId, marketBranchId, true, 10_000], depthOf(queues.bids)],
      [`asks of ${name}`, "depthOf", [marketRootId, marketBranchId, false, 10_000], depthOf(queues.asks)],
    ];
  });
}

function depthOf(queue: Queue): unknown[] {
  const orders = [...queue];
  return [
    orders.map(({ tradeRootId }) => tradeRootId),
    orders.map(({ price }) => price),
    orders.map(({ lots }) => lots),
  ];
}

function traderPoints(world: World, { state }: Book): BookPoint[] {
  const { traders, margin, markets } = state;
  const roots = [...markets.table.roots.values()];
  const basket = markets.known(1);
  return [...traders.all()].flatMap(({ traderId, address, nonces, openOrders, reserved }): BookPoint[] => {
    const { cash, worst } = margin.accountOf(traderId);
    const who = `trader ${traderId}`;
    return [
      [who, "traderIdOf", [address], [traderId]],
      [`account of ${who}`, "accountOf", [address], [cash, worst, openOrders, reserved]],
      [`nonces of ${who}`, "noncesOf", [address], [nonces.floor, nonces.used]],
      [`claims of ${who}`, "claimsOf", [address], [claimsOf(lotValueOf(state), margin.load(traderId, basket))]],
      ...roots.flatMap((root): BookPoint[] => {
        const { marketRootId } = root;
        const { lots, rootWorst } = margin.load(traderId, root);
        const today = worstOf(root, lots);
        const slack = cash + worst + today.worst - rootWorst;
        return [
          [`position of ${who} in root ${marketRootId}`, "positionOf", [address, marketRootId], [lots]],
          // Today's worst case less the stored one, which cannot be asked for by itself.
          [
            `collateral of ${who} in root ${marketRootId}`,
            "checkCollateral",
            [address, [marketRootId]],
            [slack, [today.bindingOutcome]],
          ],
        ];
      }),
    ];
  });
}

function orderPoints({ state: { queues } }: Book): BookPoint[] {
  return [...queues.orders()].map((order): BookPoint => {
    const { tradeRootId, marketRootId, marketBranchId, traderId, price, lots, deadline, next } = order;
    const fields = [marketRootId, marketBranchId, traderId, price, lots, deadline, next?.tradeRootId ?? 0];
    return [`order ${tradeRootId}`, "orderOf", [tradeRootId], fields];
  });
}

function tokenPoints({ tokens, terms }: World, { state: { pool } }: Book): Point[] {
  return tokens.map((to, leg) => {
    const data = TOKEN.encodeFunctionData("balanceOf", [terms.domain.verifyingContract]);
    const expected = [pool.held(leg)];
    return {
      what: `tokens of leg ${leg} in the book`,
      question: { to, data },
      name: "balanceOf",
      via: TOKEN,
      expected,
    };
  });
}
