// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20Upgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import { ERC20PermitUpgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import { EIP712Upgradeable } from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";

/// @dev ERC-20 with permit for clones: name and symbol come from the clone's code, so there is nothing to initialise and
/// nobody who could. The EIP-712 name follows the token's name, as wallets expect of ERC-2612.
abstract contract CloneToken is ERC20PermitUpgradeable {
    /// @inheritdoc ERC20Upgradeable
    function name() public view override returns (string memory) {
        return _tokenName();
    }

    /// @inheritdoc ERC20Upgradeable
    function symbol() public view override returns (string memory) {
        return _tokenSymbol();
    }

    function _tokenName() internal view virtual returns (string memory);

    function _tokenSymbol() internal view virtual returns (string memory);

    /// @inheritdoc EIP712Upgradeable
    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Name() internal view override returns (string memory) {
        return _tokenName();
    }

    /// @inheritdoc EIP712Upgradeable
    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Version() internal pure override returns (string memory) {
        return "1";
    }
}
