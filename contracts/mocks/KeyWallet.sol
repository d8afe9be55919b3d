// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Test only: a contract wallet (ERC-1271) that approves what its one key has signed
contract KeyWallet is IERC1271 {
    address private immutable KEY;

    /// @notice Only the key's holder moves the wallet.
    error NotTheKey(address caller);

    constructor(address key) {
        KEY = key;
    }

    /// @notice Calls `target` as the wallet.
    function act(address target, bytes calldata data) external returns (bytes memory answer) {
        if (msg.sender != KEY) revert NotTheKey(msg.sender);
        bool succeeded;
        (succeeded, answer) = target.call(data);
        if (!succeeded) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecover(digest, signature);
        return err == ECDSA.RecoverError.NoError && signer == KEY ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
