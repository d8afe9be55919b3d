// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { Hostile } from "../../../contracts/mocks/Hostile.sol";

/// @dev What a wallet contract may do when it is asked for a signature.
enum Manner {
    Honest, // says yes to its owner's signatures
    Approving, // says yes to everything
    Reverting,
    BurningGas,
    Garbage, // some other word
    Short, // the right selector in 4 bytes only
    Huge, // no, in half a megabyte
    Silent, // nothing at all
    Dirty // the selector with further bits set
}

/// @title A contract account that answers ERC-1271 in some manner
contract Wallet is IERC1271, Hostile {
    address public immutable OWNER;
    Manner public immutable MANNER;

    constructor(address owner_, Manner manner_) {
        (OWNER, MANNER) = (owner_, manner_);
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        Manner manner = MANNER;
        bytes32 yes = bytes32(IERC1271.isValidSignature.selector);
        if (manner == Manner.Approving) return IERC1271.isValidSignature.selector;
        if (manner == Manner.Reverting) _refuse();
        if (manner == Manner.BurningGas) while (true) {}
        if (manner == Manner.Garbage) _answer(keccak256("garbage"), 32);
        if (manner == Manner.Short) _answer(yes, 4);
        if (manner == Manner.Huge) _answer(0, 500_000);
        if (manner == Manner.Silent) _answer(0, 0);
        if (manner == Manner.Dirty) _answer(yes | bytes32(uint256(1)), 32);
        (address signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        return signer == OWNER ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
