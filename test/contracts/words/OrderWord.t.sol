// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { OrderWord, OrderWords } from "../../../contracts/libraries/OrderWord.sol";
import { Test } from "../support/Test.sol";

/// @title Given any order, when it is packed, then each field comes back and a setter touches its own alone
contract OrderWordTest is Test {
    struct Fields {
        int40 lots;
        int32 price;
        uint32 trader;
        uint32 deadline;
        uint32 next;
        uint32 prev;
        uint24 market;
        uint32 id;
    }

    function testFuzz_WhenPacked_EachFieldComesBack(Fields memory f) external pure {
        (f.next, f.prev) = (0, 0);
        _assertFields(OrderWords.pack(f.lots, f.price, f.trader, f.deadline, f.market, f.id), f);
    }

    function testFuzz_WhenLinked_EachFieldComesBack(Fields calldata f) external pure {
        _assertFields(_pack(f), f);
    }

    function testFuzz_WhenLotsAreSet_NothingElseChanges(Fields memory f, int40 lots) external pure {
        OrderWord changed = _pack(f).withLots(lots);
        f.lots = lots;
        _assertFields(changed, f);
    }

    function testFuzz_WhenNextIsSet_NothingElseChanges(Fields memory f, uint32 next) external pure {
        OrderWord changed = _pack(f).withNext(next);
        f.next = next;
        _assertFields(changed, f);
    }

    function testFuzz_WhenPrevIsSet_NothingElseChanges(Fields memory f, uint32 prev) external pure {
        OrderWord changed = _pack(f).withPrev(prev);
        f.prev = prev;
        _assertFields(changed, f);
    }

    function testFuzz_GivenLots_TheirSignSaysTheSide(Fields memory f) external pure {
        if (f.lots == 0) f.lots = 1;
        OrderWord order = _pack(f);
        assertEq(order.isBid(), f.lots > 0, "isBid");
        assertEq(order.isOpen(), true, "isOpen");
        assertEq(order.isDead(), false, "isDead");
    }

    function testFuzz_WhenAnOrderIsGone_ItsPlaceIsDeadAndNotZero(Fields memory f) external pure {
        if (f.id == 0) f.id = 1;
        OrderWord order = _pack(f).dead();
        assertEq(OrderWord.unwrap(order), f.id, "only the number is left");
        assertEq(order.isDead(), true, "isDead");
        assertEq(order.isOpen(), false, "isOpen");
    }

    function test_GivenTheEmptyWord_NoOrderRestsNorDid() external pure {
        OrderWord none = OrderWord.wrap(0);
        assertEq(none.isOpen(), false, "isOpen");
        assertEq(none.isDead(), false, "isDead");
    }

    function _pack(Fields memory f) private pure returns (OrderWord) {
        OrderWord order = OrderWords.pack(f.lots, f.price, f.trader, f.deadline, f.market, f.id);
        return order.withNext(f.next).withPrev(f.prev);
    }

    function _assertFields(OrderWord order, Fields memory f) private pure {
        assertEq(order.lots(), f.lots, "lots");
        assertEq(order.price(), f.price, "price");
        assertEq(order.traderNumber(), f.trader, "trader");
        assertEq(order.deadline(), f.deadline, "deadline");
        assertEq(order.next(), f.next, "next");
        assertEq(order.prev(), f.prev, "prev");
        assertEq(order.market(), f.market, "market");
        assertEq(order.id(), f.id, "id");
    }
}
