// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Cover, Margin } from "../../../contracts/book/Margin.sol";
import { Root } from "../../../contracts/book/Markets.sol";
import { Exposure } from "../../../contracts/book/Positions.sol";
import { BASKET_ROOT_ID } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginModel } from "./MarginModel.sol";

/// @title Given a session's limit of lots, when collateral is checked, then no change takes a market beyond it (R13)
contract MarginLotsTest is MarginModel {
    struct Case {
        Root root;
        Exposure exposure;
        uint16 branchId;
        int256 lots;
    }

    function testFuzz_WithinLimit_IsNotBeyondIt_OrLessBeyondItThanBefore(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        (int256 before, int256 limit) = (_held(c), c.root.maxLots);
        bool within = _check(c, c.lots).withinLimit;
        int256 then = before + c.lots;
        bool shrinks = then > 0 == before > 0 && _abs(then) < _abs(before);
        assertEq(within, _abs(then) <= limit || shrinks, "within the limit");
    }

    function testFuzz_WithinLimit_IsPartOfBeingCovered(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        c.exposure.cash = 1e36;
        Cover memory cover = _check(c, c.lots);
        assertTrue(cover.fits && cover.slack >= 0, "a rich trader");
        assertEq(Margin.isCovered(cover), cover.withinLimit, "covered");
    }

    /// @dev So that a fill in parts needs no other check than the whole.
    function testFuzz_APart_OfWhatIsWithinIt_IsWithinIt(uint256 seed, uint256 legs, uint256 part) external pure {
        Case memory c = _case(seed, legs);
        if (!_check(c, c.lots).withinLimit) return;
        int256 some = int256(bound(part, 1, uint256(_abs(c.lots))));
        assertTrue(_check(c, c.lots < 0 ? -some : some).withinLimit, "a part");
    }

    function testFuzz_NoLimit_IsNeverReached(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        c.root.maxLots = 0;
        assertTrue(_check(c, c.lots).withinLimit, "no limit");
    }

    function _check(Case memory c, int256 lots) private pure returns (Cover memory) {
        return Margin.checkCollateral(c.root, c.exposure, c.branchId, lots, c.root.hi);
    }

    /// @dev Positions and changes around the limit, in the basket and in another root.
    function _case(uint256 seed, uint256 legs) private pure returns (Case memory c) {
        Random memory random = randomFrom(seed);
        c.root = _root(random, bound(legs, 1, 16));
        if (random.chance(30)) c.root.id = 2;
        c.root.maxLots = random.betweenInt(1, random.chance(50) ? int256(5) : int256(1e6));
        c.exposure = _exposure(random, c.root);
        for (uint256 k; k < c.exposure.lots.length; ++k) {
            c.exposure.lots[k] = random.betweenInt(-3 * c.root.maxLots, 3 * c.root.maxLots);
        }
        c.branchId = uint16(random.between(1, c.root.branchCount));
        do c.lots = random.betweenInt(-5 * c.root.maxLots, 5 * c.root.maxLots); while (c.lots == 0);
    }

    /// @dev Of two legs of the basket, buying one is selling the other.
    function _held(Case memory c) private pure returns (int256) {
        int256[] memory lots = c.exposure.lots;
        if (c.root.id != BASKET_ROOT_ID || lots.length != 2) return lots[c.branchId - 1];
        return c.branchId == 1 ? lots[0] - lots[1] : lots[1] - lots[0];
    }
}
