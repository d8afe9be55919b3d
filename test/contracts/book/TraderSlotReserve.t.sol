// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TraderSlot } from "../../../contracts/book/Traders.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Given open orders, when more open and some close, then the reserve is the largest need since there was none, in whole units
contract TraderSlotReserveTest is Test {
    uint256 private constant WHOLE = 2 ** 16 - 1;
    /// @dev A supply of 2^96 - 1 has units of 2^80.
    uint256 private constant MAX_SHIFT = 80;
    /// @dev openOrders 8 | reserve 16 at the bottom; nonces and more above.
    uint256 private constant OWN = 2 ** 24 - 1;

    function testFuzz_OpenedAndClosed_AgreeWithAPlainCount(uint256 seed, uint256 others) external pure {
        others &= ~OWN;
        TraderSlot slot = TraderSlot.wrap(others);
        Random memory random = randomFrom(seed);
        uint256 shift = random.between(0, MAX_SHIFT);
        (uint256 open, uint256 largest) = (0, 0);
        for (uint256 i; i < 60; ++i) {
            if (open != 0 && random.chance(45)) {
                slot = slot.closed();
                if (--open == 0) largest = 0;
            } else {
                // A need is below 2^223: lots of 39 bits, ticks of 32, a tick value of 64.
                uint256 need = random.next() >> random.between(121, 255);
                slot = slot.opened(need, shift);
                ++open;
                if (need > largest) largest = need;
            }
            assertEq(slot.openOrders(), open, "open orders");
            assertEq(slot.reserved(shift), _rounded(largest, shift), "reserved");
            assertEq(TraderSlot.unwrap(slot) & ~OWN, others, "nonces and what stands above");
        }
    }

    /// Whatever the supply: a need is held back in full, and by less than two units more; and a need of all is all.
    function testFuzz_TheReserve_IsNeverBelowTheNeed(uint96 supply, uint96 need) external pure {
        supply = uint96(bound(supply, 1, type(uint96).max));
        need = uint96(bound(need, 0, supply));
        uint256 shift;
        while (supply >= 2 ** (16 + shift)) ++shift;
        uint256 reserved = TraderSlot.wrap(0).opened(need, shift).reserved(shift);
        assertTrue(reserved >= need && reserved < uint256(need) + 2 ** (shift + 1), "rounded up");
        if (shift != 0) assertTrue(2 ** shift <= supply / 2 ** 15, "a unit is a small part of the supply");
        assertTrue(TraderSlot.wrap(0).opened(supply, shift).reserved(shift) >= supply, "all of it");
    }

    function test_EveryValueOfTheReserve_ReadsAsItIsKept() external pure {
        for (uint256 units; units < WHOLE; ++units) {
            assertEq(TraderSlot.wrap(~OWN).opened(units << 3, 3).reserved(3), units << 3, "as it is");
        }
        for (uint256 more; more < 3; ++more) {
            assertEq(TraderSlot.wrap(~OWN).opened((WHOLE + more) << 3, 3).reserved(3), 2 ** 19, "the whole");
        }
        assertEq(TraderSlot.wrap(0).opened(2 ** 223 - 1, MAX_SHIFT).reserved(MAX_SHIFT), 2 ** 96, "the greatest need");
    }

    function test_EveryNumberOfOpenOrders_IsCounted_AndTouchesNothingElse() external pure {
        TraderSlot slot = TraderSlot.wrap(~OWN);
        for (uint256 open = 1; open <= 255; ++open) {
            slot = slot.opened(1, 0);
            assertEq(TraderSlot.unwrap(slot), (~OWN) | (open << 16) | 1, "one more");
        }
        for (uint256 open = 254; open != 0; --open) {
            slot = slot.closed();
            assertEq(TraderSlot.unwrap(slot), (~OWN) | (open << 16) | 1, "one less");
        }
        assertEq(TraderSlot.unwrap(slot.closed()), ~OWN, "the reserve ends with the last");
    }

    function _rounded(uint256 need, uint256 shift) private pure returns (uint256) {
        uint256 unit = 2 ** shift;
        uint256 units = need / unit + (need % unit == 0 ? 0 : 1);
        return units < WHOLE ? units * unit : 2 ** 16 * unit;
    }
}
