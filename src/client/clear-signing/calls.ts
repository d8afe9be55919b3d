/** What a wallet shows of each call that changes something: of the order book, of the session and of its factory. */
import type { FunctionFragment, Interface, ParamType } from "ethers";

import { IOrderBook__factory, ISession__factory, ISessionFactory__factory } from "../../../typechain-types/index.js";
import {
  account,
  amountAt,
  amountOf,
  aside,
  type Context,
  contractOf,
  type Descriptor,
  fieldAt,
  type Format,
  moment,
  OWNER,
  raw,
  SCHEMA,
  type Shown,
  type Target,
  unseen,
} from "./descriptor.js";
import { CANCELLATION_FIELDS, ENUMS, PACKAGE_FIELDS, RECORD_FIELDS } from "./messages.js";

interface Call {
  readonly intent: string;
  /** By the path of each plain value in the call. */
  readonly fields: Readonly<Record<string, Shown>>;
}

/** By the function's name. */
type Calls = Readonly<Record<string, Call>>;

export const CONTRACTS = ["OrderBook", "Session", "SessionFactory"] as const;
export type CalledContract = (typeof CONTRACTS)[number];

const INTERFACES: Readonly<Record<CalledContract, Interface>> = {
  OrderBook: IOrderBook__factory.createInterface(),
  Session: ISession__factory.createInterface(),
  SessionFactory: ISessionFactory__factory.createInterface(),
};

export function interfaceOf(name: CalledContract): Interface {
  return INTERFACES[name];
}

/** Where the book finds what is meant, and up to which order it is: says nothing to a reader. */
const hint = unseen("Hint");
const signature = unseen("Signature");
const permit = {
  deadline: moment("Permit good until"),
  v: unseen("Permit, v"),
  r: unseen("Permit, r"),
  s: unseen("Permit, s"),
};
const leg = raw("Leg");
const legLots = raw("Lots of the leg");
const traderOf = account("For the account");
const receiver = account("To");
const floor = raw("Voids nonces below");
const market = raw("Market, 1 = basket");
const touched = { marketRootId: market, "traders.[]": account("Account") };

function below(prefix: string, fields: Readonly<Record<string, Shown>>): Record<string, Shown> {
  return Object.fromEntries(Object.entries(fields).map(([name, shown]) => [`${prefix}.${name}`, shown]));
}

function bookCalls(session: string): Calls {
  const amount = amountOf("Session tokens", session);
  const asked = { "orders.[].tradeRootId": raw("Order"), "orders.[].place": hint, newest: hint };
  return {
    applyFallback: { intent: "Settle a market that its owner left", fields: { marketRootId: market } },
    cancelTrades: {
      intent: "Bring a signed cancellation",
      fields: { ...below("cancellation", CANCELLATION_FIELDS), signature, "places.[]": hint, newest: hint },
    },
    createMarket: {
      intent: "Make or change a market",
      fields: {
        ...below("record", RECORD_FIELDS),
        description: raw("Description"),
        signature,
        organiserSignature: unseen("Organiser’s signature"),
      },
    },
    createTrade: {
      intent: "Bring a signed order",
      fields: {
        ...below("order.tradePackage", PACKAGE_FIELDS),
        "order.signature": signature,
        "order.insertAfter": hint,
        "order.place": hint,
        "order.newest": hint,
        maxMatches: aside("Most matches"),
        maxWalk: hint,
      },
    },
    createTrades: { intent: "Bring signed orders of others", fields: { batch: aside("Packed orders") } },
    createUser: { intent: "Register an account", fields: { trader: traderOf } },
    deposit: { intent: "Deposit into the order book", fields: { amount, trader: traderOf } },
    depositLeg: { intent: "Deposit leg tokens into the order book", fields: { leg, lots: legLots, trader: traderOf } },
    depositLegWithPermit: {
      intent: "Deposit leg tokens into the order book",
      fields: { leg, lots: legLots, trader: traderOf, ...permit },
    },
    depositWithPermit: { intent: "Deposit into the order book", fields: { amount, trader: traderOf, ...permit } },
    exit: { intent: "Take out all that is mine", fields: { to: receiver, redeemAssets: raw("As assets") } },
    invalidateNonces: { intent: "Void signed orders", fields: { nonceFloor: floor } },
    matchTrades: {
      intent: "Match orders that cross",
      fields: { marketRootId: market, marketBranchId: leg, maxMatches: aside("Most matches"), newest: hint },
    },
    offset: { intent: "Cancel orders", fields: asked },
    realise: { intent: "Pay out a settled market", fields: touched },
    refresh: { intent: "Free what new bounds free", fields: touched },
    withdraw: { intent: "Withdraw from the order book", fields: { amount, to: receiver, nonceFloor: floor } },
    withdrawLeg: {
      intent: "Withdraw leg tokens from the order book",
      fields: { leg, lots: legLots, to: receiver, nonceFloor: floor },
    },
  };
}

/** The session is the token that is called. */
const own = (label: string): Shown => amountAt(label, "@.to");

