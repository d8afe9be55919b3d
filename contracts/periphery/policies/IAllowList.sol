// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";

/// @title Admits who is on a list
/// @notice The list is fixed when the policy is made: a Merkle root over the addresses. Whoever is on it claims its place once, with a
/// proof, before it registers; anybody may do so for it. The list is the same for every book that names the policy.
/// @dev A leaf is keccak256(keccak256(abi.encode(trader))), pairs are sorted: the tree of @openzeppelin/merkle-tree over `["address"]`.
/// Hashed twice, a leaf is never taken for a node, nor a node for a leaf.
interface IAllowList is IParticipationPolicy {
    /// @notice `trader` has shown that it is on the list.
    event Claimed(address indexed trader);

    /// @notice A list needs a root.
    error AllowList_NoRoot();
    /// @notice The proof does not lead from `trader` to `root`.
    error AllowList_NotOnList(address trader, bytes32 root);

    /// @notice The root of the tree over all addresses on the list.
    function ROOT() external view returns (bytes32);

    /// @notice Shows that `trader` is on the list. A second time changes nothing.
    /// @param proof the other sides of the branches from its leaf up
    function claim(address trader, bytes32[] calldata proof) external;
}
