// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";

/// @dev A record of the Ethereum Attestation Service, field by field as its version 1 returns it.
struct Attestation {
    bytes32 uid;
    bytes32 schema;
    uint64 time;
    uint64 expirationTime; // 0: none
    uint64 revocationTime; // 0: not revoked
    bytes32 refUID;
    address recipient;
    address attester;
    bool revocable;
    bytes data;
}

/// @title What is asked of the Ethereum Attestation Service
interface IAttestations {
    /// @notice The attestation with this number; all zero if there is none.
    function getAttestation(bytes32 uid) external view returns (Attestation memory);
}

/// @title Admits of whom one attester has said one thing
/// @notice Somebody presents an attestation; if it is of the schema and the attester of this policy, neither revoked nor expired, its
/// recipient is admitted from then on, to every book that names the policy. **What was presented stays**: an attestation that is
/// revoked or expires afterwards shuts nobody out. A book asks once, so it could not shut out who is registered anyway.
interface IAttested is IParticipationPolicy {
    /// @notice The attestation `uid` was found good for `trader`.
    event Presented(address indexed trader, bytes32 indexed uid);

    /// @notice The service has no code.
    error Attested_NoService(address service);
    /// @notice Every policy has a schema and an attester.
    error Attested_TermsMissing(bytes32 schema, address attester);
    /// @notice The service knows no such attestation.
    error Attested_Unknown(bytes32 uid);
    /// @notice The attestation is of another schema.
    error Attested_OtherSchema(bytes32 schema, bytes32 expected);
    /// @notice Somebody else attests it.
    error Attested_OtherAttester(address attester, address expected);
    /// @notice Its attester has revoked it.
    error Attested_Revoked(bytes32 uid, uint256 revokedAt);
    /// @notice It was good until `expiredAt`.
    error Attested_Expired(bytes32 uid, uint256 timestamp, uint256 expiredAt);

    /// @notice The Ethereum Attestation Service of this chain.
    function SERVICE() external view returns (IAttestations);

    /// @notice The number of the schema that counts.
    function SCHEMA() external view returns (bytes32);

    /// @notice Whose attestations count.
    function ATTESTER() external view returns (address);

    /// @notice Shows an attestation; its recipient is admitted from then on. Anybody may. A second one changes nothing.
    function present(bytes32 uid) external returns (address trader);
}
