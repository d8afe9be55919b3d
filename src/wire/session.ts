/** What a session and its book are: all that a program needs to sign for it without asking a node. */
import * as z from "zod";

import { answer, described, type DomainOf, list, maybe, plain } from "./form.js";
import { address, count, flag, hash, integer, inTicks, inWei, marketRootId, numberIn, oneOf, text } from "./values.js";

/** By the chain's time alone: before t1, until t2, and from t2 on. */
export const SESSION_PHASES = ["before", "open", "settling"] as const;

const seconds = (what: string) => described(integer, `${what}, unix seconds`);

const asset = answer({
  address,
  legToken: described(address, "its claims by themselves, 18 decimals"),
  quantity: described(integer, "of the basket, smallest units"),
});

/** What of a relay is told besides its session. */
export const relayFacts = answer({
  account: described(address, "pays for the transactions"),
  receipts: maybe(described(address, "whose key signs receipts, if the relay gives any")),
  makers: described(
    list(answer({ address, marketRootId: described(marketRootId, "the root that it is for") })),
    "automated makers through which it may bring an order that takes",
  ),
  router: maybe(described(address, "router of complete sets through which it may bring one")),
  maxPending: described(count, "packages that may wait"),
  maxPendingPerTrader: count,
  deadlineMargin: described(count, "seconds from the chain's time that a deadline has to be away"),
  mostPackages: described(count, "of one request"),
  stream: maybe(described(text, "path of the stream, if there is one")),
});

export const session = answer({
  chainId: integer,
  session: described(address, "the vault, which is the session token"),
  orderBook: address,
  domain: described(
    answer({ name: text, version: text, chainId: integer, verifyingContract: address }),
    "EIP-712 domain of all that is signed for this book",
  ),
  types: described(
    plain(z.record(z.string(), z.record(z.string(), z.array(z.strictObject({ name: z.string(), type: z.string() }))))),
    "EIP-712 types by primary type, each with those that it needs",
  ),
  genesis: described(hash, "the link before the first order: the domain's separator"),
  t1: seconds("first second of trading"),
  t2: seconds("first second of settlement"),
  phase: described(oneOf(SESSION_PHASES), "by the chain's time"),
  time: seconds("what the next block has at least: deadlines are compared with it"),
  serverTimeMs: described(count, "unix ms by the relay's own clock"),
  assets: described(list(asset), "asset and leg k at index k - 1; leg k is market 1/k"),
  supply: described(inWei, "N: session tokens, wei"),
  units: answer({
    scale: described(inTicks, "ticks of the basket that make a weight of 1"),
    tickValue: described(inWei, "wei of session tokens that a tick of a lot is worth"),
    lotValue: described(inWei, "wei of leg tokens in a lot: scale · tickValue"),
    reserveShift: described(count, "reserves are kept in units of 2^reserveShift wei"),
  }),
  terms: answer({
    policy: described(address, "who is asked whether somebody may take part; zero admits everybody"),
    marketCreator: described(address, "who may open markets, or permit them; zero lets everybody"),
    settleLimit: seconds("the latest at which a market has to be settled"),
    chainWindow: described(count, "how many of the last checkpoints an order's previousLink may be"),
    maxOpenOrders: described(count, "open orders of a trader at once"),
    maxLots: described(integer, "lots of a market that a position cannot pass, up or down; 0 for no limit"),
  }),
  relay: relayFacts,
});
export type RelaySession = DomainOf<typeof session>;

export const sessionsQuery = plain(
  z.strictObject({
    limit: numberIn(1, 1_000).default(100).describe("most sessions of a page"),
    after: numberIn(0, Number.MAX_SAFE_INTEGER).default(0).describe("`next` of the page before"),
  }),
);
const sessionItem = answer({
  chainId: integer,
  session: address,
  orderBook: address,
  t1: seconds("first second of trading"),
  t2: seconds("first second of settlement"),
  phase: oneOf(SESSION_PHASES),
  ready: described(flag, "whether packages for it should come here"),
  submits: described(flag, "whether this process brings them"),
  block: maybe(described(count, "the newest that it has followed")),
  path: described(text, "stands in the place of `/v1` in all paths: there they are this session's"),
});
export const sessions = answer({
  sessions: list(sessionItem),
  next: maybe(described(count, "`after` of the next page; none behind the last")),
});
export type RelaySessions = DomainOf<typeof sessions>;
