// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Position } from "../../../contracts/book/Position.sol";
import { Simplex } from "../../../contracts/book/Simplex.sol";
import { Zone } from "../../../contracts/book/Zone.sol";
import { RootWord, RootWords } from "../../../contracts/libraries/RootWord.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { PlainSimplex } from "../reference/PlainSimplex.sol";
import { Test } from "../support/Test.sol";

/// @title Given any event root and any lots, when they are looked at as words, then the answers are those of plain arrays
contract SimplexWorstTest is Test {
    struct Story {
        uint256 legs;
        int256 scale;
        int256[] lots;
        int256[] lower;
        int256[] upper;
        uint256 leg;
        int256 change;
        bool bounded;
    }

    uint256 private constant SPANS = 1000;
    uint256 private _seed;

    function testFuzz_TheWorstCase_IsThePlainOne(uint256 seed) external {
        (Story memory s, Call memory c) = _draw(seed);
        (int256 worst, int256 binding) = Simplex.worstOf(c, c.position, s.change);
        s.lots[s.leg] += s.change;
        (int256 plain, int256 plainBinding) = s.bounded
            ? PlainSimplex.boundedSimplex(s.lots, s.lower, s.upper, s.scale)
            : PlainSimplex.simplex(s.lots, s.scale);
        assertEq(worst, plain, "worst");
        assertEq(binding, plainBinding, "binding leg");
    }

    /// @dev One lot more of the leg changes the worst case by at most what it pays there.
    function testFuzz_WhatALotPaysThere_BoundsTheChange(uint256 seed) external {
        (Story memory s, Call memory c) = _draw(seed);
        (int256 worst, int256 binding) = Simplex.worstOf(c, c.position, s.change);
        int256 paid = Simplex.paidAt(c, c.position, s.change, binding);
        (int256 more, ) = Simplex.worstOf(c, c.position, s.change + 1);
        (int256 less, ) = Simplex.worstOf(c, c.position, s.change - 1);
        assertLe(uint256(more - worst + 2 ** 100), uint256(paid + 2 ** 100), "one more");
        assertLe(uint256(less - worst + 2 ** 100), uint256(-paid + 2 ** 100), "one less");
    }

    function testFuzz_TheSpanOfALeg_IsThePlainOne(uint256 seed) external {
        (Story memory s, Call memory c) = _draw(seed);
        (int256 min, int256 max) = Simplex.spanOf(c, s.leg);
        (int256 plainMin, int256 plainMax) = PlainSimplex.ofLeg(s.lower, s.upper, s.scale, s.leg);
        assertEq(min, plainMin, "least");
        assertEq(max, plainMax, "most");
        (int256[] memory lower, int256[] memory upper) = Simplex.boundsOf(c);
        for (uint256 k; k < s.legs; ++k) {
            assertEq(lower[k], s.lower[k], "lower");
            assertEq(upper[k], s.upper[k], "upper");
        }
    }

    function _draw(uint256 seed) private returns (Story memory s, Call memory c) {
        _seed = seed;
        s.legs = 2 + _below(15);
        s.scale = int256([uint256(1), 100, 10_000, 2 ** 31 - 1][_below(4)]);
        s.bounded = _below(2) == 0;
        (s.lots, s.lower, s.upper) = (new int256[](s.legs), new int256[](s.legs), new int256[](s.legs));
        Zone.take(c);
        int256 left = s.scale;
        for (uint256 k; k < s.legs; ++k) {
            s.lots[k] = int256(_below(2 ** 40 - 1)) - (2 ** 39 - 1);
            if (_below(3) == 0) s.lots[k] = int256(_below(5)) - 2;
            Position.add(c.position, k, s.lots[k]);
            s.upper[k] = s.scale;
            if (!s.bounded) continue;
            // Some weights that add up lie between the bounds.
            int256 weight = k + 1 == s.legs ? left : int256(_below(uint256(left) + 1));
            left -= weight;
            s.lower[k] = weight - int256(_below(uint256(weight) + 1));
            s.upper[k] = weight + int256(_below(uint256(s.scale - weight) + 1));
        }
        s.leg = _below(s.legs);
        s.change = int256(_below(2 ** 38)) - 2 ** 37;
        RootWord root = RootWords.pack(RootKind.Simplex, s.legs, 0, s.scale, 1, 1, 1);
        c.root = RootWord.unwrap(s.bounded ? root.asBounded(false) : root);
        (c.kind, c.market) = (Zone.EVENT, (2 << 6) | (s.leg + 1));
        if (s.bounded) _storeSpans(s);
        if (s.bounded) Simplex.loadBounds(c, SPANS);
    }

    /// @dev As the market table stores them.
    function _storeSpans(Story memory s) private {
        for (uint256 k; k < s.legs; k += 4) {
            uint256 word;
            for (uint256 i; i < 4 && k + i < s.legs; ++i) {
                uint256 span = (uint256(uint32(int32(s.lower[k + i]))) << 32) | uint32(int32(s.upper[k + i]));
                word |= span << (64 * i);
            }
            uint256 slot = SPANS + k / 4;
            assembly ("memory-safe") {
                sstore(slot, word)
            }
        }
    }

    function _below(uint256 limit) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }
}
