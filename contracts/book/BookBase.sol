// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { Domain } from "../libraries/Domain.sol";
import { TypedData } from "../libraries/TypedData.sol";
import { Call } from "./Call.sol";
import { Cancellation } from "./Cancelling.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";
import { Markets } from "./Markets.sol";

/// @dev What a book stores besides the words of the order path (Store).
struct BookState {
    uint32 traders; // registered so far
    Markets.State markets;
}

/// @title What all parts of an order book share: its storage, its terms, its signing domain
/// @dev The code of a book is larger than one contract may be, so it has four parts: OrderBook forwards what it does not know to
/// OrderBookAccounts, that to OrderBookViews, and that to OrderBookMarkets. All work on the storage of the clone that is called; none has any besides.
abstract contract BookBase is ReentrancyGuardTransient, IBookRecords {
    /// @dev The ERC-7201 location of session-contracts.book.state, see Store.
    uint256 private constant STATE = 0xe2dcd36a8323244b74312bcaaa3c87a8d1b4f4b47461fc5e178efaeee7fd8100;

    /// @dev Behind the code of a clone are its arguments (OpenZeppelin's Clones): BookTerms, of 13 words.
    uint256 private constant TERMS_START = 0x2d;
    uint256 private constant TERMS_BYTES = 0x1a0;
    /// @dev Where they lie in a Call: from `session` on.
    uint256 private constant TERMS_AT = 0x260;

    /// @dev Where this code lies. Called there it is no book.
    address private immutable CODE = address(this);

    function _state() internal pure returns (BookState storage state) {
        assembly ("memory-safe") {
            state.slot := STATE
        }
    }

    /// @dev Memory for a Call where nothing has been put yet, so that it is zero: a variable of the type would be filled with zeros
    /// word by word. To be taken as `_asCall(_fresh)(CALL_BYTES)`.
    function _fresh(uint256 size) internal pure returns (uint256 ptr) {
        assembly ("memory-safe") {
            ptr := mload(0x40)
            mstore(0x40, add(ptr, size))
        }
    }

    /// @dev The same function with another type: a pointer to a struct is a number.
    function _asCall(
        function(uint256) pure returns (uint256) taken
    ) internal pure returns (function(uint256) pure returns (Call memory) typed) {
        assembly ("memory-safe") {
            typed := taken
        }
    }

    function _asCancellation(
        function(uint256) pure returns (uint256) taken
    ) internal pure returns (function(uint256) pure returns (Cancellation memory) typed) {
        assembly ("memory-safe") {
            typed := taken
        }
    }

    /// @dev The code that the clones run has no terms: there trading has ended at 0.
    function _refuseOutside() internal view {
        if (address(this) == CODE) revert Book_NotTrading(block.timestamp, 0, 0);
    }

    /// @dev Reads terms and domain, and begins with no market. The words are copied as they are, because the factory has encoded them:
    /// decoding would check each once more.
    function _look(Call memory c) internal view {
        _refuseOutside();
        assembly ("memory-safe") {
            extcodecopy(address(), add(c, TERMS_AT), TERMS_START, TERMS_BYTES)
        }
        c.domain = Domain.separator();
        // Ticks are int32, tick values uint64.
        unchecked {
            c.lotValue = c.basketScale * c.basketTickValue;
        }
        c.market = Desk.NO_MARKET;
        c.typehash = TypedData.TRADE_PACKAGE_TYPEHASH;
    }

    /// @dev For calls that may append to the chain. Nothing may be allocated afterwards.
    /// @param newest number of a checkpoint not long before the newest; 0 to search
    function _open(Call memory c, uint256 newest) internal view {
        _look(c);
        Chain.find(c, newest);
        Chain.begin(c);
    }

    function _close(Call memory c) internal {
        Desk.close(c);
        Chain.close(c);
    }

    /// @dev With what an error says of itself: its selector.
    function _revertWith(bytes32 refusal) internal pure {
        assembly ("memory-safe") {
            mstore(0x00, refusal)
            revert(0x00, 0x04)
        }
    }
}
