/** From what a check threw to what the report says: the rule, why, and the values. */
import { isError } from "ethers";

import { isRefusal, type RefusalCode } from "../protocol/market/refusal.js";
import { fromTaggedJson, toTaggedJson } from "../protocol/amounts/json.js";
import { ProtocolError, RuleError } from "../protocol/amounts/errors.js";
import type { SessionEvent } from "./events.js";
import { type Rule, type Values, Violation } from "./violation.js";

/** Why something does not hold. */
export interface Reason {
  readonly rule: Rule;
  readonly why: string;
  readonly expected?: Values;
  readonly actual?: Values;
}

/** Which rule the book keeps by each of its refusals. */
const REFUSAL_RULES: Readonly<Record<RefusalCode, Rule>> = {
  Book_TraderExists: "R40",
  Book_TraderUnknown: "R40",
  Book_NotAdmitted: "R40",
  Book_ZeroAddress: "R40",
  Book_ReceiverInvalid: "R15",
  Book_ZeroAmount: "R17",
  Book_NotTrading: "R27",
  Book_DepositsClosed: "R17",
  Book_NotSettling: "R18",
  Book_NothingToExit: "R18",
  Book_QuantityOutOfRange: "R27",
  Book_TimeInForceUnknown: "R27",
  Book_DeadlineExpired: "R28",
  Book_StaleLink: "R25",
  Book_NonceUsed: "R26",
  Book_NonceTooFar: "R26",
  Book_SignatureInvalid: "R21",
  Book_Uncovered: "R13",
  Book_PositionOverflow: "R13",
  Book_TooManyLots: "R13",
  Book_PostOnlyWouldTake: "R28",
  Book_FillOrKillUnfilled: "R28",
  Book_StillCrossed: "R34",
  Book_TooManyOpenOrders: "R30",
  Book_HintTooFar: "R30",
  Book_ChainFull: "R22",
  Book_OrderUnknown: "R35",
  Book_OrderStands: "R35",
  Book_OrderNotMeant: "R43",
  Book_CancellationVoid: "R43",
  Book_WithdrawalTooLarge: "R15",
  Book_WithdrawalUncoversOrders: "R15",
  Book_NonceFloorNotHigher: "R26",
  Book_BatchMalformed: "R29",
  Book_TooManyWallets: "R41",
  Book_PackageRefused: "R29",
  Book_QuoteSetRefused: "R44",
  Book_CancellationRefused: "R43",
  Book_MarketUnknown: "R27",
  Book_MarketClosed: "R27",
  Book_MarketDetermined: "R27",
  Book_PriceOutOfBounds: "R27",
  Book_NoRoom: "R37",
  Book_TooManyBranches: "R37",
  Book_NoSubMarkets: "R38",
  Book_NoOutcomeLeft: "R38",
  Book_FallbackTooEarly: "R39",
  Book_MarketNotSettled: "R19",
  Book_MarketSettled: "R36",
  Book_MarketNumber: "R36",
  Book_RootExists: "R36",
  Book_TooManyRoots: "R36",
  Book_MarketOutOfChain: "R36",
  Book_NotMarketOwner: "R36",
  Book_MayNotCreateMarkets: "R36",
  Book_MarketKindUnknown: "R36",
  Book_RootTermsRepeated: "R36",
  Book_DescriptionMismatch: "R36",
  Book_BoundsReversed: "R36",
  Book_OutcomeCount: "R36",
  Book_TickValueOutOfRange: "R36",
  Book_ClosesAtOutOfRange: "R36",
  Book_SettleByOutOfRange: "R36",
  Book_FallbackOutOfRange: "R36",
  Book_OutcomeImpossible: "R36",
};

type Kind = SessionEvent["event"]["kind"];

