// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RootKind } from "../Types.sol";

/// @dev What every order needs of a root that was made by a record, in one word; zero if there is none.
/// settled 1 | bounded 1 | kind 6 | branches 8 | lo 32 | hi 32 | tickValue 64 | closesAt 32 | createdAt 32 | ladder 24 |
/// strikes up to lo 8 | strikes below hi 8 | strikes 8   (most significant first)
/// bounded: simplex, some leg has bounds of its own. branches: of a simplex root its outcomes. lo, hi: interval: the outcomes that are
/// still possible; simplex: 0 and the scale. createdAt: number of the checkpoint that first knew the root. The last four are of an
/// interval root alone, see Ladder.
type RootWord is uint256;

using RootWords for RootWord global;

/// @title Reading and changing a root's word
/// @dev Casts cut out exactly the bits of their field.
library RootWords {
    uint256 private constant SETTLED = 1 << 255;
    uint256 private constant BOUNDED = 1 << 254;
    uint256 private constant BRANCHES_SHIFT = 240;
    uint256 private constant LO_SHIFT = 208;
    uint256 private constant HI_SHIFT = 176;
    uint256 private constant TICK_VALUE_SHIFT = 112;
    uint256 private constant CLOSES_SHIFT = 80;
    uint256 private constant CREATED_SHIFT = 48;
    uint256 private constant LADDER_SHIFT = 24;
    uint256 private constant LADDER_FIELDS = 2 ** 48 - 1;

    /// @dev Each argument is of its field's width; the caller has seen to it. Casts keep the two's complement of an int32.
    function pack(
        RootKind kind_,
        uint256 branches_,
        int256 lo_,
        int256 hi_,
        uint256 tickValue_,
        uint256 closesAt_,
        uint256 createdAt_
    ) internal pure returns (RootWord) {
        return
            RootWord.wrap(
                (uint256(kind_) << 248) |
                    (branches_ << BRANCHES_SHIFT) |
                    (uint256(uint32(int32(lo_))) << LO_SHIFT) |
                    (uint256(uint32(int32(hi_))) << HI_SHIFT) |
                    (tickValue_ << TICK_VALUE_SHIFT) |
                    (closesAt_ << CLOSES_SHIFT) |
                    (createdAt_ << CREATED_SHIFT)
            );
    }

    function isNone(RootWord r) internal pure returns (bool) {
        return RootWord.unwrap(r) == 0;
    }

    function kind(RootWord r) internal pure returns (RootKind) {
        return RootKind((RootWord.unwrap(r) >> 248) & 0x3f);
    }

    function isInterval(RootWord r) internal pure returns (bool) {
        return (RootWord.unwrap(r) >> 248) & 0x3f == uint256(RootKind.Interval);
    }

    function settled(RootWord r) internal pure returns (bool) {
        return RootWord.unwrap(r) & SETTLED != 0;
    }

    function bounded(RootWord r) internal pure returns (bool) {
        return RootWord.unwrap(r) & BOUNDED != 0;
    }

    function branches(RootWord r) internal pure returns (uint256) {
        return uint8(RootWord.unwrap(r) >> BRANCHES_SHIFT);
    }

    function lo(RootWord r) internal pure returns (int256) {
        return int32(uint32(RootWord.unwrap(r) >> LO_SHIFT));
    }

    function hi(RootWord r) internal pure returns (int256) {
        return int32(uint32(RootWord.unwrap(r) >> HI_SHIFT));
    }

    function tickValue(RootWord r) internal pure returns (uint256) {
        return uint64(RootWord.unwrap(r) >> TICK_VALUE_SHIFT);
    }

    function closesAt(RootWord r) internal pure returns (uint256) {
        return uint32(RootWord.unwrap(r) >> CLOSES_SHIFT);
    }

    function createdAt(RootWord r) internal pure returns (uint256) {
        return uint32(RootWord.unwrap(r) >> CREATED_SHIFT);
    }

    /// @dev The number of the contract that has the strikes.
    function ladder(RootWord r) internal pure returns (uint256) {
        return uint24(RootWord.unwrap(r) >> LADDER_SHIFT);
    }

    function strikesUpToLo(RootWord r) internal pure returns (uint256) {
        return uint8(RootWord.unwrap(r) >> 16);
    }

    function strikesBelowHi(RootWord r) internal pure returns (uint256) {
        return uint8(RootWord.unwrap(r) >> 8);
    }

    function strikes(RootWord r) internal pure returns (uint256) {
        return uint8(RootWord.unwrap(r));
    }

    /// @notice The bounds of an interval root; settled if they meet. Casts: bounds only tighten, and were int32 at the start.
    function withBounds(RootWord r, int256 lo_, int256 hi_) internal pure returns (RootWord) {
        uint256 fields = (uint256(type(uint32).max) << LO_SHIFT) | (uint256(type(uint32).max) << HI_SHIFT);
        uint256 word =
            (RootWord.unwrap(r) & ~fields) |
                (uint256(uint32(int32(lo_))) << LO_SHIFT) |
                (uint256(uint32(int32(hi_))) << HI_SHIFT);
        return RootWord.wrap(lo_ == hi_ ? word | SETTLED : word);
    }

    /// @notice Legs of a simplex root have bounds of their own from here on.
    function asBounded(RootWord r, bool settled_) internal pure returns (RootWord) {
        uint256 word = RootWord.unwrap(r) | BOUNDED;
        return RootWord.wrap(settled_ ? word | SETTLED : word);
    }

    function withBranches(RootWord r, uint256 branches_) internal pure returns (RootWord) {
        uint256 rest = RootWord.unwrap(r) & ~(uint256(type(uint8).max) << BRANCHES_SHIFT);
        return RootWord.wrap(rest | (branches_ << BRANCHES_SHIFT));
    }

    /// @notice Where the strikes are, how many there are, and how they lie to the bounds. Each is of its field's width.
    function withLadder(
        RootWord r,
        uint256 ladder_,
        uint256 upToLo,
        uint256 belowHi,
        uint256 strikes_
    ) internal pure returns (RootWord) {
        uint256 rest = RootWord.unwrap(r) & ~LADDER_FIELDS;
        return RootWord.wrap(rest | (ladder_ << LADDER_SHIFT) | (upToLo << 16) | (belowHi << 8) | strikes_);
    }
}
