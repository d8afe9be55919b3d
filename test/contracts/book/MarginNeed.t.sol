// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Margin } from "../../../contracts/book/Margin.sol";
import { Markets, Root } from "../../../contracts/book/Markets.sol";
import { Ladder, LADDER_WORDS } from "../../../contracts/libraries/Ladder.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginModel } from "./MarginModel.sol";

/// @title Given a root of any kind and any order, when its need is asked, then it is the price less the worst case of the lots alone
contract MarginNeedTest is MarginModel {
    function testFuzz_NeedOf_OnASimplexRoot(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        _requirePlain(random, _root(random, random.between(1, 16)));
    }

    function testFuzz_NeedOf_OnABoundedSimplexRoot(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, random.between(1, 16));
        root.bounded = true;
        (root.lower, root.upper) = (new int256[](root.branchCount), new int256[](root.branchCount));
        int256 rest = root.hi;
        // Around some weights, so that these at least are possible.
        for (uint256 k; k < root.branchCount; ++k) {
            int256 weight = k + 1 == root.branchCount ? rest : random.betweenInt(0, rest);
            rest -= weight;
            root.lower[k] = random.betweenInt(0, weight);
            root.upper[k] = random.betweenInt(weight, root.hi);
        }
        _requirePlain(random, root);
    }

    function testFuzz_NeedOf_OnAnIntervalRoot(uint256 seed) external pure {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, 1);
        root.kind = RootKind.Interval;
        int256 reach = random.chance(50) ? int256(10) : type(int32).max;
        (root.lo, root.hi) = _pair(random, reach);
        root.ladder = new uint256[](2);
        root.ladder[0] = Ladder.start(-reach, reach);
        for (uint256 more = random.below(12); more > 0; --more) {
            (int256 lower, int256 upper) = _pair(random, reach);
            uint256[LADDER_WORDS] memory words = Ladder.withBranch(root.ladder, root.branchCount, lower, upper);
            root.ladder = new uint256[](Ladder.lengthOf(words[0]));
            for (uint256 i; i < root.ladder.length; ++i) {
                root.ladder[i] = words[i];
            }
            ++root.branchCount;
        }
        _requirePlain(random, root);
    }

    function _requirePlain(Random memory random, Root memory root) private pure {
        for (uint256 i; i < 8; ++i) {
            uint16 branchId = uint16(random.between(1, root.branchCount));
            int256 lots = random.betweenInt(type(int64).min, type(int64).max) >> random.below(64);
            int256 price = random.betweenInt(type(int32).min, type(int32).max) >> random.below(32);
            int256[] memory alone = new int256[](root.branchCount);
            alone[branchId - 1] = lots;
            (int256 worst, ) = Margin.worstOf(root, alone);
            int256 need = price * lots * root.tickValue - worst;
            (int256 least, int256 most) = Markets.boundsOf(root, branchId);
            uint256 given = Margin.needOf(lots, price, least, most, root.tickValue);
            assertEq(given, need > 0 ? uint256(need) : 0, "need");
        }
    }

    function _pair(Random memory random, int256 reach) private pure returns (int256 low, int256 high) {
        (low, high) = (random.betweenInt(-reach, reach), random.betweenInt(-reach, reach));
        if (low > high) (low, high) = (high, low);
    }
}
