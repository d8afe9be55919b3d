// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice What a key may sign for an account. All orders of one key together are of at most `maxLots` · `orders` lots.
/// @param book the one order book for which it signs
/// @param marketRootId the one market in which it trades
/// @param marketBranchId see `marketRootId`
/// @param deadline the latest that an order or a cancellation of this key may name
/// @param mayCancel whether it may take orders out; a cancellation names no market, so these are any of the account's
/// @param maxLots of one order, bid or offer
/// @param firstNonce the least nonce that an order of this key may have
/// @param orders how many nonces there are from `firstNonce` on. A nonce is good for one order; so many orders it has
struct KeyLimits {
    address book;
    uint32 marketRootId;
    uint16 marketBranchId;
    uint40 deadline;
    bool mayCancel;
    uint64 maxLots;
    uint64 firstNonce;
    uint64 orders;
}

/// @title An account in the book whose owner lends keys, each within limits
/// @notice A key signs orders of the account, for one market of one book, up to some lots and until some day, and can do nothing else: it moves no
/// tokens, and takes no claim out. The owner does all else, by `act`, and takes a key back at once.
/// @dev An example. A signature of a key, as the book hands it to `isValidSignature`, is the key's own 65 bytes (r, s, v) over what the book has
/// signed, and behind them that itself, as `abi.encode` has it: a TradePackage or a CancelTrades.
interface IKeyAccount is IERC1271 {
    /// @notice `key` may sign within these limits from now on, and no longer within those it had.
    event KeyGranted(address indexed key, KeyLimits limits);
    /// @notice `key` signs nothing more.
    event KeyRevoked(address indexed key);

    /// @notice Only the owner lends keys, takes them back, and acts as the account.
    error KeyAccount_NotOwner(address caller, address owner);
    /// @notice An account without an owner could do nothing.
    error KeyAccount_NoOwner();
    /// @notice A key is of an address, and signs for a book.
    error KeyAccount_LimitsMissing(address key, address book);
    /// @notice This key has no limits: it was not lent, or was taken back.
    error KeyAccount_KeyUnknown(address key);

    /// @notice Who lends the keys.
    function OWNER() external view returns (address);

    /// @notice Lends `key` to whoever has it. Its limits replace those that it had.
    function grantKey(address key, KeyLimits calldata limits) external;

    /// @notice Takes `key` back. What it has signed and nobody has brought yet lands no more; what rests in the book stays there, and
    /// the owner takes that out.
    function revokeKey(address key) external;

    /// @notice All zero for a key that was not lent.
    function limitsOf(address key) external view returns (KeyLimits memory);

    /// @notice Calls `target` as the account: to approve, pay in, take orders out, withdraw, exit. With `data` it must be a contract.
    /// @param value wei of the chain's coin that go along; the account takes coins from anybody
    /// @return answer of the call, which reverts if `target` does
    function act(address target, uint256 value, bytes calldata data) external returns (bytes memory answer);
}
