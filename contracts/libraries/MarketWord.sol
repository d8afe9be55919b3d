// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The queues of one market (root and branch), in one word.
/// free 122 | crossing order is immediate-or-cancel 1 | crossing order is a bid 1 | crossed 1 | used 1 | bid price known 1 |
/// ask price known 1 | bid price 32 | ask price 32 | best bid 32 | best ask 32   (most significant first)
/// Best orders are named by their places, 0 for none. Their prices are remembered so that a new order need not read them; a price is
/// not known after the order in front has gone. `used` stays set, so that a market whose queues run empty does not pay for a fresh
/// word again. While a market is crossed (R34), the order that was cut off is the best of the side that is named here: nothing enters
/// before it is finished, and when it leaves nothing crosses any more.
type MarketWord is uint256;

using MarketWords for MarketWord global;

/// @title Reading and changing a market's word
/// @dev Casts cut out exactly the bits of their field. The fields of the bids lie one above those of the asks, which saves a branch.
library MarketWords {
    uint256 private constant FIELD = type(uint32).max;
    uint256 private constant ASK_KNOWN = 1 << 128;
    uint256 private constant BID_KNOWN = 1 << 129;
    uint256 private constant USED = 1 << 130;
    uint256 private constant CROSSED = 1 << 131;
    uint256 private constant CROSSING_BID = 1 << 132;
    uint256 private constant CROSSING_IOC = 1 << 133;
    uint256 private constant CROSSING = CROSSED | CROSSING_BID | CROSSING_IOC;
    uint256 private constant BID_FIELDS = BID_KNOWN | (FIELD << 96) | (FIELD << 32);
    uint256 private constant ASK_FIELDS = ASK_KNOWN | (FIELD << 64) | FIELD;

    /// @dev Place of the best resting order of a side; 0 if there is none.
    function best(MarketWord m, bool bids) internal pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := and(shr(shl(5, bids), m), 0xffffffff)
        }
    }

    function knowsPrice(MarketWord m, bool bids) internal pure returns (bool known) {
        assembly ("memory-safe") {
            known := and(shr(add(128, bids), m), 1)
        }
    }

    /// @dev Of the best order of a side, if it is known.
    function bestPrice(MarketWord m, bool bids) internal pure returns (int256 price) {
        assembly ("memory-safe") {
            price := signextend(3, shr(add(64, shl(5, bids)), m))
        }
    }

    /// @notice Names the best order of a side, its price unknown.
    function withBest(MarketWord m, bool bids, uint256 place) internal pure returns (MarketWord) {
        uint256 word = MarketWord.unwrap(m);
        return
            MarketWord.wrap(bids ? (word & ~BID_FIELDS) | USED | (place << 32) : (word & ~ASK_FIELDS) | USED | place);
    }

    /// @notice Names the best order of a side and its price. Cast keeps the two's complement of an int32.
    function withBestAt(MarketWord m, bool bids, uint256 place, int256 price) internal pure returns (MarketWord) {
        uint256 word = MarketWord.unwrap(m);
        uint256 price_ = uint32(int32(price));
        return
            MarketWord.wrap(
                bids
                    ? (word & ~BID_FIELDS) | USED | BID_KNOWN | (price_ << 96) | (place << 32)
                    : (word & ~ASK_FIELDS) | USED | ASK_KNOWN | (price_ << 64) | place
            );
    }

    /// @notice One side as `other` has it: its best order and what is known of the price.
    function withSideOf(MarketWord m, MarketWord other, bool bids) internal pure returns (MarketWord) {
        uint256 fields = bids ? BID_FIELDS : ASK_FIELDS;
        return MarketWord.wrap((MarketWord.unwrap(m) & ~fields) | (MarketWord.unwrap(other) & fields) | USED);
    }

    /// @dev Whether resting orders of both sides may still have to be matched with each other (R34).
    function crossed(MarketWord m) internal pure returns (bool) {
        return MarketWord.unwrap(m) & CROSSED != 0;
    }

    /// @dev The side of the order that was cut off, in a crossed market.
    function crossingIsBid(MarketWord m) internal pure returns (bool) {
        return MarketWord.unwrap(m) & CROSSING_BID != 0;
    }

    /// @dev Whether what is left of it in the end is offset (R28).
    function crossingIsImmediate(MarketWord m) internal pure returns (bool) {
        return MarketWord.unwrap(m) & CROSSING_IOC != 0;
    }

    function withCrossing(MarketWord m, bool isBid, bool isImmediate) internal pure returns (MarketWord) {
        uint256 word = (MarketWord.unwrap(m) & ~CROSSING) | CROSSED;
        if (isBid) word |= CROSSING_BID;
        if (isImmediate) word |= CROSSING_IOC;
        return MarketWord.wrap(word);
    }

    function withoutCrossing(MarketWord m) internal pure returns (MarketWord) {
        return MarketWord.wrap(MarketWord.unwrap(m) & ~CROSSING);
    }
}
