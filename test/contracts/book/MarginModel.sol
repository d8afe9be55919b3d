// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Root } from "../../../contracts/book/Markets.sol";
import { Exposure } from "../../../contracts/book/Positions.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Simplex roots and exposures at random, and net collateral worked out the slow way
abstract contract MarginModel is Test {
    function _root(Random memory random, uint256 legs) internal pure returns (Root memory root) {
        root.kind = RootKind.Simplex;
        root.id = 1;
        root.branchCount = legs;
        root.hi = random.betweenInt(1, random.chance(50) ? int256(100) : type(int32).max);
        root.tickValue = random.betweenInt(1, 1e12);
        root.closesAt = type(uint40).max;
    }

    /// @dev Amounts far inside their fields: what is tested here is the sum, not the refusal.
    function _exposure(Random memory random, Root memory root) internal pure returns (Exposure memory e) {
        e.traderId = uint32(random.between(1, type(uint32).max));
        e.cash = random.betweenInt(-1e27, 1e27);
        e.otherWorst = random.betweenInt(-1e27, 0);
        e.lots = new int256[](root.branchCount);
        for (uint256 k; k < e.lots.length; ++k) {
            e.lots[k] = random.betweenInt(-1e12, 1e12);
        }
        e.rootWorst = _worstOf(root, e.lots);
    }

    /// @dev Net collateral when all weight falls on leg `k` (from 0), after buying `lots` of `branchId` at `price`.
    function _netCollateral(
        Root memory root,
        Exposure memory e,
        uint256 k,
        uint16 branchId,
        int256 lots,
        int256 price
    ) internal pure returns (int256) {
        int256 held = e.lots[k] + (k + 1 == branchId ? lots : int256(0));
        return e.cash - price * lots * root.tickValue + e.otherWorst + held * root.hi * root.tickValue;
    }

    function _worstAfter(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price
    ) internal pure returns (int256 least) {
        least = type(int256).max;
        for (uint256 k; k < e.lots.length; ++k) {
            int256 value = _netCollateral(root, e, k, branchId, lots, price);
            if (value < least) least = value;
        }
    }

    function _worstOf(Root memory root, int256[] memory lots) internal pure returns (int256 least) {
        least = type(int256).max;
        for (uint256 k; k < lots.length; ++k) {
            int256 value = lots[k] * root.hi * root.tickValue;
            if (value < least) least = value;
        }
    }

    function _abs(int256 value) internal pure returns (int256) {
        return value < 0 ? -value : value;
    }
}
