/** What the values of each error of the contracts are counted in, so that they can be told in the reader's units. */

/**
 * `time`: Unix seconds. `tokenWei`: wei of session or leg tokens, 18 decimals. `assetUnits`: smallest units of the asset that the
 * error names. `ticks`: of the market that the error names, or else of the one that was asked about. `coinWei`: wei of the chain's own coin. `money`: smallest units of the token that the
 * command is about and the error does not name, such as a sale's premium. `moved`: the same, or else session tokens. `outcome`: of the market, the number of
 * a leg or outcome, or a value of an interval. `duration`: seconds. `plain`: says itself what it is, such as an address, a number of an order or a count.
 */
export type ErrorUnit =
  | "time"
  | "duration"
  | "tokenWei"
  | "assetUnits"
  | "money"
  | "moved"
  | "lots"
  | "ticks"
  | "outcome"
  | "gas"
  | "coinWei"
  | "plain";

/** Names that mean the same in every error. */
const BY_NAME: Readonly<Record<string, ErrorUnit>> = {
  ...named("time", "timestamp", "t1", "t2", "closesAt", "settleBy", "settleLimit", "deadline"),
  ...named("tokenWei", "shortfall", "requested", "available", "reserved", "tickValue", "supply", "lotValue"),
  ...named("lots", "quantity", "lots", "wanted", "filled"),
  ...named("ticks", "price", "best", "marketMin", "marketMax", "scale", "value"),
  ...named("ticks", "saidLower", "saidUpper", "todayLower", "todayUpper", "afterLower", "afterUpper"),
  // Who, which, and how many.
  ...named("plain", "trader", "policy", "receiver", "owner", "caller", "session", "expected", "asset", "token"),
  ...named("plain", "marketCreator", "account", "signer", "sender", "spender", "approver", "target", "to", "from"),
  ...named("plain", "traderId", "tradeRootId", "fromTradeRootId", "toTradeRootId", "insertAfter", "leg", "legCount"),
  ...named("plain", "marketRootId", "marketBranchId", "expectedBranch", "index", "earlierIndex", "position", "pointer"),
  ...named(
    "plain",
    "link",
    "given",
    "current",
    "digest",
    "signed",
    "reason",
    "nonce",
    "nonceFloor",
    "currentNonce",
    "s",
  ),
  ...named("plain", "kind", "timeInForce", "outcomes", "wallets", "length", "bits"),
  ...named("outcome", "bindingOutcome", "fallbackOutcome"),
  ...named("plain", "chainWindow", "maxOpenOrders", "assets", "quantities", "nameLength", "symbolLength", "limit"),
  ...named("plain", "minimum", "maximum", "str"),
  // Of automated makers: how many, and which.
  ...named("plain", "branches", "factory", "least", "total", "rootLink", "vertices", "legs", "weights", "points"),
  ...named("ticks", "point", "strike"),
  ...named("lots", "liquidity"),
  // Of rollers and oracles.
  ...named("time", "givesUntil", "oldT2", "updatedAt"),
  ...named("tokenWei", "minimumWei", "leastWei", "claimsWei"),
  ...named("plain", "amounts", "next", "holder", "roller", "feed", "feeds", "ages", "answer"),
  ...named("plain", "assetDecimals", "feedDecimals", "loanDecimals"),
  ...named("plain", "what", "x"),
  // Of fixings, windows and settlers: which, how many, and of what cash.
  ...named("time", "opens", "closes", "latest", "earliest", "time", "updatedAt", "since", "before"),
  ...named("plain", "roundId", "nextRoundId", "newest", "firstOfNext", "feeds", "decimals", "answer", "status"),
  ...named("plain", "holder", "assertionId", "sum"),
  ...named("duration", "age", "maxAge", "liveness"),
  ...named("money", "cost", "maxCost", "pay", "maxPay", "startPrice", "endPrice", "fee"),
};

