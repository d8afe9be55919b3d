// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TraderWord, TraderWords } from "../../../contracts/libraries/TraderWord.sol";
import { Test } from "../support/Test.sol";

/// @title Given any trader's word, when a field is read or set, then it is that field and no other
contract TraderWordTest is Test {
    struct Fields {
        uint96 claim;
        int48 net;
        uint32 number;
        uint24 floor;
        uint32 used;
        uint8 open;
        uint16 reserve;
    }

    function testFuzz_WhenPacked_EachFieldComesBack(Fields calldata f) external pure {
        _assertFields(_pack(f), f);
    }

    function testFuzz_WhenMoneyIsSet_NothingElseChanges(Fields memory f, uint96 claim, int48 net) external pure {
        TraderWord changed = _pack(f).withMoney(int256(uint256(claim)), net);
        (f.claim, f.net) = (claim, net);
        _assertFields(changed, f);
    }

    function testFuzz_WhenMoneyFits_ItIsWithinTheFields(int256 claim, int256 net) external pure {
        bool fits = claim >= 0 && claim < 2 ** 96 && net >= type(int48).min && net <= type(int48).max;
        assertEq(TraderWords.fits(claim, net), fits, "fits");
        assertEq(
            TraderWords.fits(claim % 2 ** 97, net % 2 ** 49),
            _fits(claim % 2 ** 97, net % 2 ** 49),
            "near the ends"
        );
    }

    function test_AtTheEndsOfTheFields_MoneyFits() external pure {
        assertTrue(TraderWords.fits(2 ** 96 - 1, 2 ** 47 - 1), "most");
        assertTrue(TraderWords.fits(0, -(2 ** 47)), "least");
        assertTrue(!TraderWords.fits(2 ** 96, 0), "claim too much");
        assertTrue(!TraderWords.fits(-1, 0), "claim below zero");
        assertTrue(!TraderWords.fits(0, 2 ** 47), "net too much");
        assertTrue(!TraderWords.fits(0, -(2 ** 47) - 1), "net too little");
    }

    function testFuzz_WhenAnOrderOpens_CountAndReserveRise(Fields memory f, uint256 units) external pure {
        if (f.open == type(uint8).max) --f.open;
        units = bound(units, 0, 2 ** 20);
        TraderWord changed = _pack(f).opened(units);
        ++f.open;
        if (units > type(uint16).max) units = type(uint16).max;
        if (units > f.reserve) f.reserve = uint16(units);
        _assertFields(changed, f);
    }

    function testFuzz_WhenAnOrderCloses_TheReserveEndsWithTheLast(Fields memory f) external pure {
        if (f.open == 0) ++f.open;
        TraderWord changed = _pack(f).closed();
        if (--f.open == 0) f.reserve = 0;
        _assertFields(changed, f);
    }

    function testFuzz_TheReserveInWei_IsNeverLess(Fields memory f, uint8 shift) external pure {
        shift = uint8(bound(shift, 0, 80));
        uint256 wei_ = _pack(f).reservedWei(shift);
        uint256 units = f.reserve == type(uint16).max ? 2 ** 16 : f.reserve;
        assertEq(wei_, units * 2 ** shift, "wei");
    }

    function testFuzz_WhenANonceIsUsed_TheWindowIsAsR26Says(Fields memory f, uint256 ahead) external pure {
        _keepPossible(f);
        _useNonce(f, bound(ahead, 0, 80));
    }

    function test_WhenANonceIsUsed_TheWindowIsAsR26Says_HoweverFarAhead() external pure {
        for (uint256 ahead; ahead <= 80; ++ahead) {
            Fields memory f;
            (f.number, f.floor, f.used) = (1, 1_000, 0x8000_0a02);
            _useNonce(f, ahead);
        }
    }

    /// @dev A plain set of nonces, bit by bit.
    function _useNonce(Fields memory f, uint256 ahead) private pure {
        uint256 nonce = uint256(f.floor) + ahead;
        TraderWord before = _pack(f);
        TraderWord marked = before.withNonce(nonce);
        uint256 limit = uint256(f.floor) + 64 < 2 ** 24 - 1 ? uint256(f.floor) + 64 : 2 ** 24 - 1;
        assertEq(before.nonceLimit(), limit, "limit");
        uint256 distance = nonce - f.floor;
        bool used = distance < 32 && (f.used >> distance) & 1 == 1;
        if (nonce >= limit || used) {
            assertTrue(marked.isNone(), "refused");
            return;
        }
        bool[96] memory bits;
        for (uint256 i; i < 32; ++i) {
            bits[i] = (f.used >> i) & 1 == 1;
        }
        bits[distance] = true;
        uint256 from = distance >= 32 ? distance - 31 : 0;
        while (bits[from]) ++from;
        uint32 left;
        for (uint256 i; i < 32; ++i) {
            if (bits[from + i]) left |= uint32(1 << i);
        }
        (f.floor, f.used) = (uint24(f.floor + from), left);
        _assertFields(marked, f);
    }

    function testFuzz_ANonceBelowTheFloor_IsVoid(Fields memory f, uint256 nonce) external pure {
        if (f.floor == 0) f.floor = 1;
        assertTrue(_pack(f).withNonce(bound(nonce, 0, f.floor - 1)).isNone(), "void");
    }

    function test_TheLastNonce_IsNeverUsable() external pure {
        Fields memory f;
        (f.number, f.floor) = (1, 2 ** 24 - 2);
        TraderWord last = _pack(f).withNonce(2 ** 24 - 2);
        assertEq(last.nonceFloor(), 2 ** 24 - 1, "the floor has passed every nonce that is usable");
        assertTrue(last.withNonce(2 ** 24 - 1).isNone(), "the last");
        assertTrue(_pack(f).withNonce(2 ** 24 - 1).isNone(), "the last, from before");
    }

    function testFuzz_WhenTheFloorIsRaised_WhatLiesBelowIsVoid(Fields memory f, uint256 floor) external pure {
        if (f.floor == 2 ** 24 - 1) --f.floor;
        _keepPossible(f);
        uint256 raised = bound(floor, uint256(f.floor) + 1, 2 ** 24 - 1);
        uint256 shift = raised - f.floor;
        uint256 used = shift >= 32 ? 0 : uint256(f.used) >> shift;
        while (used & 1 == 1) (used, raised) = (used >> 1, raised + 1);
        TraderWord changed = _pack(f).withNonceFloor(f.floor + shift);
        (f.floor, f.used) = (uint24(raised), uint32(used));
        _assertFields(changed, f);
    }

    function testFuzz_TheSlack_IsTheLeastClaim(Fields memory f, uint96 lotValue) external pure {
        int256 claim = int256(uint256(f.claim));
        int256 other = claim + int256(f.net) * int256(uint256(lotValue));
        assertEq(_pack(f).slack(int256(uint256(lotValue))), other < claim ? other : claim, "slack");
    }

    function testFuzz_AFreshWord_HasItsNumberAlone(uint32 number) external pure {
        Fields memory f;
        f.number = number;
        _assertFields(TraderWords.fresh(number), f);
    }

    /// @dev The floor is always the first that is free, and no nonce from 2^24 - 1 on is ever used.
    function _keepPossible(Fields memory f) private pure {
        f.used &= type(uint32).max - 1;
        uint256 usable = 2 ** 24 - 1 - uint256(f.floor);
        if (usable < 32) f.used &= uint32(2 ** usable - 1);
    }

    function _fits(int256 claim, int256 net) private pure returns (bool) {
        return claim >= 0 && claim < 2 ** 96 && net >= type(int48).min && net <= type(int48).max;
    }

    function _pack(Fields memory f) private pure returns (TraderWord) {
        return
            TraderWord.wrap(
                (uint256(f.claim) << 160) |
                    (uint256(uint48(f.net)) << 112) |
                    (uint256(f.number) << 80) |
                    (uint256(f.floor) << 56) |
                    (uint256(f.used) << 24) |
                    (uint256(f.open) << 16) |
                    f.reserve
            );
    }

    function _assertFields(TraderWord t, Fields memory f) private pure {
        assertEq(t.claim(), int256(uint256(f.claim)), "claim");
        assertEq(t.net(), int256(f.net), "net");
        assertEq(t.number(), f.number, "number");
        assertEq(t.nonceFloor(), f.floor, "floor");
        assertEq(t.usedNonces(), f.used, "used");
        assertEq(t.openOrders(), f.open, "open");
        assertEq(t.reserve(), f.reserve, "reserve");
    }
}
