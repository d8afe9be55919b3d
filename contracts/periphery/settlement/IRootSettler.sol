// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IOrderBook } from "../../interfaces/IOrderBook.sol";

/// @notice A sub-market to make with an interval root, bounded by the root's first branch (R37); ticks.
struct Strikes {
    int32 lower;
    int32 upper;
}

/// @title A contract that owns market roots, and can do nothing with them but settle them as its code says
/// @notice A root is its own if the record that makes it names this contract as the owner and comes through it. Nobody owns the
/// contract; it cannot tighten bounds, nor make sub-markets later.
interface IRootSettler {
    /// @notice The root `marketRootId`, whose description has the hash `descriptionHash`, is this contract's to settle.
    event RootOpened(uint32 indexed marketRootId, bytes32 descriptionHash);
    /// @notice The root is settled at `values`: [y] of an interval, which the book brings into its bounds, or all weights; ticks.
    event RootSettled(uint32 indexed marketRootId, int32[] values);

    /// @notice The record is to make a root: `marketRootId` must be 0.
    error Settler_NotANewRoot(uint32 marketRootId);
    /// @notice Where the organiser permits roots, the organiser itself calls: what is not in the record is nobody else's to choose.
    error Settler_OnlyOrganiser(address caller, address expected);
    /// @notice settleBy must leave time to settle: not before `earliest`.
    error Settler_SettleByTooEarly(uint256 settleBy, uint256 earliest);
    /// @notice This contract has not made that root.
    error Settler_UnknownRoot(uint32 marketRootId);
    /// @notice An outcome has `expected` numbers: one for an interval, one for each outcome of an event.
    error Settler_OutcomeLength(uint32 marketRootId, uint256 length, uint256 expected);
    /// @notice Weights are not below 0 and sum to `scale`; these sum to `sum`, or one is.
    error Settler_WeightsOffScale(uint32 marketRootId, int256 sum, int256 scale);

    /// @notice The book whose roots these are.
    function book() external view returns (IOrderBook);

    /// @notice Hash of the description of a root of this contract; 0 of any other root.
    function descriptionHashOf(uint32 marketRootId) external view returns (bytes32);
}
