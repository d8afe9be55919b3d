// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { IOldParticipationPolicy } from "../interfaces/IParticipationPolicy.sol";

/// @dev What the book knows of a trader besides money, in one slot.
/// nonceFloor 24 | usedNonces 32 | openOrders 8 | reserve 16   (most significant first; the 176 bits above are zero)
type TraderSlot is uint256;

using TraderSlots for TraderSlot global;

/// @title Reading and changing a trader's slot
/// @dev Every change keeps the bits that are not its own, and every value that is put into a field has been seen to fit it.
library TraderSlots {
    uint256 private constant OPEN_SHIFT = 16;
    uint256 private constant USED_SHIFT = 24;
    uint256 private constant FLOOR_SHIFT = 56;
    uint256 private constant RESERVE_MASK = type(uint16).max;
    uint256 private constant NONCES_MASK = uint256(type(uint56).max) << USED_SHIFT;

    /// @dev So many units and more mean all that the trader has.
    uint256 private constant WHOLE_RESERVE = type(uint16).max;

    /// @dev Nonces tracked at and above the floor.
    uint256 internal constant NONCE_WINDOW = 32;
    /// @dev How far ahead a nonce may lie; more than the window moves the floor up (R26).
    uint256 internal constant NONCE_REACH = 64;
    /// @dev Never usable, so that the floor can pass every nonce.
    uint256 internal constant LAST_NONCE = type(uint24).max;

    /// @notice Wei that the trader's open orders may need, at most (R15). From 2^16 - 1 units on it is 2^16 of them, which is more than
    /// there are session tokens.
    /// @param shift a unit is 2^shift wei (BookTerms.reserveShift)
    function reserved(TraderSlot slot, uint256 shift) internal pure returns (uint256) {
        uint256 units = TraderSlot.unwrap(slot) & RESERVE_MASK;
        // At most 2^16, and the shift is at most 80.
        unchecked {
            return (units == WHOLE_RESERVE ? units + 1 : units) << shift;
        }
    }

    // Casts below cut out exactly the bits of their field.

    function openOrders(TraderSlot slot) internal pure returns (uint256) {
        return uint8(TraderSlot.unwrap(slot) >> OPEN_SHIFT);
    }

    function nonceFloor(TraderSlot slot) internal pure returns (uint64) {
        return uint24(TraderSlot.unwrap(slot) >> FLOOR_SHIFT);
    }

    function usedNonces(TraderSlot slot) internal pure returns (uint64) {
        return uint32(TraderSlot.unwrap(slot) >> USED_SHIFT);
    }

    /// @notice One more open order, which may need `need` wei. The reserve is the largest need, not the sum: orders share it. It is
    /// rounded up to whole units.
    function opened(TraderSlot slot, uint256 need, uint256 shift) internal pure returns (TraderSlot) {
        uint256 most = TraderSlot.unwrap(slot) & RESERVE_MASK;
        // The factory has seen that a trader may have at most as many open orders as a uint8 can count, and intake that there are
        // fewer. A need is below 2^223 and a unit below 2^81.
        unchecked {
            uint256 units = (need + (1 << shift) - 1) >> shift;
            if (units > WHOLE_RESERVE) units = WHOLE_RESERVE;
            if (units > most) most = units;
            return TraderSlot.wrap(((TraderSlot.unwrap(slot) & ~RESERVE_MASK) | most) + (1 << OPEN_SHIFT));
        }
    }

    /// @notice One open order less; the reserve ends with the last.
    function closed(TraderSlot slot) internal pure returns (TraderSlot) {
        uint256 left = openOrders(slot) - 1;
        // There was one.
        unchecked {
            uint256 word = TraderSlot.unwrap(slot) - (1 << OPEN_SHIFT);
            return TraderSlot.wrap(left == 0 ? word & ~RESERVE_MASK : word);
        }
    }

    /// @notice The first nonce too far ahead.
    function nonceLimit(TraderSlot slot) internal pure returns (uint64) {
        // The floor has 24 bits, and so has the least of the two.
        unchecked {
            uint256 limit = nonceFloor(slot) + NONCE_REACH;
            return uint64(limit < LAST_NONCE ? limit : LAST_NONCE);
        }
    }

    /// @notice Whether `nonce` was used or made void. The caller has checked that it is below `nonceLimit`.
    function isUsed(TraderSlot slot, uint64 nonce) internal pure returns (bool) {
        uint256 floor = nonceFloor(slot);
        if (nonce < floor) return true;
        // Not below the floor.
        unchecked {
            uint256 ahead = nonce - floor;
            return ahead < NONCE_WINDOW && (usedNonces(slot) >> ahead) & 1 == 1;
        }
    }

    /// @notice Marks an unused nonce. One beyond the window pulls the window along.
    function withNonce(TraderSlot slot, uint64 nonce) internal pure returns (TraderSlot) {
        uint256 floor = nonceFloor(slot);
        uint256 used = usedNonces(slot);
        // It is not below the floor, as it is unused, and below the limit; the floor stays below 2^24.
        unchecked {
            uint256 ahead = nonce - floor;
            if (ahead >= NONCE_WINDOW) {
                uint256 shift = ahead - (NONCE_WINDOW - 1);
                floor += shift;
                used >>= shift;
                ahead = NONCE_WINDOW - 1;
            }
            used |= 1 << ahead;
        }
        return _withNonces(slot, floor, used);
    }

    /// @notice Voids every nonce below `floor`, which is higher than today's and at most the last nonce.
    function withNonceFloor(TraderSlot slot, uint256 floor) internal pure returns (TraderSlot) {
        uint256 shift = floor - nonceFloor(slot);
        uint256 used = shift >= NONCE_WINDOW ? 0 : uint256(usedNonces(slot)) >> shift;
        return _withNonces(slot, floor, used);
    }

    /// @dev Used nonces at the bottom only raise the floor: at most 32 rounds. The floor stays at most the last nonce, because that is
    /// never used; `used` has 32 bits.
    function _withNonces(TraderSlot slot, uint256 floor, uint256 used) private pure returns (TraderSlot) {
        unchecked {
            while (used & 1 == 1) {
                used >>= 1;
                ++floor;
            }
        }
        return
            TraderSlot.wrap((TraderSlot.unwrap(slot) & ~NONCES_MASK) | (floor << FLOOR_SHIFT) | (used << USED_SHIFT));
    }
}

