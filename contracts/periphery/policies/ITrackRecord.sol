// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";

/// @title Admits who did well enough in earlier sessions
/// @notice What each trader did is a table that `session score` makes of the sessions' logs, the same for everybody who has the logs; its
/// Merkle root is fixed when the policy is made, and so is what is wanted. Whoever is good enough claims a place once, before it
/// registers; anybody may do so for it. See docs/policies.md for what the figures mean.
/// @dev A leaf is keccak256(keccak256(abi.encode(trader, profitPpm, informationPpm))), pairs are sorted: the tree
/// of OpenZeppelin's merkle-tree over `["address", "int256", "int256"]`.
interface ITrackRecord is IParticipationPolicy {
    /// @notice `trader` has shown a record that is good enough.
    event RecordClaimed(address indexed trader, int256 profitPpm, int256 informationPpm);

    /// @notice A table needs a root.
    error TrackRecord_NoRoot();
    /// @notice The proof does not lead from this line to `root`.
    error TrackRecord_NotInTable(address trader, int256 profitPpm, int256 informationPpm, bytes32 root);
    /// @notice At least `leastProfitPpm` and `leastInformationPpm` are wanted.
    error TrackRecord_NotEnough(
        int256 profitPpm,
        int256 leastProfitPpm,
        int256 informationPpm,
        int256 leastInformationPpm
    );

    /// @notice The root of the tree over all lines of the table.
    function ROOT() external view returns (bytes32);

    /// @notice The least profit over the baseline, millionths of the baseline.
    function LEAST_PROFIT_PPM() external view returns (int256);

    /// @notice The least information, millionths.
    function LEAST_INFORMATION_PPM() external view returns (int256);

    /// @notice Shows the line of `trader`. A second time changes nothing.
    /// @param proof the other sides of the branches from its leaf up
    function claim(address trader, int256 profitPpm, int256 informationPpm, bytes32[] calldata proof) external;
}
