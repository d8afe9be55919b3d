/** What the descriptors are tried on: the frozen vectors of what is signed, and one call of each function. */
import { readFileSync } from "node:fs";

import type { CalledContract } from "../../src/client/clear-signing/calls.js";
import type { Target } from "../../src/client/clear-signing/descriptor.js";
import type { MessageName } from "../../src/client/clear-signing/messages.js";
import { MARKET_TYPES, TRADE_PACKAGE_TYPES, CANCEL_TRADES_TYPES } from "../../src/protocol/signing/typed-data.js";

/** One thing to sign, with what it is called in the tests. */
export interface MessageSample {
  readonly description: string;
  /** All values as text, lists of them, or structs. */
  readonly message: Readonly<Record<string, unknown>>;
}

export interface CallSample {
  readonly description: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Lists = Readonly<Record<string, readonly string[] | string>>;

/** The session of the vectors. */
export const EXAMPLE: Target = {
  chainId: 31_337,
  book: "0x0000000000000000000000000000000000000001",
  session: "0x0000000000000000000000000000000000000002",
  factory: "0x0000000000000000000000000000000000000003",
};

export const EXAMPLE_TOKEN = { symbol: "MTL", decimals: 18, name: "Metals" } as const;
const ASSET = "0x0000000000000000000000000000000000000004";
const TRADER = "0x157bFBEcd023fD6384daD2Bded5DAD7e27Bf92E4";
const OTHER = "0x37dA28C050E3c0A1c0aC3BE97913EC038783dA4C";
const WORD = `0x${"5a".repeat(32)}`;

function vectorsOf(name: string): Lists {
  const file = new URL(`../../test/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Lists; // this project's own
}

/** The structs of parallel lists. */
function structsOf(lists: Lists, members: readonly { readonly name: string }[]): Record<string, string>[] {
  const [first] = members;
  const length = first === undefined ? 0 : (lists[first.name]?.length ?? 0);
  return Array.from({ length }, (_, k) =>
    Object.fromEntries(members.map(({ name }) => [name, lists[name]?.[k] ?? ""])),
  );
}

const packages = structsOf(vectorsOf("typed-data"), TRADE_PACKAGE_TYPES.TradePackage);
const records = structsOf(vectorsOf("market-records"), MARKET_TYPES.Market);
const cancellations = structsOf(vectorsOf("cancellations"), CANCEL_TRADES_TYPES.CancelTrades);

/** Of a set one trader, link, nonce, deadline and time in force hold for all its quotes. */
function quoteSets(): Record<string, unknown>[] {
  const lists = vectorsOf("quote-sets");
  const counts = (lists["quotes"] as readonly string[]).map(Number);
  const at = (name: string, k: number): string => lists[name]?.[k] ?? "";
  let first = 0;
  return counts.map((count, set) => {
    const quotes = Array.from({ length: count }, (_, k) => ({
      marketRootId: at("marketRootId", first + k),
      marketBranchId: at("marketBranchId", first + k),
      trader: at("trader", set),
      priceTicks: at("priceTicks", first + k),
      quantityLots: at("quantityLots", first + k),
      previousLink: at("previousLink", set),
      nonce: at("nonce", set),
      deadline: at("deadline", set),
      timeInForce: at("timeInForce", set),
    }));
    first += count;
    return { quotes };
  });
}

const numbered = (what: string, messages: readonly Readonly<Record<string, unknown>>[]): MessageSample[] =>
  messages.map((message, k) => ({ description: `${what} ${k + 1} of the vectors`, message }));

export const MESSAGE_SAMPLES: Readonly<Record<MessageName, readonly MessageSample[]>> = {
  TradePackage: numbered("Order", packages),
  QuoteSet: numbered("Quote set", quoteSets()),
  CancelTrades: numbered("Cancellation", cancellations),
  CancelPackage: [{ description: "One order", message: { link: WORD } }],
  // Its kind has no meaning in a wallet's list: a value beyond it is shown as a number, with a warning.
  Market: numbered(
    "Record",
    records.filter(({ kind }) => Number(kind) <= 2),
  ),
  ReadOwn: [{ description: "For an hour", message: { trader: TRADER, until: "1796083199" } }],
};

const [order] = packages;
const [record] = records;
const [cancellation] = cancellations;
const permit = ["1796083199", "27", WORD, WORD] as const;
const call = (method: string, ...args: readonly unknown[]): CallSample => ({ description: method, method, args });
const tokens = (whole: number): string => `${whole}${"0".repeat(18)}`;

export const CALL_SAMPLES: Readonly<Record<CalledContract, readonly CallSample[]>> = {
  OrderBook: [
    call("applyFallback", 2),
    call("cancelTrades", cancellation, "0x", [7, 9], 12),
    call("createMarket", record, "0x", "0x", "title: Rain in Seattle\nunit: mm"),
    call("createTrade", { tradePackage: order, signature: "0x", insertAfter: 0, place: 0, newest: 0 }, 16, 32),
    call("createTrades", "0x0102"),
    call("createUser", TRADER),
    call("deposit", TRADER, tokens(5)),
    call("depositLeg", TRADER, 2, 200),
    call("depositLegWithPermit", TRADER, 2, 200, ...permit),
    call("depositWithPermit", TRADER, tokens(5), ...permit),
    call("exit", TRADER, true),
    call("invalidateNonces", 12),
    call("matchTrades", 1, 2, 16, 40),
    call(
      "offset",
      [
        { tradeRootId: 790, place: 3 },
        { tradeRootId: 812, place: 9 },
      ],
      812,
    ),
    call("realise", 3, [TRADER, OTHER]),
    call("refresh", 2, [TRADER]),
    call("withdraw", tokens(1), OTHER, 0),
    call("withdrawLeg", 1, 100, OTHER, 5),
  ],
  Session: [
    call("approve", EXAMPLE.book, tokens(5)),
    call("fund"),
    call("merge", tokens(2)),
    call("redeem", tokens(3), OTHER),
    call("redeemLeg", 2, tokens(3), OTHER),
    call("split", tokens(4)),
    call("transfer", OTHER, tokens(6)),
    call("transferFrom", TRADER, OTHER, tokens(7)),
  ],
  SessionFactory: [
    call(
      "createSession",
      {
        name: "Metals",
        symbol: "MTL",
        assets: [ASSET, EXAMPLE.session],
        quantities: ["100", tokens(9)],
        supply: tokens(1_000),
        t1: 1_796_083_200,
        t2: 1_798_761_600,
        policy: "0x0000000000000000000000000000000000000000",
        settleLimit: 1_801_353_600,
        openMarkets: false,
        chainWindow: 64,
        maxOpenOrders: 255,
        maxLots: 0,
        basketScale: 10_000,
        basketTickValue: 100_000_000_000,
      },
      WORD,
    ),
  ],
};
