/** What each refusal of the contracts, and of this client, asks for. */
import { type Advice, fix, later } from "../protocol/amounts/errors.js";
import { REFUSAL_ADVICE } from "../protocol/market/refusal.js";
import {
  MAX_ASSETS,
  MAX_CHAIN_WINDOW,
  MAX_NAME_BYTES,
  MAX_OPEN_ORDERS,
  MAX_POLICIES,
  MIN_CHAIN_WINDOW,
} from "../protocol/amounts/limits.js";

/** What only a call on a chain can meet. */
const CALLS: Readonly<Record<string, Advice>> = {
  Book_OutOfGas: later("Send the same package with more gas."),
  Signatures_OutOfGas: later("Send the call with more gas, or fewer packages: asking a contract wallet takes some."),
  Ladder_NotMade: later("Send the record with more gas: the book writes the root's strikes anew."),
  Book_OnlySelf: fix("Only the order book itself calls this."),
};

const SESSION: Readonly<Record<string, Advice>> = {
  Session_NotAllowed: fix("Send this from the expected address."),
  Session_AlreadyWired: fix("The session was wired when it was created; nothing is left to do."),
  Session_AlreadyFunded: fix("The basket is in the vault already; send nothing more."),
  Session_FundingClosed: fix("Funding ended at t1: create a new session."),
  Session_ReceivedOtherAmount: fix("The asset takes a fee or moves other amounts than told: use another asset."),
  Session_NotFunded: later("The organiser has to fund the session first."),
  Session_NotSettling: later("Claims are redeemed from t2 on."),
  Session_UnknownLeg: fix("Legs are numbered from 1 to the number of assets."),
  Session_NothingToDo: fix("Give an amount above zero and a receiver other than the vault."),
  LegToken_NotSession: fix(
    "Only the session mints and burns its leg tokens: `session split`, `session merge` and `session redeem`.",
  ),
};

const FACTORY: Readonly<Record<string, Advice>> = {
  Factory_AssetCount: fix(`Name 1 to ${MAX_ASSETS} assets and one quantity for each.`),
  Factory_AssetNotAContract: fix("Give the address of an ERC-20 token on this chain."),
  Factory_AssetRepeated: fix("Name every asset once, with its whole quantity."),
  Factory_QuantityZero: fix("Give every asset a quantity above zero, or leave it out."),
  Factory_Window: fix("Choose t1 in the future and t2 after t1."),
  Factory_SettleLimit: fix("Choose a settleLimit that is not before t2, and a time below 2^32."),
  Factory_Supply: fix("Choose a supply between one basket lot and 2^96 - 1 wei."),
  Factory_ChainWindow: fix(`Choose a chainWindow between ${MIN_CHAIN_WINDOW} and ${MAX_CHAIN_WINDOW}.`),
  Factory_MaxOpenOrders: fix(`Allow every trader 1 to ${MAX_OPEN_ORDERS} open orders.`),
  Factory_BasketUnits: fix("Choose a positive scale and a positive tick value."),
  Factory_NameLength: fix(`Choose a name and a symbol of 1 to ${MAX_NAME_BYTES} bytes each.`),
};

