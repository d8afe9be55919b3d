// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Margin } from "../../../contracts/book/Margin.sol";
import { Position } from "../../../contracts/book/Position.sol";
import { Zone } from "../../../contracts/book/Zone.sol";
import { TraderWords } from "../../../contracts/libraries/TraderWord.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginCases } from "./MarginCases.sol";

/// @title Given any trader who owes nothing, when a fill is more than it can bear, then the greatest part that it can is found (R32)
contract MarginBearableTest is MarginCases {
    function testFuzz_ThePart_IsTheGreatestOfAll(uint256 seed, uint256 kind) external {
        Case memory k = _case(randomFrom(seed), kind);
        int256 part = _part(k);
        int256 one = k.lots > 0 ? int256(1) : int256(-1);
        int256 greatest = k.lots;
        while (!_plainBears(k, greatest)) {
            greatest -= one;
        }
        assertEq(part, greatest, "greatest part");
        // Of fewer lots any can be borne.
        for (int256 lots = greatest; lots != 0; lots -= one) {
            assertTrue(_plainBears(k, lots), "a smaller part");
        }
    }

    /// @dev At any size: by concavity it is the greatest if one lot more is too much.
    function testFuzz_OneLotMore_IsTooMuch(uint256 seed, uint256 kind) external {
        Random memory random = randomFrom(seed);
        Case memory k = _case(random, kind);
        k.lots = random.betweenInt(1, 2 ** 39 - 1) * (random.chance(50) ? int256(1) : int256(-1));
        k.t = k.t.withMoney(k.t.claim() + random.betweenInt(0, 1e14), k.t.net());
        int256 part = _part(k);
        int256 one = k.lots > 0 ? int256(1) : int256(-1);
        assertTrue(part * one >= 0 && part * one <= k.lots * one, "between nothing and all");
        if (part != 0) assertTrue(_isCovered(k, part), "borne");
        if (part != k.lots) assertTrue(!_isCovered(k, part + one), "one lot more");
    }

    /// @dev Long 1 000 lots of one of two legs and nothing to spare; offers 10 000 at half the scale.
    function test_LotsThatCloseAPosition_Count() external view {
        Case memory k = _closing();
        (k.lots, k.price) = (-10_000, 50);
        assertEq(_part(k), -2000, "what closes it and as much again");
    }

    function test_WhenThePositionIsFull_ItGoesUpToTheLimit() external view {
        Case memory k = _closing();
        (k.lots, k.price) = (100, 0);
        k.t = k.t.withMoney(0, 2 ** 47 - 8);
        assertEq(_part(k), 7, "room");
        k.c.limit = 1000;
        assertEq(_part(k), 0, "beyond the limit it may only shrink");
    }

    function test_ANeedOfNone_IsAlwaysBorne() external view {
        Case memory k = _closing();
        (k.lots, k.price) = (Position.MAX_LOTS, 0);
        assertEq(_part(k), Position.MAX_LOTS, "for nothing");
    }

    /// @dev With all the gas that the search may want.
    function _part(Case memory k) private view returns (int256 part) {
        bool found;
        (part, found) = Margin.partOf(k.c, k.t, k.c.position, k.lots, k.price);
        assertTrue(found, "found");
    }

    function _isCovered(Case memory k, int256 lots) private pure returns (bool covered) {
        (, , , covered) = Margin.check(k.c, k.t, k.c.position, lots, k.price);
    }

    function _closing() private pure returns (Case memory k) {
        (k.c.kind, k.c.market, k.c.assetCount) = (Zone.TWO_LEGS, (1 << 6) | 1, 2);
        (k.c.basketScale, k.c.basketTickValue, k.c.tickValue, k.c.lotValue) = (100, 1, 1, 100);
        (k.c.marketMax, k.c.limit) = (100, 2 ** 47 - 1);
        k.t = TraderWords.fresh(1).withMoney(0, 1000);
    }
}
