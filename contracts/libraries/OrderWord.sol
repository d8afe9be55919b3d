// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A resting order, in the word of its place.
/// lots 40 | price 32 | trader's number 32 | deadline 32 | next 32 | prev 32 | market 24 | id 32   (most significant first)
/// A place has the number of the first order that rested there. Once its order is gone the lots are 0 and the id stays, so that the
/// word is not zero: another order may rest there without the cost of a fresh word. `next` and `prev` are places; `prev` of the best
/// order of a side is not kept up: who stands at the top is known from the market.
type OrderWord is uint256;

using OrderWords for OrderWord global;

/// @title Reading and changing an order's word
/// @dev Casts cut out exactly the bits of their field, or keep the two's complement of what the caller has checked to fit it.
library OrderWords {
    uint256 private constant LOTS_SHIFT = 216;
    uint256 private constant PRICE_SHIFT = 184;
    uint256 private constant TRADER_SHIFT = 152;
    uint256 private constant DEADLINE_SHIFT = 120;
    uint256 private constant NEXT_SHIFT = 88;
    uint256 private constant PREV_SHIFT = 56;
    uint256 private constant MARKET_SHIFT = 32;
    uint256 private constant PLACE_MASK = type(uint32).max;

    /// @dev The greatest number of lots of an order, either way.
    int256 internal constant MAX_LOTS = 2 ** 39 - 1;

    /// @notice An order with nothing before or behind it. Each argument is of its field's width; the caller has seen to it.
    function pack(
        int256 lots_,
        int256 price_,
        uint256 trader_,
        uint256 deadline_,
        uint256 market_,
        uint256 id_
    ) internal pure returns (OrderWord) {
        return
            OrderWord.wrap(
                (uint256(lots_) << LOTS_SHIFT) |
                    (uint256(uint32(int32(price_))) << PRICE_SHIFT) |
                    (trader_ << TRADER_SHIFT) |
                    (deadline_ << DEADLINE_SHIFT) |
                    (market_ << MARKET_SHIFT) |
                    id_
            );
    }

    /// @notice Whether an order rests here.
    function isOpen(OrderWord o) internal pure returns (bool) {
        return OrderWord.unwrap(o) >> LOTS_SHIFT != 0;
    }

    /// @notice Whether an order rested here once and is gone.
    function isDead(OrderWord o) internal pure returns (bool) {
        uint256 word = OrderWord.unwrap(o);
        return word != 0 && word >> LOTS_SHIFT == 0;
    }

    /// @dev + bid, - offer.
    function lots(OrderWord o) internal pure returns (int256) {
        return int256(OrderWord.unwrap(o)) >> LOTS_SHIFT;
    }

    function price(OrderWord o) internal pure returns (int256) {
        return int32(uint32(OrderWord.unwrap(o) >> PRICE_SHIFT));
    }

    function traderNumber(OrderWord o) internal pure returns (uint256) {
        return uint32(OrderWord.unwrap(o) >> TRADER_SHIFT);
    }

    function deadline(OrderWord o) internal pure returns (uint256) {
        return uint32(OrderWord.unwrap(o) >> DEADLINE_SHIFT);
    }

    function next(OrderWord o) internal pure returns (uint256) {
        return uint32(OrderWord.unwrap(o) >> NEXT_SHIFT);
    }

    function prev(OrderWord o) internal pure returns (uint256) {
        return uint32(OrderWord.unwrap(o) >> PREV_SHIFT);
    }

    /// @dev As MarketId: root 18 | branch 6.
    function market(OrderWord o) internal pure returns (uint256) {
        return uint24(OrderWord.unwrap(o) >> MARKET_SHIFT);
    }

    /// @dev Its tradeRootId.
    function id(OrderWord o) internal pure returns (uint256) {
        return uint32(OrderWord.unwrap(o));
    }

    /// @dev Of an open order.
    function isBid(OrderWord o) internal pure returns (bool) {
        return int256(OrderWord.unwrap(o)) > 0;
    }

    /// @dev Fewer lots of the same sign than before.
    function withLots(OrderWord o, int256 lots_) internal pure returns (OrderWord) {
        return OrderWord.wrap((OrderWord.unwrap(o) & (type(uint256).max >> 40)) | (uint256(lots_) << LOTS_SHIFT));
    }

    function withNext(OrderWord o, uint256 next_) internal pure returns (OrderWord) {
        return OrderWord.wrap((OrderWord.unwrap(o) & ~(PLACE_MASK << NEXT_SHIFT)) | (next_ << NEXT_SHIFT));
    }

    function withPrev(OrderWord o, uint256 prev_) internal pure returns (OrderWord) {
        return OrderWord.wrap((OrderWord.unwrap(o) & ~(PLACE_MASK << PREV_SHIFT)) | (prev_ << PREV_SHIFT));
    }

    /// @notice What stays of an order that is gone.
    function dead(OrderWord o) internal pure returns (OrderWord) {
        return OrderWord.wrap(uint32(OrderWord.unwrap(o)));
    }
}
