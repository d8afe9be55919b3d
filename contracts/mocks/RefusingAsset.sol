// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Test only: an asset whose issuer can stop it
contract RefusingAsset is ERC20("Refusing", "REF") {
    bool private _refuses;

    /// @notice The issuer has stopped transfers.
    error TransfersStopped();

    /// @notice Creates `amount` smallest units for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Stops transfers, or lets them go on.
    function refuse(bool yes) external {
        _refuses = yes;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_refuses) revert TransfersStopped();
        super._update(from, to, value);
    }
}
