// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @dev The root market that every session has: the simplex of basket weights, delivered in kind (rule R10).
uint32 constant BASKET_ROOT_ID = 1;

/// @dev In the chain's record words: a record of the market table, which is no trade.
uint8 constant MARKET_BRANCH = 0;

/// @dev Most lots of one order (R27): its size and its opposite fit an int40.
int64 constant MAX_ORDER_LOTS = 2 ** 39 - 1;

/// @dev tradeBranchId of the three trades of a package (paper: "1 for primary, 2 for offset, 3 for match").
uint8 constant PRIMARY_BRANCH = 1;
uint8 constant OFFSET_BRANCH = 2;
uint8 constant MATCH_BRANCH = 3;

/// @dev How long an order may wait. Signed as a uint8, so that an unknown value can be refused by name.
uint8 constant GOOD_TILL_CANCELLED = 0;
uint8 constant IMMEDIATE_OR_CANCEL = 1;
uint8 constant FILL_OR_KILL = 2;
uint8 constant POST_ONLY = 3;

/// @notice What kind of outcome variable a root is.
enum RootKind {
    Unknown,
    Simplex, // weights w >= 0 with a fixed sum; leg k pays w_k. The basket root and event markets
    Interval // one number y; branch b pays clamp(y, lower strike, upper strike)
}

/// @notice One record of the market table, signed by the market's owner (R36). It creates a root, adds a sub-market to one, or
/// tightens the bounds of an existing market; which of these follows from the numbers.
/// @param marketRootId 0 for a new root, which gets the next unused number; else an existing root
/// @param marketBranchId 1 for a new root, the next unused number for a new sub-market, else an existing branch
/// @param parentBranchId for a new sub-market the branch that bounds it; else 0
/// @param owner who signs every record of the root
/// @param marketMin new interval root: least outcome; new sub-market: lower strike; existing market: lower bound; event: 0
/// @param marketMax new interval root: greatest outcome; new sub-market: upper strike; existing market: upper bound; new event
/// root: the scale, ticks that make a weight of 1
/// @param kind for a new root its RootKind; else 0
/// @param outcomes for a new event root the number of outcomes, 2 to 16; else 0
/// @param tickValue for a new root the session-token wei of one tick of one lot; else 0
/// @param closesAt for a new root the first second without trade, at most t2; else 0
/// @param settleBy for a new root when the fallback may be applied; else 0
/// @param fallbackOutcome for a new interval root an outcome, for a new event root the number of one; else 0
/// @param descriptionHash for a new root keccak256 of the description, which is in the log; else 0
/// @param previousLink new root: a link of the window, as for orders; else link of the last record of the same root
struct MarketRecord {
    uint32 marketRootId;
    uint16 marketBranchId;
    uint16 parentBranchId;
    address owner;
    int32 marketMin;
    int32 marketMax;
    uint8 kind;
    uint16 outcomes;
    uint128 tickValue;
    uint40 closesAt;
    uint40 settleBy;
    int32 fallbackOutcome;
    bytes32 descriptionHash;
    bytes32 previousLink;
}

/// @notice A root market as it stands, for those who ask.
/// @param lo interval: least outcome that is still possible; simplex: 0
/// @param hi interval: greatest outcome that is still possible; simplex: the scale
/// @param tip link of the root's last record; zero for the basket root
struct RootInfo {
    RootKind kind;
    uint16 branchCount;
    int32 lo;
    int32 hi;
    uint64 tickValue;
    uint40 closesAt;
    uint40 settleBy;
    int32 fallbackOutcome;
    bool settled;
    address owner;
    bytes32 tip;
}

/// @notice One outcome of one root: [y] for an interval root, all weights for a simplex root; ticks.
struct RootOutcome {
    uint32 marketRootId;
    int32[] values;
}

/// @notice What a trader signs: one limit order, from which the three chained trades follow (R20).
/// @param marketRootId the outcome variable
/// @param marketBranchId the contract on it; for the basket root the leg, 1 to the number of assets
/// @param trader the signer: an account with a key, or a contract that answers ERC-1271
/// @param priceTicks limit in ticks of the root
/// @param quantityLots lots, + bid, - offer
/// @param previousLink one of the last `chainWindow` checkpoints of the chain
/// @param nonce any unused number inside the trader's window
/// @param deadline last second at which the order may be accepted or filled
/// @param timeInForce one of the four constants above
struct TradePackage {
    uint32 marketRootId;
    uint16 marketBranchId;
    address trader;
    int32 priceTicks;
    int64 quantityLots;
    bytes32 previousLink;
    uint64 nonce;
    uint40 deadline;
    uint8 timeInForce;
}

