// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TraderSlot } from "../../../contracts/book/Traders.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Given a plain set of used nonces with a floor, when nonces are used and made void at random, then the slot agrees
contract TraderSlotNoncesTest is Test {
    uint64 private constant LAST = 2 ** 24 - 1;

    /// @dev nonceFloor 24 | usedNonces 32, above openOrders 8 | reserve 16.
    uint256 private constant NONCES = uint256(2 ** 56 - 1) << 24;

    mapping(uint64 nonce => bool) private _used;
    uint64 private _floor;
    uint256 private _others;
    TraderSlot private _slot;

    function testFuzz_Nonces_AgreeWithAPlainSet(uint256 seed, uint64 start) external {
        _begin(seed, uint64(bound(start, 0, LAST)));
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 40; ++i) {
            if (random.chance(10)) _raiseFloor(random);
            else _tryNonce(_near(random));
            _assertAgrees();
        }
    }

    function testFuzz_Nonces_NearTheEndOfTheirRange_AgreeWithAPlainSet(uint256 seed, uint8 distance) external {
        _begin(seed, LAST - distance);
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 40; ++i) {
            _tryNonce(_near(random));
            _assertAgrees();
        }
    }

    function testFuzz_WhenANonceIsFarAhead_TheWindowSlidesToIt(uint64 start, uint8 ahead) external pure {
        start = uint64(bound(start, 0, LAST - 100));
        uint64 nonce = start + uint64(bound(ahead, 33, 63));
        TraderSlot slot = TraderSlot.wrap(0).withNonceFloor(start + 1).withNonce(nonce);
        assertEq(slot.nonceFloor(), nonce - 31, "floor");
        assertTrue(slot.isUsed(start + 1), "an unused nonce below the new floor is void");
        assertTrue(slot.isUsed(nonce), "the nonce itself");
        assertTrue(!slot.isUsed(nonce - 1), "the one before it is free");
    }

    function testFuzz_WhenNoncesAreUsedInOrder_OnlyTheFloorMoves(uint64 start, uint8 count) external pure {
        start = uint64(bound(start, 1, LAST - 300));
        TraderSlot slot = TraderSlot.wrap(0).withNonceFloor(start);
        for (uint64 i; i < count; ++i) {
            slot = slot.withNonce(start + i);
        }
        assertEq(slot.nonceFloor(), start + count, "floor");
        assertEq(slot.usedNonces(), 0, "nothing is marked above it");
    }

    function test_AtTheEndOfTheRange_TheLastNonceIsNeverUsable_AndTheFloorCanPassAllOthers() external pure {
        TraderSlot slot = TraderSlot.wrap(~NONCES).withNonceFloor(LAST - 1);
        assertEq(slot.nonceLimit(), LAST, "limit");
        assertTrue(!slot.isUsed(LAST - 1), "the one before the last");
        slot = slot.withNonce(LAST - 1);
        assertEq(slot.nonceFloor(), LAST, "floor");
        assertEq(slot.usedNonces(), 0, "used");
        assertEq(slot.nonceLimit(), LAST, "nothing is left");
        assertEq(TraderSlot.unwrap(slot), (~NONCES) | (uint256(LAST) << 56), "every other bit");
    }

    function test_AllNoncesOfTheWindow_FillTheirField_AndNoBitBeside() external pure {
        for (uint64 i = 1; i < 32; ++i) {
            TraderSlot slot = TraderSlot.wrap(~NONCES).withNonce(i);
            assertEq(slot.usedNonces(), uint64(1) << i, "used");
            assertEq(TraderSlot.unwrap(slot) & ~NONCES, ~NONCES, "every other bit");
        }
        TraderSlot full = TraderSlot.wrap(0);
        for (uint64 i = 31; i > 0; --i) full = full.withNonce(i);
        assertEq(full.usedNonces(), 2 ** 32 - 2, "all but the floor's own");
        assertEq(TraderSlot.unwrap(full.withNonce(0)), uint256(32) << 56, "then the floor passes them all");
    }

    function test_EveryNonceFromWindowToReach_MovesTheFloor() external pure {
        for (uint64 ahead = 32; ahead < 64; ++ahead) {
            TraderSlot slot = TraderSlot.wrap(0).withNonce(ahead);
            assertEq(slot.nonceFloor(), ahead - 31, "floor");
            assertEq(slot.usedNonces(), 2 ** 31, "the last of the window");
        }
        assertEq(TraderSlot.wrap(0).nonceLimit(), 64, "and no further");
    }

    function _begin(uint256 seed, uint64 start) private {
        // Around the nonces is what they must not touch.
        _others = uint256(keccak256(abi.encode(seed))) & ~NONCES;
        _slot = TraderSlot.wrap(_others);
        if (start != 0) _slot = _slot.withNonceFloor(start);
        _floor = start;
    }

    function _near(Random memory random) private view returns (uint64) {
        uint256 from = _floor > 3 ? _floor - 3 : 0;
        uint256 nonce = from + random.below(random.chance(80) ? 35 : 70);
        return nonce > LAST ? LAST : uint64(nonce);
    }

    function _tryNonce(uint64 nonce) private {
        bool tooFar = uint256(nonce) >= uint256(_floor) + 64 || nonce == LAST;
        assertEq(nonce >= _slot.nonceLimit(), tooFar, "too far ahead");
        if (tooFar) return;
        bool used = nonce < _floor || _used[nonce];
        assertEq(_slot.isUsed(nonce), used, "used");
        if (used) return;
        _slot = _slot.withNonce(nonce);
        _used[nonce] = true;
        if (nonce - _floor >= 32) _floor = nonce - 31;
        _passUsed();
    }

    function _raiseFloor(Random memory random) private {
        uint64 room = LAST - _floor;
        if (room == 0) return;
        uint64 floor = _floor + uint64(bound(random.between(1, 45), 1, room));
        _slot = _slot.withNonceFloor(floor);
        _floor = floor;
        _passUsed();
    }

    function _passUsed() private {
        while (_used[_floor]) ++_floor;
    }

    function _assertAgrees() private view {
        assertEq(_slot.nonceFloor(), _floor, "floor");
        uint64 bits;
        for (uint64 i; i < 32 && _floor <= LAST - i; ++i) {
            if (_used[_floor + i]) bits |= uint64(1) << i;
        }
        assertEq(_slot.usedNonces(), bits, "used nonces from the floor up");
        assertEq(TraderSlot.unwrap(_slot) & ~NONCES, _others, "reserve, open orders and what stands above the nonces");
    }
}
