// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId } from "./MarketId.sol";

/// @dev A resting order in one slot; zero if there is none.
/// lots 64 | price 32 | traderId 32 | deadline 40 | next 32 | prev 32 | market 24   (most significant first)
/// `prev` of the best order of a side is not kept up: who stands at the top is known from the market.
type PackedOrder is uint256;

using PackedOrders for PackedOrder global;

/// @title Reading and changing a packed order
library PackedOrders {
    uint256 private constant LOTS_MASK = uint256(type(uint64).max) << 192;
    uint256 private constant NEXT_MASK = uint256(type(uint32).max) << 56;
    uint256 private constant PREV_MASK = uint256(type(uint32).max) << 24;

    function pack(
        int64 lots_,
        int32 price_,
        uint32 traderId_,
        uint40 deadline_,
        MarketId market_
    ) internal pure returns (PackedOrder) {
        return
            PackedOrder.wrap(
                (uint256(uint64(lots_)) << 192) |
                    (uint256(uint32(price_)) << 160) |
                    (uint256(traderId_) << 128) |
                    (uint256(deadline_) << 88) |
                    MarketId.unwrap(market_)
            );
    }

    function isNone(PackedOrder order) internal pure returns (bool) {
        return PackedOrder.unwrap(order) == 0;
    }

    /// @dev + bid, - offer. Casts below cut out exactly the bits of their field.
    function lots(PackedOrder order) internal pure returns (int64) {
        return int64(uint64(PackedOrder.unwrap(order) >> 192));
    }

    function price(PackedOrder order) internal pure returns (int32) {
        return int32(uint32(PackedOrder.unwrap(order) >> 160));
    }

    function traderId(PackedOrder order) internal pure returns (uint32) {
        return uint32(PackedOrder.unwrap(order) >> 128);
    }

    function deadline(PackedOrder order) internal pure returns (uint40) {
        return uint40(PackedOrder.unwrap(order) >> 88);
    }

    function next(PackedOrder order) internal pure returns (uint32) {
        return uint32(PackedOrder.unwrap(order) >> 56);
    }

    function prev(PackedOrder order) internal pure returns (uint32) {
        return uint32(PackedOrder.unwrap(order) >> 24);
    }

    function market(PackedOrder order) internal pure returns (MarketId) {
        return MarketId.wrap(uint24(PackedOrder.unwrap(order)));
    }

    function isBid(PackedOrder order) internal pure returns (bool) {
        return int256(PackedOrder.unwrap(order)) > 0;
    }

    function withLots(PackedOrder order, int64 lots_) internal pure returns (PackedOrder) {
        return PackedOrder.wrap((PackedOrder.unwrap(order) & ~LOTS_MASK) | (uint256(uint64(lots_)) << 192));
    }

    function withNext(PackedOrder order, uint32 next_) internal pure returns (PackedOrder) {
        return PackedOrder.wrap((PackedOrder.unwrap(order) & ~NEXT_MASK) | (uint256(next_) << 56));
    }

    function withPrev(PackedOrder order, uint32 prev_) internal pure returns (PackedOrder) {
        return PackedOrder.wrap((PackedOrder.unwrap(order) & ~PREV_MASK) | (uint256(prev_) << 24));
    }
}
