// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId } from "../libraries/PackedOrder.sol";
import { BASKET_ROOT_ID, BookTerms } from "../Types.sol";

/// @dev What the book keeps of one market (root and branch), in one slot.
/// crossed 8 | bestBid 32 | bestAsk 32   (most significant first; the rest is free for bounds)
type MarketSlot is uint256;

using MarketSlots for MarketSlot global;

/// @title Reading and changing a market's slot
library MarketSlots {
    uint256 private constant SIDE_MASK = type(uint32).max;
    uint256 private constant CROSSED_BIT = 1 << 64;

    /// @dev tradeRootId of the best resting order of a side; 0 if there is none. The cast cuts out the field.
    function best(MarketSlot slot, bool bids) internal pure returns (uint32) {
        return uint32(MarketSlot.unwrap(slot) >> _shift(bids));
    }

    /// @dev Whether resting orders of both sides may still have to be matched with each other (R34).
    function crossed(MarketSlot slot) internal pure returns (bool) {
        return MarketSlot.unwrap(slot) & CROSSED_BIT != 0;
    }

    function withBest(MarketSlot slot, bool bids, uint32 tradeRootId) internal pure returns (MarketSlot) {
        uint256 shift = _shift(bids);
        return MarketSlot.wrap((MarketSlot.unwrap(slot) & ~(SIDE_MASK << shift)) | (uint256(tradeRootId) << shift));
    }

    function withCrossed(MarketSlot slot, bool yes) internal pure returns (MarketSlot) {
        uint256 rest = MarketSlot.unwrap(slot) & ~CROSSED_BIT;
        return MarketSlot.wrap(yes ? rest | CROSSED_BIT : rest);
    }

    function _shift(bool bids) private pure returns (uint256) {
        return bids ? 32 : 0;
    }
}

/// @dev The kinds of outcome variable.
enum RootKind {
    Unknown,
    Simplex // weights w >= 0 with a fixed sum; leg k pays w_k
}

/// @dev A root market, unpacked.
struct Root {
    RootKind kind;
    uint32 id;
    uint256 branchCount;
    int256 scale; // ticks that make a weight of 1
    int256 tickValue; // session-token wei per tick per lot
    uint256 closesAt; // no trade from here on
}

/// @title The market table
library Markets {
    struct State {
        mapping(MarketId market => MarketSlot) slots;
    }

    /// @notice The root of that number; kind Unknown if there is none. The basket root follows from the session's terms alone.
    function rootOf(BookTerms memory terms, uint32 rootId) internal pure returns (Root memory root) {
        if (rootId != BASKET_ROOT_ID) return root;
        root.kind = RootKind.Simplex;
        root.id = rootId;
        root.branchCount = terms.assetCount;
        root.scale = terms.basketScale;
        // Cast: a uint64 fits.
        root.tickValue = int256(uint256(terms.basketTickValue));
        root.closesAt = terms.t2;
    }

    function hasBranch(Root memory root, uint16 branchId) internal pure returns (bool) {
        return branchId != 0 && branchId <= root.branchCount;
    }

    /// @notice The least and the most that a lot of the branch can pay, in ticks (seed: marketMin, marketMax).
    function boundsOf(Root memory root, uint16) internal pure returns (int256 marketMin, int256 marketMax) {
        return (0, root.scale);
    }
}
