// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { Placed, RootInfo } from "../../../contracts/Types.sol";
import { SameLogs } from "./SameLogs.sol";

/// @title What both books say of themselves must be the same
abstract contract SameState is SameLogs {
    /// @dev By the numbers of both, since a place is no part of what an order is.
    mapping(uint32 tradeRootId => uint32) public placeOf;

    function _assertSameState() internal {
        IOrderBook other = IOrderBook(address(old));
        (bytes32 link, uint32 checkpoints, uint32 trades) = book.chainState();
        (bytes32 oldLink, uint32 oldCheckpoints, uint32 oldTrades) = other.chainState();
        assertEq(checkpoints, oldCheckpoints, "checkpoints");
        assertEq(trades, oldTrades, "trades");
        if (checkpoints != 0) assertEq(uint96(uint256(link)), uint96(uint256(oldLink)), "mark, trades and number");
        uint32 roots = book.createdRoots() + 1;
        assertEq(roots, other.createdRoots() + 1, "roots");
        for (uint256 i; i < TRADERS; ++i) {
            _assertSameTrader(other, traders[i], roots);
        }
        for (uint32 root = 1; root <= roots; ++root) {
            uint256 branches = root == 1 ? legs : _assertSameRoot(other, root);
            for (uint16 branch = 1; branch <= branches; ++branch) {
                _assertSameMarket(other, root, branch);
            }
        }
    }

    function _assertSameTrader(IOrderBook other, address trader, uint32 roots) private view {
        assertEq(book.traderIdOf(trader), other.traderIdOf(trader), "trader's number");
        _assertSameAccount(other, trader);
        bytes memory claims = abi.encode(book.claimsOf(trader));
        assertEq(keccak256(claims), keccak256(abi.encode(other.claimsOf(trader))), "claims");
        uint32[] memory ids = new uint32[](roots);
        for (uint32 root = 1; root <= roots; ++root) {
            ids[root - 1] = root;
            _assertSamePosition(book.positionOf(trader, root), other.positionOf(trader, root), root == 1);
        }
        _assertSameCollateral(other, trader, ids);
    }

    function _assertSameAccount(IOrderBook other, address trader) private view {
        (int256 claim, int256 less, uint256 openOrders, uint256 reserved) = book.accountOf(trader);
        (int256 cash, int256 worst, uint256 oldOpen, uint256 oldReserved) = other.accountOf(trader);
        assertEq(claim + less, cash + worst, "net collateral at worst");
        assertEq(openOrders, oldOpen, "open orders");
        assertEq(reserved, oldReserved, "reserved");
        (uint64 floor, uint64 used) = book.noncesOf(trader);
        (uint64 oldFloor, uint64 oldUsed) = other.noncesOf(trader);
        assertEq(floor, oldFloor, "nonce floor");
        assertEq(used, oldUsed, "used nonces");
    }

    /// @dev A full set of legs is cash in the new book, so the lots of the basket count from those of the last leg.
    function _assertSamePosition(int256[] memory lots, int256[] memory oldLots, bool isBasket) private pure {
        int256 sets = isBasket ? oldLots[oldLots.length - 1] : int256(0);
        assertEq(lots.length, oldLots.length, "branches of a position");
        for (uint256 b; b < lots.length; ++b) {
            assertEq(lots[b], oldLots[b] - sets, "lots");
        }
    }

    /// @dev Where the basket is worst may differ: it is worst in many places if a trader has full sets alone.
    function _assertSameCollateral(IOrderBook other, address trader, uint32[] memory ids) private view {
        (int256 slack, int256[] memory binding) = book.checkCollateral(trader, ids);
        (int256 oldSlack, int256[] memory oldBinding) = other.checkCollateral(trader, ids);
        assertEq(slack, oldSlack, "net collateral at worst, afresh");
        for (uint256 i = 1; i < ids.length; ++i) {
            assertEq(binding[i], oldBinding[i], "binding outcome");
        }
    }

    function _assertSameRoot(IOrderBook other, uint32 root) private view returns (uint256 branches) {
        RootInfo memory info = book.rootOf(root);
        RootInfo memory oldInfo = other.rootOf(root);
        // Links follow from the domain.
        (info.tip, oldInfo.tip) = (0, 0);
        assertEq(keccak256(abi.encode(info)), keccak256(abi.encode(oldInfo)), "root");
        (int256[] memory lower, int256[] memory upper) = book.spansOf(root);
        (int256[] memory oldLower, int256[] memory oldUpper) = other.spansOf(root);
        assertEq(keccak256(abi.encode(lower, upper)), keccak256(abi.encode(oldLower, oldUpper)), "spans");
        return info.branchCount;
    }

    function _assertSameMarket(IOrderBook other, uint32 root, uint16 branch) private {
        (int32 min, int32 max, uint64 tickValue, uint32 bid, uint32 ask, bool crossed) = book.marketOf(root, branch);
        (int32 oldMin, int32 oldMax, uint64 oldTick, uint32 oldBid, uint32 oldAsk, bool oldCrossed) = other.marketOf(
            root,
            branch
        );
        assertEq(int256(min), int256(oldMin), "marketMin");
        assertEq(int256(max), int256(oldMax), "marketMax");
        assertEq(tickValue, oldTick, "tick value");
        assertEq(crossed, oldCrossed, "crossed");
        assertEq(_assertSameSide(root, branch, true), bid, "place of the best bid");
        assertEq(_assertSameSide(root, branch, false), ask, "place of the best offer");
        assertEq(bid == 0, oldBid == 0, "a best bid");
        assertEq(ask == 0, oldAsk == 0, "a best offer");
    }

    function _assertSameSide(uint32 root, uint16 branch, bool bids) private returns (uint32 first) {
        (Placed[] memory orders, int32[] memory prices, int64[] memory lots) = book.depthOf(root, branch, bids, 100);
        (uint32[] memory ids, int32[] memory oldPrices, int64[] memory oldLots) = old.depthOf(root, branch, bids, 100);
        assertEq(orders.length, ids.length, "resting orders");
        for (uint256 i; i < ids.length; ++i) {
            assertEq(orders[i].tradeRootId, ids[i], "resting order");
            assertEq(int256(prices[i]), int256(oldPrices[i]), "its price");
            assertEq(int256(lots[i]), int256(oldLots[i]), "its lots");
            placeOf[ids[i]] = orders[i].place;
            if (i == 0) first = orders[0].place;
        }
    }
}
