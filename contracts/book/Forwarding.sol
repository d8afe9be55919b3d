// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookBase } from "./BookBase.sol";

/// @title Forwards what a contract does not know
/// @dev As OpenZeppelin's Proxy, but in memory that is not taken: assembly that writes anywhere keeps the compiler from using memory
/// for its own variables in all of the contract, and from inlining much.
abstract contract Forwarding is BookBase {
    address private immutable NEXT;

    constructor(address next) {
        NEXT = next;
    }

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        // What is forwarded would be at home elsewhere, and take this code for a clone's.
        _refuseOutside();
        address next = NEXT;
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, 0x00, calldatasize())
            let done := delegatecall(gas(), next, m, calldatasize(), 0x00, 0x00)
            returndatacopy(m, 0x00, returndatasize())
            switch done
            case 0 {
                revert(m, returndatasize())
            }
            default {
                return(m, returndatasize())
            }
        }
    }

    /// @dev Where everything else is.
    function _rest() internal view returns (address) {
        return NEXT;
    }
}
