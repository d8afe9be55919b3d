// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Taking in exactly so much of a token that may be hostile
abstract contract ExactTransfers {
    using SafeERC20 for IERC20;

    /// @notice The token did not deliver exactly what was asked for (fee on transfer?); nothing was taken.
    error Transfer_ReceivedOtherAmount(address token, uint256 received, uint256 expected);

    /// @dev What the token says it moved is not believed; the balance is. It comes last, under a reentrancy guard.
    function _pullExactly(IERC20 token, address from, uint256 amount) internal {
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 balance = token.balanceOf(address(this));
        // A balance that fell is none of what was expected: amounts are above zero.
        uint256 received = balance < balanceBefore ? 0 : balance - balanceBefore;
        if (received != amount) revert Transfer_ReceivedOtherAmount(address(token), received, amount);
    }
}
