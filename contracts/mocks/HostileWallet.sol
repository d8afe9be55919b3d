// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Test only: a contract wallet that answers badly when it is asked for a signature
contract HostileWallet {
    enum Manner {
        Reverts, // with a long reason
        BurnsGas, // all it gets
        Garbage, // a word that is not the magic value
        Shifted, // the magic value in the low bytes of the word
        Short, // only the four bytes of the magic value
        Empty, // nothing at all
        Huge, // 100 kB that begin with another word
        HugeRevert, // 100 kB of reason
        Writes // changes its own storage before it says yes
    }

    Manner public immutable MANNER;
    uint256 private _written;

    /// @notice The wallet does not want to be asked.
    error Unwilling(string reason);

    constructor(Manner manner) {
        MANNER = manner;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        bytes4 magic = IERC1271.isValidSignature.selector;
        Manner manner = MANNER;
        if (manner == Manner.Reverts) revert Unwilling("the wallet does not want to be asked, and says so at length");
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
                mstore(free, not(0))
                return(free, 0x20)
            }
            case 3 {
                mstore(free, shr(224, magic))
                return(free, 0x20)
            }
            case 4 {
                mstore(free, magic)
                return(free, 0x04)
            }
            case 5 {
                return(free, 0x00)
            }
            case 6 {
                return(free, 100000)
            }
            case 7 {
                revert(free, 100000)
            }
        }
        return magic;
    }
}
