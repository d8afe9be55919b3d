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
        assertEq(changed.immediate(), slot.immediate(), "immediate");
        assertEq(
            MarketSlot.unwrap(changed) >> 64,
            (word >> 64) | (1 << 8),
            "flags and free bits, and the one that marks it used"
        );
    }

    function testFuzz_AsCrossed_SetsThatFlagAlone(uint256 word) external pure {
        MarketSlot slot = MarketSlot.wrap(word);
        assertTrue(slot.asCrossed().crossed(), "crossed");
        assertEq(MarketSlot.unwrap(slot.asCrossed()), word | (1 << 64), "all else");
    }

    function testFuzz_AsImmediate_SetsThatFlagAlone(uint256 word) external pure {
        MarketSlot slot = MarketSlot.wrap(word);
        assertTrue(slot.asImmediate().immediate(), "immediate");
        assertEq(MarketSlot.unwrap(slot.asImmediate()), word | (1 << 80), "all else");
    }

    function testFuzz_AsUncrossed_ClearsBothFlags(uint256 word) external pure {
        MarketSlot changed = MarketSlot.wrap(word).asUncrossed();
        assertTrue(!changed.crossed() && !changed.immediate(), "neither crossed nor immediate");
        assertEq(MarketSlot.unwrap(changed) | (1 << 64) | (1 << 80), word | (1 << 64) | (1 << 80), "all else");
    }

    function testFuzz_CutOff_IsTheLaterOfTheTwoBest(uint32 bid, uint32 ask) external pure {
        MarketSlot slot = MarketSlot.wrap(0).withBest(true, bid).withBest(false, ask);
        assertEq(slot.cutOff(), bid > ask ? bid : ask, "the later");
    }
}
