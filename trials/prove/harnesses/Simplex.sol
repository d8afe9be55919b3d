// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainSimplex } from "../../../test/contracts/reference/PlainSimplex.sol";

/// @title On a simplex root without bounds the minimum is at a vertex (R12)
/// @dev The first function says so of any three legs; the second runs the plain form, which the tests hold the words of the book to,
/// for two legs and small numbers.
contract SimplexProof {
    function noMixtureIsWorse(int256 q0, int256 q1, int256 q2, int256 w0, int256 w1, int256 w2) external pure {
        require(
            -(2 ** 63) <= q0 && q0 < 2 ** 63 && -(2 ** 63) <= q1 && q1 < 2 ** 63 && -(2 ** 63) <= q2 && q2 < 2 ** 63
        );
        require(0 <= w0 && w0 < 2 ** 31 && 0 <= w1 && w1 < 2 ** 31 && 0 <= w2 && w2 < 2 ** 31);
        int256 least = q0 < q1 ? q0 : q1;
        if (q2 < least) least = q2;
        assert(q0 * w0 + q1 * w1 + q2 * w2 >= least * (w0 + w1 + w2));
    }

    function thePlainFormFindsNothingTooHigh(int256 q0, int256 q1, int256 weight, int256 scale) external pure {
        require(-100 <= q0 && q0 <= 100 && -100 <= q1 && q1 <= 100);
        require(0 <= weight && weight <= scale && scale <= 100);
        int256[] memory lots = new int256[](2);
        lots[0] = q0;
        lots[1] = q1;
        (int256 worst, ) = PlainSimplex.simplex(lots, scale);
        assert(q0 * weight + q1 * (scale - weight) >= worst);
    }
}

/// @dev Broken: a mixture said to be always better than the vertex.
contract SimplexTwin {
    function thePlainFormFindsTooLittle(int256 q0, int256 q1, int256 weight, int256 scale) external pure {
        require(-100 <= q0 && q0 <= 100 && -100 <= q1 && q1 <= 100);
        require(0 <= weight && weight <= scale && scale <= 100);
        int256[] memory lots = new int256[](2);
        lots[0] = q0;
        lots[1] = q1;
        (int256 worst, ) = PlainSimplex.simplex(lots, scale);
        assert(q0 * weight + q1 * (scale - weight) > worst);
    }
}
