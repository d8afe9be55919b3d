// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Attestation, IAttestations, IAttested } from "./IAttested.sol";

/// @title Admits of whom one attester has said one thing
contract Attested is IAttested {
    /// @inheritdoc IAttested
    IAttestations public immutable SERVICE;
    /// @inheritdoc IAttested
    bytes32 public immutable SCHEMA;
    /// @inheritdoc IAttested
    address public immutable ATTESTER;

    mapping(address trader => bool) private _presented;

    constructor(IAttestations service, bytes32 schema, address attester) {
        if (address(service).code.length == 0) revert Attested_NoService(address(service));
        if (schema == 0 || attester == address(0)) revert Attested_TermsMissing(schema, attester);
        (SERVICE, SCHEMA, ATTESTER) = (service, schema, attester);
    }

    /// @inheritdoc IAttested
    function present(bytes32 uid) external returns (address trader) {
        Attestation memory a = SERVICE.getAttestation(uid);
        if (uid == 0 || a.uid != uid) revert Attested_Unknown(uid);
        if (a.schema != SCHEMA) revert Attested_OtherSchema(a.schema, SCHEMA);
        if (a.attester != ATTESTER) revert Attested_OtherAttester(a.attester, ATTESTER);
        if (a.revocationTime != 0) revert Attested_Revoked(uid, a.revocationTime);
        if (a.expirationTime != 0 && a.expirationTime <= block.timestamp) {
            revert Attested_Expired(uid, block.timestamp, a.expirationTime);
        }
        trader = a.recipient;
        if (_presented[trader]) return trader;
        _presented[trader] = true;
        emit Presented(trader, uid);
    }

    /// @notice Whether a good attestation of `trader` was presented, whatever the book.
    function admits(address, address trader) external view returns (bool) {
        return _presented[trader];
    }
}
