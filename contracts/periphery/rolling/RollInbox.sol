// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import { IRoller } from "./IRoller.sol";

/// @title A place for one holder's tokens that one roller may fetch (see IRoller.inboxOf)
/// @dev A clone whose code holds its roller; whose it is follows from its address, for the roller's salt is the holder.
contract RollInbox {
    using SafeERC20 for IERC20;

    /// @notice Sends tokens from here. Its roller only.
    function send(IERC20 token, address to, uint256 amount) external {
        address roller = abi.decode(Clones.fetchCloneArgs(address(this)), (address));
        if (msg.sender != roller) revert IRoller.Roller_NotItsInbox(msg.sender, roller);
        token.safeTransfer(to, amount);
    }
}
