// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Placed, SignedPackage } from "../Types.sol";

/// @title Lets an order of one leg meet the orders of all other legs (docs/sets.md)
interface ISetRouter {
    /// @notice `lender` has lent `amount` wei of session tokens.
    event FloatLent(address indexed lender, uint256 amount);
    /// @notice `lender` has taken `amount` wei back, to `to`.
    event FloatReturned(address indexed lender, uint256 amount, address to);

    /// @notice Only the router itself calls this.
    error SetRouter_OnlySelf(address caller);
    /// @notice To buy takes an order with lots above zero, to sell one with lots below.
    error SetRouter_WrongSide(int64 quantityLots);
    /// @notice Complete sets are made of the legs of a basket or an event.
    error SetRouter_NoSets(uint32 marketRootId);
    /// @notice This lender has `available` wei in the float.
    error SetRouter_FloatTooSmall(address lender, uint256 requested, uint256 available);
    /// @notice The call left too little gas to try a set; send more.
    error SetRouter_OutOfGas(uint256 left, uint256 needed);
    /// @notice The legs of `lots` sets did not come together: a maker could not bear its order.
    error SetRouter_Incomplete(uint256 lots);

    /// @notice The book in which it trades, and in no other.
    function book() external view returns (address);

    /// @notice Wei of the float that are this address's. They can be taken back at any time.
    function floatOf(address lender) external view returns (uint256 amount);

    /// @notice Lends `amount` wei of session tokens, from the caller's balance and allowance. The first call registers the router,
    /// which the session's policy must admit. What is deposited for the router in any other way is nobody's.
    function lend(uint256 amount) external;

    /// @notice Pays `amount` wei that the caller has lent back to `to`. Open in every phase.
    function takeBack(uint256 amount, address to) external;

    /// @notice Brings a buyer's order to the book, where it meets the offers of its leg and, wherever they are cheaper, complete sets:
    /// the best bids of all other legs. Its improvement is the taker's. Anyone may bring it.
    /// @param taker as for createTrade; reverts as that would
    /// @param maxSteps most orders to pass and steps of matching
    /// @param maxWalk as for createTrade
    /// @return placed as of createTrade
    /// @return sets lots that the legs of others gave
    function buyThroughSet(
        SignedPackage calldata taker,
        uint16 maxSteps,
        uint16 maxWalk
    ) external returns (Placed memory placed, uint256 sets);

    /// @notice The same for a seller's order: it meets the bids of its leg and the best offers of all others.
    function sellThroughSet(
        SignedPackage calldata taker,
        uint16 maxSteps,
        uint16 maxWalk
    ) external returns (Placed memory placed, uint256 sets);

    /// @notice Makes the complete sets that resting orders leave: while the best bids of all legs are together worth the scale or more,
    /// or the best offers cost the scale or less. What is left over is the caller's, in session tokens.
    /// @param maxSteps most orders to pass in each round, and most rounds
    /// @return sets lots
    /// @return surplus wei
    function sweepSets(uint32 marketRootId, uint16 maxSteps) external returns (uint256 sets, uint256 surplus);
}
