// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Markets, Root } from "../../../contracts/book/Markets.sol";
import { Ladder, LADDER_WORDS } from "../../../contracts/libraries/Ladder.sol";
import { BookTerms, RootKind } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Given a stored root with any fields, when it is read, then every field comes back as the compiler would read it
contract MarketsReadTest is Test {
    using Markets for Markets.State;

    Markets.State private _markets;
    BookTerms private _terms;

    function testFuzz_RootOf_TakesTheFirstSlotApart(uint256 seed) external {
        Random memory random = randomFrom(seed);
        Markets.Stored storage stored = _markets.roots[7];
        stored.kind = random.chance(50) ? RootKind.Simplex : RootKind.Interval;
        (stored.settled, stored.bounded) = (random.chance(50), random.chance(50));
        // Casts: cut out as much as the field holds.
        stored.branchCount = uint8(random.between(1, 11));
        (stored.lo, stored.hi) = (int32(uint32(random.next())), int32(uint32(random.next())));
        stored.tickValue = uint64(random.next());
        (stored.closesAt, stored.createdAt) = (uint40(random.next()), uint32(random.next()));
        stored.ladder[0] = Ladder.start(stored.lo, stored.hi);

        Root memory root = _markets.rootOf(_terms, 7);
        assertEq(root.id, 7, "id");
        assertEq(uint256(root.kind), uint256(stored.kind), "kind");
        assertEq(root.settled, stored.settled, "settled");
        assertEq(root.bounded, stored.bounded, "bounded");
        assertEq(root.branchCount, stored.branchCount, "branches");
        assertEq(root.lo, stored.lo, "lo");
        assertEq(root.hi, stored.hi, "hi");
        assertEq(root.tickValue, int256(uint256(stored.tickValue)), "tick value");
        assertEq(root.closesAt, stored.closesAt, "closesAt");
        assertEq(root.createdAt, stored.createdAt, "createdAt");
        assertEq(root.ladder.length, root.kind == RootKind.Interval ? 2 : 0, "ladder");
        assertEq(root.lower.length, root.kind == RootKind.Simplex && root.bounded ? root.branchCount : 0, "bounds");
    }

    function testFuzz_RootOf_HasTheWordsOfTheLadderThatAreUsed(uint256 seed) external {
        Random memory random = randomFrom(seed);
        Markets.Stored storage stored = _markets.roots[7];
        (stored.kind, stored.branchCount) = (RootKind.Interval, uint8(random.between(1, 32)));
        for (uint256 i; i < LADDER_WORDS; ++i) {
            stored.ladder[i] = random.next();
        }
        uint256 strikes = random.between(2, 64);
        stored.ladder[0] = (stored.ladder[0] >> 8) | (strikes << 248);

        uint256[] memory before = new uint256[](1);
        uint256[] memory ladder = _markets.rootOf(_terms, 7).ladder;
        uint256[] memory afterwards = new uint256[](1);
        assertEq(ladder.length, strikes <= 4 ? 2 : 2 + (strikes - 4 + 7) / 8, "words");
        for (uint256 i; i < ladder.length; ++i) {
            bool isUsed = i != 1 || stored.branchCount > 11;
            assertEq(ladder[i], isUsed ? stored.ladder[i] : 0, "word");
        }
        assertEq(before[0] | afterwards[0], 0, "memory of others");
    }

    /// @dev The book reads one root after the other into the same memory. Arrays matter only where kind and bounds ask for them.
    function testFuzz_RootInto_AUsedRoot_IsTheSame(uint256 seed) external {
        _terms.assetCount = 2;
        (_terms.basketScale, _terms.basketTickValue, _terms.t2) = (10_000, 1e12, 99);
        Markets.Stored storage stored = _markets.roots[7];
        (stored.kind, stored.settled, stored.bounded) = (RootKind.Simplex, true, true);
        (stored.branchCount, stored.lo, stored.hi) = (16, -1, type(int32).max);
        (stored.tickValue, stored.closesAt, stored.createdAt) = (2, 3, 4);
        stored = _markets.roots[8];
        (stored.kind, stored.settled, stored.branchCount) = (RootKind.Interval, true, 32);
        (stored.lo, stored.hi, stored.tickValue, stored.closesAt, stored.createdAt) = (-5, 6, 7, 8, 9);
        stored.ladder[0] = Ladder.start(-5, 6);
        stored = _markets.roots[9];
        (stored.kind, stored.branchCount, stored.hi, stored.tickValue) = (RootKind.Simplex, 3, 10, 11);
        Random memory random = randomFrom(seed);
        Root memory used;
        for (uint256 i; i < 8; ++i) {
            // 1 is the basket, 10 does not exist.
            uint32 rootId = [uint32(1), 7, 8, 9, 10][random.below(5)];
            _markets.rootInto(_terms, rootId, used);
            Root memory fresh = _markets.rootOf(_terms, rootId);
            assertEq(keccak256(_seenOf(used)), keccak256(_seenOf(fresh)), "root");
        }
    }

    /// @dev What anybody asks of a root.
    function _seenOf(Root memory r) private pure returns (bytes memory) {
        if (r.kind == RootKind.Unknown) return abi.encode(r.kind, r.id, r.branchCount);
        bytes memory fields = abi.encode(r.kind, r.id, r.branchCount, r.lo, r.hi, r.tickValue, r.closesAt, r.createdAt);
        fields = abi.encode(fields, r.settled, r.bounded);
        if (r.kind == RootKind.Interval) return abi.encode(fields, r.ladder);
        return r.bounded ? abi.encode(fields, r.lower, r.upper) : fields;
    }

    function test_RootOf_WithoutSuchARoot_IsUnknown() external view {
        Root memory root = _markets.rootOf(_terms, 8);
        assertEq(uint256(root.kind), uint256(RootKind.Unknown), "kind");
        assertEq(root.branchCount, 0, "branches");
    }
}
