// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Placed, TradePackage } from "../../../contracts/Types.sol";
import { Reference } from "./Reference.sol";
import { ReferenceTerms } from "./ReferenceAccounts.sol";

/// @dev What one of the two books does with quote sets.
enum FaultOfSets {
    None,
    ForgetsAQuote, // the second, which it says to stand
    LastFirst,
    OneNonceEach,
    AllOrNothing, // a quote that is left out takes its set with it
    AnotherReason // of a quote that is left out
}

/// @title A reference book with a fault in its quote sets: beside it the true order book is the one that differs
/// @dev It has no storage of its own, so that its code can take the place of the true one's.
contract BrokenReference is Reference {
    FaultOfSets private immutable FAULT;

    constructor(FaultOfSets fault) Reference(ReferenceTerms(0, 0, 0, 0, 0, 0, 0, 0, 0), 0) {
        FAULT = fault;
    }

    function _acceptQuote(
        QuoteSet calldata set,
        uint256 index
    ) internal override returns (bytes4[] memory reasons, Placed memory placed) {
        if (FAULT == FaultOfSets.ForgetsAQuote && index == 1) return (reasons, placed);
        if (FAULT == FaultOfSets.LastFirst) index = set.quotes.length - 1 - index;
        (reasons, placed) = super._acceptQuote(set, index);
        TradePackage calldata p = set.quotes[index].order.tradePackage;
        if (FAULT == FaultOfSets.OneNonceEach && index != 0) _useNonce(p.trader, p.nonce + uint64(index));
        if (reasons.length == 0) return (reasons, placed);
        if (FAULT == FaultOfSets.AllOrNothing) revert Refused(reasons);
        if (FAULT == FaultOfSets.AnotherReason) {
            reasons = new bytes4[](1);
            reasons[0] = IBookRecords.Book_PriceOutOfBounds.selector;
        }
    }
}
