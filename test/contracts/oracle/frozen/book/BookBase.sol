// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { MarketIds } from "../libraries/MarketId.sol";
import { BookTerms } from "../Types.sol";
import { BookState, Market } from "./BookState.sol";
import { Markets } from "./Markets.sol";

/// @title What all parts of an order book share: its storage, its terms, its signing domain
/// @dev The code of a book is larger than one contract may be, so it has three parts: OldOrderBook forwards what it does not know to
/// OldOrderBookAccounts, and that to OldOrderBookMarkets. All work on this storage, in the clone that is called; none has any besides.
abstract contract BookBase is EIP712, ReentrancyGuardTransient, IOldBookRecords {
    using Markets for Markets.State;

    /// @dev Behind the code of a clone are its arguments (OpenZeppelin's Clones): BookTerms, of 13 words.
    uint256 private constant TERMS_START = 0x2d;
    uint256 private constant TERMS_BYTES = 0x1a0;

    BookState internal _state;

    constructor() EIP712("Session Contracts", "1") {}

    /// @dev A market as it stands; its root's kind is Unknown if there is none of that number.
    function _market(
        BookTerms memory terms,
        uint32 rootId,
        uint16 branchId
    ) internal view returns (Market memory market) {
        _marketInto(terms, rootId, branchId, market);
    }

    /// @dev The branch of `market` is 0 if it does not exist.
    function _marketInto(BookTerms memory terms, uint32 rootId, uint16 branchId, Market memory market) internal view {
        _state.markets.rootInto(terms, rootId, market.root);
        market.branchId = 0;
        if (!Markets.hasBranch(market.root, branchId)) return;
        market.branchId = branchId;
        market.id = MarketIds.from(rootId, branchId);
        market.slot = _state.markets.slots[market.id];
    }

    function _knownMarket(
        BookTerms memory terms,
        uint32 rootId,
        uint16 branchId
    ) internal view returns (Market memory market) {
        market = _market(terms, rootId, branchId);
        if (market.branchId == 0) revert Book_MarketUnknown(rootId, branchId);
    }

    function _revertWith(bytes memory encodedError) internal pure {
        assembly ("memory-safe") {
            revert(add(encodedError, 0x20), mload(encodedError))
        }
    }

    /// @dev Copied as they are, because the factory has encoded them and the words are those of the struct in memory: decoding
    /// would check each once more. Reverts without a reason in code that is no clone's.
    function _terms() internal view returns (BookTerms memory terms) {
        _termsInto(terms);
    }

    /// @dev Writes every word of `terms`: memory that a function returns would be filled with zeros first.
    function _termsInto(BookTerms memory terms) internal view {
        assembly ("memory-safe") {
            if iszero(eq(extcodesize(address()), add(TERMS_START, TERMS_BYTES))) {
                revert(0x00, 0x00)
            }
            extcodecopy(address(), terms, TERMS_START, TERMS_BYTES)
        }
    }
}
