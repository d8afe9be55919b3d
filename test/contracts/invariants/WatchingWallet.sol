// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";

/// @title A contract account that says yes only while the book has not changed since its call began
/// @dev R41: a book that asks in the middle of a match would have a good order refused, and the model would notice.
contract WatchingWallet is IERC1271 {
    address private immutable OWNER;
    address[] private _watched;
    IOrderBook private _book;
    bytes32 private _expected;

    constructor(address owner_) {
        OWNER = owner_;
    }

    function watch(IOrderBook book, address[] calldata accounts) external {
        (_book, _watched) = (book, accounts);
    }

    /// @notice To be called right before the book is.
    function remember() external {
        _expected = _fingerprint();
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (signer != OWNER || _fingerprint() != _expected) return 0;
        return IERC1271.isValidSignature.selector;
    }

    /// @dev Claim and worst case of everybody: a fill changes both parties'.
    function _fingerprint() private view returns (bytes32 fingerprint) {
        for (uint256 i; i < _watched.length; ++i) {
            (int256 claim, int256 worst, uint256 openOrders, ) = _book.accountOf(_watched[i]);
            fingerprint = keccak256(abi.encode(fingerprint, claim, worst, openOrders));
        }
    }
}
