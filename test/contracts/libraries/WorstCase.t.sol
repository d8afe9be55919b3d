// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainSimplex } from "../reference/PlainSimplex.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given a position on a simplex root, when its worst case is asked, then no outcome is worse and one is as bad
contract WorstCaseTest is Test {
    function testFuzz_Simplex_IsTheWorstVertex(uint256 seed, uint256 legs, uint32 scale) external pure {
        int256[] memory lots = _position(seed, legs);
        int256 scaleTicks = _scale(scale);
        (int256 worst, int256 bindingLeg) = PlainSimplex.simplex(lots, scaleTicks);
        for (uint256 k; k < lots.length; ++k) {
            assertGe(_valueAt(lots, _vertex(lots.length, k, scaleTicks)), worst, "a vertex is worse");
        }
        assertEq(
            _valueAt(lots, _vertex(lots.length, uint256(bindingLeg) - 1, scaleTicks)),
            worst,
            "value at the binding leg"
        );
    }

    function testFuzz_Simplex_NoInteriorPointIsWorse(uint256 seed, uint256 legs, uint32 scale) external pure {
        int256[] memory lots = _position(seed, legs);
        int256 scaleTicks = _scale(scale);
        (int256 worst, ) = PlainSimplex.simplex(lots, scaleTicks);
        Random memory random = randomFrom(seed ^ scale);
        for (uint256 i; i < 8; ++i) {
            assertGe(_valueAt(lots, _weights(random, lots.length, scaleTicks)), worst, "an interior point is worse");
        }
    }

    function testFuzz_Simplex_WhenSeveralLegsAreEquallyBad_NamesTheFirst(uint256 seed, uint256 legs) external pure {
        int256[] memory lots = _position(seed, legs);
        for (uint256 k; k < lots.length; ++k) {
            lots[k] %= 3;
        }
        (, int256 bindingLeg) = PlainSimplex.simplex(lots, 100);
        for (uint256 k; k + 1 < uint256(bindingLeg); ++k) {
            assertTrue(lots[k] > lots[uint256(bindingLeg) - 1], "an earlier leg is as bad");
        }
    }

    function test_Simplex_AgreesWithTheFrozenVectors() external view {
        string memory json = VM.readFile("test/vectors/worst-case.json");
        uint256[] memory counts = VM.parseJsonUintArray(json, ".simplexCounts");
        int256[] memory scales = VM.parseJsonIntArray(json, ".simplexScale");
        int256[] memory allLots = VM.parseJsonIntArray(json, ".simplexLots");
        int256[] memory worsts = VM.parseJsonIntArray(json, ".simplexWorst");
        uint256[] memory bindingLegs = VM.parseJsonUintArray(json, ".simplexBindingLeg");
        uint256 from;
        for (uint256 i; i < counts.length; ++i) {
            int256[] memory lots = new int256[](counts[i]);
            for (uint256 k; k < lots.length; ++k) {
                lots[k] = allLots[from + k];
            }
            from += counts[i];
            (int256 worst, int256 bindingLeg) = PlainSimplex.simplex(lots, scales[i]);
            assertEq(worst, worsts[i], "worst");
            assertEq(uint256(bindingLeg), bindingLegs[i], "binding leg");
        }
        assertEq(from, allLots.length, "entries read");
        assertGe(counts.length, 1, "cases");
    }

    function _position(uint256 seed, uint256 legs) private pure returns (int256[] memory lots) {
        Random memory random = randomFrom(seed);
        lots = new int256[](bound(legs, 1, 16));
        for (uint256 k; k < lots.length; ++k) {
            lots[k] = random.betweenInt(type(int64).min, type(int64).max);
        }
    }

    function _scale(uint32 scale) private pure returns (int256) {
        return int256(bound(scale, 1, uint32(type(int32).max)));
    }

    function _vertex(uint256 legs, uint256 k, int256 scale) private pure returns (int256[] memory weights) {
        weights = new int256[](legs);
        weights[k] = scale;
    }

    function _weights(Random memory random, uint256 legs, int256 scale) private pure returns (int256[] memory weights) {
        weights = new int256[](legs);
        int256 left = scale;
        for (uint256 k; k + 1 < legs; ++k) {
            weights[k] = random.betweenInt(0, left);
            left -= weights[k];
        }
        weights[legs - 1] = left;
    }

    function _valueAt(int256[] memory lots, int256[] memory weights) private pure returns (int256 value) {
        for (uint256 k; k < lots.length; ++k) {
            value += lots[k] * weights[k];
        }
    }
}
