// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TraderSlot } from "../../../contracts/book/Traders.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Given open orders, when more open and some close, then the reserve is the largest need since there was none
contract TraderSlotReserveTest is Test {
    uint256 private constant MOST = type(uint112).max;

    function testFuzz_OpenedAndClosed_AgreeWithAPlainCount(uint256 seed, uint128 nonces) external pure {
        TraderSlot slot = TraderSlot.wrap(nonces);
        Random memory random = randomFrom(seed);
        (uint256 open, uint256 largest) = (0, 0);
        for (uint256 i; i < 60; ++i) {
            if (open != 0 && random.chance(45)) {
                slot = slot.closed();
                if (--open == 0) largest = 0;
            } else {
                uint256 need = random.next() >> random.between(100, 255);
                slot = slot.opened(need);
                ++open;
                if (need > largest) largest = need;
            }
            assertEq(slot.openOrders(), open, "open orders");
            assertEq(slot.reserved(), largest > MOST ? MOST : largest, "reserved");
            assertEq(uint128(TraderSlot.unwrap(slot)), nonces, "nonces");
        }
    }

    function test_GivenTheLargestNumberOfOpenOrders_TheCountFits() external pure {
        TraderSlot slot = TraderSlot.wrap((MOST << 144) | (uint256(type(uint16).max - 1) << 128));
        slot = slot.opened(1);
        assertEq(slot.openOrders(), type(uint16).max, "open orders");
        assertEq(slot.reserved(), MOST, "reserved");
        assertEq(slot.closed().openOrders(), type(uint16).max - 1, "one less");
    }
}
