// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CostFunction, Point, Vertices } from "../../../../contracts/periphery/makers/CostFunction.sol";
import { Random, randomFrom } from "../../support/Random.sol";
import { Test } from "../../support/Test.sol";
import { VM } from "../../support/Vm.sol";

/// @title Given any position of a maker, when a trade is priced, then it is what the library computes, and never to the maker's cost
contract CostFunctionTest is Test {
    using CostFunction for Vertices;

    string private json;

    function test_AgreesWithTheFrozenVectors() external {
        json = VM.readFile("test/vectors/maker-costs.json");
        uint256[] memory counts = VM.parseJsonUintArray(json, ".counts");
        int256[] memory betas = VM.parseJsonIntArray(json, ".betas");
        int256[] memory lots = VM.parseJsonIntArray(json, ".lots");
        int256[] memory limits = VM.parseJsonIntArray(json, ".limits");
        int256[] memory weights = VM.parseJsonIntArray(json, ".weights");
        int256[] memory owed = VM.parseJsonIntArray(json, ".owed");
        int256[] memory pays = VM.parseJsonIntArray(json, ".pays");
        int256[][4] memory expected = [
            VM.parseJsonIntArray(json, ".costs"),
            VM.parseJsonIntArray(json, ".prices"),
            VM.parseJsonIntArray(json, ".deposits"),
            VM.parseJsonIntArray(json, ".reached")
        ];
        uint256 first;
        for (uint256 i; i < counts.length; ++i) {
            Vertices memory v;
            v.beta = betas[i];
            v.weights = _slice(weights, first, counts[i]);
            v.owed = _slice(owed, first, counts[i]);
            v.pays = _slice(pays, first, counts[i]);
            first += counts[i];
            _assertAsTold(v, lots[i], limits[i], i, expected);
        }
        assertEq(first, owed.length, "all vertices");
        assertGe(counts.length, 70, "cases");
    }

    /// @dev What is known of the point before saves exponentials, and changes no digit.
    function testFuzz_Moved_IsAt(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Vertices memory v = _drawn(random);
        int256 lots = random.betweenInt(-1e12, 1e12);
        Point memory whole = v.at(lots);
        Point memory quick = v.moved(v.at(0), lots);
        assertEq(quick.top, whole.top, "top");
        assertEq(quick.sum, whole.sum, "sum");
        for (uint256 i; i < whole.masses.length; ++i) {
            assertEq(quick.masses[i], whole.masses[i], "mass");
        }
    }

    function testFuzz_ThereAndBack_NeverPays(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Vertices memory v = _drawn(random);
        int256 lots = random.betweenInt(-1e12, 1e12);
        (Point memory here, Point memory there) = (v.at(0), v.at(lots));
        assertGe(v.costBetween(here, there) + v.costBetween(there, here), int256(1), "a tick lot at least");
    }

    function testFuzz_TwoParts_NeverCostLessThanTheWhole(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Vertices memory v = _drawn(random);
        int256 lots = random.betweenInt(-1e12, 1e12);
        (Point memory a, Point memory b, Point memory c) = (v.at(0), v.at(lots / 3), v.at(lots));
        int256 parts = v.costBetween(a, b) + v.costBetween(b, c);
        assertGe(parts, v.costBetween(a, c), "parts");
    }

    /// @dev The deposit and what trades have paid cover what is owed at the dearest vertex: C(Q) is never below the largest s_i less
    /// the worst loss. From a fresh maker to any position in one trade after the other, one branch each.
    function testFuzz_TheDepositCovers_AnyPath(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Vertices memory v = _drawn(random);
        (int256 least, int256 total) = (type(int256).max, int256(0));
        for (uint256 i; i < v.owed.length; ++i) {
            v.owed[i] = 0;
            total += v.weights[i];
            if (v.weights[i] < least) least = v.weights[i];
        }
        int256 cash = CostFunction.worstLoss(uint256(least), uint256(total), v.beta);
        for (uint256 step; step < 12; ++step) {
            _choose(random, v);
            int256 lots = random.betweenInt(-1e9, 1e9);
            cash += v.costBetween(v.at(0), v.at(lots));
            for (uint256 i; i < v.owed.length; ++i) {
                v.owed[i] += lots * v.pays[i];
            }
            for (uint256 i; i < v.owed.length; ++i) {
                assertGe(cash, v.owed[i], "covered at every vertex");
            }
        }
    }

    function _assertAsTold(
        Vertices memory v,
        int256 lots,
        int256 limit,
        uint256 i,
        int256[][4] memory expected
    ) private pure {
        (Point memory from, Point memory to) = (v.at(0), v.at(lots));
        assertEq(v.costBetween(from, to), expected[0][i], "cost");
        assertEq(v.priceAt(from), expected[1][i], "price");
        assertEq(_depositOf(v), expected[2][i], "deposit");
        int256 size = lots > 0 ? lots : -lots;
        if (v.isBeyond(to, limit, lots > 0)) size = v.reach(from, size, limit, lots > 0);
        assertEq(size, expected[3][i], "reached");
    }

    function _depositOf(Vertices memory v) private pure returns (int256) {
        (uint256 least, uint256 total) = (type(uint256).max, 0);
        for (uint256 i; i < v.weights.length; ++i) {
            uint256 weight = uint256(v.weights[i]);
            total += weight;
            if (weight < least) least = weight;
        }
        return CostFunction.worstLoss(least, total, v.beta);
    }

    /// @dev Two to sixteen vertices, b from a lot to 2^35, positions up to sixty times beta, a prior within its bounds.
    function _drawn(Random memory random) private pure returns (Vertices memory v) {
        uint256 count = random.between(2, 16);
        v.beta = int256(random.between(1, 2 ** random.between(1, 35))) * int256(random.between(1, 10_000));
        (v.weights, v.owed, v.pays) = (new int256[](count), new int256[](count), new int256[](count));
        for (uint256 i; i < count; ++i) {
            v.weights[i] = random.oneIn(2) ? int256(1) : random.betweenInt(1, 8);
            v.owed[i] = random.betweenInt(-60 * v.beta, 60 * v.beta);
        }
        _choose(random, v);
    }

    /// @dev A leg, or a strip over breakpoints ten ticks apart.
    function _choose(Random memory random, Vertices memory v) private pure {
        uint256 count = v.pays.length;
        uint256 leg = random.below(count);
        (int256 lower, int256 upper) = random.pairOfInts(0, 10 * int256(count));
        bool isLeg = random.oneIn(2);
        for (uint256 i; i < count; ++i) {
            int256 y = 10 * int256(i);
            if (isLeg) v.pays[i] = i == leg ? int256(10_000) : int256(0);
            else
                v.pays[i] =
                    y < lower
                        ? lower
                        : y > upper
                            ? upper
                            : y;
        }
    }

    function _slice(int256[] memory all, uint256 first, uint256 count) private pure returns (int256[] memory part) {
        part = new int256[](count);
        for (uint256 i; i < count; ++i) {
            part[i] = all[first + i];
        }
    }
}
