// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId } from "../libraries/MarketId.sol";
import { PackedOrder } from "../libraries/PackedOrder.sol";
import { BookTerms } from "../Types.sol";
import { Chain } from "./Chain.sol";
import { Cover } from "./Margin.sol";
import { Markets, Root } from "./Markets.sol";
import { Exposure, Positions } from "./Positions.sol";
import { MarketSlot, Queues } from "./Queues.sol";
import { TraderSlot, Traders } from "./Traders.sol";

/// @dev All storage of an order book: one room for each idea.
struct BookState {
    Traders.State traders;
    Markets.State markets;
    Positions.State positions;
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
/// was about needs no check of its own: a pair of orders takes two checks, not four.
struct Taker {
    uint32 id;
    int256 price;
    int256 lots;
    uint32 traderId;
    Exposure exposure;
    Cover cover; // at its limit; of no lots once a fill has changed the exposure
    int256 cut; // lots of it that its trader could not bear and that were offset, signed
    TraderSlot trader; // its trader's slot
    bool crosses; // whether the best opposite order is within its limit
    PackedOrder order; // as it would rest
    uint32 prev; // its place then: behind this order, 0 for first
    uint256 maxSteps; // of matching
}

/// @dev An order that came first on its side in this call. It is put into storage when the call turns to something else
/// (Matching.release): one that is filled before that is never stored.
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
/// holds for the market is found out once.
/// Who owns which memory, and when: `terms` and `chain` belong to the whole call. `market` to `refusal` belong to one market, from
/// OldOrderBook._enter to _leave, which marks it left by branch 0. `taker` belongs to one order, from Intake.admitPackage until it
/// rests or is gone; an order that goes on from an earlier call meanwhile (Matching.resume) brings a Taker of its own. The
/// exposure and the cover in `held` belong to the held order while there is one; else they are free for whichever maker is met, as
/// a held order is the best of its side and no other is met before it. When the taker becomes the held order, the two exchange
/// theirs (Matching.rest): nothing is copied. What varies in length (lots, strikes, bounds, packages) is new each time it is read.
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
