// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Bounds } from "../libraries/Bounds.sol";
import { MarketId } from "../libraries/PackedOrder.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { BASKET_ROOT_ID, BookTerms, RootKind } from "../Types.sol";

/// @dev The queues of one market (root and branch), in one slot.
/// used 8 | crossed 8 | bestBid 32 | bestAsk 32   (the lowest 80 bits, most significant first)
/// `used` stays set, so that a market whose queues run empty does not pay for a fresh slot again (about 17 000 gas).
type MarketSlot is uint256;

using MarketSlots for MarketSlot global;

/// @title Reading and changing a market's slot
library MarketSlots {
    uint256 private constant SIDE_MASK = type(uint32).max;
    uint256 private constant CROSSED_BIT = 1 << 64;
    uint256 private constant USED_BIT = 1 << 72;

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
        uint256 rest = MarketSlot.unwrap(slot) & ~(SIDE_MASK << shift);
        return MarketSlot.wrap(rest | USED_BIT | (uint256(tradeRootId) << shift));
    }

    function withCrossed(MarketSlot slot, bool yes) internal pure returns (MarketSlot) {
        uint256 rest = MarketSlot.unwrap(slot) & ~CROSSED_BIT;
        return MarketSlot.wrap(yes ? rest | CROSSED_BIT : rest);
    }

    function _shift(bool bids) private pure returns (uint256) {
        return bids ? 32 : 0;
    }
}

/// @dev A root market, unpacked. All ticks.
struct Root {
    RootKind kind;
    uint32 id;
    uint256 branchCount;
    int256 lo; // interval: least outcome that is still possible; simplex: 0
    int256 hi; // interval: greatest outcome that is still possible; simplex: the scale
    int256 tickValue; // session-token wei per tick per lot
    uint256 closesAt; // no trade from here on
    uint256 createdAt; // the checkpoint that first knew the root: an order must have been signed over it or a later one
    bool settled; // one outcome is left
    bool bounded; // simplex: some leg has bounds of its own
    int256[] lower; // interval: lower strike of each branch; bounded simplex: least weight of each leg
    int256[] upper; // interval: upper strikes; bounded simplex: greatest weights
    uint8[] sorted; // interval: all strikes by rising value, see WorstCase.interval
}

