// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { IParticipationPolicy } from "../interfaces/IParticipationPolicy.sol";

/// @dev What the book knows of a trader besides money, in one slot.
/// reserved 112 | openOrders 16 | nonceFloor 64 | usedNonces 64   (most significant first)
type TraderSlot is uint256;

using TraderSlots for TraderSlot global;

/// @title Reading and changing a trader's slot
library TraderSlots {
    uint256 private constant RESERVED_SHIFT = 144;
    uint256 private constant OPEN_SHIFT = 128;
    uint256 private constant BELOW_RESERVED_MASK = 2 ** RESERVED_SHIFT - 1;
    uint256 private constant NONCES_MASK = type(uint128).max;

    /// @dev What the field holds; a need beyond it only means that nothing can be withdrawn before the order is cancelled.
    uint256 private constant MAX_RESERVED = type(uint112).max;

    /// @dev Nonces tracked at and above the floor.
    uint256 internal constant NONCE_WINDOW = 64;
    /// @dev How far ahead a nonce may lie; more than the window moves the floor up (R26).
    uint256 internal constant NONCE_REACH = 128;

    /// @dev Wei that the trader's open orders may need, at most (R15). Casts below cut out exactly the bits of their field.
    function reserved(TraderSlot slot) internal pure returns (uint256) {
        return TraderSlot.unwrap(slot) >> RESERVED_SHIFT;
    }

    function openOrders(TraderSlot slot) internal pure returns (uint256) {
        return uint16(TraderSlot.unwrap(slot) >> OPEN_SHIFT);
    }

    function nonceFloor(TraderSlot slot) internal pure returns (uint64) {
        return uint64(TraderSlot.unwrap(slot) >> NONCE_WINDOW);
    }

    function usedNonces(TraderSlot slot) internal pure returns (uint64) {
        return uint64(TraderSlot.unwrap(slot));
    }

    /// @notice One more open order, which may need `need` wei. The reserve is the largest need, not the sum: orders share it.
    function opened(TraderSlot slot, uint256 need) internal pure returns (TraderSlot) {
        uint256 most = need > reserved(slot) ? need : reserved(slot);
        if (most > MAX_RESERVED) most = MAX_RESERVED;
        uint256 rest = TraderSlot.unwrap(slot) & BELOW_RESERVED_MASK;
        // Intake has seen that there are fewer open orders than an uint16 can count.
        unchecked {
            return TraderSlot.wrap((most << RESERVED_SHIFT) | (rest + (1 << OPEN_SHIFT)));
        }
    }

    /// @notice One open order less; the reserve ends with the last.
    function closed(TraderSlot slot) internal pure returns (TraderSlot) {
        uint256 left = openOrders(slot) - 1;
        uint256 most = left == 0 ? 0 : reserved(slot);
        return
            TraderSlot.wrap((most << RESERVED_SHIFT) | (left << OPEN_SHIFT) | (TraderSlot.unwrap(slot) & NONCES_MASK));
    }

    /// @notice The first nonce too far ahead. The very last uint64 is never usable, so that the floor can pass every nonce.
    function nonceLimit(TraderSlot slot) internal pure returns (uint64) {
        // The floor is a uint64.
        unchecked {
            uint256 limit = uint256(nonceFloor(slot)) + NONCE_REACH;
            return limit < type(uint64).max ? uint64(limit) : type(uint64).max;
        }
    }

    /// @notice Whether `nonce` was used or made void. The caller has checked that it is below `nonceLimit`.
    function isUsed(TraderSlot slot, uint64 nonce) internal pure returns (bool) {
        uint256 floor = nonceFloor(slot);
        if (nonce < floor) return true;
        // Not below the floor.
        unchecked {
            uint256 ahead = nonce - floor;
            return ahead < NONCE_WINDOW && (TraderSlot.unwrap(slot) >> ahead) & 1 == 1;
        }
    }

    /// @notice Marks an unused nonce. One beyond the window pulls the window along.
    function withNonce(TraderSlot slot, uint64 nonce) internal pure returns (TraderSlot) {
        uint256 floor = nonceFloor(slot);
        uint256 used = usedNonces(slot);
        // It is not below the floor, as it is unused; the floor stays below 2^64.
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

    /// @notice Voids every nonce below `floor`, which is higher than today's.
    function withNonceFloor(TraderSlot slot, uint64 floor) internal pure returns (TraderSlot) {
        uint256 shift = floor - nonceFloor(slot);
        uint256 used = shift >= NONCE_WINDOW ? 0 : uint256(usedNonces(slot)) >> shift;
        return _withNonces(slot, floor, used);
    }

    /// @dev Used nonces at the bottom only raise the floor: at most 64 rounds. floor stays below 2^64, because the last uint64
    /// is never used, and so does used.
    function _withNonces(TraderSlot slot, uint256 floor, uint256 used) private pure returns (TraderSlot) {
        unchecked {
            while (used & 1 == 1) {
                used >>= 1;
                ++floor;
            }
        }
        return TraderSlot.wrap((TraderSlot.unwrap(slot) & ~NONCES_MASK) | (floor << NONCE_WINDOW) | used);
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
        if (trader == address(0)) revert IBookRecords.Book_ZeroAddress();
        if (s.ids[trader] != 0) revert IBookRecords.Book_TraderExists(trader, s.ids[trader]);
        if (policy != address(0) && !_admits(policy, trader)) revert IBookRecords.Book_NotAdmitted(trader, policy);
        traderId = ++s.count;
        s.ids[trader] = traderId;
        emit IBookRecords.UserCreated(traderId, trader);
    }

    function registered(State storage s, address trader) internal view returns (uint32 traderId) {
        traderId = s.ids[trader];
        if (traderId == 0) revert IBookRecords.Book_TraderUnknown(trader);
    }

    function closeOrder(State storage s, uint32 traderId) internal {
        s.slots[traderId] = s.slots[traderId].closed();
    }

    /// @dev Read-only, so that a policy can change nothing here; whatever it does instead of saying yes is a no.
    function _admits(address policy, address trader) private view returns (bool) {
        (bool answered, bytes memory answer) = policy.staticcall(
            abi.encodeCall(IParticipationPolicy.admits, (address(this), trader))
        );
        return answered && answer.length >= 32 && abi.decode(answer, (uint256)) == 1;
    }
}
