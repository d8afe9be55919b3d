// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Position } from "../../../contracts/book/Position.sol";
import { Ladder } from "../../../contracts/libraries/Ladder.sol";
import { RootWord, RootWords } from "../../../contracts/libraries/RootWord.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

/// @title Given any ladder and any lots, when it is swept, then the worst case is the least value at any strike between the bounds
contract LadderSweepTest is Test {
    struct Story {
        uint256 branches;
        int256[] lower;
        int256[] upper;
        int256[] lots;
        int256 lo;
        int256 hi;
        uint256 ladder;
        uint256 position;
        uint256 strikes;
    }

    uint256 private _seed;

    function testFuzz_TheSweep_IsThePlainForm(uint256 seed) external {
        _seed = seed;
        Story memory s = _draw();
        RootWord root = _root(s);
        uint256 steps = _take(0x800);
        uint256 branch = _below(s.branches);
        int256 change = _int(-(2 ** 39) + 1, 2 ** 39 - 1);
        (int256 worst, int256 binding) = Ladder.worstOf(root, s.ladder, steps, s.position, branch, change);
        s.lots[branch] += change;
        (int256 plainWorst, int256 plainBinding) = _plain(s);
        assertEq(worst, plainWorst, "worst");
        assertEq(binding, plainBinding, "binding outcome");
    }

    function testFuzz_EachBranch_HasItsStrikes(uint256 seed) external {
        _seed = seed;
        Story memory s = _draw();
        for (uint256 b; b < s.branches; ++b) {
            (int256 lower, int256 upper) = Ladder.strikesOf(s.ladder, b);
            assertEq(lower, s.lower[b], "lower strike");
            assertEq(upper, s.upper[b], "upper strike");
            assertEq(Position.lotsOf(s.position, b), s.lots[b], "lots");
        }
    }

    function testFuzz_WhatIsMade_IsReadAgain(uint256 seed) external {
        _seed = seed;
        Story memory s = _draw();
        // The first contract that this one makes.
        Ladder.make(s.ladder, s.strikes, 1);
        uint256 again = _take(Ladder.MEMORY_BYTES);
        Ladder.load(again, 1);
        for (uint256 b; b < s.branches; ++b) {
            (int256 lower, int256 upper) = Ladder.strikesOf(again, b);
            assertEq(lower, s.lower[b], "lower strike");
            assertEq(upper, s.upper[b], "upper strike");
        }
    }

    function testFuzz_TheAddressOfAnyNonce_IsThatOfCreate(uint24 nonce) external view {
        if (nonce == 0) nonce = 1;
        bytes memory list;
        if (nonce < 0x80) list = abi.encodePacked(hex"d694", address(this), uint8(nonce));
        else if (nonce < 0x100) list = abi.encodePacked(hex"d794", address(this), hex"81", uint8(nonce));
        else if (nonce < 0x10000) list = abi.encodePacked(hex"d894", address(this), hex"82", uint16(nonce));
        else list = abi.encodePacked(hex"d994", address(this), hex"83", nonce);
        assertEq(Ladder.addressOf(nonce), address(uint160(uint256(keccak256(list)))), "address");
    }

    // ------------------------------------------------------------------ a story

    function _draw() private returns (Story memory s) {
        s.branches = 1 + _below(32);
        (s.lower, s.upper) = (new int256[](s.branches), new int256[](s.branches));
        s.lots = new int256[](s.branches);
        int256 width = _below(2) == 0 ? int256(60) : int256(2 ** 31 - 1);
        int256 first = -width;
        (s.lower[0], s.upper[0]) = (first, width);
        (s.ladder, s.position) = (_take(Ladder.MEMORY_BYTES), _take(Position.MEMORY_BYTES));
        Ladder.start(s.ladder, first, width);
        s.strikes = 2;
        for (uint256 b = 1; b < s.branches; ++b) {
            s.lower[b] = _int(first, width - 1);
            s.upper[b] = _int(s.lower[b] + 1, width);
            s.strikes = Ladder.addBranch(s.ladder, s.strikes, b, s.lower[b], s.upper[b]);
        }
        int256 base;
        for (uint256 b; b < s.branches; ++b) {
            if (_below(3) != 0) s.lots[b] = _int(-(2 ** 38), 2 ** 38);
            Position.add(s.position, b, s.lots[b]);
            base += s.lots[b] * s.lower[b];
        }
        Position.setSums(s.position, base, 0);
        assertEq(Position.baseOf(s.position), base, "base");
        s.lo = _int(first, width);
        s.hi = _int(s.lo, width);
    }

    function _root(Story memory s) private pure returns (RootWord root) {
        root = RootWords.pack(RootKind.Interval, s.branches, s.lo, s.hi, 1, 1, 1);
        (uint256 upToLo, uint256 belowHi) = Ladder.boundsAt(s.ladder, s.strikes, s.lo, s.hi);
        return root.withLadder(1, upToLo, belowHi, s.strikes);
    }

    function _plain(Story memory s) private pure returns (int256 worst, int256 binding) {
        (worst, binding) = (_valueAt(s, s.lo), s.lo);
        for (uint256 b; b < s.branches; ++b) {
            (worst, binding) = _lesser(s, worst, binding, s.lower[b]);
            (worst, binding) = _lesser(s, worst, binding, s.upper[b]);
        }
        (worst, binding) = _lesser(s, worst, binding, s.hi);
    }

    function _lesser(Story memory s, int256 worst, int256 binding, int256 y) private pure returns (int256, int256) {
        if (y < s.lo || y > s.hi) return (worst, binding);
        int256 value = _valueAt(s, y);
        return value < worst || (value == worst && y < binding) ? (value, y) : (worst, binding);
    }

    function _valueAt(Story memory s, int256 y) private pure returns (int256 value) {
        for (uint256 b; b < s.branches; ++b) {
            int256 paid =
                y < s.lower[b]
                    ? s.lower[b]
                    : y > s.upper[b]
                        ? s.upper[b]
                        : y;
            value += s.lots[b] * paid;
        }
    }

    // ------------------------------------------------------------------ chance and memory

    function _below(uint256 limit) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }

    function _int(int256 least, int256 most) private returns (int256) {
        return least + int256(_below(uint256(most - least + 1)));
    }

    function _take(uint256 size) private pure returns (uint256 ptr) {
        bytes memory taken = new bytes(size);
        assembly ("memory-safe") {
            ptr := add(taken, 0x20)
        }
    }
}
