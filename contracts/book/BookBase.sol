// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { MarketIds } from "../libraries/PackedOrder.sol";
import { BookTerms } from "../Types.sol";
import { BookState, Market } from "./BookState.sol";
import { Markets } from "./Markets.sol";

/// @title What all parts of an order book share: its storage, its terms, its signing domain
/// @dev The code of a book is larger than one contract may be, so it has three parts: OrderBook forwards what it does not know to
/// OrderBookDesk, and that to OrderBookMarkets. All work on this storage, in the clone that is called; none has any besides.
abstract contract BookBase is EIP712, ReentrancyGuardTransient, IBookRecords {
    using Markets for Markets.State;

    BookState internal _state;

    constructor() EIP712("Session Contracts", "1") {}

    /// @dev A market as it stands; its root's kind is Unknown if there is none of that number.
    function _market(
        BookTerms memory terms,
        uint32 rootId,
        uint16 branchId
    ) internal view returns (Market memory market) {
        _state.markets.read(terms, rootId, market.root);
        if (!Markets.hasBranch(market.root, branchId)) return market;
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

    function _terms() internal view returns (BookTerms memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (BookTerms));
    }
}
