// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RootWord, RootWords } from "../../../contracts/libraries/RootWord.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

/// @title Given any root, when its word is packed or changed, then each field comes back
contract RootWordTest is Test {
    struct Fields {
        uint8 branches;
        int32 lo;
        int32 hi;
        uint64 tickValue;
        uint32 closesAt;
        uint32 createdAt;
        uint24 ladder;
        uint8 upToLo;
        uint8 belowHi;
        uint8 strikes;
        bool settled;
        bool bounded;
    }

    function testFuzz_WhenPacked_EachFieldComesBack(Fields memory f) external pure {
        (f.settled, f.bounded) = (false, false);
        _assertFields(_pack(f), f);
    }

    function testFuzz_WhenBoundsAreSet_NothingElseChanges(Fields memory f, int32 lo, int32 hi) external pure {
        f.bounded = false;
        RootWord changed = _pack(f).withBounds(lo, hi);
        (f.lo, f.hi, f.settled) = (lo, hi, lo == hi);
        _assertFields(changed, f);
    }

    /// @dev Bounds that are drawn hardly ever do.
    function testFuzz_WhenBoundsMeet_ItIsSettled(Fields memory f, int32 outcome) external pure {
        f.bounded = false;
        (f.lo, f.hi, f.settled) = (outcome, outcome, true);
        _assertFields(_pack(f).withBounds(outcome, outcome), f);
    }

    function testFuzz_WhenLegsGetBounds_NothingElseChanges(Fields memory f) external pure {
        RootWord changed = _pack(f).asBounded(f.settled);
        f.bounded = true;
        _assertFields(changed, f);
    }

    function testFuzz_WhenABranchIsAdded_NothingElseChanges(Fields memory f, uint8 branches) external pure {
        (f.settled, f.bounded) = (false, false);
        RootWord changed = _pack(f).withBranches(branches);
        f.branches = branches;
        _assertFields(changed, f);
    }

    function test_TheKind_IsReadAlone() external pure {
        RootWord root = RootWords.pack(RootKind.Interval, 1, 0, 1, 1, 1, 1).withBounds(1, 1);
        assertTrue(root.isInterval(), "interval");
        assertEq(uint256(root.kind()), uint256(RootKind.Interval), "kind");
        root = RootWords.pack(RootKind.Simplex, 2, 0, 1, 1, 1, 1).asBounded(true);
        assertTrue(!root.isInterval(), "event");
        assertEq(uint256(root.kind()), uint256(RootKind.Simplex), "kind");
    }

    function _pack(Fields memory f) private pure returns (RootWord) {
        RootWord root = RootWords.pack(RootKind.Interval, f.branches, f.lo, f.hi, f.tickValue, f.closesAt, f.createdAt);
        return root.withLadder(f.ladder, f.upToLo, f.belowHi, f.strikes);
    }

    function _assertFields(RootWord root, Fields memory f) private pure {
        assertEq(root.branches(), f.branches, "branches");
        assertEq(root.lo(), int256(f.lo), "lo");
        assertEq(root.hi(), int256(f.hi), "hi");
        assertEq(root.tickValue(), f.tickValue, "tickValue");
        assertEq(root.closesAt(), f.closesAt, "closesAt");
        assertEq(root.createdAt(), f.createdAt, "createdAt");
        assertEq(root.ladder(), f.ladder, "ladder");
        assertEq(root.strikesUpToLo(), f.upToLo, "strikes up to lo");
        assertEq(root.strikesBelowHi(), f.belowHi, "strikes below hi");
        assertEq(root.strikes(), f.strikes, "strikes");
        assertEq(root.settled(), f.settled, "settled");
        assertEq(root.bounded(), f.bounded, "bounded");
    }
}
