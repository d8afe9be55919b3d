// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC3156FlashBorrower } from "@openzeppelin/contracts/interfaces/IERC3156FlashBorrower.sol";
import { IERC3156FlashLender } from "@openzeppelin/contracts/interfaces/IERC3156FlashLender.sol";

/// @title Test only: makes calls with money that it has for the time of a call
contract FlashBorrower is IERC3156FlashBorrower {
    /// @notice The call at `index` (from 0) failed.
    error CallFailed(uint256 index, bytes reason);

    /// @notice Borrows `amount`, calls each of `targets` with its data, and gives the money back.
    function run(address token, uint256 amount, address[] calldata targets, bytes[] calldata calls) external {
        IERC3156FlashLender(token).flashLoan(this, token, amount, abi.encode(targets, calls));
    }

    /// @inheritdoc IERC3156FlashBorrower
    function onFlashLoan(
        address,
        address token,
        uint256 amount,
        uint256 fee,
        bytes calldata data
    ) external returns (bytes32) {
        (address[] memory targets, bytes[] memory calls) = abi.decode(data, (address[], bytes[]));
        for (uint256 i; i < targets.length; ++i) {
            (bool succeeded, bytes memory reason) = targets[i].call(calls[i]);
            if (!succeeded) revert CallFailed(i, reason);
        }
        IERC20(token).approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}
