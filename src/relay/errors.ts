/** What the relay refuses or reports: one stable code each, the HTTP status it is answered with, and what to do. */
import type { Refusal } from "../protocol/market/refusal.js";
import { ProtocolError, wordsOf } from "../protocol/amounts/errors.js";

interface Kind {
  readonly status: number;
  readonly retryable: boolean;
  readonly advice: string;
}

const fix = (status: number, advice: string): Kind => ({ status, retryable: false, advice });
const later = (status: number, advice: string): Kind => ({ status, retryable: true, advice });

const KINDS = {
  RELAY_CONFIG_INVALID: fix(500, "Correct the settings that are named."),
  RELAY_REQUEST_INVALID: fix(400, "Send what the interface describes; the values say which field is wrong."),
  RELAY_MEDIA_TYPE: fix(415, "Send JSON with content-type application/json."),
  RELAY_BODY_TOO_LARGE: fix(413, "One package is far smaller than that: send fewer at once."),
  RELAY_NOT_FOUND: fix(404, "Look the path up in the interface's description."),
  RELAY_ROLE_ELSEWHERE: fix(421, "Another process does this: ask one that has the role that is named."),
  RELAY_SESSION_UNKNOWN: fix(404, "This relay does not serve that session: ask it for the list of those that it does."),
  RELAY_SESSION_UNNAMED: fix(
    404,
    "This relay serves more sessions than one: name one in the path, /v1/sessions/ADDRESS/… in place of /v1/….",
  ),
  RELAY_PACKAGE_UNKNOWN: fix(404, "This relay has no package with that link: submit it, or ask the chain."),
  RELAY_CANCELLATION_UNKNOWN: fix(404, "This relay has no cancellation with that hash: hand it in, or ask the chain."),
  RELAY_SWITCH_UNKNOWN: fix(404, "This relay has no switch with that hash and that token: arm it."),
  RELAY_MARKET_UNKNOWN: fix(404, "Ask for the list of markets."),
  RELAY_BLOCK_UNKNOWN: fix(404, "The index does not reach that block: ask for one that it holds."),
  RELAY_CURSOR_INVALID: fix(400, "Hand the cursor back as it came, with the filters of the page it came with."),
  RELAY_CURSOR_STALE: later(410, "Its block is no part of the chain any more: ask again from the first page."),
  RELAY_ARCHIVED: fix(
    410,
    "Ask for blocks from the one that is named on (fromBlock); what came before it is in files, at the place that is named.",
  ),
  RELAY_ARCHIVE_REFUSED: fix(
    409,
    "`session archive list` says what is out; ranges come back the newest first. Nothing was changed.",
  ),
  RELAY_LOG_LONG: fix(
    422,
    "Save the log (GET /v1/log, `session logs --relay`) and measure it: `session measure --logs`.",
  ),
  RELAY_UPGRADE_REQUIRED: fix(426, "Open this path as a WebSocket."),
  RELAY_STREAMS_FULL: later(
    503,
    "Too many streams are open, here or from this address: close some, or come back later.",
  ),
  RELAY_SUBSCRIPTIONS_FULL: fix(429, "Open another connection, or end some of this one's subscriptions."),
  RELAY_STREAM_SLOW: later(408, "Read faster, or subscribe to less; go on after the last number that was read."),
  RELAY_TRADER_UNKNOWN: fix(404, "The address is not registered in this session: register, or deposit."),
  RELAY_NO_FUNDS: later(503, "The relay's account cannot pay for gas: use another relay, or try again later."),
  RELAY_SESSION_BUDGET: later(
    503,
    "What this relay spends on the session in a day is spent: use another relay, try again later, or bring it to the book yourself.",
  ),
  RELAY_QUOTA: later(
    429,
    "This trader's packages cost the relay gas and did not land: come back later, or bring them to the book yourself.",
  ),
  RELAY_KILL_UNBORNE: fix(
    403,
    "Killed, this order burns more of the relay's gas than its trader's account bears: sign it for fewer lots or as immediate-or-cancel, or bring it to the book yourself.",
  ),
  RELAY_WALLET_NEW: later(
    403,
    "A wallet can burn the relay's gas: bring its first orders to the book yourself, until they took the gas that is wanted.",
  ),
  RELAY_SEND_REFUSED: later(502, "The node does not take the relay's transactions; the values say why."),
  RELAY_CALLS_FAIL: later(
    502,
    "Calls that should succeed fail: they are tried again, alone and more slowly, then refused.",
  ),
  RELAY_PRICE_ABOVE_CAP: later(503, "Gas costs more than the relay may pay: it goes on when the price allows."),
  RELAY_RATE_LIMITED: later(429, "Send fewer requests a second; wait as long as retry-after says."),
  RELAY_QUEUE_FULL: later(503, "More packages wait than the chain can take over this link: try again later."),
  RELAY_QUEUE_CHANGING: later(
    503,
    "What was cancelled or taken back is not out of the queue yet, and the refusal may come of that alone: send it again soon.",
  ),
  RELAY_TRADER_QUEUE_FULL: later(429, "This trader's packages wait already: send more when some have landed."),
  RELAY_READING_AGAIN: later(503, "What was read of the chain is not what the chain says: it is read again."),
  RELAY_SNAPSHOT_UNFIT: fix(500, "It was thrown away: the chain is read on from an earlier one, or from the start."),
  RELAY_INDEX_BEHIND: later(
    503,
    "The index has not come as far as the chain: look why who has the role index does not write, or ask another reader.",
  ),
  RELAY_BROKER_AWAY: later(503, "Events come from the database alone, and a little later: look after the broker."),
  RELAY_NOT_READY: later(503, "The relay is still reading the chain: try again soon."),
  RELAY_LOG_WAITS: later(
    503,
    "A log is kept as far as it is final, and nothing of the session is yet: wait for the blocks that are missing. Meanwhile ask a node: `session verify --rpc URL`.",
  ),
  RELAY_STOPPING: later(503, "The relay is stopping: use another one, or try again later."),
  RELAY_STORE_UNAVAILABLE: later(503, "The package could not be stored and was not acknowledged: send it again."),
  RELAY_DEADLINE_NEAR: later(422, "The package might land too late: sign it again with a later deadline."),
  RELAY_DEADLINE_FAR: fix(422, "Batches have no room for a deadline after 2^32 - 1: sign again with an earlier one."),
  RELAY_LINK_NEARLY_STALE: later(
    422,
    "The link may be too old when the package lands: sign again over the current link.",
  ),
  RELAY_WALLET_UNREACHABLE: later(503, "The contract wallet could not be asked about the signature: try again."),
  RELAY_CANCEL_SIGNATURE: fix(403, "Sign the cancellation of this very package with its trader's key."),
  RELAY_READ_SIGNATURE: fix(
    403,
    "Sign ReadOwn for this very trader with its key, until a second that is not over and at most a day away.",
  ),
  RELAY_ALREADY_SENT: fix(409, "The package is on its way or on the chain: offset the order there, as its trader."),
  RELAY_SWITCH_OVER: fix(
    409,
    "The switch is not armed any more: ask what has become of its cancellation, or arm another.",
  ),
  RELAY_SWITCHES_FULL: fix(429, "The trader has that many switches armed: take one back first."),
  RELAY_LOCKED: fix(500, "Another process uses this database folder: stop it, or give another folder."),
  RELAY_OTHER_CHAIN: fix(
    500,
    "The database has rows of another chain with this id, for this book: give another database, or the node of that chain.",
  ),
  RELAY_QUERY_TIMEOUT: later(503, "That takes too long to look up: ask for a market, a trader, or a range of blocks."),
  RELAY_LISTEN_FAILED: fix(500, "Give another --host or --port, or stop whoever uses it."),
  RELAY_LEASE_LOST: later(500, "Another relay submits now; this one goes on taking packages."),
  RELAY_INTERNAL: later(500, "The relay has a fault; its log says more."),
} as const satisfies Readonly<Record<string, Kind>>;

export type RelayErrorCode = keyof typeof KINDS;
export const RELAY_ERROR_CODES = Object.keys(KINDS) as readonly RelayErrorCode[]; // its keys, as just written
export type RelayErrorValues = Readonly<Record<string, string | number | bigint>>;

export class RelayError extends ProtocolError {
  declare public readonly code: RelayErrorCode;
  public readonly values: RelayErrorValues;
  /** HTTP status. */
  public readonly status: number;
  public readonly advice: string;

  public constructor(code: RelayErrorCode, values: RelayErrorValues = {}, cause?: unknown) {
    const { status, retryable, advice } = KINDS[code];
    super(code, wordsOf(code, values, advice), { retryable, cause });
    this.values = values;
    this.status = status;
    this.advice = advice;
  }
}

/** What to do about an error of that code; of one that is none of the relay's, that its log says more. */
export function adviceOf(code: string): string {
  const kinds: Readonly<Record<string, Kind | undefined>> = KINDS;
  return (kinds[code] ?? KINDS.RELAY_INTERNAL).advice;
}

/** A refusal of the book with its numbers as decimal text. */
export function asText({ code, values }: Refusal): { code: string; values: Record<string, string> } {
  return { code, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])) };
}
