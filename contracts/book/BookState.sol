// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId, PackedOrder } from "../libraries/PackedOrder.sol";
import { BookTerms } from "../Types.sol";
import { Chain } from "./Chain.sol";
import { Cover, Exposure, Margin } from "./Margin.sol";
import { MarketSlot, Markets, Root } from "./Markets.sol";
import { Queues } from "./Queues.sol";
import { TraderSlot, Traders } from "./Traders.sol";

/// @dev All storage of an order book: one room for each idea.
struct BookState {
    Traders.State traders;
    Markets.State markets;
    Margin.State margin;
    Chain.State chain;
    Queues.State queues;
}

/// @dev One market while a call works on it.
struct Market {
    MarketId id;
    Root root;
    uint16 branchId;
    MarketSlot slot;
}

/// @dev The order that a call works on, in memory. `lots` is what is left of it, signed. A fill of just what the check at its limit
/// was about needs no check of its own: of a pair of orders that saves two checks in four, or 2 %.
struct Taker {
    uint32 id;
    int256 price;
    int256 lots;
    uint32 traderId;
    Exposure exposure;
    Cover cover; // at its limit; of no lots once a fill has changed the exposure
    bool uncovered; // its trader could not bear a fill
    TraderSlot trader; // its trader's slot
    bool crosses; // whether the best opposite order is within its limit
    PackedOrder order; // as it would rest
    uint32 prev; // its place then: behind this order, 0 for first
    uint256 maxSteps; // of matching
}

/// @dev An order that came first on its side in this call. It is put into storage when the call turns to something else
/// (Matching.release): one that is filled before that is never stored, which saves 6 % of a pair.
struct Held {
    uint32 id; // 0: none
    PackedOrder order;
    address signer;
    TraderSlot trader; // its trader's slot, with this order open; not stored either
    Exposure exposure; // its trader's
    Cover cover; // as its taker had it
    bool traded; // whether the exposure has changed since it was stored
}

/// @dev What one call works with, in memory. Its parts are filled anew for each order and each market, not made anew, and what
/// holds for the market is found out once: that saves 3 % of a pair.
struct Call {
    BookTerms terms;
    Chain.Cursor chain;
    uint256 maxMatches; // steps for each package
    uint256 maxWalk; // orders to pass when looking for a place
    Market market; // the one that is worked on; branch 0 if there is none
    MarketSlot stored; // its slot as storage has it
    int256 marketMin; // the least and the most that it can still pay
    int256 marketMax;
    bytes refusal; // why nothing can be traded in it; empty if it can
    Taker taker;
    Held held; // in that market; the best of its side
}
