// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import { IAllowList } from "./IAllowList.sol";

/// @title Admits who is on a list
contract AllowList is IAllowList {
    /// @inheritdoc IAllowList
    bytes32 public immutable ROOT;

    mapping(address trader => bool) private _claimed;

    constructor(bytes32 root) {
        if (root == 0) revert AllowList_NoRoot();
        ROOT = root;
    }

    /// @inheritdoc IAllowList
    function claim(address trader, bytes32[] calldata proof) external {
        if (_claimed[trader]) return;
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(trader))));
        if (!MerkleProof.verifyCalldata(proof, ROOT, leaf)) revert AllowList_NotOnList(trader, ROOT);
        _claimed[trader] = true;
        emit Claimed(trader);
    }

    /// @notice Whether `trader` has claimed its place, whatever the book.
    function admits(address, address trader) external view returns (bool) {
        return _claimed[trader];
    }
}
