// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId, MarketIds } from "../../../contracts/libraries/MarketId.sol";
import { PackedOrder, PackedOrders } from "../../../contracts/libraries/PackedOrder.sol";
import { Test } from "../support/Test.sol";

/// @title Given any fields, when an order is packed, then each comes back and a setter touches its own alone
contract PackedOrderTest is Test {
    struct Fields {
        int64 lots;
        int32 price;
        uint32 traderId;
        uint40 deadline;
        uint32 next;
        uint32 prev;
        uint24 market;
    }

    function testFuzz_WhenPacked_EachFieldComesBack(Fields calldata f) external pure {
        Fields memory unlinked = f;
        (unlinked.next, unlinked.prev) = (0, 0);
        _assertFields(PackedOrders.pack(f.lots, f.price, f.traderId, f.deadline, MarketId.wrap(f.market)), unlinked);
    }

    function testFuzz_WhenLinked_EachFieldComesBack(Fields calldata f) external pure {
        _assertFields(_pack(f), f);
    }

    function testFuzz_WhenLotsAreSet_NothingElseChanges(Fields memory f, int64 lots) external pure {
        PackedOrder changed = _pack(f).withLots(lots);
        f.lots = lots;
        _assertFields(changed, f);
    }

    function testFuzz_WhenNextIsSet_NothingElseChanges(Fields memory f, uint32 next) external pure {
        PackedOrder changed = _pack(f).withNext(next);
        f.next = next;
        _assertFields(changed, f);
    }

    function testFuzz_WhenPrevIsSet_NothingElseChanges(Fields memory f, uint32 prev) external pure {
        PackedOrder changed = _pack(f).withPrev(prev);
        f.prev = prev;
        _assertFields(changed, f);
    }

    function testFuzz_GivenLots_ItsSignSaysTheSide(Fields memory f) external pure {
        if (f.lots == 0) f.lots = 1;
        PackedOrder order = _pack(f);
        assertEq(order.isBid(), f.lots > 0, "isBid");
        assertEq(order.isNone(), false, "isNone");
    }

    function testFuzz_GivenAMarket_RootAndBranchComeBack(uint32 root, uint16 branch) external pure {
        root = uint32(bound(root, 0, MarketIds.MAX_ROOT_ID));
        branch = uint16(bound(branch, 0, 63));
        MarketId id = MarketIds.from(root, branch);
        assertEq(id.rootId(), root, "root");
        assertEq(id.branchId(), branch, "branch");
    }

    function test_GivenTheEmptyWord_ThereIsNoOrder() external pure {
        assertTrue(PackedOrder.wrap(0).isNone(), "isNone");
    }

    function _pack(Fields memory f) private pure returns (PackedOrder) {
        PackedOrder order = PackedOrders.pack(f.lots, f.price, f.traderId, f.deadline, MarketId.wrap(f.market));
        return order.withNext(f.next).withPrev(f.prev);
    }

    function _assertFields(PackedOrder order, Fields memory f) private pure {
        assertEq(order.lots(), f.lots, "lots");
        assertEq(order.price(), f.price, "price");
        assertEq(order.traderId(), f.traderId, "traderId");
        assertEq(order.deadline(), f.deadline, "deadline");
        assertEq(order.next(), f.next, "next");
        assertEq(order.prev(), f.prev, "prev");
        assertEq(MarketId.unwrap(order.market()), f.market, "market");
    }
}
