// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketRecord, RootInfo, SignedPackage } from "../../../../contracts/Types.sol";
import { IBookRecords } from "../../../../contracts/interfaces/IOrderBook.sol";
import { Check } from "../../support/Check.sol";
import { MarketRecordActions } from "../../support/MarketRecordActions.sol";
import { Packing } from "../../support/Packing.sol";

/// @title The papers' worked sequences of records, in a book
/// @notice given the root [0, 10] and its sub-market [1, 9]
///   when the root settles up, the sub-market settles at its upper strike; down, at its lower one
///   when the sub-market settles between its strikes, so does the root; at its edge, the root is bounded by that edge
///   when a sub-market of the sub-market is tightened, all three are
/// given the loss between the corners, the book finds it
contract TelescopingTest is MarketRecordActions {
    uint256 private constant TICK = 1e15;

    function setUp() external {
        _openReal();
        _depositAll(10e18);
        _require(_newInterval(0, 0, 10, int256(TICK)), 0);
        _require(_newBranch(0, 0, 1, 9), 0);
    }

    function test_rootSettlesUp() external {
        _deal(1, 2, 2, 1, 4, 3);
        _require(_bounds(0, 0, 10, 10), 0);
        _requireBounds(1, 10, 10);
        _requireBounds(2, 9, 9);
        _requireSettledAt(10);
        _requirePaid(3 * (9 - 4));
    }

    function test_rootSettlesDown() external {
        _deal(1, 2, 2, 1, 4, 3);
        _require(_bounds(0, 0, 0, 0), 0);
        _requireBounds(1, 0, 0);
        _requireBounds(2, 1, 1);
        _requireSettledAt(0);
        _requirePaid(3 * (1 - 4));
    }

    function test_subMarketSettlesBetweenItsStrikes() external {
        _deal(1, 2, 2, 1, 4, 3);
        _require(_bounds(0, 1, 6, 6), 0);
        _requireBounds(1, 6, 6);
        _requireBounds(2, 6, 6);
        _requireSettledAt(6);
        _requirePaid(3 * (6 - 4));
    }

    function test_subMarketSettlesAtItsEdge_theRootStaysOpenBeyondIt() external {
        _require(_bounds(0, 1, 9, 9), 0);
        _requireBounds(1, 9, 10);
        _requireBounds(2, 9, 9);
        RootInfo memory info = book.rootOf(2);
        Check.isTrue(!info.settled, "the root is open");
        _requireRefused(_order(1, 2, 1, 9, 1), "a determined sub-market does not trade");
        _deal(1, 2, 2, 0, 9, 1);
        _judge(0);
    }

    function test_subMarketBeyondItsRange_settlesAtTheEdge() external {
        _require(_bounds(0, 1, 100, 200), 0);
        _requireBounds(1, 9, 10);
        _requireBounds(2, 9, 9);
    }

    function test_subMarketOfASubMarket_tightensAllOfThem() external {
        _require(_newBranch(0, 1, 3, 20), 0); // becomes [3, 9]
        _requireBounds(3, 3, 9);
        _require(_bounds(0, 2, 4, 8), 0);
        _requireBounds(1, 4, 8);
        _requireBounds(2, 4, 8);
        _requireBounds(3, 4, 8);
        _judge(0);
    }

    /// @dev Paper: "the highest lower bound for itself of any sub-market or any previous bound on the same market".
    function test_boundsNeverWiden() external {
        _require(_bounds(0, 0, 3, 7), 0);
        _require(_bounds(0, 1, 2, 8), 0);
        _require(_bounds(0, 0, 0, 10), 0);
        _requireBounds(1, 3, 7);
        _requireBounds(2, 3, 7);
    }

    function test_aNewSubMarketNeedsRoom() external {
        _require(_bounds(0, 0, 3, 7), 0);
        bytes memory expected = abi.encodeWithSelector(IBookRecords.Book_NoRoom.selector, 2, 3, 1, 3);
        Check.isTrue(keccak256(_send(_newBranch(0, 1, 0, 3), 0, true)) == keccak256(expected), "determined already");
        expected = abi.encodeWithSelector(IBookRecords.Book_NoRoom.selector, 2, 3, 9, 9);
        Check.isTrue(keccak256(_send(_newBranch(0, 1, 9, 12), 0, true)) == keccak256(expected), "outside its parent");
    }

    function test_theThirtyThirdBranchIsRefused() external {
        for (uint256 b = 2; b < 32; ++b) {
            _require(_newBranch(0, b % 2, int256(b % 5), int256(5 + (b % 4))), 0);
        }
        MarketRecord memory r = _newBranch(0, 0, 2, 8);
        bytes memory expected = abi.encodeWithSelector(IBookRecords.Book_TooManyBranches.selector, 2, 32);
        Check.isTrue(keccak256(_send(r, 0, true)) == keccak256(expected), "a 33rd branch");
        _deal(1, 2, 2, 31, 6, 40);
        _deal(3, 1, 2, 17, 6, 25);
        _deal(2, 3, 2, 0, 5, 60);
        _deal(1, 3, 2, 30, 4, 60);
        _judge(0);
        _require(_bounds(0, 9, 4, 6), 0);
        _judge(0);
        book.refresh(2, traders);
        _judge(0);
    }

    /// @dev short [4, 5] and long [5, 6], which are worth 1 at both ends of [0, 10] and 0 at 5.
    function test_theLossBetweenTheCorners() external {
        _require(_newBranch(0, 0, 4, 5), 0);
        _require(_newBranch(0, 0, 5, 6), 0);
        _deal(2, 1, 2, 2, 4, 1); // sold at its lower strike
        _deal(1, 2, 2, 3, 6, 1); // bought at its upper strike
        (int256 slack, int256[] memory binding) = book.checkCollateral(traders[1], _one(2));
        // Cash +4 - 6 = -2; the pair is worth -5 + 5 = 0 at 5, and 1 at 0 and at 10.
        Check.equal(slack, int256(10e18) - 2 * int256(TICK), "worst");
        Check.equal(binding[0], 5, "between the corners");
        _judge(0);
    }

    function _requireRefused(SignedPackage memory order, string memory what) private {
        SignedPackage[] memory orders = new SignedPackage[](1);
        orders[0] = order;
        Check.equal(book.createTrades(Packing.batch(orders, 10, 10))[0].tradeRootId, 0, what);
    }

    function _requireBounds(uint16 branch, int256 min, int256 max) private view {
        (int32 marketMin, int32 marketMax, , , , ) = book.marketOf(2, branch);
        Check.equal(marketMin, min, "marketMin");
        Check.equal(marketMax, max, "marketMax");
    }

    function _requireSettledAt(int256 y) private view {
        RootInfo memory info = book.rootOf(2);
        Check.isTrue(info.settled, "settled");
        Check.equal(info.lo, y, "lo");
        Check.equal(info.hi, y, "hi");
        _judge(0);
    }

    /// @param ticks what trader 1 gained and trader 2 lost
    function _requirePaid(int256 ticks) private {
        book.realise(2, traders);
        (int256 first, int256 w1) = _moneyOf(1);
        (int256 second, int256 w2) = _moneyOf(2);
        Check.equal(first, int256(10e18) + ticks * int256(TICK), "cash of the buyer");
        Check.equal(second, int256(10e18) - ticks * int256(TICK), "cash of the seller");
        Check.equal(w1, 0, "nothing at risk");
        Check.equal(w2, 0, "nothing at risk");
        _judge(0);
    }
}