/// @title The market table, and how a root is read from it
library Markets {
    /// @dev Branches of an interval root, at most (R42).
    uint256 internal constant MAX_BRANCHES = 32;
    /// @dev Outcomes of an event root, at most (R42).
    uint256 internal constant MAX_OUTCOMES = 16;

    /// @dev First slot: what every order needs. Second: who owns the root and what happens without them. Third: its chain.
    /// spans: lower 32 | upper 32 of each branch, four to a slot, lowest bits first; of a simplex root once it is bounded.
    /// sorted: the order of an interval root's strikes, one byte each, lowest first.
    struct Stored {
        RootKind kind;
        bool settled;
        bool bounded;
        uint8 branchCount;
        int32 lo;
        int32 hi;
        uint64 tickValue;
        uint40 closesAt;
        uint56 createdAt; // the checkpoint that first knew the root
        address owner;
        uint40 settleBy;
        int32 fallbackOutcome;
        bytes32 tip;
        uint256[8] spans;
        uint256[2] sorted;
    }

    struct State {
        mapping(MarketId market => MarketSlot) slots;
        mapping(uint32 rootId => Stored) roots;
        uint32 createdRoots; // besides the basket root
        bytes32 rootTip; // link of the record that made the last root
    }

    /// @notice The root of that number; kind Unknown if there is none. The basket root follows from the session's terms alone.
    function rootOf(State storage s, BookTerms memory terms, uint32 rootId) internal view returns (Root memory root) {
        root.id = rootId;
        if (rootId == BASKET_ROOT_ID) {
            root.kind = RootKind.Simplex;
            root.branchCount = terms.assetCount;
            root.hi = terms.basketScale;
            // Cast: a uint64 fits.
            root.tickValue = int256(uint256(terms.basketTickValue));
            root.closesAt = terms.t2;
            return root;
        }
        Stored storage stored = s.roots[rootId];
        if (stored.kind == RootKind.Unknown) return root;
        (root.kind, root.settled, root.bounded) = (stored.kind, stored.settled, stored.bounded);
        (root.branchCount, root.lo, root.hi) = (stored.branchCount, stored.lo, stored.hi);
        (root.tickValue, root.closesAt) = (int256(uint256(stored.tickValue)), stored.closesAt);
        root.createdAt = stored.createdAt;
        if (root.kind == RootKind.Interval || root.bounded) _readSpans(stored, root);
        if (root.kind == RootKind.Interval) _readSorted(stored, root);
    }

    function hasBranch(Root memory root, uint16 branchId) internal pure returns (bool) {
        return branchId != 0 && branchId <= root.branchCount;
    }

    /// @notice The least and the most that a lot of the branch can still pay, in ticks (seed: marketMin, marketMax).
    function boundsOf(Root memory root, uint16 branchId) internal pure returns (int256 marketMin, int256 marketMax) {
        uint256 b = branchId - 1;
        if (root.kind == RootKind.Interval) {
            return (
                WorstCase.clamp(root.lo, root.lower[b], root.upper[b]),
                WorstCase.clamp(root.hi, root.lower[b], root.upper[b])
            );
        }
        if (root.bounded) return Bounds.ofLeg(root.lower, root.upper, root.hi, b);
        // A single leg has all the weight.
        return (root.branchCount == 1 ? root.hi : int256(0), root.hi);
    }

    /// @notice Worst case of a position in a root, in ticks * lots, and the outcome (interval) or leg (simplex) where it is.
    function worstOf(
        Root memory root,
        int256[] memory lots
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        if (root.kind == RootKind.Interval) {
            return WorstCase.interval(lots, root.lower, root.upper, root.sorted, root.lo, root.hi);
        }
        return
            root.bounded
                ? WorstCase.boundedSimplex(lots, root.lower, root.upper, root.hi)
                : WorstCase.simplex(lots, root.hi);
    }

    /// @notice What a position is worth in one outcome, ticks * lots, and whether that outcome is still possible.
    /// @param outcome [y] for an interval root, all weights for a simplex root
    function valueAt(
        Root memory root,
        int256[] memory lots,
        int32[] calldata outcome
    ) internal pure returns (bool possible, int256 value) {
        bool isInterval = root.kind == RootKind.Interval;
        if (outcome.length != (isInterval ? 1 : root.branchCount)) return (false, 0);
        if (!isInterval) unfoldBounds(root);
        int256 sum;
        possible = true;
        for (uint256 b; b < root.branchCount; ++b) {
            int256 y = outcome[isInterval ? 0 : b];
            if (!isInterval && (y < root.lower[b] || y > root.upper[b])) possible = false;
            value += lots[b] * (isInterval ? WorstCase.clamp(y, root.lower[b], root.upper[b]) : y);
            sum += y;
        }
        if (isInterval) possible = outcome[0] >= root.lo && outcome[0] <= root.hi;
        else if (sum != root.hi) possible = false;
    }

    /// @notice The bounds of a simplex root that has none of its own yet: 0 and the scale.
    function unfoldBounds(Root memory root) internal pure {
        if (root.bounded) return;
        (root.lower, root.upper) = (new int256[](root.branchCount), new int256[](root.branchCount));
        for (uint256 k; k < root.branchCount; ++k) {
            root.upper[k] = root.hi;
        }
    }

    function _readSpans(Stored storage stored, Root memory root) private view {
        (root.lower, root.upper) = (new int256[](root.branchCount), new int256[](root.branchCount));
        uint256 word;
        for (uint256 b; b < root.branchCount; ++b) {
            if (b % 4 == 0) word = stored.spans[b / 4];
            // Casts: cut out the fields.
            root.lower[b] = int32(uint32(word >> 32));
            root.upper[b] = int32(uint32(word));
            word >>= 64;
        }
    }

    function _readSorted(Stored storage stored, Root memory root) private view {
        root.sorted = new uint8[](2 * root.branchCount);
        uint256 word;
        for (uint256 i; i < root.sorted.length; ++i) {
            if (i % 32 == 0) word = stored.sorted[i / 32];
            // Cast: cuts out the field.
            root.sorted[i] = uint8(word);
            word >>= 8;
        }
    }
}
