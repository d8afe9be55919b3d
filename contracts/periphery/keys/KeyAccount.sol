// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import { Domain } from "../../libraries/Domain.sol";
import { Signatures } from "../../libraries/Signatures.sol";
import { TypedData } from "../../libraries/TypedData.sol";
import { CancelTrades, TradePackage } from "../../Types.sol";
import { IKeyAccount, KeyLimits } from "./IKeyAccount.sol";

/// @title An account in the book whose owner lends keys, each within limits (see IKeyAccount)
/// @dev Whether a signature is good follows from the limits and from what was signed, and from nothing that trades change: the book asks for all
/// signatures of a call before anything happens, so a limit on positions would be passed by many orders at once. What bounds their
/// sum is nonces, of which the book takes each once.
/// An account with a key of its own may delegate its code to one of these (EIP-7702) whose OWNER it is itself; limits are in
/// its own storage then, in a place that nothing else uses.
contract KeyAccount is IKeyAccount {
    uint256 private constant KEY_BYTES = 65;
    /// @dev What is signed has words only.
    uint256 private constant ORDER_BYTES = 9 * 32;
    uint256 private constant CANCELLATION_BYTES = 5 * 32;
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant LIMITS = keccak256("session-contracts.key-account.limits");

    /// @inheritdoc IKeyAccount
    address public immutable OWNER;

    modifier onlyOwner() {
        if (msg.sender != OWNER) revert KeyAccount_NotOwner(msg.sender, OWNER);
        _;
    }

    constructor(address owner) {
        if (owner == address(0)) revert KeyAccount_NoOwner();
        OWNER = owner;
    }

    /// @dev As an account without code does.
    receive() external payable {}

    /// @inheritdoc IKeyAccount
    function grantKey(address key, KeyLimits calldata limits) external onlyOwner {
        if (key == address(0) || limits.book == address(0)) revert KeyAccount_LimitsMissing(key, limits.book);
        _limits()[key] = limits;
        emit KeyGranted(key, limits);
    }

    /// @inheritdoc IKeyAccount
    function revokeKey(address key) external onlyOwner {
        if (_limits()[key].book == address(0)) revert KeyAccount_KeyUnknown(key);
        delete _limits()[key];
        emit KeyRevoked(key);
    }

    /// @inheritdoc IKeyAccount
    function act(address target, uint256 value, bytes calldata data) external onlyOwner returns (bytes memory answer) {
        if (data.length != 0) return Address.functionCallWithValue(target, data, value);
        Address.sendValue(payable(target), value);
    }

    /// @inheritdoc IKeyAccount
    function limitsOf(address key) external view returns (KeyLimits memory) {
        return _limits()[key];
    }

    /// @inheritdoc IERC1271
    /// @notice Yes if a key that is lent has signed `digest`, and may.
    /// @dev Reverts for what cannot be decoded, which is a no to the book.
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        if (signature.length < KEY_BYTES) return 0;
        (address key, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signature[:KEY_BYTES]);
        if (err != ECDSA.RecoverError.NoError) return 0;
        KeyLimits memory limits = _limits()[key];
        if (limits.book == address(0)) return 0;
        return _maySign(limits, digest, signature[KEY_BYTES:]) ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    /// @param signed what `digest` is said to be of
    function _maySign(KeyLimits memory limits, bytes32 digest, bytes calldata signed) private view returns (bool) {
        bytes32 typehash;
        if (signed.length == ORDER_BYTES) {
            if (!_mayOrder(limits, abi.decode(signed, (TradePackage)))) return false;
            typehash = TypedData.TRADE_PACKAGE_TYPEHASH;
        } else if (signed.length == CANCELLATION_BYTES) {
            if (!_mayCancel(limits, abi.decode(signed, (CancelTrades)))) return false;
            typehash = TypedData.CANCEL_TRADES_TYPEHASH;
        } else {
            return false;
        }
        return digest == Signatures.typedDigest(_separatorOf(limits.book), keccak256(bytes.concat(typehash, signed)));
    }

    function _mayOrder(KeyLimits memory limits, TradePackage memory p) private view returns (bool) {
        int256 lots = p.quantityLots;
        // Cast: not below zero.
        uint256 size = uint256(lots < 0 ? -lots : lots);
        return
            p.trader == address(this) &&
            p.marketRootId == limits.marketRootId &&
            p.marketBranchId == limits.marketBranchId &&
            size <= limits.maxLots &&
            p.nonce >= limits.firstNonce &&
            p.nonce - limits.firstNonce < limits.orders &&
            p.deadline <= limits.deadline;
    }

    /// @dev A nonce floor would void what other keys have signed.
    function _mayCancel(KeyLimits memory limits, CancelTrades memory c) private view returns (bool) {
        return limits.mayCancel && c.trader == address(this) && c.nonceFloor == 0 && c.deadline <= limits.deadline;
    }

    /// @dev Of the book's EIP-712 domain (R21). Computed anew each time: after a fork of the chain it is another one.
    function _separatorOf(address book) private view returns (bytes32) {
        bytes32 name = keccak256(bytes(Domain.NAME));
        bytes32 version = keccak256(bytes(Domain.VERSION));
        return keccak256(abi.encode(DOMAIN_TYPEHASH, name, version, block.chainid, book));
    }

    function _limits() private pure returns (mapping(address key => KeyLimits) storage limits) {
        bytes32 slot = LIMITS;
        assembly ("memory-safe") {
            limits.slot := slot
        }
    }
}