const SESSION_CALLS: Calls = {
  approve: { intent: "Let session tokens be spent", fields: { value: own("At most"), spender: account("By") } },
  fund: { intent: "Pay the basket into the session", fields: {} },
  merge: { intent: "Merge leg tokens into session tokens", fields: { amount: own("Session tokens") } },
  redeem: { intent: "Redeem session tokens", fields: { amount: own("Session tokens"), to: receiver } },
  redeemLeg: { intent: "Redeem leg tokens", fields: { leg, amount: raw("Wei of the leg"), to: receiver } },
  split: { intent: "Split session tokens into legs", fields: { amount: own("Session tokens") } },
  transfer: { intent: "Send session tokens", fields: { value: own("Amount"), to: receiver } },
  transferFrom: {
    intent: "Send session tokens of another",
    fields: { value: own("Amount"), from: account("From"), to: receiver },
  },
};

const FACTORY_CALLS: Calls = {
  createSession: {
    intent: "Create a session",
    fields: {
      ...below("params", {
        name: raw("Name"),
        symbol: raw("Symbol"),
        "assets.[]": contractOf("Asset", "token"),
        "quantities.[]": amountAt("Quantity", "params.assets.[]"),
        supply: raw("Session tokens, wei"),
        t1: moment("Trading begins"),
        t2: moment("Settlement begins"),
        settleLimit: moment("Last settlement"),
        policy: contractOf("Who may take part, 0 = all", "contract"),
        openMarkets: raw("Traders may make markets"),
        chainWindow: aside("Blocks an order may lag"),
        maxOpenOrders: aside("Most open orders"),
        maxLots: aside("Most lots, 0 = no limit"),
        basketScale: raw("Ticks of a weight of 1"),
        basketTickValue: raw("Wei a tick of a lot"),
      }),
      salt: aside("Salt"),
    },
  },
};

function callsOf(name: CalledContract, { session }: Target): Calls {
  switch (name) {
    case "OrderBook":
      return bookCalls(session);
    case "Session":
      return SESSION_CALLS;
    case "SessionFactory":
      return FACTORY_CALLS;
  }
}

/** The descriptor of all calls of a contract that change something. @throws RangeError if the table above and the contract differ */
export function callDescriptor(name: CalledContract, target: Target): Descriptor {
  const calls = callsOf(name, target);
  const formats: Record<string, Format> = {};
  const left = new Set(Object.keys(calls));
  for (const fragment of changingFunctions(name)) {
    const call = calls[fragment.name];
    if (call === undefined) throw new RangeError(`${name}.${fragment.name} has no words`);
    left.delete(fragment.name);
    formats[signatureOf(fragment)] = { intent: call.intent, fields: fieldsOf(fragment, call) };
  }
  if (left.size > 0) throw new RangeError(`${name} has no ${[...left].join(", ")}`);
  const of = target.symbol === undefined || name === "SessionFactory" ? "" : ` ${target.symbol}`;
  const contractName = { OrderBook: `Order book of session${of}`, Session: `Session${of}`, SessionFactory: "Sessions" };
  return {
    $schema: SCHEMA,
    context: contextOf(name, target),
    metadata: { owner: OWNER, contractName: contractName[name].trim(), ...(name === "OrderBook" && { enums: ENUMS }) },
    display: { formats },
  };
}

export function changingFunctions(name: CalledContract): FunctionFragment[] {
  const found: FunctionFragment[] = [];
  INTERFACES[name].forEachFunction((fragment) => {
    if (!fragment.constant) found.push(fragment);
  });
  return found;
}

/** `deposit(address trader,uint256 amount)`: with names, as the descriptors have it. */
export function signatureOf(fragment: FunctionFragment): string {
  const text = fragment.format("full").replace(/^function /, "");
  const end = text.search(/\) (?:payable |returns )/);
  return (end < 0 ? text : text.slice(0, end + 1)).replaceAll(", ", ",").replace(/ payable$/, "");
}

function contextOf(name: CalledContract, { chainId, session, book, factory }: Target): Context {
  const address = { OrderBook: book, Session: session, SessionFactory: factory }[name];
  const deployments = [{ chainId, address }];
  if (name !== "Session") return { contract: { deployments } };
  const event = INTERFACES.SessionFactory.getEvent("SessionCreated");
  if (event === null) throw new Error("unreachable: the factory tells of every session");
  const made = { deployments: [{ chainId, address: factory }], deployEvent: event.format("sighash") };
  return { contract: { deployments, factory: made } };
}

function fieldsOf(fragment: FunctionFragment, { fields }: Call): Format["fields"] {
  const wanted = new Set(fragment.inputs.flatMap((input) => leavesOf(input, "")));
  const named = Object.keys(fields);
  const missing = [...wanted].filter((path) => !named.includes(path));
  const unknown = named.filter((path) => !wanted.has(path));
  if (missing.length + unknown.length > 0) {
    throw new RangeError(`${fragment.name}: no words for ${missing.join(", ")}; no values ${unknown.join(", ")}`);
  }
  return Object.entries(fields).map(([path, shown]) => fieldAt(path, shown));
}

/** The paths of all plain values. */
function leavesOf(param: ParamType, prefix: string): string[] {
  const path = prefix === "" ? param.name : `${prefix}.${param.name}`;
  const [inner, at] = param.isArray() ? [param.arrayChildren, `${path}.[]`] : [param, path];
  return inner.isTuple() ? inner.components.flatMap((child) => leavesOf(child, at)) : [at];
}
