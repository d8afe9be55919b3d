// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Test only: a policy that answers badly
contract HostilePolicy {
    enum Manner {
        Reverts,
        BurnsGas, // all it gets
        Two, // the word 2, which is no boolean
        Short, // 31 bytes
        Empty, // nothing at all
        Writes // changes its own storage before it says yes
    }

    Manner public immutable MANNER;
    uint256 private _written;

    /// @notice The policy does not want to be asked.
    error Unwilling();

    constructor(Manner manner) {
        MANNER = manner;
    }

    function admits(address, address) external returns (bool) {
        Manner manner = MANNER;
        if (manner == Manner.Reverts) revert Unwilling();
        if (manner == Manner.BurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (manner == Manner.Writes) _written = 1;
        assembly ("memory-safe") {
            let free := mload(0x40)
            switch manner
            case 2 {
                mstore(free, 2)
                return(free, 0x20)
            }
            case 3 {
                mstore(free, 1)
                return(free, 0x1f)
            }
            case 4 {
                return(free, 0x00)
            }
        }
        return true;
    }
}
