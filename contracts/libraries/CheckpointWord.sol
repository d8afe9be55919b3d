// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A checkpoint, which is what orders name as previousLink (R24).
/// head 160 | mark 32 | trades 32 | number 32   (most significant first)
/// head: the upper bits of the chain's head. mark: number of the block that made it. trades: the last tradeRootId. number: how many
/// checkpoints there were. Number 0 is the genesis: the upper bits of the domain separator, all else 0.
type CheckpointWord is uint256;

using CheckpointWords for CheckpointWord global;

/// @title Reading and making a checkpoint's word
/// @dev Casts cut out exactly the bits of their field.
library CheckpointWords {
    uint256 private constant COUNTS = 2 ** 96 - 1;

    function genesis(bytes32 domainSeparator) internal pure returns (CheckpointWord) {
        return CheckpointWord.wrap(uint256(domainSeparator) & ~COUNTS);
    }

    /// @dev The caller has seen that each count fits 32 bits.
    function pack(
        bytes32 head,
        uint256 mark_,
        uint256 trades_,
        uint256 number_
    ) internal pure returns (CheckpointWord) {
        return CheckpointWord.wrap((uint256(head) & ~COUNTS) | (mark_ << 64) | (trades_ << 32) | number_);
    }

    function mark(CheckpointWord c) internal pure returns (uint256) {
        return uint32(CheckpointWord.unwrap(c) >> 64);
    }

    function trades(CheckpointWord c) internal pure returns (uint256) {
        return uint32(CheckpointWord.unwrap(c) >> 32);
    }

    function number(CheckpointWord c) internal pure returns (uint256) {
        return uint32(CheckpointWord.unwrap(c));
    }

    function link(CheckpointWord c) internal pure returns (bytes32) {
        return bytes32(CheckpointWord.unwrap(c));
    }
}
