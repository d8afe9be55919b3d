// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

import { ILegToken } from "./interfaces/ILegToken.sol";
import { CloneToken } from "./token/CloneToken.sol";

/// @title A claim on one asset of a session
/// @dev A clone; its session and its number are in its code.
contract LegToken is CloneToken, ILegToken {
    modifier onlySession() {
        (address owner, ) = _args();
        if (msg.sender != owner) revert LegToken_NotSession(msg.sender, owner);
        _;
    }

    /// @inheritdoc ILegToken
    function mint(address to, uint256 amount) external onlySession {
        _mint(to, amount);
    }

    /// @inheritdoc ILegToken
    function burn(address from, uint256 amount) external onlySession {
        _burn(from, amount);
    }

    /// @inheritdoc ILegToken
    function session() external view returns (address owner) {
        (owner, ) = _args();
    }

    /// @inheritdoc ILegToken
    function leg() external view returns (uint256 number) {
        (, number) = _args();
    }

    function _tokenName() internal view override returns (string memory) {
        (address owner, uint256 number) = _args();
        return string.concat(IERC20Metadata(owner).name(), " leg ", Strings.toString(number));
    }

    function _tokenSymbol() internal view override returns (string memory) {
        (address owner, uint256 number) = _args();
        return string.concat(IERC20Metadata(owner).symbol(), "-", Strings.toString(number));
    }

    function _args() private view returns (address owner, uint256 number) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (address, uint256));
    }
}
