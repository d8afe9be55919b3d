/** Everything that can be asked of the contract, and what the library says to it. */
import { type Interface, type Result, ZeroAddress } from "ethers";

import type { Book } from "../../src/protocol/book/book.js";
import type { RootOutcome } from "../../src/protocol/margin/worth.js";
import { branchCount, type MarketRoot } from "../../src/protocol/market/market-table.js";
import type { MarketRef, TradePackage } from "../../src/protocol/signing/package.js";
import { extremeOutcomes } from "../../src/protocol/judge/root-outcomes.js";
import type { Ticks } from "../../src/protocol/amounts/units.js";
import { errorOfContract, errorOfLibrary, type Plain, plain } from "./plain.js";
import type { Question } from "../../stage/contracts/reader.js";
import { INTERFACES, type World } from "./world.js";

/** A question, and the library's answer. */
interface Point {
  readonly what: string;
  readonly question: Question;
  readonly name: string;
  readonly via: Interface;
  readonly expected: Plain;
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
  const points = [
    ...chainPoints(world, book),
    ...marketPoints(book),
    ...traderPoints(world, book),
    ...orderPoints(book),
  ].map((point) => asked(world.terms.domain.verifyingContract, point));
  points.push(...tokenPoints(world, book));
  const answers = await world.ask(points.map(({ question }) => question));
  if (decoded.size > MOST_DECODED) decoded.clear();
  if (encoded.size > MOST_DECODED) encoded.clear();
  return points.flatMap(({ what, name, via, expected }, index) => {
    const library = JSON.stringify(expected);
    const answer = answers[index] ?? "0x";
    const key = `${name} ${answer}`;
    const contract = decoded.get(key) ?? JSON.stringify(answerOf(via, name, answer));
    decoded.set(key, contract);
    if (contract === library) return [];
    return [{ what, contract: JSON.parse(contract) as Plain, library: JSON.parse(library) as Plain }];
  });
}

/**
 * The library answers with a list of what the contract's view returns, or throws what it reverts with. `what` names the question
 * and all its arguments: no two questions share it.
 */
type BookPoint = readonly [what: string, name: string, args: readonly unknown[], ask: () => readonly unknown[]];

function asked(bookAddress: string, [what, name, args, ask]: BookPoint): Point {
  const key = `${name}: ${what}`;
  const data = encoded.get(key) ?? BOOK.encodeFunctionData(name, args);
  encoded.set(key, data);
  return { what, question: { to: bookAddress, data }, name, via: BOOK, expected: answerOfLibrary(ask) };
}

/** The values of an answer, in the order in which the contract returns them. */
function fieldsOf(answer: object): unknown[] {
  return Object.values(answer) as unknown[]; // whatever they are: `plain` looks
}

function answerOfLibrary(ask: () => readonly unknown[]): Plain {
  try {
    return plain(ask());
  } catch (error) {
    return errorOfLibrary(error);
  }
}

/** Return data are whole words; an error's data begin with its four bytes. */
function answerOf(via: Interface, name: string, answer: string): Plain {
  if ((answer.length - 2) % 64 === 8) return errorOfContract(INTERFACES, answer);
  try {
    const result: Result = via.decodeFunctionResult(name, answer);
    return plain(result);
  } catch {
    return { undecodable: answer };
  }
}

function chainPoints({ people, terms }: World, book: Book): BookPoint[] {
  const { checkpoints, link } = book.chainState();
  const ages = [0n, 1n, 255n, 256n, checkpoints, -1n].filter((age) => age <= checkpoints);
  const order = {
    marketRootId: 1,
    marketBranchId: 1,
    trader: people[0]!.address,
    priceTicks: checkpoints,
    quantityLots: -checkpoints,
    previousLink: link,
    nonce: checkpoints,
    deadline: terms.t2,
    timeInForce: 3,
  } as TradePackage; // of amounts that fit
  return [
    ["chain", "chainState", [], () => fieldsOf(book.chainState())],
    ["session", "session", [], () => [book.state.terms.session]],
    [`links at ${link}`, "linksOf", [order], () => fieldsOf(book.linksOf(order))],
    ...ages.map((age): BookPoint => {
      const number = checkpoints - age;
      return [`checkpoint ${number}`, "checkpointAt", [number], () => [book.checkpointAt(number)]];
    }),
  ];
}

function marketPoints(book: Book): BookPoint[] {
  const roots = [...book.state.markets.table.roots.values()];
  const unknown = { marketRootId: roots.length + 1, marketBranchId: 1 };
  return [
    ["roots made", "createdRoots", [], () => [book.createdRoots()]],
    ...roots.map(({ tip }): BookPoint => [`what ${tip} made`, "rootMadeBy", [tip], () => [book.rootMadeBy(tip)]]),
    ...rootPoints(book, unknown.marketRootId),
    ...branchPoints(book, unknown),
    ...branchPoints(book, { marketRootId: 1, marketBranchId: book.state.terms.assets + 1 }),
    ...roots.flatMap((root) => [
      ...rootPoints(book, root.marketRootId),
      ...Array.from({ length: branchCount(root) }, (_, b) =>
        branchPoints(book, { marketRootId: root.marketRootId, marketBranchId: b + 1 }),
      ).flat(),
    ]),
  ];
}

function rootPoints(book: Book, marketRootId: number): BookPoint[] {
  return [
    [`root ${marketRootId}`, "rootOf", [marketRootId], () => [fieldsOf(book.rootOf(marketRootId))]],
    [`spans of root ${marketRootId}`, "spansOf", [marketRootId], () => fieldsOf(book.spansOf(marketRootId))],
  ];
}