/** What gates refuse, and what is paid to pass them. */
const GATES: Readonly<Record<string, Advice>> = {
  Receiver_Invalid: fix(
    "Name a receiver that is neither zero, nor the contract that sends, nor the token or the session.",
  ),
  Transfer_ReceivedOtherAmount: fix("The token takes a fee or moves other amounts than told: use another token."),
  Gate_NotItsBook: fix("Name the session that the book belongs to."),
  Gate_NotOpen: later("Pay once the session is funded, and before t2."),
  AllowList_NoRoot: fix("Give the root of the list."),
  AllowList_NotOnList: fix("Make the proof from the list that the policy was made of; it must name this address."),
  FeeVault_NoToken: fix("Give the address of an ERC-20 token on this chain."),
  FeeVault_NothingToPay: fix("Give a fee above zero and a beneficiary."),
  FeeVault_AlreadyPaid: fix("The fee for this trader is paid: deposit, and it is registered."),
  FeeVault_NotBeneficiary: fix("Only the beneficiary collects fees."),
  FeePolicy_NoVault: fix("Give the address of a fee vault on this chain."),
  MinCapital_NoToken: fix("Give the address of an ERC-20 token on this chain."),
  MinCapital_AmountZero: fix("Give an amount above zero."),
  MinCapital_Locked: later("Stakes come back from the session's t2 on."),
  MinCapital_NothingStaked: fix("Nothing of this address lies there: name the trader for whom it was staked."),
  MinVotes_NoToken: fix("Give the address of a token with votes (ERC-5805) on this chain."),
  MinVotes_MinimumZero: fix("Ask for votes above zero."),
  Attested_NoService: fix("Give the address of the Ethereum Attestation Service on this chain."),
  Attested_TermsMissing: fix("Give a schema and an attester."),
  Attested_Unknown: fix("Give the number of an attestation that this chain's service knows."),
  Attested_OtherSchema: fix("Present an attestation of the policy's schema."),
  Attested_OtherAttester: fix("Present an attestation of the policy's attester."),
  Attested_Revoked: fix("The attester has taken it back: ask for another."),
  Attested_Expired: fix("Ask the attester for one that is still good."),
  TrackRecord_NoRoot: fix("Give the root of the table."),
  TrackRecord_NotInTable: fix("Make the table of the logs that the policy was made of; it must have this line."),
  TrackRecord_NotEnough: fix("The record is not what the policy wants."),
  PolicySet_Count: fix(`Name 1 to ${MAX_POLICIES} policies.`),
  PolicySet_NoCode: fix("Deploy each policy first, and give its address."),
};

/** What primary sales refuse. */
const SALES: Readonly<Record<string, Advice>> = {
  Sale_NoCode: fix("Give addresses of contracts on this chain."),
  Sale_OwnToken: fix("Choose another token to be paid in."),
  Sale_Prices: fix("Choose an end price from 1 smallest unit to the start price."),
  Sale_Window: fix("Choose an opening in the future, a close after it, and no later than t2."),
  Sale_NotSeller: fix("Send this from the session's organiser."),
  Sale_OfferClosed: fix("The sale has opened: what is for sale is paid in before."),
  Sale_NotOpen: later("Buy from the sale's first second on, and before it closes."),
  Sale_DeadlineExpired: fix("Buy again, with a later deadline."),
  Sale_AmountZero: fix("Give an amount above zero."),
  Sale_NotEnoughLeft: fix("Buy no more than is left."),
  Sale_OverLimit: fix("Buy no more than the sale allows an address."),
  Sale_NotAdmitted: later("Do what the sale's policy wants first."),
  Sale_TooDear: fix("Allow a higher price, or wait if the price is falling."),
  Sale_StillOpen: later("What is not sold comes back once the sale has closed."),
};

