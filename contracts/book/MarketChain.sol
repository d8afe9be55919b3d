// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { Bounds } from "../libraries/Bounds.sol";
import { Ladder } from "../libraries/Ladder.sol";
import { MarketIds } from "../libraries/MarketId.sol";
import { RootWord, RootWords } from "../libraries/RootWord.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { BASKET_ROOT_ID, MarketRecord, RootKind } from "../Types.sol";
import { Call } from "./Call.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";
import { Markets } from "./Markets.sol";
import { Simplex } from "./Simplex.sol";
import { Store } from "./Store.sol";
import { Zone } from "./Zone.sol";

/// @title The market table's chain of records (paper: createMarket)
/// @notice R36 to R39: new roots, new sub-markets, tighter bounds, settlement and the fallback. Who signed has been checked.
library MarketChain {
    /// @dev What a root can store. Ticks are int32, so a lot is worth less than 2^96 wei, the most tokens a session can have.
    uint256 internal constant MAX_TICK_VALUE = type(uint64).max;

    /// @notice Makes a root by a record whose owner is beyond doubt, and whose place in the chain is (R36).
    /// @param link hashStruct of the record
    /// @return rootId the next unused number
    function createRoot(
        Markets.State storage s,
        Call memory c,
        MarketRecord calldata r,
        bytes32 link
    ) internal returns (uint32 rootId) {
        _requireBounds(r);
        if (r.marketBranchId != 1) revert IBookRecords.Book_MarketNumber(0, r.marketBranchId, 1);
        if (r.parentBranchId != 0) revert IBookRecords.Book_MarketUnknown(0, r.parentBranchId);
        // The basket root is number 1. No overflow: createdRoots stays below MAX_ROOT_ID.
        rootId = s.createdRoots + BASKET_ROOT_ID + 1;
        if (rootId > MarketIds.MAX_ROOT_ID) revert IBookRecords.Book_TooManyRoots(MarketIds.MAX_ROOT_ID);
        _checkTerms(c, r);
        bool isInterval = r.kind == uint8(RootKind.Interval);
        if (isInterval) _checkInterval(r);
        else _checkEvent(r);
        RootWord root = RootWords.pack(
            RootKind(r.kind),
            isInterval ? 1 : r.outcomes,
            r.marketMin,
            r.marketMax,
            r.tickValue,
            r.closesAt,
            Chain.nextNumber(c)
        );
        if (isInterval) {
            Zone.take(c);
            Ladder.start(Zone.ladder(c.zone), r.marketMin, r.marketMax);
            root = _withLadder(s, c, root, 2);
        }
        Store.setRoot(rootId, RootWord.unwrap(root));
        Markets.Stored storage stored = s.roots[rootId];
        (stored.owner, stored.settleBy, stored.fallbackOutcome) = (r.owner, r.settleBy, r.fallbackOutcome);
        (stored.tip, s.madeBy[link]) = (link, rootId);
        ++s.createdRoots;
    }

    /// @notice Applies a later record of a root, whose owner is beyond doubt: a sub-market, or tighter bounds.
    /// @param link hashStruct of the record
    function append(Markets.State storage s, Call memory c, MarketRecord calldata r, bytes32 link) internal {
        _requireBounds(r);
        if (!Desk.look(s, c, r.marketRootId, 1)) {
            revert IBookRecords.Book_MarketUnknown(r.marketRootId, r.marketBranchId);
        }
        _requireOwnRecord(s, c, r);
        RootWord root = RootWord.wrap(c.root);
        bool exists = r.marketBranchId != 0 && r.marketBranchId <= root.branches();
        root = exists ? _tighten(s, c, root, r) : _createBranch(s, c, root, r);
        Store.setRoot(r.marketRootId, RootWord.unwrap(root));
        s.roots[r.marketRootId].tip = link;
    }

    /// @notice R39: from settleBy on anybody may settle a root whose owner did not, as was declared at its start.
    function applyFallback(Markets.State storage s, Call memory c, uint32 rootId) internal returns (int32 outcome) {
        if (rootId == BASKET_ROOT_ID || !Desk.look(s, c, rootId, 1)) revert IBookRecords.Book_MarketUnknown(rootId, 1);
        Markets.Stored storage stored = s.roots[rootId];
        RootWord root = RootWord.wrap(c.root);
        if (root.settled()) revert IBookRecords.Book_MarketSettled(rootId);
        if (block.timestamp < stored.settleBy) {
            revert IBookRecords.Book_FallbackTooEarly(rootId, stored.settleBy, block.timestamp);
        }
        outcome = stored.fallbackOutcome;
        if (c.kind == Zone.INTERVAL) {
            int256 y = WorstCase.clamp(outcome, root.lo(), root.hi());
            root = _withBounds(c, root, y, y);
        } else {
            (int256[] memory lower, int256[] memory upper) = Simplex.boundsOf(c);
            // Cast: a leg number, checked when the root was made.
            int256[] memory weights = Bounds.pour(lower, upper, root.hi(), uint256(int256(outcome)) - 1);
            root = _writeSimplex(stored, root, weights, weights);
        }
        Store.setRoot(rootId, RootWord.unwrap(root));
    }

    // ------------------------------------------------------------------ new roots and branches

    function _requireBounds(MarketRecord calldata r) private pure {
        if (r.marketMin > r.marketMax) {
            revert IBookRecords.Book_BoundsReversed(r.marketRootId, r.marketBranchId, r.marketMin, r.marketMax);
        }
    }

    function _checkTerms(Call memory c, MarketRecord calldata r) private view {
        if (r.kind != uint8(RootKind.Interval) && r.kind != uint8(RootKind.Simplex)) {
            revert IBookRecords.Book_MarketKindUnknown(r.kind);
        }
        if (r.tickValue == 0 || r.tickValue > MAX_TICK_VALUE) {
            revert IBookRecords.Book_TickValueOutOfRange(r.tickValue, MAX_TICK_VALUE);
        }
        if (r.closesAt <= block.timestamp || r.closesAt > c.t2) {
            revert IBookRecords.Book_ClosesAtOutOfRange(r.closesAt, block.timestamp, c.t2);
        }
        if (r.settleBy < r.closesAt || r.settleBy > c.settleLimit) {
            revert IBookRecords.Book_SettleByOutOfRange(r.settleBy, r.closesAt, c.settleLimit);
        }
    }

    function _checkInterval(MarketRecord calldata r) private pure {
        if (r.marketMin == r.marketMax) revert IBookRecords.Book_NoRoom(r.marketRootId, 1, r.marketMin, r.marketMax);
        if (r.outcomes != 0) revert IBookRecords.Book_OutcomeCount(r.outcomes, 0, 0);
        if (r.fallbackOutcome < r.marketMin || r.fallbackOutcome > r.marketMax) {
            revert IBookRecords.Book_FallbackOutOfRange(r.fallbackOutcome, r.marketMin, r.marketMax);
        }
    }

    function _checkEvent(MarketRecord calldata r) private pure {
        if (r.outcomes < Markets.MIN_OUTCOMES || r.outcomes > Markets.MAX_OUTCOMES) {
            revert IBookRecords.Book_OutcomeCount(r.outcomes, Markets.MIN_OUTCOMES, Markets.MAX_OUTCOMES);
        }
        if (r.marketMin != 0 || r.marketMax < 1) {
            revert IBookRecords.Book_NoRoom(r.marketRootId, 1, r.marketMin, r.marketMax);
        }
        // Cast: at most MAX_OUTCOMES.
        if (r.fallbackOutcome < 1 || r.fallbackOutcome > int32(uint32(r.outcomes))) {
            revert IBookRecords.Book_FallbackOutOfRange(r.fallbackOutcome, 1, int32(uint32(r.outcomes)));
        }
    }

    /// @dev R36: only the root's owner, only at the end of the root's chain, never on a settled root, and without root terms.
    function _requireOwnRecord(Markets.State storage s, Call memory c, MarketRecord calldata r) private view {
        Markets.Stored storage stored = s.roots[r.marketRootId];
        if (r.marketRootId == BASKET_ROOT_ID || r.owner != stored.owner) {
            revert IBookRecords.Book_NotMarketOwner(r.marketRootId, r.owner, stored.owner);
        }
        if (r.previousLink != stored.tip) revert IBookRecords.Book_MarketOutOfChain(r.previousLink, stored.tip);
        if (RootWord.wrap(c.root).settled()) revert IBookRecords.Book_MarketSettled(r.marketRootId);
        if (
            r.kind != 0 ||
            r.outcomes != 0 ||
            r.tickValue != 0 ||
            r.closesAt != 0 ||
            r.settleBy != 0 ||
            r.fallbackOutcome != 0 ||
            r.descriptionHash != 0
        ) revert IBookRecords.Book_RootTermsRepeated(r.marketRootId);
    }

    /// @dev R37: a sub-market's strikes are clamped into its parent's, and what is left must still be open.
    function _createBranch(
        Markets.State storage s,
        Call memory c,
        RootWord root,
        MarketRecord calldata r
    ) private returns (RootWord) {
        if (!root.isInterval()) revert IBookRecords.Book_NoSubMarkets(r.marketRootId);
        uint256 branches = root.branches();
        if (branches == Ladder.MAX_BRANCHES) {
            revert IBookRecords.Book_TooManyBranches(r.marketRootId, Ladder.MAX_BRANCHES);
        }
        if (r.marketBranchId != branches + 1) {
            // Cast: at most MAX_BRANCHES.
            revert IBookRecords.Book_MarketNumber(r.marketRootId, r.marketBranchId, uint16(branches + 1));
        }
        if (r.parentBranchId == 0 || r.parentBranchId > branches) {
            revert IBookRecords.Book_MarketUnknown(r.marketRootId, r.parentBranchId);
        }
        uint256 ladder = Zone.ladder(c.zone);
        (int256 least, int256 most) = Ladder.strikesOf(ladder, r.parentBranchId - 1);
        int256 lower = WorstCase.clamp(r.marketMin, least, most);
        int256 upper = WorstCase.clamp(r.marketMax, least, most);
        if (WorstCase.clamp(root.lo(), lower, upper) == WorstCase.clamp(root.hi(), lower, upper)) {
            revert IBookRecords.Book_NoRoom(r.marketRootId, r.marketBranchId, int32(lower), int32(upper));
        }
        uint256 strikes = Ladder.addBranch(ladder, root.strikes(), branches, lower, upper);
        return _withLadder(s, c, root.withBranches(branches + 1), strikes);
    }

    /// @dev Makes the contract that has the ladder in the call's zone.
    function _withLadder(
        Markets.State storage s,
        Call memory c,
        RootWord root,
        uint256 strikes
    ) private returns (RootWord) {
        uint256 ladder = Zone.ladder(c.zone);
        // A clone's first nonce is 1, and it makes nothing else.
        uint256 pointer = ++s.ladders;
        Ladder.make(ladder, strikes, pointer);
        (uint256 upToLo, uint256 belowHi) = Ladder.boundsAt(ladder, strikes, root.lo(), root.hi());
        return root.withLadder(pointer, upToLo, belowHi, strikes);
    }

    // ------------------------------------------------------------------ bounds

    /// @dev R37 for an interval root, R38 for an event root.
    function _tighten(
        Markets.State storage s,
        Call memory c,
        RootWord root,
        MarketRecord calldata r
    ) private returns (RootWord) {
        if (r.parentBranchId != 0) revert IBookRecords.Book_RootTermsRepeated(r.marketRootId);
        uint256 b = r.marketBranchId - 1;
        if (root.isInterval()) {
            (int256 least, int256 most) = Ladder.strikesOf(Zone.ladder(c.zone), b);
            (int256 lo, int256 hi) = Bounds.tightenRoot(root.lo(), root.hi(), least, most, r.marketMin, r.marketMax);
            return _withBounds(c, root, lo, hi);
        }
        (int256[] memory lower, int256[] memory upper) = Simplex.boundsOf(c);
        (lower[b], upper[b]) = Bounds.tighten(lower[b], upper[b], r.marketMin, r.marketMax);
        if (!Bounds.isPossible(lower, upper, root.hi())) {
            revert IBookRecords.Book_NoOutcomeLeft(r.marketRootId, r.marketBranchId, r.marketMin, r.marketMax);
        }
        return _writeSimplex(s.roots[r.marketRootId], root, lower, upper);
    }

    function _withBounds(Call memory c, RootWord root, int256 lo, int256 hi) private pure returns (RootWord) {
        uint256 strikes = root.strikes();
        (uint256 upToLo, uint256 belowHi) = Ladder.boundsAt(Zone.ladder(c.zone), strikes, lo, hi);
        return root.withBounds(lo, hi).withLadder(root.ladder(), upToLo, belowHi, strikes);
    }

    function _writeSimplex(
        Markets.Stored storage stored,
        RootWord root,
        int256[] memory lower,
        int256[] memory upper
    ) private returns (RootWord) {
        uint256 word;
        for (uint256 k; k < lower.length; ++k) {
            word |= _span(lower[k], upper[k]) << (64 * (k % 4));
            if (k % 4 == 3 || k + 1 == lower.length) {
                stored.spans[k / 4] = word;
                word = 0;
            }
        }
        return root.asBounded(Bounds.isSettled(lower, upper, root.hi()));
    }

    // ------------------------------------------------------------------ packing

    /// @dev lower 32 | upper 32. Casts keep the two's complement of int32 values.
    function _span(int256 lower, int256 upper) private pure returns (uint256) {
        return (uint256(uint32(int32(lower))) << 32) | uint32(int32(upper));
    }
}
