// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Margin } from "../../../contracts/book/Margin.sol";
import { Root } from "../../../contracts/book/Markets.sol";
import { Account, Accounts, Exposure, Positions } from "../../../contracts/book/Positions.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginModel } from "./MarginModel.sol";

/// @title Given any exposure of 1 to 16 legs, when it is stored, then it is read back, and nobody else's changes
contract PositionsTest is MarginModel {
    using Positions for Positions.State;

    Positions.State private _positions;

    function testFuzz_Account_EachHalfComesBack(int128 cash, int128 worst) external pure {
        Account account = Accounts.pack(cash, worst);
        assertEq(account.cash(), cash, "cash");
        assertEq(account.worst(), worst, "worst");
    }

    function testFuzz_StoreAll_TheWholeExposureComesBack(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        Exposure memory e = _fullExposure(random, root, 7);
        _positions.storeAll(root, e);
        _assertSame(_positions.load(7, root), e);
        assertEq(_positions.slackOf(7), e.cash + e.otherWorst + e.rootWorst, "slack");
    }

    /// @dev The book reads one exposure after the other into the same memory.
    function testFuzz_LoadInto_AUsedExposure_IsTheSame(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        Exposure memory e = _fullExposure(random, root, 7);
        _positions.storeAll(root, e);
        Exposure memory used = _fullExposure(random, _root(random, random.between(1, 16)), 8);
        _positions.loadInto(7, root, used);
        _assertSame(used, e);
    }

    function testFuzz_Store_WritesOneBranchAndTheAccount(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        Exposure memory e = _fullExposure(random, root, 7);
        _positions.storeAll(root, e);
        for (uint256 i; i < 8; ++i) {
            uint16 branchId = uint16(random.between(1, root.branchCount));
            e.lots[branchId - 1] = random.betweenInt(type(int64).min, type(int64).max);
            e.cash = random.betweenInt(type(int128).min, type(int128).max);
            e.rootWorst = random.betweenInt(type(int128).min / 2, type(int128).max / 2);
            _positions.store(root, e, branchId);
            _assertSame(_positions.load(7, root), e);
        }
    }

    function testFuzz_Store_LeavesOtherTradersAndRootsAlone(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        Exposure memory other = _fullExposure(random, root, 8);
        _positions.storeAll(root, other);
        Root memory otherRoot = _root(random, 16);
        otherRoot.id = 2;
        _positions.storeAll(root, _fullExposure(random, root, 7));
        _assertSame(_positions.load(8, root), other);
        Exposure memory untouched = _positions.load(7, otherRoot);
        for (uint256 k; k < 16; ++k) {
            assertEq(untouched.lots[k], 0, "lots in another root");
        }
    }

    function testFuzz_AddCash_ChangesCashAlone(uint256 seed, uint256 legs, int64 amount) external {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        Exposure memory e = _exposure(random, root);
        e.traderId = 7;
        _positions.storeAll(root, e);
        assertTrue(_positions.addCash(7, amount), "fits");
        e.cash += amount;
        _assertSame(_positions.load(7, root), e);
    }

    function testFuzz_AddCash_WhenTheSumDoesNotFit_ChangesNothing(int128 cash, int128 amount) external {
        int256 sum = int256(cash) + amount;
        Root memory root = _root(randomFrom(1), 2);
        Exposure memory e = Exposure(7, cash, 0, 0, new int256[](2));
        _positions.storeAll(root, e);
        bool fits = sum >= type(int128).min && sum <= type(int128).max;
        assertEq(_positions.addCash(7, amount), fits, "fits");
        assertEq(_positions.slackOf(7), fits ? sum : int256(cash), "cash");
    }

    function testFuzz_Empty_LeavesNothingInTheWorstOutcome(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        Root memory root = _root(random, bound(legs, 1, 16));
        Exposure memory e = _exposure(random, root);
        int256 otherWorst = e.otherWorst;
        Margin.empty(e);
        _positions.storeAll(root, e);
        assertEq(_positions.slackOf(e.traderId), 0, "slack");
        uint256[] memory claims = Margin.claimsOf(root, _positions.load(e.traderId, root));
        for (uint256 k; k < claims.length; ++k) {
            assertEq(claims[k], 0, "claim");
        }
        assertEq(e.otherWorst, otherWorst, "other roots");
    }

    /// @dev Every field at any value that it can hold.
    function _fullExposure(
        Random memory random,
        Root memory root,
        uint32 traderId
    ) private pure returns (Exposure memory e) {
        e.traderId = traderId;
        e.cash = random.betweenInt(type(int128).min, type(int128).max);
        e.rootWorst = random.betweenInt(type(int128).min / 2, type(int128).max / 2);
        e.otherWorst = random.betweenInt(type(int128).min / 2, type(int128).max / 2);
        e.lots = new int256[](root.branchCount);
        for (uint256 k; k < e.lots.length; ++k) {
            e.lots[k] = random.betweenInt(type(int64).min, type(int64).max);
        }
    }

    function _assertSame(Exposure memory actual, Exposure memory expected) private pure {
        assertEq(actual.traderId, expected.traderId, "traderId");
        assertEq(actual.cash, expected.cash, "cash");
        assertEq(actual.rootWorst, expected.rootWorst, "worst of the root");
        assertEq(actual.otherWorst, expected.otherWorst, "worst of other roots");
        assertEq(actual.lots.length, expected.lots.length, "branches");
        for (uint256 k; k < actual.lots.length; ++k) {
            assertEq(actual.lots[k], expected.lots[k], "lots");
        }
    }
}
