// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Cover, Margin } from "../../../contracts/book/Margin.sol";
import { Markets, Root } from "../../../contracts/book/Markets.sol";
import { Exposure } from "../../../contracts/book/Positions.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginModel } from "./MarginModel.sol";

/// @title Given any exposure and any order, when collateral is checked, then it is the least over all outcomes
contract MarginCheckTest is MarginModel {
    struct Case {
        Root root;
        Exposure exposure;
        uint16 branchId;
        int256 lots;
        int256 price;
    }

    function testFuzz_CheckCollateral_IsTheNaiveSum(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        Cover memory cover = Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price);
        int256 worst = _worstAfter(c.root, c.exposure, c.branchId, c.lots, c.price);
        assertEq(cover.slack, worst, "slack");
        assertEq(cover.cash, c.exposure.cash - c.price * c.lots * c.root.tickValue, "cash");
        assertEq(cover.rootWorst, worst - cover.cash - c.exposure.otherWorst, "worst of the root");
        uint256 binding = uint256(cover.bindingOutcome) - 1;
        assertEq(_netCollateral(c.root, c.exposure, binding, c.branchId, c.lots, c.price), worst, "binding outcome");
        assertTrue(cover.fits, "fits");
        assertEq(Margin.isCovered(cover), worst >= 0, "covered");
    }

    function testFuzz_CheckCollateral_ChangesNothing(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        bytes32 before = keccak256(abi.encode(c));
        Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price);
        assertEq(keccak256(abi.encode(c)), before, "root and exposure");
    }

    function testFuzz_Apply_GivesWhatTheCheckFound(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        int256 held = c.exposure.lots[c.branchId - 1];
        Cover memory cover = Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price);
        Margin.apply_(c.exposure, cover, c.branchId);
        assertEq(c.exposure.lots[c.branchId - 1], held + c.lots, "lots");
        assertEq(c.exposure.rootWorst, _worstOf(c.root, c.exposure.lots), "worst of the root");
        assertEq(c.exposure.cash + c.exposure.otherWorst + c.exposure.rootWorst, cover.slack, "slack");
        assertEq(cover.lots, 0, "what is known of the exposure as it is now");
    }

    /// @dev The book reads the next exposure, and the next cover, into the memory of one that it does not need any more.
    function testFuzz_CheckInto_AUsedCover_IsTheSame(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        Cover memory used = Cover(1, -2, 3, -4, 5, true, true);
        Margin.checkInto(c.root, c.exposure, c.branchId, c.lots, c.price, used);
        Cover memory fresh = Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price);
        assertEq(keccak256(abi.encode(used)), keccak256(abi.encode(fresh)), "cover");
        assertEq(fresh.lots, c.lots, "lots");
    }

    /// @dev So that a fill in parts needs no other check than the whole (R13: the minimum is concave in the filled size).
    function testFuzz_CheckCollateral_BetweenNothingAndAll_IsAtLeastTheLesserOfBoth(
        uint256 seed,
        uint256 legs,
        uint256 part
    ) external pure {
        Case memory c = _case(seed, legs);
        int256 nothing = _worstAfter(c.root, c.exposure, c.branchId, 0, c.price);
        int256 all = Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price).slack;
        int256 some = (c.lots < 0 ? int256(-1) : int256(1)) * int256(bound(part, 0, uint256(_abs(c.lots))));
        int256 slack = Margin.checkCollateral(c.root, c.exposure, c.branchId, some, c.price).slack;
        assertGe(slack, nothing < all ? nothing : all, "slack of a part");
        // Concave: on or above the line between the ends.
        assertGe(slack * _abs(c.lots), nothing * (_abs(c.lots) - _abs(some)) + all * _abs(some), "line");
    }

    function testFuzz_NeedOf_IsNeverLessThanWhatAnOrderTakes(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        uint256 need = _needOf(c);
        int256 before = _worstAfter(c.root, c.exposure, c.branchId, 0, c.price);
        int256 slack = Margin.checkCollateral(c.root, c.exposure, c.branchId, c.lots, c.price).slack;
        assertGe(int256(need), before - slack, "need");
    }

    function testFuzz_NeedOf_IsWhatTheOrderTakesFromAnEmptyAccount(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        c.exposure.lots = new int256[](c.root.branchCount);
        (c.exposure.cash, c.exposure.otherWorst) = (0, 0);
        int256 slack = _worstAfter(c.root, c.exposure, c.branchId, c.lots, c.price);
        uint256 expected = slack < 0 ? uint256(-slack) : 0;
        assertEq(_needOf(c), expected, "need");
    }

    function _needOf(Case memory c) private pure returns (uint256) {
        (int256 marketMin, int256 marketMax) = Markets.boundsOf(c.root, c.branchId);
        return Margin.needOf(c.lots, c.price, marketMin, marketMax, c.root.tickValue);
    }

    function testFuzz_ClaimsOf_AreTheNetCollateralOfEachVertex(uint256 seed, uint256 legs) external pure {
        Case memory c = _case(seed, legs);
        int256 worst = _worstAfter(c.root, c.exposure, c.branchId, 0, 0);
        if (worst < 0) c.exposure.cash -= worst;
        uint256[] memory claims = Margin.claimsOf(c.root, c.exposure);
        for (uint256 k; k < claims.length; ++k) {
            int256 expected = _netCollateral(c.root, c.exposure, k, c.branchId, 0, 0);
            assertEq(int256(claims[k]), expected, "claim");
        }
    }

    function _case(uint256 seed, uint256 legs) private pure returns (Case memory c) {
        Random memory random = randomFrom(seed);
        c.root = _root(random, bound(legs, 1, 16));
        c.exposure = _exposure(random, c.root);
        c.branchId = uint16(random.between(1, c.root.branchCount));
        c.lots = random.betweenInt(-1e12, 1e12);
        c.price = random.betweenInt(0, c.root.hi);
    }
}
