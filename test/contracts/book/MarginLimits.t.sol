// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Cover, Margin } from "../../../contracts/book/Margin.sol";
import { Root } from "../../../contracts/book/Markets.sol";
import { Exposure } from "../../../contracts/book/Positions.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginModel } from "./MarginModel.sol";

/// @title Given amounts near the ends of their fields, when collateral is checked, then `fits` says what can be stored
contract MarginLimitsTest is MarginModel {
    function testFuzz_Fits_SaysWhetherEveryFieldCanHoldIt(uint256 seed, uint256 legs) external pure {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        root.tickValue = random.betweenInt(1, int256(uint256(type(uint64).max)));
        Exposure memory e = _wideExposure(random, root);
        uint16 branchId = uint16(random.between(1, root.branchCount));
        int256 lots = random.betweenInt(-type(int64).max, type(int64).max) >> random.below(64);
        int256 price = random.betweenInt(0, root.hi);

        Cover memory cover = Margin.checkCollateral(root, e, branchId, lots, price);
        e.lots[branchId - 1] += lots;
        int256 worst = _worstOf(root, e.lots);
        bool fits = _fits(e.lots[branchId - 1], 64) && _fits(e.cash - price * lots * root.tickValue, 128);
        assertEq(cover.fits, fits && _isModest(worst) && _isModest(worst + e.otherWorst), "fits");
        assertEq(Margin.isCovered(cover), cover.fits && cover.slack >= 0, "covered");
    }

    function _wideExposure(Random memory random, Root memory root) private pure returns (Exposure memory e) {
        e = _exposure(random, root);
        e.cash = random.betweenInt(type(int128).min, type(int128).max) >> random.below(128);
        e.otherWorst = random.betweenInt(type(int128).min, 0) >> random.below(128);
        for (uint256 k; k < e.lots.length; ++k) {
            e.lots[k] = random.betweenInt(type(int64).min, type(int64).max) >> random.below(64);
        }
    }

    /// @dev Worst cases keep a distance from the ends of an int128, so that what follows from them later fits one too.
    function _isModest(int256 worst) private pure returns (bool) {
        return worst >= -(2 ** 125) && worst <= 2 ** 125;
    }

    function _fits(int256 value, uint256 bits) private pure returns (bool) {
        int256 most = int256((1 << (bits - 1)) - 1);
        return value >= -most - 1 && value <= most;
    }
}
