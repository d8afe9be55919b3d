// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";
import { PolicySet } from "./PolicySet.sol";

/// @title Admits whom one of its policies admits
contract AnyOf is PolicySet {
    constructor(address[] memory policies_) PolicySet(policies_) {}

    /// @inheritdoc IParticipationPolicy
    function admits(address book, address trader) external view returns (bool) {
        return _anyAnswers(true, book, trader);
    }
}