/** What automated makers refuse, and what makes them. */
const MAKERS: Readonly<Record<string, Advice>> = {
  House_Busy: fix("A contract called back into the maker from within its own call: call it by itself."),
  House_NotSigning: fix("Only a function that signs approves packages."),
  Maker_RootUnknown: later("Make the root first, and name the link of the record that made it."),
  Maker_LiquidityOutOfRange: fix("Choose a b of 1 to 2^35 lots."),
  Maker_VertexCount: fix("Give a weight for each of 2 to 16 legs or breakpoints."),
  Maker_VerticesOfOtherRoot: fix(
    "Give a simplex root a weight for each leg, an interval root one for each breakpoint.",
  ),
  Maker_PriorTooLopsided: fix("Give weights from 1 on, none below 1/128 of their sum."),
  Maker_PointNotABound: fix("Begin and end with the root's first bounds."),
  Maker_PointsNotRising: fix("Give the breakpoints in rising order, each once."),
  Maker_OtherRoot: fix("Bring the order to the maker of its own root, or to the book."),
  Maker_BranchUnknown: fix("Name a branch that the root has."),
  Maker_StrikeBetweenPoints: fix("Trade this branch in the book: the maker has no price for it."),
  Maker_LotsOutOfRange: fix("Ask for 1 to 2^39 - 1 lots, either way."),
  Maker_NotFunded: later("Sponsors have to pay in what is missing first."),
  Maker_Funded: fix("All that is needed was paid: open another maker for more depth."),
  Maker_Over: fix("Trade in this root is over; pay nothing in."),
  Maker_StillOpen: later("Close the maker once its root is settled, or from t2 on."),
  Maker_NotASponsor: fix("Send this from the address that has paid in."),
  BatchPacker_DoesNotFit: fix(
    "A batch has no room for this field: the book takes the order by createTrade, or nobody does.",
  ),
  Maker_OnlyFactory: fix("Only the factory that makes a maker calls this."),
};

/** What rollers refuse, from one session into the next. */
const ROLLERS: Readonly<Record<string, Advice>> = {
  Roller_NotASession: fix("Name a session of the factory that this factory of rollers is for."),
  Roller_Times: fix("Choose a givesUntil after now and after the session's t2, and a t1 after it."),
  Roller_MinimumTooSmall: fix("Choose a minimum of a basket lot at least, and of a smallest unit of each asset."),
  Roller_LegCount: fix("Give an amount for each leg, 0 for none."),
  Roller_NothingGiven: fix("There are no tokens to give, or nobody has given any."),
  Roller_BelowMinimum: fix("Give more of this asset, or none: session tokens count for every asset."),
  Roller_GivingClosed: fix("Too late for this roller: redeem, or find another one."),
  Roller_NotNow: later("A roll is open from givesUntil until before t1; after that take back what you gave."),
  Roller_NothingCame: fix("The vault pays nothing for these claims: take back what you gave."),
  Roller_Rolled: fix("It has rolled: take your part of the next session."),
  Roller_NotRolled: later("It has not rolled: from givesUntil on anyone may."),
  Roller_NothingHere: fix("Nothing of this address is here: it gave nothing, or has taken all of it."),
  SafeCastOverflowedUintDowncast: fix("More came of an asset than a basket can have: take back what you gave."),
  Roller_NotItsInbox: fix("Only its roller empties an inbox: `session roll take ROLLER --inbox`."),
};

/** What accounts that lend keys refuse. */
const KEYS: Readonly<Record<string, Advice>> = {
  KeyAccount_NotOwner: fix("Only the account's owner lends keys, takes them back, and acts as the account."),
  KeyAccount_NoOwner: fix("Give the account an owner."),
  KeyAccount_LimitsMissing: fix("Name the key by its address, and the order book for which it may sign."),
  KeyAccount_KeyUnknown: fix("This account has not lent that key for this session, or has taken it back."),
  AddressEmptyCode: fix("There is no contract at the address that is to be called."),
  FailedCall: fix("What was called refused without a reason."),
  Client_KeyUsedUp: fix("The key has no nonces left: the account's owner lends it more."),
  Client_NotAKeyAccount: fix("Give the address of an account that lends keys (KeyAccount) on this chain."),
};

/** What oracles for session and leg tokens refuse. */
const ORACLES: Readonly<Record<string, Advice>> = {
  Client_NotAnOracle: fix("Give the address of an oracle of session or leg tokens on this chain."),
  Oracle_FeedCount: fix("Give a feed and an age for each asset; for a leg token its own alone."),
  Oracle_TooManyDecimals: fix("Use a feed with fewer decimals."),
  Oracle_NoPrice: later("The feed has no price above zero: wait for its next answer."),
  Oracle_StalePrice: later("The feed's last answer is too old: wait for its next one."),
};

