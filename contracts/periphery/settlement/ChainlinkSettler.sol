// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { MarketRecord, RootKind } from "../../Types.sol";
import { Fixed, FixingTerms, IChainlinkFixing } from "./IChainlinkFixing.sol";
import { IChainlinkSettler, RootFeed } from "./IChainlinkSettler.sol";
import { Strikes } from "./IRootSettler.sol";
import { RootSettler } from "./RootSettler.sol";

/// @title Settles interval roots by a price that is fixed from a Chainlink feed
contract ChainlinkSettler is RootSettler, IChainlinkSettler {
    IChainlinkFixing private immutable FIXING;

    mapping(uint32 marketRootId => RootFeed) private _feeds;

    constructor(IOrderBook book_, IChainlinkFixing fixing_) RootSettler(book_) {
        FIXING = fixing_;
    }

    /// @inheritdoc IChainlinkSettler
    function openRoot(
        MarketRecord calldata record_,
        Strikes[] calldata strikes,
        RootFeed calldata feed,
        bytes calldata organiserSignature,
        string calldata description
    ) external returns (uint32 rootId) {
        _check(record_, feed);
        rootId = _open(record_, strikes, organiserSignature, description);
        _feeds[rootId] = feed;
        emit FeedOfRoot(rootId, feed.leg, feed.ticksPerUnit);
    }

    /// @inheritdoc IChainlinkSettler
    function record(uint32 marketRootId) external {
        int32[] memory values = new int32[](1);
        values[0] = outcomeOf(marketRootId);
        _settle(marketRootId, values);
    }

    /// @inheritdoc IChainlinkSettler
    function fixing() external view returns (IChainlinkFixing) {
        return FIXING;
    }

    /// @inheritdoc IChainlinkSettler
    function feedOf(uint32 marketRootId) external view returns (RootFeed memory) {
        return _feeds[marketRootId];
    }

    /// @inheritdoc IChainlinkSettler
    function outcomeOf(uint32 marketRootId) public view returns (int32) {
        RootFeed memory feed = _feeds[marketRootId];
        if (feed.leg == 0) revert Settler_UnknownRoot(marketRootId);
        Fixed memory found = FIXING.fixedOf(feed.leg);
        if (!found.isFixed) revert ChainlinkSettler_NotFixed(marketRootId, feed.leg);
        // No overflow: below 2^128 · 2^64. Decimals are at most 18.
        uint256 unit = 10 ** FIXING.decimalsOf(feed.leg);
        uint256 y = (uint256(found.answer) * feed.ticksPerUnit + unit / 2) / unit;
        // Cast: at most the greatest int32. The book's bounds lie within.
        return int32(int256(Math.min(y, uint256(int256(type(int32).max)))));
    }

    function _check(MarketRecord calldata record_, RootFeed calldata feed) private view {
        FixingTerms memory t = FIXING.terms();
        if (record_.kind != uint8(RootKind.Interval)) revert ChainlinkSettler_NotAnInterval(record_.kind);
        if (record_.closesAt > t.time) revert ChainlinkSettler_ClosesAfterPrice(record_.closesAt, t.time);
        if (feed.ticksPerUnit == 0) revert ChainlinkSettler_NoTicks();
        FIXING.decimalsOf(feed.leg); // refuses a leg that there is not
        _requireTimeToSettle(record_, uint256(t.time) + t.delay);
    }
}