/** Where a name means something else. */
const BY_ERROR: Readonly<Record<string, Readonly<Record<string, ErrorUnit>>>> = {
  Book_QuantityOutOfRange: { maximum: "lots" },
  Book_TooManyLots: { limit: "lots" },
  Book_TickValueOutOfRange: { maximum: "tokenWei" },
  Factory_Supply: { maximum: "tokenWei" },
  Factory_SettleLimit: { maximum: "time" },
  Session_ReceivedOtherAmount: { received: "assetUnits", expected: "assetUnits" },
  SetRouter_WrongSide: { quantityLots: "lots" },
  SetRouter_FloatTooSmall: { lender: "plain" },
  SetRouter_OutOfGas: { left: "gas", needed: "gas" },
  Signatures_OutOfGas: { left: "gas", needed: "gas" },
  InsufficientBalance: { balance: "coinWei", needed: "coinWei" },
  Maker_LiquidityOutOfRange: { maximum: "lots" },
  Maker_LotsOutOfRange: { maximum: "lots" },
  Maker_PointNotABound: { expected: "ticks" },
  Maker_NotFunded: { paid: "tokenWei", needed: "tokenWei" },
  Maker_Funded: { needed: "tokenWei" },
  UmaSettler_LivenessTooShort: { minimum: "duration" },
  Book_FallbackOutOfRange: { minimum: "outcome", maximum: "outcome" },
  Fixing_TooEarly: { from: "time" },
  Settler_WeightsOffScale: { sum: "ticks" },
  // Of keys, gates and sales.
  KeyAccount_KeyUnknown: { key: "plain" },
  KeyAccount_LimitsMissing: { key: "plain", book: "plain" },
  Transfer_ReceivedOtherAmount: { received: "money", expected: "money" },
  Gate_NotItsBook: { book: "plain" },
  Gate_NotOpen: { phase: "plain" },
  AllowList_NotOnList: { root: "plain" },
  FeeVault_NothingToPay: { beneficiary: "plain" },
  FeeVault_AlreadyPaid: { book: "plain" },
  FeeVault_NotBeneficiary: { beneficiary: "plain" },
  FeePolicy_NoVault: { vault: "plain" },
  MinCapital_Locked: { until: "time" },
  MinCapital_NothingStaked: { book: "plain", staker: "plain" },
  Attested_NoService: { service: "plain" },
  Attested_TermsMissing: { schema: "plain", attester: "plain" },
  Attested_Unknown: { uid: "plain" },
  Attested_OtherSchema: { schema: "plain" },
  Attested_OtherAttester: { attester: "plain" },
  Attested_Revoked: { uid: "plain", revokedAt: "time" },
  Attested_Expired: { uid: "plain", expiredAt: "time" },
  TrackRecord_NotInTable: { profitPpm: "plain", informationPpm: "plain", root: "plain" },
  TrackRecord_NotEnough: {
    profitPpm: "plain",
    leastProfitPpm: "plain",
    informationPpm: "plain",
    leastInformationPpm: "plain",
  },
  PolicySet_Count: { policies: "plain" },
  Sale_OwnToken: { premium: "plain" },
  Sale_Window: { opens: "time", closes: "time", t2: "time" },
  Sale_NotSeller: { seller: "plain" },
  Sale_OfferClosed: { opens: "time" },
  Sale_NotOpen: { opens: "time", closes: "time" },
  Sale_NotEnoughLeft: { amount: "tokenWei", unsold: "tokenWei" },
  Sale_OverLimit: { buyer: "plain", amount: "tokenWei", left: "tokenWei" },
  Sale_NotAdmitted: { buyer: "plain" },
  Sale_StillOpen: { closes: "time" },
  BatchPacker_DoesNotFit: { value: "plain" },
  ERC20InsufficientBalance: { balance: "moved", needed: "moved" },
  ERC20InsufficientAllowance: { allowance: "moved", needed: "moved" },
  SafeCastOverflowedUintDowncast: { value: "plain" },
  SafeCastOverflowedIntDowncast: { value: "plain" },
  SafeCastOverflowedIntToUint: { value: "plain" },
  SafeCastOverflowedUintToInt: { value: "plain" },
  Client_AssetShort: { balance: "assetUnits", required: "assetUnits" },
};

/** @returns undefined for a value that this table does not know */
export function unitOfValue(errorName: string, name: string): ErrorUnit | undefined {
  const ofError = Object.hasOwn(BY_ERROR, errorName) ? BY_ERROR[errorName] : undefined;
  if (ofError !== undefined && Object.hasOwn(ofError, name)) return ofError[name];
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}

function named(unit: ErrorUnit, ...names: readonly string[]): Record<string, ErrorUnit> {
  return Object.fromEntries(names.map((name) => [name, unit]));
}