function branchPoints(book: Book, market: MarketRef): BookPoint[] {
  const { marketRootId, marketBranchId } = market;
  const name = `${marketRootId}.${marketBranchId}`;
  const args = [marketRootId, marketBranchId];
  return [
    [`market ${name}`, "marketOf", args, () => fieldsOf(book.marketOf(market))],
    ...[true, false].flatMap((bids): BookPoint[] => [
      [
        `${bids ? "bids" : "asks"} of ${name}`,
        "depthOf",
        [...args, bids, 10_000],
        () => columnsOf(book, market, bids, Infinity),
      ],
      [
        `best ${bids ? "bids" : "asks"} of ${name}`,
        "depthOf",
        [...args, bids, 2],
        () => columnsOf(book, market, bids, 2),
      ],
      ...hintPrices(book, market, bids).map((price): BookPoint => {
        const what = `${bids ? "bid" : "ask"} hint in ${name} at ${price}`;
        return [what, "insertionHint", [...args, bids, price], () => [book.insertionHint(market, bids, price)]];
      }),
    ]),
  ];
}

function columnsOf(book: Book, market: MarketRef, bids: boolean, limit: number): unknown[] {
  const entries = book.depthOf(market, bids, limit);
  return [
    entries.map(({ tradeRootId, place }) => [tradeRootId, place]),
    entries.map(({ price }) => price),
    entries.map(({ lots }) => lots),
  ];
}

/** At the second best price of a side and just beyond it; anywhere if there is none. */
function hintPrices(book: Book, market: MarketRef, bids: boolean): bigint[] {
  const [, second] = book.state.queues.of(market).side(bids);
  return second === undefined ? [0n] : [second.price, second.price + (bids ? 1n : -1n)];
}

function traderPoints({ stranger }: World, book: Book): BookPoint[] {
  const roots = [...book.state.markets.table.roots.values()];
  const rootIds = roots.map(({ marketRootId }) => marketRootId);
  const outcomes = outcomeLists(roots).map((list) => [list, JSON.stringify(plain(list))] as const);
  const addresses = [...book.state.traders.all()].map(({ address }) => address);
  return [...addresses, stranger.address, ZeroAddress].flatMap((address): BookPoint[] => {
    const who = `of ${address}`;
    return [
      [`number ${who}`, "traderIdOf", [address], () => [book.traderIdOf(address)]],
      [`account ${who}`, "accountOf", [address], () => fieldsOf(book.accountOf(address))],
      [`nonces ${who}`, "noncesOf", [address], () => fieldsOf(book.noncesOf(address))],
      [`claims ${who}`, "claimsOf", [address], () => [book.claimsOf(address)]],
      ...rootIds.map((id): BookPoint => {
        return [`position ${who} in root ${id}`, "positionOf", [address, id], () => [book.positionOf(address, id)]];
      }),
      // One root: today's worst case less the stored one, which cannot be asked for by itself.
      ...[...rootIds.map((id) => [id]), [], rootIds, [...rootIds].reverse(), [1, 1], [99]].map((ids): BookPoint => {
        const what = `collateral ${who} in roots ${ids.join(", ")}`;
        return [what, "checkCollateral", [address, ids], () => fieldsOf(book.checkCollateral(address, ids))];
      }),
      ...outcomes.map(([list, text]): BookPoint => {
        const what = `net collateral ${who} if ${text}`;
        return [what, "netCollateral", [address, list], () => [book.netCollateral(address, list)]];
      }),
    ];
  });
}

/** Where every root is at its first extreme outcome, where each is in turn at its last, and what cannot be. */
function outcomeLists(roots: readonly MarketRoot[]): RootOutcome[][] {
  const at = (root: MarketRoot, pick: 0 | -1): RootOutcome => {
    return { marketRootId: root.marketRootId, values: valuesOf(root).at(pick)! };
  };
  const first = roots.map((root) => at(root, 0));
  const impossible = roots.map(({ marketRootId }) => ({ marketRootId, values: [-1n as Ticks, 2n as Ticks] }));
  return [
    first,
    roots.map((root) => at(root, -1)),
    ...roots.map((root) => [at(root, -1)]),
    first.toReversed(),
    impossible,
  ];
}

/** As the contract is told: y of an interval root, all weights of a simplex root. */
function valuesOf(root: MarketRoot): readonly (readonly Ticks[])[] {
  if (root.kind === "interval") return [[root.bounds.lower], [root.bounds.upper]];
  return extremeOutcomes(root).outcomes;
}

function orderPoints(book: Book): BookPoint[] {
  const resting = [...book.state.queues.orders()].map(({ place }) => place);
  const empty = [0, ...book.deadPlaces(9), book.chainState().trades + 1];
  return [...resting, ...empty].map((place): BookPoint => {
    return [`order at ${place}`, "orderAt", [place], () => fieldsOf(book.orderAt(place) ?? [0, 0, 0, 0, 0, 0, 0, 0])];
  });
}

function tokenPoints({ tokens, terms }: World, { state: { pool } }: Book): Point[] {
  return tokens.map((to, leg) => {
    const data = TOKEN.encodeFunctionData("balanceOf", [terms.domain.verifyingContract]);
    const question = { to, data };
    return {
      what: `tokens of leg ${leg} in the book`,
      question,
      name: "balanceOf",
      via: TOKEN,
      expected: plain([pool.held(leg)]),
    };
  });
}
