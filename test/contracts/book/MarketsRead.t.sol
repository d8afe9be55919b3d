// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Markets, Root } from "../../../contracts/book/Markets.sol";
import { Ladder } from "../../../contracts/libraries/Ladder.sol";
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
        (stored.closesAt, stored.createdAt) = (uint40(random.next()), uint56(random.next()));
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

    function test_RootOf_WithoutSuchARoot_IsUnknown() external view {
        Root memory root = _markets.rootOf(_terms, 8);
        assertEq(uint256(root.kind), uint256(RootKind.Unknown), "kind");
        assertEq(root.branchCount, 0, "branches");
    }
}
