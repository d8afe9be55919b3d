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
/** The greatest block.number that a checkpoint has room for. */
export const MAX_MARK = unsignedRange(32).most;
/** Open orders that a session may allow a trader. */
export const MAX_OPEN_ORDERS = 255;
/** Unix seconds of the latest deadline that a resting order keeps: a later one never comes. */
export const MAX_DEADLINE = unsignedRange(32).most;
/** Orders of one batch that contract wallets have signed. */
export const MAX_WALLETS = 8;
/** Unix seconds of the latest settleLimit, and so of every time of a session. */
export const MAX_TIME = unsignedRange(32).most;

/** Lots of one order, and lots of a market that a trader may have, whether bought or sold; */
export const MAX_LOTS = 2n ** 39n - 1n;
/** of a basket of two assets so many more of the one than of the other. */
export const MAX_NET = 2n ** 47n - 1n;
/** Wei that a claim stays below. */
export const CLAIM_LIMIT = 2n ** 96n;

/** Session tokens of one deposit, wei. */
export const MAX_DEPOSIT = unsignedRange(96).most;
/** Units of reserve from which on it means all that a trader has. */
export const MAX_RESERVE = unsignedRange(16).most;

/** Nonces whose use the book tracks, at and above a trader's floor. */
export const NONCE_WINDOW = 32n;
/** How far above the floor a nonce may lie; beyond the window it pulls the window along, and with it the floor. */
export const NONCE_REACH = 64n;
/** The greatest floor. The nonce of that number is never usable, so that the floor can pass every nonce. */
export const MAX_FLOOR = unsignedRange(24).most;

/** Roots of a session: their numbers fit an order of the book. */
export const MAX_ROOT_ID = 2 ** 18 - 1;
/** The greatest number of a branch that an order of the book has room for; */
export const MAX_BRANCH_ID = 2 ** 6 - 1;
/** branches of an interval root. */
export const MAX_BRANCHES = 32;
/** Outcomes of an event root. */
export const MIN_OUTCOMES = 2;
export const MAX_OUTCOMES = 16;
/** Session-token wei of one tick of one lot. */
export const MAX_TICK_VALUE = unsignedRange(64).most;

/** Gas with which a contract wallet is asked for a signature. */
export const WALLET_GAS = 500_000n;

/** Vertices of an automated maker's root, */
export const MAX_VERTICES = 16;
/** and its b, lots. */
export const MAX_LIQUIDITY = 2n ** 35n;
/** Prices of complete sets that one try of a router offers. */
export const MAX_RUNGS = 7;
/** Policies that a policy of policies asks. */
export const MAX_POLICIES = 8;

/** Feeds of a fixing of prices, */
export const MAX_FEEDS = 16;
/** and decimals of each, of the assets and of the cash. */
export const MAX_DECIMALS = 18;
/** Seconds that a cash window's price stands. */
export const MAX_AGE_OF_PRICE = 3_600;
/** Seconds that an assertion of an outcome lives, at least; */
export const MIN_LIVENESS = 7_200;
/** seconds between the moment when an outcome can be there and its root's settleBy, at least. */
export const MIN_TIME_TO_SETTLE = 604_800;