/** What fixings of prices, cash windows and settlers of roots refuse. */
const SETTLEMENT: Readonly<Record<string, Advice>> = {
  Fixing_FeedCount: fix("Name 1 to 16 feeds."),
  Fixing_NoTimeAllowed: fix("Give the delay, and the greatest age of each feed's answer, at least a second."),
  Fixing_TooManyDecimals: fix("Use feeds, assets and cash with at most 18 decimals."),
  Fixing_UnknownLeg: fix("Legs are numbered from 1 to the number of feeds."),
  Fixing_AlreadyFixed: fix("The price is there; nothing is left to do."),
  Fixing_TooEarly: later("Fix the price after its time, or after the delay too if the feed has no later round yet."),
  Fixing_RoundTooLate: fix("Name the last round up to the time that is priced."),
  Fixing_NextNotAfter: fix("Name a later round: this next one was up to the time that is priced, or has no answer."),
  Fixing_NotNext: fix(
    "Name the round right after the first, or the first of the next phase if its own phase has none.",
  ),
  Fixing_NotNewest: fix("Name the newest round, or the one after it."),
  Fixing_LaterPhase: fix("Name the last round of the feed's later phase."),
  Fixing_Stale: fix("The feed was silent for too long: this leg has no price, and claims are redeemed in kind."),
  Fixing_AnswerOutOfRange: fix("The feed told no price: claims are redeemed in kind, and roots fall back."),
  Fixing_SequencerDown: later("Wait until the sequencer runs; if it came back too late for this price, there is none."),
  Window_Times: fix("Open after t2 and not before the price's time; close within an hour of that."),
  Window_NotOffering: later("Offer claims from t2 until the window opens."),
  Window_NotOpen: later("Buy while the window is open."),
  Window_StillOpen: later("Take what is yours once the window has closed."),
  Window_NothingToDo: fix("Give an amount above zero."),
  Window_UnknownLeg: fix("Legs are numbered from 1 to the number of assets."),
  Window_NoPrice: later("Somebody has to fix the price first; without one, everything offered comes back."),
  Window_NotOffered: fix("Buy no more of the leg than is offered."),
  Window_TooDear: fix("Allow a higher cost, or buy less."),
  Window_NothingLeft: fix("Send this from an address that has offered this leg and not taken its part yet."),
  Settler_NotANewRoot: fix("A settler makes roots and settles them; it signs no other record."),
  Settler_OnlyOrganiser: fix("Send this from the organiser's address, whose signature it bears."),
  Settler_SettleByTooEarly: fix("Choose a settleBy that leaves time to settle."),
  Settler_UnknownRoot: fix("Name a root that this settler has made."),
  Settler_OutcomeLength: fix("Give one number for an interval, and a weight for each outcome of an event."),
  Settler_WeightsOffScale: fix("Give weights from 0 on that sum to the event's scale."),
  UmaSettler_LivenessTooShort: fix("Let assertions live for at least two hours."),
  UmaSettler_StillOpen: later("Assert the outcome once trade in the root is over."),
  UmaSettler_Settled: fix("The root is settled; nothing is left to assert."),
  UmaSettler_UnknownAssertion: fix("Name an assertion that was made through this settler."),
  UmaSettler_NotResolved: later("The oracle has not called back about this assertion."),
  UmaSettler_AssertedFalsely: fix("The oracle has found it false: assert the true outcome."),
  ChainlinkSettler_NotAnInterval: fix("A price settles an interval: make the event by another settler."),
  ChainlinkSettler_ClosesAfterPrice: fix("End trade by the time that is priced: whoever knows the price would win."),
  ChainlinkSettler_NoTicks: fix("Give a unit of the price at least one tick."),
  ChainlinkSettler_NotFixed: later("Fix the price of this leg first."),
};

