// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Position } from "../../../contracts/book/Position.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Given a position of up to 32 branches, when one of its numbers changes, then no other does, in memory and in storage
/// @dev Word 0: lots of branches 1 and 2, 40 each, base 88, worst 88; words 1 to 5: lots of six branches each from the top.
contract PositionWordsTest is Test {
    uint256 private constant TRADER = 7;
    uint256 private constant ROOT = 3;
    int256 private constant MOST = 2 ** 39 - 1;
    int256 private constant WIDEST = 2 ** 87 - 1;

    struct Plain {
        int256[32] lots;
        int256 base;
        int256 worst;
    }

    function testFuzz_EachNumber_ComesBack(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Plain memory p;
        uint256 ptr = _take();
        for (uint256 i; i < 60; ++i) {
            _change(random, p, ptr);
            _assertSame(p, ptr);
        }
    }

    /// @dev At the ends of every field, with all others full or empty.
    function test_AtTheEnds_NothingSpillsOver() external pure {
        int256[4] memory ends = [int256(0), MOST, -MOST, -1];
        for (uint256 around; around < 2; ++around) {
            for (uint256 b; b < 32; ++b) {
                for (uint256 e; e < 4; ++e) {
                    Plain memory p;
                    uint256 ptr = _take();
                    for (uint256 other; other < 32 && around == 1; ++other) {
                        p.lots[other] = -1;
                        Position.add(ptr, other, -1);
                    }
                    if (around == 1) (p.base, p.worst) = (-1, -1);
                    Position.setSums(ptr, p.base, p.worst);
                    Position.add(ptr, b, ends[e] - p.lots[b]);
                    p.lots[b] = ends[e];
                    _assertSame(p, ptr);
                }
            }
        }
    }

    function testFuzz_WhatIsStored_IsReadAgain(uint256 seed, uint256 branches) external {
        Random memory random = randomFrom(seed);
        branches = bound(branches, 1, 32);
        Plain memory p;
        uint256 ptr = _take();
        Position.load(ptr, TRADER, ROOT, branches);
        for (uint256 i; i < 20; ++i) {
            uint256 b = random.below(branches);
            int256 lots = random.betweenInt(-MOST, MOST);
            p.worst = random.betweenInt(-WIDEST, WIDEST);
            uint256 word = Position.add(ptr, b, lots - p.lots[b]);
            p.lots[b] = lots;
            Position.setSums(ptr, p.base, p.worst);
            Position.store(ptr, word);
            uint256 again = _take();
            Position.load(again, TRADER, ROOT, branches);
            _assertSame(p, again);
            for (uint256 other; other < branches; ++other) {
                assertEq(Position.storedLotsOf(TRADER, ROOT, other), p.lots[other], "stored lots");
            }
        }
        assertEq(Position.storedLotsOf(TRADER + 1, ROOT, 0), 0, "another trader's");
        assertEq(Position.storedLotsOf(TRADER, ROOT + 1, 0), 0, "another root's");
    }

    function testFuzz_StoringAll_StoresEveryWord(uint256 seed) external {
        Random memory random = randomFrom(seed);
        Plain memory p;
        uint256 ptr = _take();
        Position.load(ptr, TRADER, ROOT, 32);
        for (uint256 i; i < 40; ++i) {
            _change(random, p, ptr);
        }
        Position.storeAll(ptr, Position.words(32));
        uint256 again = _take();
        Position.load(again, TRADER, ROOT, 32);
        _assertSame(p, again);
        for (uint256 word = 1; word <= Position.words(32); ++word) {
            Position.clear(again, word);
        }
        Plain memory empty;
        _assertSame(empty, again);
    }

    function test_TheWords_AreAsManyAsTheBranchesNeed() external pure {
        for (uint256 branches = 1; branches <= 32; ++branches) {
            uint256 needed = 1;
            while (2 + 6 * (needed - 1) < branches) ++needed;
            assertEq(Position.words(branches), needed, "words");
        }
    }

    /// @dev Bit by bit: lots of branch b lie where the layout says.
    function test_TheLots_LieWhereTheLayoutSays() external pure {
        for (uint256 b; b < 32; ++b) {
            uint256 ptr = _take();
            Position.add(ptr, b, -1);
            uint256 word = b < 2 ? 0 : 1 + (b - 2) / 6;
            uint256 shift = b < 2 ? 216 - 40 * b : 216 - 40 * ((b - 2) % 6);
            for (uint256 w; w < 6; ++w) {
                uint256 expected = w == word ? uint256(2 ** 40 - 1) << shift : 0;
                uint256 actual;
                assembly ("memory-safe") {
                    actual := mload(add(add(ptr, 0x20), shl(5, w)))
                }
                assertEq(actual, expected, "word");
            }
        }
    }

    function _change(Random memory random, Plain memory p, uint256 ptr) private pure {
        if (random.chance(20)) {
            p.base = random.betweenInt(-WIDEST, WIDEST);
            p.worst = random.betweenInt(-WIDEST, WIDEST);
            Position.setSums(ptr, p.base, p.worst);
            return;
        }
        uint256 b = random.below(32);
        int256 lots = random.chance(30) ? (random.chance(50) ? MOST : -MOST) : random.betweenInt(-MOST, MOST);
        Position.add(ptr, b, lots - p.lots[b]);
        p.lots[b] = lots;
    }

    function _assertSame(Plain memory p, uint256 ptr) private pure {
        for (uint256 b; b < 32; ++b) {
            assertEq(Position.lotsOf(ptr, b), p.lots[b], "lots");
        }
        assertEq(Position.baseOf(ptr), p.base, "base");
        assertEq(Position.worst(ptr), p.worst, "worst");
    }

    /// @dev Fresh memory of a position.
    function _take() private pure returns (uint256 ptr) {
        bytes memory taken = new bytes(Position.MEMORY_BYTES);
        assembly ("memory-safe") {
            ptr := add(taken, 0x20)
        }
    }
}
