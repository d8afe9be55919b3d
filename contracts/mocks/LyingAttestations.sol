// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Attestation, IAttestations } from "../periphery/policies/IAttested.sol";

/// @title Test only: a service that answers every question with the same attestation
contract LyingAttestations is IAttestations {
    IAttestations private immutable REAL;
    bytes32 private immutable UID;

    constructor(IAttestations real, bytes32 uid) {
        (REAL, UID) = (real, uid);
    }

    /// @inheritdoc IAttestations
    function getAttestation(bytes32) external view returns (Attestation memory) {
        return REAL.getAttestation(UID);
    }
}
