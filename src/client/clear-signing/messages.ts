/** What a wallet shows of each message that traders, market owners and organisers sign. From the tables of types, so both agree. */
import { TypedDataEncoder } from "ethers";

import type { MarketRecord } from "../../protocol/signing/market-record.js";
import { RootKind } from "../../protocol/signing/market-record.js";
import { type TradePackage, TimeInForce } from "../../protocol/signing/package.js";
import type { TradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import { bookDomain } from "../../protocol/signing/typed-data.js";
import { SIGNED_TYPES } from "../../wire/signed-types.js";
import {
  account,
  aside,
  type Descriptor,
  fieldAt,
  type Format,
  moment,
  oneOf,
  OWNER,
  raw,
  SCHEMA,
  type Shown,
  type Target,
  unlessZero,
} from "./descriptor.js";

/** What people sign; a relay's receipts are for programs. */
export type MessageName = Exclude<keyof typeof SIGNED_TYPES, "Receipt">;

export const ENUMS = {
  timeInForce: {
    [TimeInForce.GoodTillCancelled]: "Good till cancelled",
    [TimeInForce.ImmediateOrCancel]: "Immediate or cancel",
    [TimeInForce.FillOrKill]: "Fill or kill",
    [TimeInForce.PostOnly]: "Post only",
  },
  recordKind: {
    0: "Change of a market",
    [RootKind.Simplex]: "New event",
    [RootKind.Interval]: "New market on a number",
  },
} as const;

/** In the order of a screen: what, how much, at what price, until when. */
export const PACKAGE_FIELDS: Readonly<Record<keyof TradePackage, Shown>> = {
  marketRootId: raw("Market, 1 = basket"),
  marketBranchId: raw("Leg or contract"),
  quantityLots: raw("Lots, - means sell"),
  priceTicks: raw("Limit in ticks"),
  timeInForce: oneOf("Time in force", "timeInForce"),
  deadline: moment("Good until"),
  trader: account("Account"),
  nonce: aside("Nonce"),
  previousLink: aside("Signed over"),
};

export const CANCELLATION_FIELDS: Readonly<Record<keyof TradesCancellation, Shown>> = {
  fromTradeRootId: raw("First order"),
  toTradeRootId: raw("Last order"),
  nonceFloor: raw("Voids nonces below"),
  deadline: moment("Good until"),
  trader: account("Account"),
};

export const RECORD_FIELDS: Readonly<Record<keyof MarketRecord, Shown>> = {
  kind: oneOf("What it is", "recordKind"),
  marketRootId: raw("Market, 0 = new"),
  marketBranchId: raw("Branch or outcome"),
  parentBranchId: unlessZero(raw("New branch within")),
  marketMin: raw("From, in ticks"),
  marketMax: raw("To, in ticks"),
  outcomes: unlessZero(raw("Outcomes")),
  tickValue: unlessZero(raw("Wei a tick of a lot")),
  closesAt: unlessZero(moment("Trading ends")),
  settleBy: unlessZero(moment("Settled by")),
  fallbackOutcome: raw("Outcome if unsettled"),
  owner: account("Owner"),
  descriptionHash: aside("Description’s hash"),
  previousLink: aside("Signed over"),
};

interface Message {
  readonly intent: string;
  /** By the member's name; those of a list's elements if `each` names the list. */
  readonly fields: Readonly<Record<string, Shown>>;
  readonly each?: { readonly path: string; readonly label: string };
  readonly enums?: keyof typeof ENUMS;
}

export const MESSAGES: Readonly<Record<MessageName, Message>> = {
  TradePackage: { intent: "Sign a limit order", fields: PACKAGE_FIELDS, enums: "timeInForce" },
  QuoteSet: {
    intent: "Sign several limit orders",
    fields: PACKAGE_FIELDS,
    each: { path: "quotes.[]", label: "Order" },
    enums: "timeInForce",
  },
  CancelTrades: { intent: "Cancel orders", fields: CANCELLATION_FIELDS },
  CancelPackage: { intent: "Take an order back before it is sent", fields: { link: raw("The order’s link") } },
  Market: { intent: "Make or change a market", fields: RECORD_FIELDS, enums: "recordKind" },
  ReadOwn: {
    intent: "Show a relay whose account is read",
    fields: { trader: account("Account"), until: moment("Good until") },
  },
};

/** The descriptor of one message of a session's book. */
export function messageDescriptor(name: MessageName, { chainId, book, symbol }: Target): Descriptor {
  const { intent, enums } = MESSAGES[name];
  const { name: domain, version } = bookDomain(BigInt(chainId), book);
  const of = symbol === undefined ? "" : ` of session ${symbol}`;
  return {
    $schema: SCHEMA,
    context: { eip712: { domain: { name: domain, version }, deployments: [{ chainId, address: book }] } },
    metadata: {
      owner: OWNER,
      contractName: `Order book${of}`,
      ...(enums !== undefined && { enums: { [enums]: ENUMS[enums] } }),
    },
    display: { formats: { [encodeType(name)]: { intent, fields: fieldsOf(name) } } },
  };
}

/** As EIP-712 has it: by it wallets find the format. */
export function encodeType(name: MessageName): string {
  return TypedDataEncoder.from(SIGNED_TYPES[name]).encodeType(name);
}

function fieldsOf(name: MessageName): Format["fields"] {
  const { fields, each } = MESSAGES[name];
  const list = Object.entries(fields).map(([path, shown]) => fieldAt(path, shown));
  return each === undefined ? list : [{ ...each, fields: list }];
}
