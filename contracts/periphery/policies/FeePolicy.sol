// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";
import { IFeeVault } from "./IFeeVault.sol";

/// @title Admits who has paid the entry fee
contract FeePolicy is IParticipationPolicy {
    /// @notice Where the fee is paid.
    IFeeVault public immutable VAULT;

    /// @notice There is no vault at this address.
    error FeePolicy_NoVault(address vault);

    constructor(IFeeVault vault) {
        if (address(vault).code.length == 0) revert FeePolicy_NoVault(address(vault));
        VAULT = vault;
    }

    /// @inheritdoc IParticipationPolicy
    function admits(address book, address trader) external view returns (bool) {
        return VAULT.paid(book, trader);
    }
}
