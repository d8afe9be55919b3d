// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ISession } from "../../interfaces/ISession.sol";

/// @notice What a roller is made of. All of it is fixed, and part of its address. The next session's chainWindow, maxOpenOrders, maxLots,
/// basketScale and basketTickValue are those of the old one; its assets, quantities and supply are what is given.
/// @param from the old session
/// @param givesUntil first second at which nothing is given any more, and the roll is open; after the old t2, from which on accounts are exited
/// @param t1 first second of the next session's trading; the roll is open until then
/// @param t2 first second of its settlement
/// @param settleLimit latest settleBy of its markets
/// @param policy who may take part in it; the zero address admits everybody
/// @param openMarkets whether every registered trader may create markets in it. Its organiser is the roller, which signs nothing: without
/// this the basket is its only market
/// @param minimum wei of claims on an asset that a holder gives, if any on that asset: at least one basket lot, and what a smallest unit of
/// each asset is worth
/// @param name of the next session's token, 1 to 31 bytes
/// @param symbol of it, 1 to 31 bytes
struct RollTerms {
    ISession from;
    uint40 givesUntil;
    uint40 t1;
    uint40 t2;
    uint40 settleLimit;
    address policy;
    bool openMarkets;
    uint96 minimum;
    string name;
    string symbol;
}

/// @title From one session into the next, in kind: whoever wants to go on gives claims on the old basket, and takes claims on the next
/// @notice Let own_k be a holder's wei of claims on asset k that it has given, total_k those of all. From `givesUntil` on anyone may
/// `roll`, in one call: all claims are redeemed, and the next session is made of exactly what came, with N' = the greatest total_k. Of each
/// asset a holder takes N' · own_k / total_k leg tokens, rounded down, the last one what is left. So whatever is given rolls as it
/// is: nobody has to hold the same of all assets. An asset on which nobody gave a claim is not in the next basket.
///
/// The roll succeeds as a whole or leaves everything as it was. Until it has, each holder can take back what it gave, whenever it likes; so if
/// an asset refuses, takes a fee, or nobody rolls before t1, that is what is left to do. Nobody owns a roller; it has no pause and no
/// fee. It trades nothing and decides nothing.
interface IRoller {
    /// @notice `holder` has given wei of claims on each asset.
    event Given(address indexed holder, uint256[] claims);
    /// @notice `holder` took back all it had given, of each asset.
    event TakenBack(address indexed holder, address to, uint256[] claims);
    /// @notice The next session exists and is funded; of `legs` of the old one it has the assets, in this order.
    event Rolled(address indexed next, uint256 supply, uint256[] legs, uint128[] quantities);
    /// @notice `holder` took its part of the next session: session tokens, and what is more of single legs, wei.
    event Taken(address indexed holder, address to, uint256 sessionTokens, uint256[] legTokens);

    /// @notice The factory has made no such session.
    error Roller_NotASession(address session, address factory);
    /// @notice givesUntil must be after now, after the old session's t2, and before the next one's t1.
    error Roller_Times(uint256 timestamp, uint256 oldT2, uint256 givesUntil, uint256 t1);
    /// @notice `minimum` is at least `leastWei`: one basket lot, and as many wei as make a smallest unit of each asset.
    error Roller_MinimumTooSmall(uint256 minimumWei, uint256 leastWei);
    /// @notice An amount for each of the session's `legCount` legs is expected.
    error Roller_LegCount(uint256 amounts, uint256 legCount);
    /// @notice There is nothing to give, or nothing was given.
    error Roller_NothingGiven();
    /// @notice With this the holder would have given `claimsWei` on asset `leg`: nothing, or at least `minimumWei`.
    error Roller_BelowMinimum(uint256 leg, uint256 claimsWei, uint256 minimumWei);
    /// @notice Nothing is given any more from `givesUntil` on.
    error Roller_GivingClosed(uint256 timestamp, uint256 givesUntil);
    /// @notice The roll is open from `givesUntil` until before `t1`.
    error Roller_NotNow(uint256 timestamp, uint256 givesUntil, uint256 t1);
    /// @notice There were claims on asset `leg`, and redeeming them brought nothing.
    error Roller_NothingCame(uint256 leg, address asset);
    /// @notice It has rolled, into `next`.
    error Roller_Rolled(address next);
    /// @notice It has not rolled.
    error Roller_NotRolled();
    /// @notice Nothing of `holder` is here.
    error Roller_NothingHere(address holder);
    /// @notice Only its roller empties an inbox.
    error Roller_NotItsInbox(address caller, address roller);

    /// @notice What it was made of.
    function terms() external view returns (RollTerms memory);

    /// @notice The session it has rolled into; zero before.
    function next() external view returns (address);

    /// @notice Wei of claims on each asset of the old session that `holder` has given and not taken, back or of the next session.
    function claimsOf(address holder) external view returns (uint256[] memory);

    /// @notice Wei of claims on each asset that all have given; they stay as they were at the roll.
    function totals() external view returns (uint256[] memory);

    // ------------------------------------------------------------------ giving

    /// @notice Gives session and leg tokens of the old session, by allowance; before t2, too. A session token is a claim on every asset.
    /// @param sessionTokens wei
    /// @param legTokens wei of each leg
    function give(uint256 sessionTokens, uint256[] calldata legTokens) external;

    /// @notice Where `holder` can have tokens sent that it wants to give, with no further call: `exit(inboxOf(holder), false)` of the old
    /// book is enough. Nobody but this roller, and for nobody but `holder`, ever takes anything out of it.
    function inboxOf(address holder) external view returns (address);

    /// @notice Gives the session and leg tokens that lie in a holder's inbox, in its name. Anyone may. What would leave the holder with less
    /// than the minimum on an asset stays there: leg tokens of that asset, and all session tokens where they would.
    function giveFromInbox(address holder) external;

    /// @notice Sends what lies in the caller's inbox on: all it has of each token. At any time.
    function emptyInbox(IERC20[] calldata tokens, address to) external;

    /// @notice Pays the caller all it has given, as many session tokens as it can and the rest in legs. At any time before the roll.
    function takeBack(address to) external;

    // ------------------------------------------------------------------ the roll

    /// @notice Redeems all, makes the next session of what came, funds and splits it. Anyone may, from givesUntil until before t1.
    /// Reverts with what stands in the way: an asset's refusal, Session_ReceivedOtherAmount, Factory_Supply, SafeCastOverflowedUintDowncast.
    function roll() external returns (address next);

    /// @notice Pays the caller its part of the next session, as many session tokens as it can and the rest in legs. At any time after.
    function take(address to) external returns (uint256 sessionTokens, uint256[] memory legTokens);
}
