// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainSimplex } from "../contracts/reference/PlainSimplex.sol";
import { Bounds } from "../../contracts/libraries/Bounds.sol";

/// @title An event root is settled as soon as the sum leaves one choice of weights
/// @notice All legs but one are fixed; the last one's own bounds are wider, but it can only have what is left of the scale.
contract EventSettledByTheSumTest {
    function test_isSettled_whenAllLegsButOneAreFixed() external pure {
        int256[] memory lower = new int256[](3);
        int256[] memory upper = new int256[](3);
        (lower[0], upper[0]) = (30, 30);
        (lower[1], upper[1]) = (30, 30);
        (lower[2], upper[2]) = (0, 100);
        (int256 min, int256 max) = PlainSimplex.ofLeg(lower, upper, 100, 2);
        require(min == 40 && max == 40, "leg 3 is determined");
        require(Bounds.isSettled(lower, upper, 100), "so the root is settled");
    }
}