/** What the libraries below our contracts may throw through them. */
const TOKENS: Readonly<Record<string, Advice>> = {
  ERC20InsufficientBalance: fix("The sender holds less than that."),
  ERC20InsufficientAllowance: fix("Approve the spender for the amount first."),
  ERC20InvalidReceiver: fix("This address cannot receive tokens."),
  ERC20InvalidSender: fix("This address cannot send tokens."),
  ERC20InvalidApprover: fix("This address cannot approve."),
  ERC20InvalidSpender: fix("This address cannot be approved."),
  ERC2612ExpiredSignature: later("Sign the permit again with a later deadline."),
  ERC2612InvalidSigner: later("Sign the permit with the owner's key and its current nonce."),
  SafeERC20FailedOperation: fix("The token refused the transfer: look at its own rules."),
  ECDSAInvalidSignature: later("Sign the permit again: its signature is malformed."),
  ECDSAInvalidSignatureLength: later("Sign the permit again: its signature has the wrong length."),
  ECDSAInvalidSignatureS: later("Sign the permit again, in the one valid form (low s)."),
  InvalidAccountNonce: later("Sign the permit again with the owner's current nonce."),
  FailedDeployment: fix("A session with this salt and these parameters exists already: choose another salt."),
  CloneArgumentsTooLong: fix("The session's parameters are too long: name fewer assets."),
  ReentrancyGuardReentrantCall: fix("A token called back into the session: it is not fit for one."),
};

const ROUTER: Readonly<Record<string, Advice>> = {
  SetRouter_OnlySelf: fix("Only the router itself calls this."),
  SetRouter_WrongSide: fix("Bring a bid to buyThroughSet, and an offer to sellThroughSet."),
  SetRouter_NoSets: fix("Name the basket, root 1, or an event: only their legs pay a known sum together."),
  SetRouter_FloatTooSmall: fix("Take back no more than you have lent."),
  SetRouter_OutOfGas: later("Send the same order with more gas: the book keeps some in reserve."),
  SetRouter_Incomplete: later("A maker could not bear its order: try again, or send the order straight to the book."),
};

