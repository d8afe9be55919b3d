// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { WorstCase } from "../../../contracts/libraries/WorstCase.sol";

/// @title On an interval root the minimum is at a bound or at a strike between them (R12)
/// @dev For any number of branches, in two steps. Between neighbouring breakpoints a and b every branch is flat or rises by one tick
/// a tick (first function, on the book's own clamp): so a holding, a sum of such, is a line there. A line is nowhere in [a, b] below
/// both of its ends (second function).
contract BreakpointsProof {
    function betweenBreakpointsABranchIsALine(int256 y, int256 a, int256 b, int256 lower, int256 upper) external pure {
        require(-(2 ** 31) <= a && a <= y && y <= b && b < 2 ** 31);
        require(-(2 ** 31) <= lower && lower < upper && upper < 2 ** 31);
        require((lower <= a || lower >= b) && (upper <= a || upper >= b)); // no strike inside
        int256 slope = lower <= a && b <= upper ? int256(1) : int256(0);
        assert(WorstCase.clamp(y, lower, upper) == WorstCase.clamp(a, lower, upper) + (slope == 1 ? y - a : int256(0)));
    }

    /// @dev 32 branches of int64 lots: |slope| <= 2^68.
    function aLineIsLeastAtAnEnd(int256 y, int256 a, int256 b, int256 slope, int256 rest) external pure {
        require(-(2 ** 31) <= a && a <= y && y <= b && b < 2 ** 31);
        require(-(2 ** 68) <= slope && slope <= 2 ** 68 && -(2 ** 125) <= rest && rest <= 2 ** 125);
        int256 atA = slope * a + rest;
        int256 atB = slope * b + rest;
        assert(slope * y + rest >= (atA < atB ? atA : atB));
    }
}

/// @dev Broken: a strike may lie inside, as in the papers' check of the corners alone; and a line taken at its lower end only.
contract BreakpointsTwin {
    function acrossAStrikeABranchIsALine(int256 y, int256 a, int256 b, int256 lower, int256 upper) external pure {
        require(-(2 ** 31) <= a && a <= y && y <= b && b < 2 ** 31);
        require(-(2 ** 31) <= lower && lower < upper && upper < 2 ** 31);
        int256 slope = lower <= a && b <= upper ? int256(1) : int256(0);
        assert(WorstCase.clamp(y, lower, upper) == WorstCase.clamp(a, lower, upper) + (slope == 1 ? y - a : int256(0)));
    }

    function aLineIsLeastAtItsLowerEnd(int256 y, int256 a, int256 slope) external pure {
        require(-(2 ** 31) <= a && a <= y && y < 2 ** 31 && -(2 ** 68) <= slope && slope <= 2 ** 68);
        assert(slope * y >= slope * a);
    }
}
