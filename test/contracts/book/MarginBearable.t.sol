// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Cover, Margin } from "../../../contracts/book/Margin.sol";
import { Root } from "../../../contracts/book/Markets.sol";
import { Exposure } from "../../../contracts/book/Positions.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginModel } from "./MarginModel.sol";

/// @title Given any trader who owes nothing, when a fill is more than it can bear, then the greatest part that it can is found (R32)
contract MarginBearableTest is MarginModel {
    struct Case {
        Root root;
        Exposure exposure;
        uint16 branchId;
        int256 lots;
        int256 price;
    }

    function testFuzz_Bearable_OneLotMoreIsTooMuch(uint256 seed, uint256 legs) external pure {
        _assertGreatest(_case(seed, legs));
    }

    function testFuzz_Bearable_InABoundedRoot_OneLotMoreIsTooMuch(uint256 seed, uint256 legs) external pure {
        Random memory random = randomFrom(seed);
        Case memory c = _case(seed, legs);
        c.root.bounded = true;
        (c.root.lower, c.root.upper) = (new int256[](c.root.branchCount), new int256[](c.root.branchCount));
        for (uint256 k; k < c.root.branchCount; ++k) {
            c.root.lower[k] = random.betweenInt(0, c.root.hi / int256(c.root.branchCount));
            c.root.upper[k] = k == 0 ? c.root.hi : random.betweenInt(c.root.lower[k], c.root.hi);
        }
        (c.exposure.rootWorst, ) = Margin.worstOf(c.root, c.exposure.lots);
        _payIn(random, c.exposure);
        _assertGreatest(c);
    }

    function testFuzz_Bearable_GivesItsCover(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        (int256 borne, Cover memory cover) = _bearable(c);
        Cover memory again = Margin.checkCollateral(c.root, c.exposure, c.branchId, borne, c.price);
        assertEq(keccak256(abi.encode(cover)), keccak256(abi.encode(again)), "cover");
    }

    function test_Bearable_CountsTheLotsThatCloseAPosition() external pure {
        Case memory c = _closing();
        (int256 borne, ) = _bearable(c);
        assertEq(borne, -2000, "long 1 000, an offer of 10 000 at half");
    }

    function test_Bearable_WhenThePositionIsFull_GoesUpToIt() external pure {
        Case memory c = _closing();
        (c.lots, c.price) = (100, 0);
        c.exposure.lots[0] = type(int64).max - 7;
        (int256 borne, ) = _bearable(c);
        assertEq(borne, 7, "room");
    }

    function test_Bearable_WhenTheAmountsDoNotFit_IsNothing() external pure {
        Case memory c = _closing();
        c.exposure.cash = type(int128).max;
        (int256 borne, Cover memory cover) = _bearable(c);
        assertEq(borne, 0, "nothing");
        assertTrue(!cover.fits && cover.slack >= 0, "for want of room alone");
    }

    /// @dev By concavity it is the greatest if one lot more is too much.
    function _assertGreatest(Case memory c) private pure {
        (int256 borne, ) = _bearable(c);
        int256 one = c.lots > 0 ? int256(1) : int256(-1);
        assertTrue(borne * one >= 0 && borne * one <= c.lots * one, "between nothing and all");
        assertGe(Margin.checkCollateral(c.root, c.exposure, c.branchId, borne, c.price).slack, 0, "borne");
        if (borne == c.lots) return;
        int256 more = Margin.checkCollateral(c.root, c.exposure, c.branchId, borne + one, c.price).slack;
        assertTrue(more < 0, "one lot more");
    }

    function _bearable(Case memory c) private pure returns (int256 borne, Cover memory cover) {
        cover = Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price);
        borne = Margin.bearable(c.root, c.exposure, c.branchId, c.lots, c.price, cover);
    }

    /// @dev Long 1 000 lots of one of two legs and nothing to spare; offers 10 000 at half the scale.
    function _closing() private pure returns (Case memory c) {
        Random memory random = randomFrom(1);
        c.root = _root(random, 2);
        (c.root.hi, c.root.tickValue) = (100, 1);
        c.exposure.lots = new int256[](2);
        c.exposure.lots[0] = 1000;
        (c.branchId, c.lots, c.price) = (1, -10_000, 50);
    }

    function _case(uint256 seed, uint256 legs) private pure returns (Case memory c) {
        Random memory random = randomFrom(seed);
        c.root = _root(random, bound(legs, 2, 16));
        c.exposure = _exposure(random, c.root);
        _payIn(random, c.exposure);
        c.branchId = uint16(random.between(1, c.root.branchCount));
        c.lots =
            random.betweenInt(1, random.chance(50) ? int256(100) : int256(1e13)) *
            (random.chance(50) ? int256(1) : int256(-1));
        c.price = random.betweenInt(0, c.root.hi);
    }

    /// @dev So that R11 holds, often by little.
    function _payIn(Random memory random, Exposure memory e) private pure {
        e.cash = -e.otherWorst - e.rootWorst + random.betweenInt(0, random.chance(50) ? int256(1e3) : int256(1e27));
    }
}
