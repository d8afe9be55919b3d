// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId } from "../libraries/PackedOrder.sol";
import { BookTerms } from "../Types.sol";
import { Chain } from "./Chain.sol";
import { Margin } from "./Margin.sol";
import { MarketSlot, Markets, Root } from "./Markets.sol";
import { Queues } from "./Queues.sol";
import { Traders } from "./Traders.sol";

/// @dev All storage of an order book: one room for each idea.
struct BookState {
    Traders.State traders;
    Markets.State markets;
    Margin.State margin;
    Chain.State chain;
    Queues.State queues;
}

/// @dev What one call works with, in memory.
struct Call {
    BookTerms terms;
    Chain.Cursor chain;
    uint256 maxMatches; // steps for each package
    uint256 maxWalk; // orders to pass when looking for a place
}

/// @dev One market while a call works on it.
struct Market {
    MarketId id;
    Root root;
    uint16 branchId;
    MarketSlot slot;
}

/// @dev What is known of a package's signature.
struct Authenticity {
    bytes32 link; // of the primary trade
    bytes32 digest; // that was signed
    bool valid; // whether its trader did
}
