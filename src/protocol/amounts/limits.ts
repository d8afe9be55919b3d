/** The limits that the contracts set. Each has the name of its constant there, and a test compares them. */
import { unsignedRange } from "./units.js";

/** Assets of a basket. */
export const MAX_ASSETS = 16;
/** N, wei. */
export const MAX_SUPPLY = unsignedRange(96).most;
/** Bytes of a session token's name, and of its symbol. */
export const MAX_NAME_BYTES = 31;
/** How many of the last checkpoints an order's previousLink may be: two at least, so that one block's calls void no newest link; */
export const MIN_CHAIN_WINDOW = 2;
export const MAX_CHAIN_WINDOW = 256;
/** so many are kept. */
export const RING = 256;
/** Trades of one book: their numbers fit a uint32. */
export const MAX_TRADES = Number(unsignedRange(32).most);
/** Open orders that a session may allow a trader. */
export const MAX_OPEN_ORDERS = 255;
/** Unix seconds of the latest settleLimit, and so of every time of a session. */
export const MAX_TIME = unsignedRange(32).most;

/** Lots of one order, whether bought or sold. */
export const MAX_ORDER_LOTS = 2n ** 39n - 1n;

/** Session tokens of one deposit, wei. */
export const MAX_DEPOSIT = unsignedRange(96).most;
/** Size of a worst case, wei: far above any supply, far below an int128, so that whatever follows from it fits one too. */
export const MAX_WORST = 2n ** 125n;
/** Units of reserve from which on it means all that a trader has. */
export const WHOLE_RESERVE = unsignedRange(16).most;

/** Nonces whose use the book tracks, at and above a trader's floor. */
export const NONCE_WINDOW = 32n;
/** How far above the floor a nonce may lie; beyond the window it pulls the window along, and with it the floor. */
export const NONCE_REACH = 64n;
/** Never usable, so that the floor can pass every nonce. */
export const LAST_NONCE = unsignedRange(24).most;

/** Roots of a session: their numbers fit an order of the book. */
export const MAX_ROOT_ID = 2 ** 18 - 1;
/** Branches of an interval root. */
export const MAX_BRANCHES = 32;
/** Outcomes of an event root. */
export const MIN_OUTCOMES = 2;
export const MAX_OUTCOMES = 16;
/** Session-token wei of one tick of one lot. */
export const MAX_TICK_VALUE = unsignedRange(64).most;

/** Gas with which a contract wallet is asked for a signature. */
export const WALLET_GAS = 500_000n;
