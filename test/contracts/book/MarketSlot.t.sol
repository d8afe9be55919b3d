// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketSlot } from "../../../contracts/book/Queues.sol";
import { Test } from "../support/Test.sol";

/// @title Given any market slot, when one field is set, then the others and the free bits stay
contract MarketSlotTest is Test {
    function testFuzz_WithBest_ChangesThatSideAlone(uint256 word, bool bids, uint32 id) external pure {
        MarketSlot slot = MarketSlot.wrap(word);
        MarketSlot changed = slot.withBest(bids, id);
        assertEq(changed.best(bids), id, "best of the side");
        assertEq(changed.best(!bids), slot.best(!bids), "best of the other side");
        assertEq(changed.crossed(), slot.crossed(), "crossed");
        assertEq(
            MarketSlot.unwrap(changed) >> 65,
            (word >> 65) | (1 << 7),
            "free bits, and the one that marks it used"
        );
    }

    function testFuzz_WithCrossed_ChangesTheFlagAlone(uint256 word, bool yes) external pure {
        MarketSlot slot = MarketSlot.wrap(word);
        MarketSlot changed = slot.withCrossed(yes);
        assertEq(changed.crossed(), yes, "crossed");
        assertEq(changed.best(true), slot.best(true), "best bid");
        assertEq(changed.best(false), slot.best(false), "best ask");
        assertEq(MarketSlot.unwrap(changed) >> 65, word >> 65, "free bits");
    }
}
