// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketWord } from "../../../contracts/libraries/MarketWord.sol";
import { Test } from "../support/Test.sol";

/// @title Given any market's word, when a side or the crossing is set, then nothing else changes
contract MarketWordTest is Test {
    struct Side {
        uint32 place;
        int32 price;
        bool known;
    }

    struct Fields {
        Side bid;
        Side ask;
        bool crossed;
        bool crossingIsBid;
        bool crossingIsImmediate;
    }

    function testFuzz_WhenSidesAreNamed_EachFieldComesBack(Fields memory f) external pure {
        _assertFields(_make(f), f);
    }

    function testFuzz_WhenABestIsSet_TheOtherSideStays(Fields memory f, bool bids, uint32 place) external pure {
        MarketWord changed = _make(f).withBest(bids, place);
        if (bids) f.bid = Side(place, 0, false);
        else f.ask = Side(place, 0, false);
        _assertFields(changed, f);
    }

    function testFuzz_WhenASideIsTakenFromAnother_TheRestStays(
        Fields memory f,
        Fields memory other,
        bool bids
    ) external pure {
        MarketWord changed = _make(f).withSideOf(_make(other), bids);
        if (bids) f.bid = other.bid;
        else f.ask = other.ask;
        _assertFields(changed, f);
    }

    function testFuzz_WhenTheCrossingEnds_NothingIsSaidOfIt(Fields memory f) external pure {
        MarketWord changed = _make(f).withoutCrossing();
        (f.crossed, f.crossingIsBid, f.crossingIsImmediate) = (false, false, false);
        _assertFields(changed, f);
    }

    function test_WhenQueuesRunEmpty_TheWordIsNotZero() external pure {
        MarketWord empty = MarketWord.wrap(0).withBest(true, 0);
        assertTrue(MarketWord.unwrap(empty) != 0, "used");
    }

    function _make(Fields memory f) private pure returns (MarketWord m) {
        m = _withSide(_withSide(m, true, f.bid), false, f.ask);
        if (f.crossed) return m.withCrossing(f.crossingIsBid, f.crossingIsImmediate);
        (f.crossingIsBid, f.crossingIsImmediate) = (false, false);
    }

    function _withSide(MarketWord m, bool bids, Side memory side) private pure returns (MarketWord) {
        return side.known ? m.withBestAt(bids, side.place, side.price) : m.withBest(bids, side.place);
    }

    function _assertFields(MarketWord m, Fields memory f) private pure {
        _assertSide(m, true, f.bid);
        _assertSide(m, false, f.ask);
        assertEq(m.crossed(), f.crossed, "crossed");
        assertEq(m.crossingIsBid(), f.crossingIsBid, "crossing is a bid");
        assertEq(m.crossingIsImmediate(), f.crossingIsImmediate, "crossing is immediate");
    }

    function _assertSide(MarketWord m, bool bids, Side memory side) private pure {
        assertEq(m.best(bids), side.place, "place");
        assertEq(m.knowsPrice(bids), side.known, "known");
        if (side.known) assertEq(m.bestPrice(bids), int256(side.price), "price");
    }
}
