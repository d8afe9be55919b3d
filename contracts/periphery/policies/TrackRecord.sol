// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import { ITrackRecord } from "./ITrackRecord.sol";

/// @title Admits who did well enough in earlier sessions
contract TrackRecord is ITrackRecord {
    /// @inheritdoc ITrackRecord
    bytes32 public immutable ROOT;
    /// @inheritdoc ITrackRecord
    int256 public immutable LEAST_PROFIT_PPM;
    /// @inheritdoc ITrackRecord
    int256 public immutable LEAST_INFORMATION_PPM;

    mapping(address trader => bool) private _claimed;

    constructor(bytes32 root, int256 leastProfitPpm, int256 leastInformationPpm) {
        if (root == 0) revert TrackRecord_NoRoot();
        (ROOT, LEAST_PROFIT_PPM, LEAST_INFORMATION_PPM) = (root, leastProfitPpm, leastInformationPpm);
    }

    /// @inheritdoc ITrackRecord
    function claim(address trader, int256 profitPpm, int256 informationPpm, bytes32[] calldata proof) external {
        if (_claimed[trader]) return;
        if (profitPpm < LEAST_PROFIT_PPM || informationPpm < LEAST_INFORMATION_PPM) {
            revert TrackRecord_NotEnough(profitPpm, LEAST_PROFIT_PPM, informationPpm, LEAST_INFORMATION_PPM);
        }
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(trader, profitPpm, informationPpm))));
        if (!MerkleProof.verifyCalldata(proof, ROOT, leaf)) {
            revert TrackRecord_NotInTable(trader, profitPpm, informationPpm, ROOT);
        }
        _claimed[trader] = true;
        emit RecordClaimed(trader, profitPpm, informationPpm);
    }

    /// @notice Whether `trader` has shown a record that is good enough, whatever the book.
    function admits(address, address trader) external view returns (bool) {
        return _claimed[trader];
    }
}
