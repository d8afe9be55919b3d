// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Bounds } from "../libraries/Bounds.sol";
import { Ladder, LADDER_WORDS } from "../libraries/Ladder.sol";
import { MarketId } from "../libraries/MarketId.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { BASKET_ROOT_ID, BookTerms, RootKind } from "../Types.sol";
import { MarketSlot } from "./Queues.sol";

/// @dev A root market, unpacked. All ticks.
struct Root {
    RootKind kind;
    uint32 id;
    uint256 branchCount;
    int256 lo; // interval: least outcome that is still possible; simplex: 0
    int256 hi; // interval: greatest outcome that is still possible; simplex: the scale
    int256 tickValue; // session-token wei per tick per lot
    int256 maxLots; // of the session, the same for every root; 0 for no limit
    uint256 closesAt; // no trade from here on
    uint256 createdAt; // number of the checkpoint that first knew the root: an order must have been signed over it or a later one
    bool settled; // one outcome is left
    bool bounded; // simplex: some leg has bounds of its own
    int256[] lower; // bounded simplex: least weight of each leg
    int256[] upper; // bounded simplex: greatest weights
    uint256[] ladder; // interval: the strikes of its branches, see Ladder
}

/// @title The market table, and how a root is read from it
library Markets {
    /// @dev Branches of an interval root, at most (R42).
    uint256 internal constant MAX_BRANCHES = 32;
    /// @dev Outcomes of an event root (R42).
    uint256 internal constant MIN_OUTCOMES = 2;
    uint256 internal constant MAX_OUTCOMES = 16;

    /// @dev First slot: what every order needs; rootOf takes it apart. Second: who owns the root and what happens without them.
    /// Third: its chain.
    /// ladder: the strikes of an interval root, see Ladder.
    /// spans: lower 32 | upper 32 of each leg of a bounded simplex root, four to a slot, lowest bits first.
    struct Stored {
        RootKind kind;
        bool settled;
        bool bounded;
        uint8 branchCount;
        int32 lo;
        int32 hi;
        uint64 tickValue;
        uint40 closesAt;
        uint32 createdAt; // number of the checkpoint that first knew the root
        address owner;
        uint40 settleBy;
        int32 fallbackOutcome;
        bytes32 tip;
        uint256[LADDER_WORDS] ladder;
        uint256[4] spans;
    }

    struct State {
        mapping(MarketId market => MarketSlot) slots;
        mapping(uint32 rootId => Stored) roots;
        uint32 createdRoots; // besides the basket root
        mapping(bytes32 link => uint32 rootId) madeBy; // the root that a record made: it makes none a second time
    }

    /// @notice The root of that number; kind Unknown if there is none. The basket root follows from the session's terms alone.
    function rootOf(State storage s, BookTerms memory terms, uint32 rootId) internal view returns (Root memory root) {
        rootInto(s, terms, rootId, root);
    }

    /// @dev Sets the arrays of `root` only if its kind has them.
    function rootInto(State storage s, BookTerms memory terms, uint32 rootId, Root memory root) internal view {
        root.id = rootId;
        // Cast: a uint64 fits.
        root.maxLots = int256(uint256(terms.maxLots));
        if (rootId == BASKET_ROOT_ID) {
            (root.kind, root.settled, root.bounded) = (RootKind.Simplex, false, false);
            (root.branchCount, root.createdAt) = (terms.assetCount, 0);
            (root.lo, root.hi) = (0, terms.basketScale);
            // Cast: a uint64 fits.
            root.tickValue = int256(uint256(terms.basketTickValue));
            root.closesAt = terms.t2;
            return;
        }
        Stored storage stored = s.roots[rootId];
        uint256 word;
        // Field by field the compiler would read the slot nine times.
        assembly {
            word := sload(stored.slot)
        }
        // Casts from here on cut out the fields, in the order of Stored.
        (root.kind, root.branchCount) = (RootKind(uint8(word)), uint8(word >> 24));
        if (word == 0) return;
        (root.settled, root.bounded) = (uint8(word >> 8) != 0, uint8(word >> 16) != 0);
        (root.lo, root.hi) = (int32(uint32(word >> 32)), int32(uint32(word >> 64)));
        (root.tickValue, root.closesAt) = (int256(uint256(uint64(word >> 96))), uint40(word >> 160));
        root.createdAt = word >> 200;
        if (root.kind == RootKind.Interval) root.ladder = _readLadder(stored, root.branchCount);
        else if (root.bounded) _readSpans(stored, root);
    }

    function hasBranch(Root memory root, uint16 branchId) internal pure returns (bool) {
        return branchId != 0 && branchId <= root.branchCount;
    }

    /// @notice The least and the most that a lot of the branch can still pay, in ticks (paper: marketMin, marketMax).
    function boundsOf(Root memory root, uint16 branchId) internal pure returns (int256 marketMin, int256 marketMax) {
        uint256 b = branchId - 1;
        if (root.kind == RootKind.Interval) {
            (int256 lower, int256 upper) = Ladder.strikesOf(root.ladder, b);
            return (WorstCase.clamp(root.lo, lower, upper), WorstCase.clamp(root.hi, lower, upper));
        }
        if (root.bounded) return Bounds.ofLeg(root.lower, root.upper, root.hi, b);
        // A single leg has all the weight.
        return (root.branchCount == 1 ? root.hi : int256(0), root.hi);
    }

    /// @notice Lots that a position holds of one market. With two assets, buying leg 2 is selling leg 1 (R10): what counts of
    /// either leg is what is held of it more than of the other.
    function lotsOf(Root memory root, int256[] memory lots, uint16 branchId) internal pure returns (int256) {
        int256 held = lots[branchId - 1];
        return root.id == BASKET_ROOT_ID && root.branchCount == 2 ? held - lots[2 - branchId] : held;
    }

    /// @notice Worst case of a position in a root, in ticks * lots, and the outcome (interval) or leg (simplex) where it is.
    function worstOf(
        Root memory root,
        int256[] memory lots
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        if (root.kind == RootKind.Interval) {
            return Ladder.worstOf(lots, root.ladder, root.lo, root.hi);
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
        (int256[] memory lower, int256[] memory upper) = spansOf(root);
        int256 sum;
        possible = true;
        for (uint256 b; b < root.branchCount; ++b) {
            int256 y = outcome[isInterval ? 0 : b];
            if (!isInterval && (y < lower[b] || y > upper[b])) possible = false;
            value += lots[b] * (isInterval ? WorstCase.clamp(y, lower[b], upper[b]) : y);
            sum += y;
        }
        if (isInterval) possible = outcome[0] >= root.lo && outcome[0] <= root.hi;
        else if (sum != root.hi) possible = false;
    }

    /// @notice Interval: the strikes of each branch. Simplex: least and greatest weight of each leg, which are 0 and the scale as
    /// long as the root has no bounds of its own.
    function spansOf(Root memory root) internal pure returns (int256[] memory lower, int256[] memory upper) {
        if (root.kind == RootKind.Interval) return Ladder.spansOf(root.ladder, root.branchCount);
        if (root.bounded) return (root.lower, root.upper);
        (lower, upper) = (new int256[](root.branchCount), new int256[](root.branchCount));
        for (uint256 k; k < root.branchCount; ++k) {
            upper[k] = root.hi;
        }
    }

    /// @dev No more slots than there are strikes and branches for: one up to four strikes and eleven branches. In assembly, because
    /// the compiler checks the index of each element.
    function _readLadder(Stored storage stored, uint256 branches) private view returns (uint256[] memory ladder) {
        uint256[LADDER_WORDS] storage words = stored.ladder;
        uint256 head = words[0];
        uint256 length = Ladder.lengthOf(head);
        uint256 moreEnds = Ladder.hasMoreEnds(branches) ? words[1] : 0;
        // At most as many as there are words: 64 strikes make ten.
        assembly ("memory-safe") {
            ladder := mload(0x40)
            mstore(ladder, length)
            mstore(add(ladder, 0x20), head)
            mstore(add(ladder, 0x40), moreEnds)
            let entry := add(ladder, 0x60)
            let end := add(add(ladder, 0x20), shl(5, length))
            for {
                let slot := add(words.slot, 2)
            } lt(entry, end) {
                slot := add(slot, 1)
            } {
                mstore(entry, sload(slot))
                entry := add(entry, 0x20)
            }
            mstore(0x40, entry)
        }
    }

    function _readSpans(Stored storage stored, Root memory root) private view {
        (root.lower, root.upper) = (new int256[](root.branchCount), new int256[](root.branchCount));
        uint256 word;
        for (uint256 k; k < root.branchCount; ++k) {
            if (k % 4 == 0) word = stored.spans[k / 4];
            // Casts: cut out the fields.
            root.lower[k] = int32(uint32(word >> 32));
            root.upper[k] = int32(uint32(word));
            word >>= 64;
        }
    }
}
