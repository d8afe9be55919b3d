// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Test only: what a contract may do to whoever asks it
abstract contract Hostile {
    uint256 private _written;

    /// @notice The contract does not want to be asked.
    error Unwilling(string reason);

    function _refuse() internal pure {
        revert Unwilling("the contract does not want to be asked, and says so at length");
    }

    function _burnGas() internal pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function _write() internal {
        _written = 1;
    }

    /// @dev Ends the call with `length` bytes that begin with `word`.
    function _answer(bytes32 word, uint256 length) internal pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, word)
            return(free, length)
        }
    }

    function _revertWith(uint256 length) internal pure {
        assembly ("memory-safe") {
            revert(mload(0x40), length)
        }
    }
}