/// @notice A package with its signature and an unsigned hint of the submitter. A wrong hint costs gas, never a wrong result.
/// @param tradePackage what was signed
/// @param signature 65 bytes (r, s, v), 64 bytes (r, vs; ERC-2098), or whatever the contract wallet takes
/// @param insertAfter tradeRootId of the resting order next to which this one belongs; 0 to start at the best
struct SignedPackage {
    TradePackage tradePackage;
    bytes signature;
    uint32 insertAfter;
}

/// @notice What a trader signs to let others take its orders out (R43).
/// @param trader the signer, as of a package
/// @param fromTradeRootId the first order that it is about
/// @param toTradeRootId the last one; it need not be given yet, then it is a dead man's switch
/// @param nonceFloor the trader's nonces below it become void; 0 leaves them
/// @param deadline last second at which it may be brought
struct CancelTrades {
    address trader;
    uint32 fromTradeRootId;
    uint32 toTradeRootId;
    uint64 nonceFloor;
    uint40 deadline;
}

/// @notice Why an order's remaining lots were offset, that is, taken out of the book unfilled.
enum OffsetReason {
    Cancelled, // by its trader, or by who brings what its trader has signed
    Expired, // its deadline had passed
    Uncovered, // its trader could no longer bear to have them filled
    OwnOrder, // it stood in the way of a later order of the same trader
    Remainder // what an immediate-or-cancel order did not get
}

/// @notice What a session is made of, fixed when it is created.
/// @param name of the session token, 1 to 31 bytes; leg tokens append " leg k"
/// @param symbol of the session token, 1 to 31 bytes; leg tokens append "-k"
/// @param assets the basket's ERC-20 assets, 1 to 16, all different
/// @param quantities q, in each asset's smallest unit, none zero
/// @param supply N in session-token wei (18 decimals), below 2^96
/// @param t1 first second of trading; funding ends here
/// @param t2 first second of settlement; trading ends here; below 2^32
/// @param policy who may take part; the zero address admits everybody
/// @param chainWindow how many of the last checkpoints an order's previousLink may be, 2 to 256
/// @param settleLimit latest settleBy that a market of this session may have, not before t2, below 2^32
/// @param openMarkets whether every registered trader may create root markets; else whom the organiser permits
/// @param maxOpenOrders open orders a trader may have at once, 1 to 255
/// @param maxLots lots of a market beyond which no fill takes a trader's position, up or down; 0 for no limit
/// @param basketScale ticks that make a weight of 1 in the basket root, at least 1
/// @param basketTickValue session-token wei a tick of a lot is worth in the basket root, at least 1
struct SessionParams {
    string name;
    string symbol;
    address[] assets;
    uint128[] quantities;
    uint256 supply;
    uint40 t1;
    uint40 t2;
    address policy;
    uint40 settleLimit;
    bool openMarkets;
    uint16 chainWindow;
    uint16 maxOpenOrders;
    uint64 maxLots;
    int32 basketScale;
    uint64 basketTickValue;
}

/// @dev Immutable arguments in the code of a Session clone.
struct SessionTerms {
    address factory;
    address organiser;
    uint256 supply;
    uint40 t1;
    uint40 t2;
    string name;
    string symbol;
    address[] assets;
    uint128[] quantities;
}

/// @dev Immutable arguments in the code of an OldOrderBook clone.
struct BookTerms {
    address session;
    address policy;
    address marketCreator; // who permits root markets: the organiser; zero if every registered trader may create them
    uint40 t1;
    uint40 t2;
    uint40 settleLimit;
    uint16 chainWindow;
    uint16 maxOpenOrders;
    uint64 maxLots;
    uint8 assetCount;
    int32 basketScale;
    uint64 basketTickValue;
    uint8 reserveShift; // reserves are kept in units of 2^reserveShift wei (R15)
}
