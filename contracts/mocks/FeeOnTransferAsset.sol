// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Test only: an asset that keeps one per cent of every transfer
contract FeeOnTransferAsset is ERC20("Fee on transfer", "FEE") {
    /// @notice Creates `amount` smallest units for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @dev The fee is burnt; minting and burning are free of it.
    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, value);
        uint256 fee = value / 100;
        super._update(from, address(0), fee);
        super._update(from, to, value - fee);
    }
}
