// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { Bounds } from "../libraries/Bounds.sol";
import { Ladder, LADDER_WORDS } from "../libraries/Ladder.sol";
import { MarketIds } from "../libraries/MarketId.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { BASKET_ROOT_ID, BookTerms, MarketRecord, RootKind } from "../Types.sol";
import { Markets, Root } from "./Markets.sol";

/// @title The market table's chain of records (paper: createMarket)
/// @notice R36 to R39: new roots, new sub-markets, tighter bounds, settlement and the fallback. Who signed has been checked.
library MarketChain {
    using Markets for Markets.State;

    /// @dev What a root can store. Ticks are int32, so a lot is worth less than 2^96 wei, the most tokens a session can have.
    uint256 internal constant MAX_TICK_VALUE = type(uint64).max;

    /// @notice Makes a root by a record whose owner is beyond doubt, and whose place in the chain is (R36).
    /// @param link hashStruct of the record
    /// @param checkpoint number of the one that this call will end with
    /// @return rootId the next unused number
    function createRoot(
        Markets.State storage s,
        BookTerms memory terms,
        MarketRecord calldata r,
        bytes32 link,
        uint256 checkpoint
    ) internal returns (uint32 rootId) {
        _requireBounds(r);
        if (r.marketBranchId != 1) revert IOldBookRecords.Book_MarketNumber(0, r.marketBranchId, 1);
        if (r.parentBranchId != 0) revert IOldBookRecords.Book_MarketUnknown(0, r.parentBranchId);
        // The basket root is number 1. No overflow: createdRoots stays below MAX_ROOT_ID.
        rootId = s.createdRoots + BASKET_ROOT_ID + 1;
        if (rootId > MarketIds.MAX_ROOT_ID) revert IOldBookRecords.Book_TooManyRoots(MarketIds.MAX_ROOT_ID);
        _checkTerms(terms, r);
        Markets.Stored storage stored = s.roots[rootId];
        if (r.kind == uint8(RootKind.Interval)) {
            _checkInterval(r);
            (stored.lo, stored.hi, stored.branchCount) = (r.marketMin, r.marketMax, 1);
            stored.ladder[0] = Ladder.start(r.marketMin, r.marketMax);
        } else {
            _checkEvent(r);
            // Cast: at most MAX_OUTCOMES.
            (stored.hi, stored.branchCount) = (r.marketMax, uint8(r.outcomes));
        }
        stored.kind = RootKind(r.kind);
        // Casts: _checkTerms bounds the tick value by a uint64; a checkpoint's word has 32 bits for its number.
        (stored.tickValue, stored.closesAt, stored.createdAt) = (uint64(r.tickValue), r.closesAt, uint32(checkpoint));
        (stored.owner, stored.settleBy, stored.fallbackOutcome) = (r.owner, r.settleBy, r.fallbackOutcome);
        (stored.tip, s.madeBy[link]) = (link, rootId);
        ++s.createdRoots;
    }

    /// @notice Applies a later record of a root, whose owner is beyond doubt: a sub-market, or tighter bounds.
    /// @param link hashStruct of the record
    function append(Markets.State storage s, BookTerms memory terms, MarketRecord calldata r, bytes32 link) internal {
        _requireBounds(r);
        Root memory root = s.rootOf(terms, r.marketRootId);
        if (root.kind == RootKind.Unknown) revert IOldBookRecords.Book_MarketUnknown(r.marketRootId, r.marketBranchId);
        _requireOwnRecord(s, root, r);
        if (Markets.hasBranch(root, r.marketBranchId)) _tighten(s, root, r);
        else _createBranch(s, root, r);
        s.roots[r.marketRootId].tip = link;
    }

    /// @notice R39: from settleBy on anybody may settle a root whose owner did not, as was declared at its start.
    function applyFallback(Markets.State storage s, Root memory root) internal returns (int32 outcome) {
        if (root.kind == RootKind.Unknown || root.id == BASKET_ROOT_ID) {
            revert IOldBookRecords.Book_MarketUnknown(root.id, 1);
        }
        Markets.Stored storage stored = s.roots[root.id];
        if (root.settled) revert IOldBookRecords.Book_MarketSettled(root.id);
        if (block.timestamp < stored.settleBy) {
            revert IOldBookRecords.Book_FallbackTooEarly(root.id, stored.settleBy, block.timestamp);
        }
        outcome = stored.fallbackOutcome;
        if (root.kind == RootKind.Interval) {
            int256 y = WorstCase.clamp(outcome, root.lo, root.hi);
            _writeInterval(stored, y, y);
        } else {
            (int256[] memory lower, int256[] memory upper) = Markets.spansOf(root);
            // Cast: a leg number, checked when the root was made.
            int256[] memory weights = Bounds.pour(lower, upper, root.hi, uint256(int256(outcome)) - 1);
            _writeSimplex(stored, weights, weights, root.hi);
        }
    }

    // ------------------------------------------------------------------ new roots and branches

    function _requireBounds(MarketRecord calldata r) private pure {
        if (r.marketMin > r.marketMax) {
            revert IOldBookRecords.Book_BoundsReversed(r.marketRootId, r.marketBranchId, r.marketMin, r.marketMax);
        }
    }

    function _checkTerms(BookTerms memory terms, MarketRecord calldata r) private view {
        if (r.kind != uint8(RootKind.Interval) && r.kind != uint8(RootKind.Simplex)) {
            revert IOldBookRecords.Book_MarketKindUnknown(r.kind);
        }
        if (r.tickValue == 0 || r.tickValue > MAX_TICK_VALUE) {
            revert IOldBookRecords.Book_TickValueOutOfRange(r.tickValue, MAX_TICK_VALUE);
        }
        if (r.closesAt <= block.timestamp || r.closesAt > terms.t2) {
            revert IOldBookRecords.Book_ClosesAtOutOfRange(r.closesAt, block.timestamp, terms.t2);
        }
        if (r.settleBy < r.closesAt || r.settleBy > terms.settleLimit) {
            revert IOldBookRecords.Book_SettleByOutOfRange(r.settleBy, r.closesAt, terms.settleLimit);
        }
    }

    function _checkInterval(MarketRecord calldata r) private pure {
        if (r.marketMin == r.marketMax) revert IOldBookRecords.Book_NoRoom(r.marketRootId, 1, r.marketMin, r.marketMax);
        if (r.outcomes != 0) revert IOldBookRecords.Book_OutcomeCount(r.outcomes, 0, 0);
        if (r.fallbackOutcome < r.marketMin || r.fallbackOutcome > r.marketMax) {
            revert IOldBookRecords.Book_FallbackOutOfRange(r.fallbackOutcome, r.marketMin, r.marketMax);
        }
    }

    function _checkEvent(MarketRecord calldata r) private pure {
        if (r.outcomes < Markets.MIN_OUTCOMES || r.outcomes > Markets.MAX_OUTCOMES) {
            revert IOldBookRecords.Book_OutcomeCount(r.outcomes, Markets.MIN_OUTCOMES, Markets.MAX_OUTCOMES);
        }
        if (r.marketMin != 0 || r.marketMax < 1) {
            revert IOldBookRecords.Book_NoRoom(r.marketRootId, 1, r.marketMin, r.marketMax);
        }
        // Cast: at most MAX_OUTCOMES.
        if (r.fallbackOutcome < 1 || r.fallbackOutcome > int32(uint32(r.outcomes))) {
            revert IOldBookRecords.Book_FallbackOutOfRange(r.fallbackOutcome, 1, int32(uint32(r.outcomes)));
        }
    }

    /// @dev R36: only the root's owner, only at the end of the root's chain, never on a settled root, and without root terms.
    function _requireOwnRecord(Markets.State storage s, Root memory root, MarketRecord calldata r) private view {
        Markets.Stored storage stored = s.roots[root.id];
        if (root.id == BASKET_ROOT_ID || r.owner != stored.owner) {
            revert IOldBookRecords.Book_NotMarketOwner(root.id, r.owner, stored.owner);
        }
        if (r.previousLink != stored.tip) revert IOldBookRecords.Book_MarketOutOfChain(r.previousLink, stored.tip);
        if (root.settled) revert IOldBookRecords.Book_MarketSettled(root.id);
        if (
            r.kind != 0 ||
            r.outcomes != 0 ||
            r.tickValue != 0 ||
            r.closesAt != 0 ||
            r.settleBy != 0 ||
            r.fallbackOutcome != 0 ||
            r.descriptionHash != 0
        ) revert IOldBookRecords.Book_RootTermsRepeated(root.id);
    }

    /// @dev R37: a sub-market's strikes are clamped into its parent's, and what is left must still be open.
    function _createBranch(Markets.State storage s, Root memory root, MarketRecord calldata r) private {
        if (root.kind != RootKind.Interval) revert IOldBookRecords.Book_NoSubMarkets(root.id);
        if (root.branchCount == Markets.MAX_BRANCHES)
            revert IOldBookRecords.Book_TooManyBranches(root.id, Markets.MAX_BRANCHES);
        // Cast: at most MAX_BRANCHES.
        uint16 nextBranch = uint16(root.branchCount) + 1;
        if (r.marketBranchId != nextBranch) {
            revert IOldBookRecords.Book_MarketNumber(r.marketRootId, r.marketBranchId, nextBranch);
        }
        if (!Markets.hasBranch(root, r.parentBranchId)) {
            revert IOldBookRecords.Book_MarketUnknown(r.marketRootId, r.parentBranchId);
        }
        (int256 least, int256 most) = Ladder.strikesOf(root.ladder, r.parentBranchId - 1);
        int256 lower = WorstCase.clamp(r.marketMin, least, most);
        int256 upper = WorstCase.clamp(r.marketMax, least, most);
        if (WorstCase.clamp(root.lo, lower, upper) == WorstCase.clamp(root.hi, lower, upper)) {
            revert IOldBookRecords.Book_NoRoom(root.id, r.marketBranchId, int32(lower), int32(upper));
        }
        _insertBranch(s.roots[root.id], root, lower, upper);
    }

    /// @dev Only the words of the ladder that change are written; what lies behind those that were read is empty.
    function _insertBranch(Markets.Stored storage stored, Root memory root, int256 lower, int256 upper) private {
        uint256[LADDER_WORDS] memory words = Ladder.withBranch(root.ladder, root.branchCount, lower, upper);
        for (uint256 i; i < LADDER_WORDS; ++i) {
            uint256 before = i < root.ladder.length ? root.ladder[i] : 0;
            if (words[i] != before) stored.ladder[i] = words[i];
        }
        // Cast: at most MAX_BRANCHES.
        stored.branchCount = uint8(root.branchCount + 1);
    }

    // ------------------------------------------------------------------ bounds

    /// @dev R37 for an interval root, R38 for an event root.
    function _tighten(Markets.State storage s, Root memory root, MarketRecord calldata r) private {
        if (r.parentBranchId != 0) revert IOldBookRecords.Book_RootTermsRepeated(root.id);
        Markets.Stored storage stored = s.roots[root.id];
        uint256 b = r.marketBranchId - 1;
        if (root.kind == RootKind.Interval) {
            (int256 least, int256 most) = Ladder.strikesOf(root.ladder, b);
            (int256 lo, int256 hi) = Bounds.tightenRoot(root.lo, root.hi, least, most, r.marketMin, r.marketMax);
            _writeInterval(stored, lo, hi);
            return;
        }
        (int256[] memory lower, int256[] memory upper) = Markets.spansOf(root);
        (lower[b], upper[b]) = Bounds.tighten(lower[b], upper[b], r.marketMin, r.marketMax);
        if (!Bounds.isPossible(lower, upper, root.hi)) {
            revert IOldBookRecords.Book_NoOutcomeLeft(root.id, r.marketBranchId, r.marketMin, r.marketMax);
        }
        _writeSimplex(stored, lower, upper, root.hi);
    }

    /// @dev Casts: bounds only tighten, and were int32 at the start.
    function _writeInterval(Markets.Stored storage stored, int256 lo, int256 hi) private {
        (stored.lo, stored.hi, stored.settled) = (int32(lo), int32(hi), lo == hi);
    }

    function _writeSimplex(
        Markets.Stored storage stored,
        int256[] memory lower,
        int256[] memory upper,
        int256 scale
    ) private {
        (stored.bounded, stored.settled) = (true, Bounds.isSettled(lower, upper, scale));
        uint256 word;
        for (uint256 k; k < lower.length; ++k) {
            word |= _span(lower[k], upper[k]) << (64 * (k % 4));
            if (k % 4 == 3 || k + 1 == lower.length) {
                stored.spans[k / 4] = word;
                word = 0;
            }
        }
    }

    // ------------------------------------------------------------------ packing

    /// @dev lower 32 | upper 32. Casts keep the two's complement of int32 values.
    function _span(int256 lower, int256 upper) private pure returns (uint256) {
        return (uint256(uint32(int32(lower))) << 32) | uint32(int32(upper));
    }
}