/// @title Who trades
library Traders {
    struct State {
        uint32 count;
        mapping(address trader => uint32) ids;
        mapping(uint32 traderId => TraderSlot) slots;
    }

    /// @notice Gives `trader` the next number, if the policy admits it (paper: createUser).
    function register(State storage s, address policy, address trader) internal returns (uint32 traderId) {
        if (trader == address(0)) revert IOldBookRecords.Book_ZeroAddress();
        if (s.ids[trader] != 0) revert IOldBookRecords.Book_TraderExists(trader, s.ids[trader]);
        if (policy != address(0) && !_admits(policy, trader)) revert IOldBookRecords.Book_NotAdmitted(trader, policy);
        traderId = ++s.count;
        s.ids[trader] = traderId;
        emit IOldBookRecords.UserCreated(traderId, trader);
    }

    function registered(State storage s, address trader) internal view returns (uint32 traderId) {
        traderId = s.ids[trader];
        if (traderId == 0) revert IOldBookRecords.Book_TraderUnknown(trader);
    }

    /// @notice Voids all nonces of a trader below `floor`, if that is higher than today's floor. The caller records it.
    function raiseNonceFloor(
        State storage s,
        uint32 traderId,
        address trader,
        uint64 floor
    ) internal returns (bool raised) {
        uint64 last = uint64(TraderSlots.LAST_NONCE); // of 24 bits
        if (floor > last) revert IOldBookRecords.Book_NonceTooFar(trader, floor, last + 1);
        TraderSlot slot = s.slots[traderId];
        if (floor <= slot.nonceFloor()) return false;
        s.slots[traderId] = slot.withNonceFloor(floor);
        return true;
    }

    function closeOrder(State storage s, uint32 traderId) internal {
        s.slots[traderId] = s.slots[traderId].closed();
    }

    /// @dev Read-only, so that a policy can change nothing here; whatever it does instead of saying yes is a no.
    function _admits(address policy, address trader) private view returns (bool) {
        (bool answered, bytes memory answer) = policy.staticcall(
            abi.encodeCall(IOldParticipationPolicy.admits, (address(this), trader))
        );
        return answered && answer.length >= 32 && abi.decode(answer, (uint256)) == 1;
    }
}
