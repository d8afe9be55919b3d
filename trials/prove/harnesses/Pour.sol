// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title On a bounded simplex root, pouring what is left into the legs by rising lots is the minimum (R12)
/// @dev Three legs in rising lots q0, q0 + d, q0 + d + e. Above its lower bound, leg k has room r_k; the pour gives it p_k and any
/// other choice with the same sum gives it x_k. First: the pour leaves no more than any other choice to the legs after the first, and
/// to those after the second. Second: therefore it is worth no more, as a choice is worth q0 * sum + d * (x1 + x2) + e * x2.
contract PourProof {
    function thePourIsAheadOfAnyChoice(int256[3] calldata room, int256[3] calldata choice) external pure {
        (int256 r0, int256 r1, int256 r2) = (room[0], room[1], room[2]);
        (int256 x0, int256 x1, int256 x2) = (choice[0], choice[1], choice[2]);
        require(0 <= x0 && x0 <= r0 && 0 <= x1 && x1 <= r1 && 0 <= x2 && x2 <= r2);
        require(r0 < 2 ** 31 && r1 < 2 ** 31 && r2 < 2 ** 31);
        int256 rest = x0 + x1 + x2;
        int256 p0 = r0 < rest ? r0 : rest;
        int256 p1 = r1 < rest - p0 ? r1 : rest - p0;
        int256 p2 = r2 < rest - p0 - p1 ? r2 : rest - p0 - p1;
        assert(p0 + p1 + p2 == rest);
        assert(p1 + p2 <= x1 + x2);
        assert(p2 <= x2);
    }

    function beingAheadIsWorthNoMore(
        int256 d,
        int256 e,
        int256 later,
        int256 last,
        int256 xLater,
        int256 xLast
    ) external pure {
        require(0 <= d && d < 2 ** 64 && 0 <= e && e < 2 ** 64);
        require(0 <= last && last <= later && later < 2 ** 32 && 0 <= xLast && xLast <= xLater && xLater < 2 ** 32);
        require(later <= xLater && last <= xLast);
        assert(d * later + e * last <= d * xLater + e * xLast);
    }
}

/// @dev Broken: the legs are not in rising lots; and the rooms are ignored.
contract PourTwin {
    function anyOrderWillDo(int256 d, int256 later, int256 xLater) external pure {
        require(-(2 ** 64) < d && d < 2 ** 64 && 0 <= later && later <= xLater && xLater < 2 ** 32);
        assert(d * later <= d * xLater);
    }

    function theFirstLegTakesAll(int256 r0, int256 r1, int256 x0, int256 x1) external pure {
        require(0 <= x0 && x0 <= r0 && 0 <= x1 && x1 <= r1 && r0 < 2 ** 31 && r1 < 2 ** 31);
        int256 p0 = x0 + x1;
        assert(p0 <= r0);
    }
}
