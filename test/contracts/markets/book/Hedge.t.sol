// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Check } from "../../support/Check.sol";
import { MarketRecordActions } from "../../support/MarketRecordActions.sol";
import { PlainMarkets, PlainRoot } from "../../support/PlainMarkets.sol";
import { Random, randomFrom } from "../../support/Random.sol";
import { VM } from "../../support/Vm.sol";

/// @title A hedge between a market and its sub-market, with not a wei more than it needs
/// @notice given two traders on opposite sides of root, sub-market and its sub-market, who have withdrawn whatever they can
///   it stays covered after each record, whichever order the records come in
///   whatever a hundred random records say, too
///   under the papers' own rule, where a sub-market settles by itself, it would not
contract HedgeTest is MarketRecordActions {
    using PlainMarkets for PlainRoot;

    int256 private constant TICK = 1e15;
    uint256 private constant RECORDS = 5;

    function setUp() external {
        _openReal();
        _depositAll(2e18);
        _require(_newInterval(0, 0, 10, TICK), 0);
        _require(_newBranch(0, 0, 2, 8), 0);
        _require(_newBranch(0, 1, 3, 6), 0);
        _deal(1, 2, 2, 0, 5, 10); // trader 1 long the root
        _deal(2, 1, 2, 1, 5, 10); // and short its sub-market
        _deal(1, 2, 2, 2, 4, 7);
        _withdrawAll(1);
        _withdrawAll(2);
    }

    function test_needsLessThanItsParts() external view {
        (int256 cash, int256 worst) = _moneyOf(1);
        // Worth least at y = 0: 0 - 10 * 2 + 7 * 3.
        Check.equal(worst, 1 * TICK, "worst of the hedge");
        Check.equal(cash, -worst, "not a wei more");
        // Its parts alone, at 5, 5 and 4, would need 50 + 30 + 7 = 87; together 28 - 1.
        Check.equal(_needOfParts(), 87 * TICK, "the parts alone");
        Check.equal((10 * 5 - 10 * 5 + 7 * 4) * TICK - worst, 27 * TICK, "together");
    }

    function test_staysCoveredUnderEveryOrderOfRecords() external {
        uint256[RECORDS] memory order;
        uint256 orders;
        for (uint256 code; code < RECORDS ** RECORDS; ++code) {
            if (!_isPermutation(code, order)) continue;
            ++orders;
            uint256 snapshot = VM.snapshotState();
            this.play(order);
            VM.revertToState(snapshot);
        }
        Check.equal(orders, 120, "every order");
    }

    function testFuzz_staysCoveredWhateverTheRecordsSay(uint256 seed) external {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 5; ++i) {
            this.playRandom(rand.next());
        }
        this.settle(rand.next());
    }

    /// @dev Long the root, short the sub-market; the sub-market "settles" at 8 by its own record, the root at 0 later.
    function test_underTheSeedsOwnRuleItWouldLose() external view {
        (int256 cash, ) = _moneyOf(1);
        int256 alone = cash + (10 * 0 - 10 * 8 + 7 * 6) * TICK;
        Check.isTrue(alone < 0, "the hole that moving the whole root closes");
    }

    /// @dev One record each: on the root, on the sub-market, on its sub-market; some settle a branch at its edge.
    function play(uint256[RECORDS] memory order) external {
        Random memory rand = randomFrom(0);
        for (uint256 i; i < RECORDS; ++i) {
            uint256 which = order[i];
            if (which == 0) _tightenTo(rand, 0, 0, 1, 9);
            if (which == 1) _tightenTo(rand, 0, 1, 8, 8);
            if (which == 2) _tightenTo(rand, 0, 2, 4, 6);
            if (which == 3) _tightenTo(rand, 0, 1, 2, 5);
            if (which == 4) _tightenTo(rand, 0, 0, 5, 7);
            _judge(i);
        }
        this.settle(order[0]);
    }

    function playRandom(uint256 seed) external {
        Random memory rand = randomFrom(seed);
        (int256 min, int256 max) = rand.pairOfInts(-1, 11);
        if (rand.oneIn(2)) (min, max) = (min / 2, 6 + max / 2);
        _tightenTo(rand, 0, rand.below(3), min, max);
        if (rand.oneIn(3)) _refresh(rand);
        _judge(seed);
    }

    /// @dev Settles at the first outcome that is left, and pays.
    function settle(uint256 seed) external {
        PlainRoot memory r = _model(0);
        int256 y = r.outcomes[r.aliveFrom(seed)][0];
        if (!r.isSettled()) _tightenTo(randomFrom(seed), 0, 0, y, y);
        book.realise(2, traders);
        for (uint256 i; i < TRADERS; ++i) {
            (int256 cash, int256 worst) = _moneyOf(i);
            Check.equal(worst, 0, "nothing at risk any more");
            Check.atLeast(cash, 0, "nobody owes anything");
        }
        _judge(seed);
    }

    /// @dev Price less the worst case of each part for itself.
    function _needOfParts() private view returns (int256 need) {
        PlainRoot memory r = _model(0);
        int256[3] memory held = [int256(10), -10, 7];
        int256[3] memory prices = [int256(5), 5, 4];
        for (uint256 b; b < 3; ++b) {
            int256[] memory alone = new int256[](3);
            alone[b] = held[b];
            need += prices[b] * held[b] * TICK - r.worstOf(alone);
        }
    }

    function _withdrawAll(uint256 trader) private {
        (int256 cash, int256 worst) = _moneyOf(trader);
        VM.prank(traders[trader]);
        book.withdraw(uint256(cash + worst), address(0xBEEF), 0);
    }

    function _isPermutation(uint256 code, uint256[RECORDS] memory order) private pure returns (bool) {
        uint256 seen;
        for (uint256 i; i < RECORDS; ++i) {
            order[i] = code % RECORDS;
            seen |= 1 << order[i];
            code /= RECORDS;
        }
        return seen == (1 << RECORDS) - 1;
    }
}
