// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { Placed, SignedPackage } from "../../Types.sol";

/// @notice What a maker is made of. All of it is fixed, and part of its address.
/// @param book in which it trades
/// @param rootLink link of the record that made its root; zero for the basket root. A number would be whichever root lands first
/// @param liquidity b, lots, 1 to 2^35: how many lots move the price how far. A simplex root's price is one tick away from the next after
/// about 4 · b / scale lots at a half
/// @param prior of each vertex a weight, at least 1; their shares in the sum are the prices that it begins with. All the same for a
/// uniform prior. No share may be below 1/128
/// @param points for an interval root its breakpoints, rising, 2 to 16: its first bounds, and the strikes between them of all branches
/// that it is to trade in; for a simplex root none
struct MakerTerms {
    IOrderBook book;
    bytes32 rootLink;
    uint40 liquidity;
    uint16[] prior;
    int32[] points;
}

/// @title An automated maker for one root: always a price, and a loss that is bounded by what it was given
/// @notice Prices come from a cost function over the vertices of the root: a simplex root's legs, an interval root's breakpoints. With
/// s_i ticks · lots owed at vertex i by what it has sold (its position in the book, the other way round), prior shares p_i, and
/// beta = b · scale for a simplex root, b · (hi - lo) for an interval root:
///
///     C(Q) = beta · ln sum_i p_i · exp(s_i / beta)        a trade costs C after it less C before it
///
/// (Hanson, Logarithmic market scoring rules, 2007; Abernethy, Chen and Vaughan, Efficient market making via convex optimization,
/// 2013.) Every rounding is in the maker's favour. The least deposit that can lose no more than itself is beta · ln(1 / min p_i).
/// Nobody owns it; it has no pause, and no way out of its money but `close` and `collect`.
interface ILmsrMaker {
    /// @notice `sponsor` paid `amount` wei of session tokens in; `missing` are needed before the first trade.
    event SponsorPaid(address indexed sponsor, uint256 amount, uint256 missing);
    /// @notice What the maker had in the book came out of it, as far as it could.
    event MakerClosed();
    /// @notice `sponsor` got its share: session tokens, then tokens of each leg, wei.
    event SponsorCollected(address indexed sponsor, address to, uint256[] amounts);

    /// @notice No record with this link has made a root.
    error Maker_RootUnknown(bytes32 rootLink);
    /// @notice b is 1 to `maximum` lots.
    error Maker_LiquidityOutOfRange(uint256 liquidity, uint256 maximum);
    /// @notice A maker has `minimum` to `maximum` vertices.
    error Maker_VertexCount(uint256 vertices, uint256 minimum, uint256 maximum);
    /// @notice A simplex root of `legs` legs takes as many weights and no breakpoints; an interval root a weight for each breakpoint.
    error Maker_VerticesOfOtherRoot(uint256 legs, uint256 weights, uint256 points);
    /// @notice Weights are at least 1, and `total` is at most 128 times the least of them.
    error Maker_PriorTooLopsided(uint256 least, uint256 total);
    /// @notice Breakpoint `index` must be `expected`: the root's first bounds are the first and the last.
    error Maker_PointNotABound(uint256 index, int256 point, int256 expected);
    /// @notice Breakpoints rise: number `index` does not.
    error Maker_PointsNotRising(uint256 index, int256 point);
    /// @notice It trades in the root `expected` alone.
    error Maker_OtherRoot(uint32 marketRootId, uint32 expected);
    /// @notice The root has no such branch.
    error Maker_BranchUnknown(uint16 marketBranchId, uint256 branches);
    /// @notice This branch has a strike that is none of the maker's breakpoints: it has no coherent price for it.
    error Maker_StrikeBetweenPoints(uint16 marketBranchId, int256 strike);
    /// @notice A price is for at least one lot, at most 2^39 - 1, either way.
    error Maker_LotsOutOfRange(int256 lots, int256 maximum);
    /// @notice Sponsors have paid `paid` of the `needed` wei; it trades when all is there.
    error Maker_NotFunded(uint256 paid, uint256 needed);
    /// @notice All that is needed was paid; more would add nothing.
    error Maker_Funded(uint256 needed);
    /// @notice Trade in the root is over; what would be paid in would come back as it is.
    error Maker_Over(uint32 marketRootId);
    /// @notice The root is not settled, and `t2` has not come.
    error Maker_StillOpen(uint32 marketRootId, uint256 t2);
    /// @notice This address has paid nothing in.
    error Maker_NotASponsor(address caller);
    /// @notice Only the factory that made it calls this.
    error Maker_OnlyFactory(address caller, address factory);

    /// @notice What it was made of.
    function terms() external view returns (MakerTerms memory);

    /// @notice The number of its root in the book.
    function root() external view returns (uint32);

    // ------------------------------------------------------------------ prices

    /// @notice What a taker pays for `lots` lots of a branch now, ticks · lots; below zero: what a taker gets for selling -lots. Rounded
    /// up, towards the maker, by no more than 1 and 4e-16 · beta.
    function cost(uint16 marketBranchId, int256 lots) external view returns (int256);

    /// @notice The one price at which `lots` lots would be traded now, ticks a lot: what is bought rounded up, what is sold down, and
    /// brought into the bounds of the market. Other orders of the book are not looked at.
    function quote(uint16 marketBranchId, int256 lots) external view returns (int256 priceTicks);

    /// @notice The price of the next smallest part of a lot, in 10^-18 ticks, rounded down. For display.
    function priceOf(uint16 marketBranchId) external view returns (int256);

    /// @notice What sponsors pay in before the first trade, and can lose at most, wei of session tokens: beta · ln(1 / min p_i), rounded
    /// up to a tick · lot.
    function depositNeeded() external view returns (uint256);

    // ------------------------------------------------------------------ trade

    /// @notice Brings a signed order to the book, behind an offer or a bid of the maker that it can meet. The order fills where it is
    /// best off: with older orders that are cheaper, with the maker as long as its price is better than the best opposite order
    /// and than the limit, and with the book again. Nothing of the maker rests afterwards. If the maker has nothing to give, the order
    /// goes to the book as by `createTrade`. The call needs 1 500 000 gas to be there, most of which it does not use.
    /// @param taker the signed order; anyone may bring it. A refusal is the book's: Book_PackageRefused with the reason
    /// @param maxMatches most steps of matching, as of `createTrade`
    /// @param maxWalk most resting orders to pass to the order's place, as of `createTrade`
    /// @return placed the taker's order
    function trade(
        SignedPackage calldata taker,
        uint256 maxMatches,
        uint256 maxWalk
    ) external returns (Placed memory placed);

    // ------------------------------------------------------------------ sponsors

    /// @notice Pays session tokens of the caller in, by allowance: `amount` wei, or what is still missing if that is less.
    /// @return taken wei
    function fund(uint256 amount) external returns (uint256 taken);

    /// @notice Takes out of the book what the maker has there, once its root is settled, or from t2 on. Anyone may, again and again: from
    /// t2 on what an unsettled root might still cost stays behind until it is settled.
    function close() external;

    /// @notice Pays the caller its share of all that has come out so far, less what it had: session tokens, and leg tokens of a basket that is
    /// delivered. Rounded down; no more than a wei a token and sponsor stays.
    function collect(address to) external returns (uint256[] memory amounts);

    /// @notice What a sponsor has paid in, wei.
    function paidBy(address sponsor) external view returns (uint256);

    /// @notice What all sponsors have paid in, wei.
    function paidIn() external view returns (uint256);
}