/** What this client itself refuses or reports. */
const CLIENT: Readonly<Record<string, Advice>> = {
  Client_NoProvider: fix("Connect the signer or runner to a provider."),
  Client_OtherContract: fix("What is at that address, on the chain of that node, is no contract of that kind."),
  Client_NotASession: fix("Give the address of a session's vault on the chain that the provider is connected to."),
  Client_NotARouter: fix("Give the address of a router of complete sets that was made for this session's book."),
  Client_NotAFactory: fix("Give the address of the session factory on the chain that the provider is connected to."),
  Client_NoMakerFactory: fix(
    "Give the address of the factory of makers on the chain that the provider is connected to.",
  ),
  Client_NotAToken: fix("Give the address of an ERC-20 token on this chain."),
  Client_NotASale: fix("Give the address of a primary sale of this session."),
  Client_NoRecord: fix("The table has no line of this address."),
  Client_NotAMaker: fix("Give the address of a maker of this session, and the factory that has made it."),
  Client_NoRound: fix("The feed had no answer by the time that is priced: there is no price."),
  Client_NoAssertion: later("Somebody has to assert the root's outcome first, and truly."),
  Client_NotAWindow: fix("Give the address of a cash window of this session."),
  Client_NotAFixing: fix("Give the address of a fixing of prices."),
  Client_NotAPolicy: fix("Give the address of a policy, deployed on this chain, and of the kind that is wanted."),
  Client_NoContract: fix("There is no contract at that address on this chain: look the address up again."),
  Client_NotASettler: fix("Give the address of a settler of roots of this session's book."),
  Client_MakerElsewhere: fix("The factory puts makers where this client does not: use the matching version."),
  Client_NoRollerFactory: fix(
    "Deploy it: `session roll factory`, once on a chain; or give the address of one that is there (--roller-factory).",
  ),
  Client_NotARoller: fix("Give the address of a roller of this session, and the factory that has made it."),
  Client_RollerElsewhere: fix("The factory puts rollers where this client does not: use the matching version."),
  Client_MakerWeight: fix("Give weights that are whole numbers from 1 to 65535."),
  Client_MakerPoints: fix("Name the breakpoints between which it is to trade, the root's first bounds among them."),
  Client_OtherDomain: fix("The book was made for another domain than this client signs for: use the matching version."),
  Client_NotOrganiser: fix("Fund the session from the organiser's own account."),
  Client_AssetShort: fix("Give the organiser's account the missing units of the asset first."),
  Client_UnknownLeg: fix("Legs are numbered from 1 to the number of assets."),
  Client_OrderTarget: fix("Name either a leg or a market."),
  Client_RootKind: fix(
    "Only interval roots have sub-markets and outcomes in ticks; only events have outcomes to strike out.",
  ),
  Client_RecordSettles: fix(
    "It would settle the root for good. If that is meant, say so: settle(), award(), or { settle: true }; on the command line --settle.",
  ),
  Client_BoundsApart: fix(
    "Today's bounds have no value in common with these, so the book would take the nearest of its own, for good. Look at the bounds again.",
  ),
  Client_NotInBatch: fix("A batch has no room for it: submit it by itself."),
  Client_BatchTooLarge: fix("Split the batch, or give it more gas: the book would refuse it whole."),
  Client_NoEvent: fix("The transaction did not emit the event that it must: is this one of our contracts?"),
  Client_LogOutOfOrder: fix(
    "The records name an order that was not created before: read them from the session's first block.",
  ),
  Client_LogUnreadable: fix("A log of the book could not be read: is this one of our contracts?"),
  Client_MirrorDiffers: fix("Read the logs from the session's first block, or ask another node."),
  Client_NotMined: later("The transaction was dropped or replaced: look it up, then send it again."),
  Client_EmptyRevert: later(
    "The contract gave no reason: it is one of another kind, there is none at that address, or the gas was too little.",
  ),
  Client_FailedUnexplained: fix(
    "The transaction was mined and failed, and the node does not say why: ask another node for the reason.",
  ),
  Client_UnknownRevert: fix("The contract gave a reason that this client does not know."),
  Client_RevertText: fix("The reason is in the text; it comes from a token or a library."),
  Client_Panic: fix("A contract hit an impossible state; report the code and the call."),
  Client_Declined: later("The wallet's user declined; ask again if it was a mistake."),
  Client_BatchFailed: later("The wallet says that none of the calls was done: try again, or one by one."),
  Client_BatchUnknown: fix(
    "The wallet has not said whether the calls were done. Look at the account before anything is sent again.",
  ),
  Client_NoGasMoney: later("Give the sending account some of the chain's own coin for gas."),
  Client_CallFailed: fix("The node or the wallet refused the call; the reason is in the text."),
};

const ADVICE: Readonly<Record<string, Advice>> = {
  ...REFUSAL_ADVICE,
  ...CALLS,
  ...SESSION,
  ...ROUTER,
  ...FACTORY,
  ...GATES,
  ...SALES,
  ...MAKERS,
  ...ROLLERS,
  ...KEYS,
  ...ORACLES,
  ...SETTLEMENT,
  ...TOKENS,
  ...CLIENT,
};

const UNKNOWN = fix("Look the error up by its name.");

/** Every code that has its own advice. */
export const ADVISED_CODES: readonly string[] = Object.keys(ADVICE);

/** Whether an error has its own advice. */
export function isAdvised(errorName: string): boolean {
  return Object.hasOwn(ADVICE, errorName);
}

/** The advice for an error by name; for an unknown one the request is taken to be wrong. */
export function adviceFor(errorName: string): Advice {
  return Object.hasOwn(ADVICE, errorName) ? (ADVICE[errorName] ?? UNKNOWN) : UNKNOWN;
}
