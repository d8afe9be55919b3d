// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev All that an order asks of its trader, in one word at the trader's address; zero if the address is not registered.
/// claim 96 | net lots 48 | number 32 | nonce floor 24 | used nonces 32 | open orders 8 | reserve 16   (most significant first)
/// claim: wei of the claim on the basket's last leg, every other root at its stored worst (R16).
/// net: a basket of two legs: lots of leg 1 less lots of leg 2. More legs: the least of 0 and the lots of any leg less those of the
/// last. One leg: 0. A full set of legs is cash: it changes every claim alike and none of the differences. So every claim is
/// claim + (difference) * lotValue, and the least of all is claim + min(0, net) * lotValue, whatever the basket.
/// used: bit i says that nonce floor + i was used.
/// reserve: the greatest need of an open order in units of 2^shift wei, rounded up; all ones mean everything (R15).
type TraderWord is uint256;

using TraderWords for TraderWord global;

/// @title Reading and changing a trader's word
/// @dev Casts cut out exactly the bits of their field.
library TraderWords {
    uint256 private constant CLAIM_SHIFT = 160;
    uint256 private constant NET_SHIFT = 112;
    uint256 private constant NUMBER_SHIFT = 80;
    uint256 private constant FLOOR_SHIFT = 56;
    uint256 private constant USED_SHIFT = 24;
    uint256 private constant OPEN_SHIFT = 16;
    uint256 private constant BELOW_NET = 2 ** NET_SHIFT - 1;
    uint256 private constant NONCES = (2 ** 56 - 1) << USED_SHIFT;

    /// @dev Claims stay below this, and so does the supply of a session.
    uint256 internal constant CLAIM_LIMIT = 2 ** 96;
    /// @dev In the field it stands for "everything".
    uint256 internal constant MAX_RESERVE = type(uint16).max;
    /// @dev Nonces tracked at and above the floor.
    uint256 internal constant NONCE_WINDOW = 32;
    /// @dev How far ahead a nonce may lie; more than the window moves the floor up (R26).
    uint256 internal constant NONCE_REACH = 64;
    /// @dev The greatest floor. The nonce of that number is never usable, so that the floor can pass every nonce.
    uint256 internal constant MAX_FLOOR = 2 ** 24 - 1;

    // ------------------------------------------------------------------ reading

    /// @notice The word of a trader who was just registered.
    function fresh(uint256 number_) internal pure returns (TraderWord) {
        return TraderWord.wrap(number_ << NUMBER_SHIFT);
    }

    function isNone(TraderWord t) internal pure returns (bool) {
        return TraderWord.unwrap(t) == 0;
    }

    function claim(TraderWord t) internal pure returns (int256) {
        return int256(TraderWord.unwrap(t) >> CLAIM_SHIFT);
    }

    function net(TraderWord t) internal pure returns (int256) {
        return int48(uint48(TraderWord.unwrap(t) >> NET_SHIFT));
    }

    function number(TraderWord t) internal pure returns (uint256) {
        return uint32(TraderWord.unwrap(t) >> NUMBER_SHIFT);
    }

    function nonceFloor(TraderWord t) internal pure returns (uint256) {
        return uint24(TraderWord.unwrap(t) >> FLOOR_SHIFT);
    }

    function usedNonces(TraderWord t) internal pure returns (uint256) {
        return uint32(TraderWord.unwrap(t) >> USED_SHIFT);
    }

    function openOrders(TraderWord t) internal pure returns (uint256) {
        return uint8(TraderWord.unwrap(t) >> OPEN_SHIFT);
    }

    function reserve(TraderWord t) internal pure returns (uint256) {
        return uint16(TraderWord.unwrap(t));
    }

    /// @notice Wei that the trader's open orders may need, at most (R15). All ones are one unit more than that, which is more than there
    /// are session tokens.
    /// @param shift a unit is 2^shift wei (BookTerms.reserveShift)
    function reservedWei(TraderWord t, uint256 shift) internal pure returns (uint256) {
        uint256 units = t.reserve();
        // At most 2^16, and the shift is at most 80.
        unchecked {
            return (units == MAX_RESERVE ? units + 1 : units) << shift;
        }
    }

    /// @notice Net collateral in the worst joint outcome, by the stored worsts of all roots (R11): never negative.
    /// @dev claim < 2^96, |net| < 2^47, lotValue < 2^96: below 2^144.
    function slack(TraderWord t, int256 lotValue) internal pure returns (int256 least) {
        unchecked {
            least = t.claim();
            int256 behind = t.net();
            if (behind < 0) least += behind * lotValue;
        }
    }

    // ------------------------------------------------------------------ money

    /// @notice Whether a trader's word has room for these. A word is written with nothing that does not fit.
    function fits(int256 claim_, int256 net_) internal pure returns (bool) {
        // Casts: a negative claim is far above the limit; who is changed by the other does not fit.
        return uint256(claim_) < CLAIM_LIMIT && int48(net_) == net_;
    }

    /// @dev The caller has seen that it `fits`. The cast keeps the two's complement of an int48.
    function withMoney(TraderWord t, int256 claim_, int256 net_) internal pure returns (TraderWord) {
        return
            TraderWord.wrap(
                (uint256(claim_) << CLAIM_SHIFT) |
                    (uint256(uint48(int48(net_))) << NET_SHIFT) |
                    (TraderWord.unwrap(t) & BELOW_NET)
            );
    }

    // ------------------------------------------------------------------ open orders

    /// @notice One more open order, which may need `units` of the reserve. It is the largest need, not the sum: orders share it.
    /// @dev Intake has seen that there are fewer than maxOpenOrders, which is at most 255.
    function opened(TraderWord t, uint256 units) internal pure returns (TraderWord) {
        if (units > MAX_RESERVE) units = MAX_RESERVE;
        uint256 word = TraderWord.unwrap(t);
        unchecked {
            if (units > uint16(word)) word += units - uint16(word);
            return TraderWord.wrap(word + (1 << OPEN_SHIFT));
        }
    }

    /// @notice One open order less; the reserve ends with the last.
    /// @dev Only for an order that is open, so the count is not zero.
    function closed(TraderWord t) internal pure returns (TraderWord) {
        unchecked {
            uint256 word = TraderWord.unwrap(t) - (1 << OPEN_SHIFT);
            return TraderWord.wrap(uint8(word >> OPEN_SHIFT) == 0 ? word & ~MAX_RESERVE : word);
        }
    }

    // ------------------------------------------------------------------ nonces (R26)

    /// @notice The first nonce that is too far ahead.
    function nonceLimit(TraderWord t) internal pure returns (uint256) {
        unchecked {
            uint256 limit = t.nonceFloor() + NONCE_REACH;
            return limit < MAX_FLOOR ? limit : MAX_FLOOR;
        }
    }

    /// @notice Marks a nonce. One beyond the window pulls the window along.
    /// @return marked no word at all if the nonce was used, is void, or is not below `nonceLimit`
    function withNonce(TraderWord t, uint256 nonce) internal pure returns (TraderWord marked) {
        unchecked {
            // The next one in turn, and none ahead of it used: only the floor goes up.
            if (nonce == t.nonceFloor() && t.usedNonces() == 0 && nonce < MAX_FLOOR) {
                marked = TraderWord.wrap(TraderWord.unwrap(t) + (1 << FLOOR_SHIFT));
            } else {
                marked = _withAnyNonce(t, nonce);
            }
        }
    }

    function _withAnyNonce(TraderWord t, uint256 nonce) private pure returns (TraderWord) {
        uint256 floor = t.nonceFloor();
        uint256 used = t.usedNonces();
        unchecked {
            // Below the floor this is far beyond the reach.
            uint256 ahead = nonce - floor;
            if (ahead >= NONCE_REACH || nonce >= MAX_FLOOR) return TraderWord.wrap(0);
            if (ahead >= NONCE_WINDOW) {
                floor += ahead - (NONCE_WINDOW - 1);
                used >>= ahead - (NONCE_WINDOW - 1);
                ahead = NONCE_WINDOW - 1;
            }
            uint256 bit = 1 << ahead;
            return used & bit == 0 ? _withNonces(t, floor, used | bit) : TraderWord.wrap(0);
        }
    }

    /// @notice Voids every nonce below `floor`, which is above today's and at most MAX_FLOOR.
    function withNonceFloor(TraderWord t, uint256 floor) internal pure returns (TraderWord) {
        return _withNonces(t, floor, t.usedNonces() >> (floor - t.nonceFloor()));
    }

    /// @dev Used nonces at the bottom only raise the floor: at most 32 rounds. It stays within MAX_FLOOR, because no nonce from
    /// there on is ever used; `used` fits its 32 bits.
    function _withNonces(TraderWord t, uint256 floor, uint256 used) private pure returns (TraderWord) {
        unchecked {
            while (used & 1 == 1) {
                used >>= 1;
                ++floor;
            }
        }
        return TraderWord.wrap((TraderWord.unwrap(t) & ~NONCES) | (floor << FLOOR_SHIFT) | (used << USED_SHIFT));
    }
}