/** Which rule an event is about, if it is not what must come. */
const EVENT_RULES: Readonly<Partial<Record<Kind, Rule>>> = {
  userCreated: "R40",
  deposited: "R17",
  withdrawn: "R15",
  exited: "R18",
  noncesInvalidated: "R26",
  tradeCreated: "R22",
  tradeApproved: "R21",
  tradePlaced: "R30",
  tradesCancelled: "R43",
  quoteSetCreated: "R44",
  quoteCreated: "R44",
  quoteSkipped: "R44",
  matched: "R31",
  offset: "R35",
  checkpoint: "R24",
  marketRecorded: "R36",
  fallbackApplied: "R39",
  realised: "R19",
  refreshed: "R19",
};

/** Which rule a value of an event follows from. */
const FIELD_RULES: Readonly<Partial<Record<Kind, Readonly<Record<string, Rule>>>>> = {
  matched: { makerRootId: "R30", takerRootId: "R31", priceTicks: "R33", lots: "R32" },
  offset: { lots: "R32", reason: "R35" },
  checkpoint: { head: "R23", link: "R24" },
  marketRecorded: { marketRootId: "R36", link: "R36" },
};

/** Which rule is broken where the replay says what stands in the way, whatever the event is that cannot come then. */
const OBSTACLE_RULES: Readonly<Record<string, Rule>> = {
  crossed: "R34",
  unfilled: "R28",
  mark: "R24",
  toTradeRootId: "R43",
};

/** @returns undefined for what no check throws: that is a fault of the program */
export function reasonOf(error: unknown, kind: Kind | undefined): Reason | undefined {
  if (error instanceof Violation) return reason(error.rule, error.message, error.expected, error.actual);
  if (error instanceof RuleError && error.code === "RECORD_IMPOSSIBLE") return ofImpossible(error, kind);
  if (isRefusal(error)) {
    const rule = REFUSAL_RULES[error.code];
    return reason(rule, `The book would have refused this: ${error.message}`, undefined, { ...error.values });
  }
  const isUnreadable = kind === undefined && (isError(error, "BUFFER_OVERRUN") || error instanceof Error);
  if (error instanceof ProtocolError || isUnreadable) {
    return reason("log", `The log cannot be read: ${error.message}`, undefined, undefined);
  }
  return undefined;
}

/** The replay says what the rules make of the state, and the log says something else. */
function ofImpossible(error: RuleError, kind: Kind | undefined): Reason {
  if (isRefusal(error.cause)) return reasonOf(error.cause, kind) ?? reason("log", error.message);
  const rule = (kind === undefined ? undefined : EVENT_RULES[kind]) ?? "log";
  const { record, expected } = error.values;
  if (typeof record !== "string" || typeof expected !== "string") {
    const obstacle = Object.keys(error.values).find((name) => OBSTACLE_RULES[name] !== undefined);
    const broken = OBSTACLE_RULES[obstacle ?? ""] ?? rule;
    return reason(broken, "By the rules this does not happen here.", undefined, { ...error.values });
  }
  const [said, due] = [valuesOf(record), valuesOf(expected)];
  if (due === undefined || said === undefined || said["kind"] !== due["kind"]) {
    const values = { next: due?.["kind"] ?? expected };
    return reason(rule, "By the rules something else comes here.", values, { next: said?.["kind"] ?? record });
  }
  const names = Object.keys(due).filter((name) => toTaggedJson(due[name]) !== toTaggedJson(said[name]));
  const only = (values: Values): Values => Object.fromEntries(names.map((name) => [name, values[name]]));
  const fields = kind === undefined ? undefined : FIELD_RULES[kind];
  const found = fields?.[names[0] ?? ""] ?? rule;
  return reason(found, `By the rules ${names.join(", ")} must differ.`, only(due), only(said));
}

/** An event as the replay prints it. */
function valuesOf(text: string): Values | undefined {
  if (!text.startsWith("{")) return undefined;
  return fromTaggedJson(text) as Values; // an object, as its first letter says
}

function reason(rule: Rule, why: string, expected?: Values, actual?: Values): Reason {
  return { rule, why, ...(expected === undefined ? {} : { expected }), ...(actual === undefined ? {} : { actual }) };
}
