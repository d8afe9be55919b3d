// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { MarketRecord } from "../../Types.sol";
import { IChainlinkFixing } from "./IChainlinkFixing.sol";
import { IRootSettler, Strikes } from "./IRootSettler.sol";

/// @notice By what a root is settled.
/// @param leg of the fixing, from 1; 0 of a root that is not this contract's
/// @param ticksPerUnit ticks of the root that make one whole unit of the feed's answer
struct RootFeed {
    uint16 leg;
    uint64 ticksPerUnit;
}

/// @title Settles interval roots by a price that is fixed from a Chainlink feed
/// @notice y = answer · ticksPerUnit / 10^decimals, rounded to the nearest, half up, and brought into the root's bounds. Nothing of it is
/// anybody's choice; if the price is never fixed, the book's fallback applies (R39).
interface IChainlinkSettler is IRootSettler {
    /// @notice The root is settled by leg `leg` of the fixing.
    event FeedOfRoot(uint32 indexed marketRootId, uint16 leg, uint64 ticksPerUnit);

    /// @notice A price settles an interval, kind 2, and no event.
    error ChainlinkSettler_NotAnInterval(uint8 kind);
    /// @notice Trade must end by the second that is priced.
    error ChainlinkSettler_ClosesAfterPrice(uint256 closesAt, uint256 time);
    /// @notice A unit has at least one tick.
    error ChainlinkSettler_NoTicks();
    /// @notice The price of this leg is not fixed yet.
    error ChainlinkSettler_NotFixed(uint32 marketRootId, uint256 leg);

    /// @notice Makes a root that this contract owns.
    /// @param record of a new interval root, with this contract as its owner; settleBy at least seven days after the fixing's time and delay
    /// @param strikes of sub-markets, which get the numbers from 2 on
    /// @param feed by what it is settled
    /// @param organiserSignature the organiser's over the record, in a session where it permits roots: the organiser calls then. Else empty,
    /// and this contract must be a registered trader (`createUser`)
    /// @param description as for createMarket
    /// @return marketRootId its number
    function openRoot(
        MarketRecord calldata record,
        Strikes[] calldata strikes,
        RootFeed calldata feed,
        bytes calldata organiserSignature,
        string calldata description
    ) external returns (uint32 marketRootId);

    /// @notice Settles the root by the price that is fixed. Anyone may.
    function record(uint32 marketRootId) external;

    /// @notice Where prices are fixed.
    function fixing() external view returns (IChainlinkFixing);

    /// @notice By what a root is settled.
    function feedOf(uint32 marketRootId) external view returns (RootFeed memory);

    /// @notice Where the root settles, ticks, before its bounds are looked at. Reverts as long as the price is not fixed.
    function outcomeOf(uint32 marketRootId) external view returns (int32);
}
