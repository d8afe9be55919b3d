// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Where the bytes of a part begin in the calldata: behind the selector and five words.
uint256 constant PART_AT = 0xa4;

/// @title Parts of a batch that the book runs in calls of its own (see Batches)
/// @dev Only the book itself calls these. The part, as it is in a batch, comes behind the arguments, and behind it whatever is left of
/// the calldata: the signature of a wallet. Each ends with Chain.returnRecords.
interface IApart {
    /// @notice An order that fills or is killed, or a quote set: a refusal undoes everything that it did.
    /// @param newest the newest checkpoint before the batch
    /// @param trades the last tradeRootId so far
    /// @param limits strict 1 | maxMatches 2 | maxWalk 2, bytes
    /// @param approval what is known of an order's signature, see Signing
    /// @param length of the part
    function runApart(uint256 newest, uint256 trades, uint256 limits, uint256 approval, uint256 length) external;

    /// @notice The cancellations at the head of a batch: they are rare enough to be in another contract.
    function cancelApart(uint256 newest, uint256 trades, uint256 limits, uint256 approval, uint256 length) external;
}
