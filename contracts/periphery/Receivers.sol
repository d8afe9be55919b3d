// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Where nothing is sent, for it would be lost
library Receivers {
    /// @notice Nothing is sent to the zero address, to the contract that would send it, or to the token or vault that would keep it.
    error Receiver_Invalid(address receiver);

    /// @param keeper what never gives back what it is sent: the token itself, or the session whose claims are sent
    function check(address to, address keeper) internal view {
        if (to == address(0) || to == address(this) || to == keeper) revert Receiver_Invalid(to);
    }
}
