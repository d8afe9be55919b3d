// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { Package } from "../libraries/Packages.sol";
import { PackedOrders } from "../libraries/PackedOrder.sol";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, MAX_ORDER_LOTS, POST_ONLY } from "../Types.sol";
import { BookState, Call, Market, Taker } from "./BookState.sol";
import { Chain } from "./Chain.sol";
import { Cover, Margin } from "./Margin.sol";
import { Markets } from "./Markets.sol";
import { Matching } from "./Matching.sol";
import { Positions } from "./Positions.sol";
import { Queues } from "./Queues.sol";
import { TraderSlot } from "./Traders.sol";

/// @title What an order must satisfy before it enters the chain
/// @dev A check answers with the ABI-encoded error, empty for "good": a single order then reverts with it, a batch skips.
library Intake {
    using Chain for Chain.State;
    using Positions for Positions.State;
    using Queues for Queues.State;

    /// @notice R27 to R29: time, market, price, quantity, deadline, link, trader, nonce, signature. Fills in the taker's trader.
    function admitPackage(
        BookState storage s,
        Call memory call,
        Package p
    ) internal view returns (bytes memory refusal) {
        refusal = _refusalOfTerms(call, p);
        if (refusal.length != 0) return refusal;
        if (p.deadline() < block.timestamp) {
            return abi.encodeWithSelector(IOldBookRecords.Book_DeadlineExpired.selector, p.deadline(), block.timestamp);
        }
        (uint256 window, uint256 createdAt) = (call.terms.chainWindow, call.market.root.createdAt);
        if (!s.chain.accepts(call.chain, p.previousLink(), window, createdAt)) {
            return
                abi.encodeWithSelector(
                    IOldBookRecords.Book_StaleLink.selector,
                    p.previousLink(),
                    call.chain.checkpoint
                );
        }
        refusal = _admitTrader(s, call.taker, p);
        if (refusal.length != 0 || p.isAuthentic()) return refusal;
        return abi.encodeWithSelector(IOldBookRecords.Book_SignatureInvalid.selector, p.trader(), p.digest());
    }

    /// @notice R13, R28, R30: collateral, post-only, open orders, place in the queue. Fills in the rest of the taker.
    function admitOrder(BookState storage s, Call memory call, Package p) internal view returns (bytes memory refusal) {
        Taker memory taker = call.taker;
        (taker.price, taker.lots) = (p.price(), p.quantity());
        refusal = _admitCover(s, call, p);
        if (refusal.length != 0) return refusal;
        uint32 opposite = call.market.slot.best(taker.lots < 0);
        (taker.crosses, taker.prev, taker.cut) = (false, 0, 0);
        if (opposite != 0) {
            int32 best = Matching.orderOf(s, call, opposite).price();
            taker.crosses = Queues.reaches(taker.lots > 0, taker.price, best);
            if (taker.crosses && p.timeInForce() == POST_ONLY) {
                return abi.encodeWithSelector(IOldBookRecords.Book_PostOnlyWouldTake.selector, taker.price, best);
            }
        }
        // Steps can run out on any order that crosses (R28).
        bool mayRest = p.timeInForce() != FILL_OR_KILL && (taker.crosses || p.timeInForce() != IMMEDIATE_OR_CANCEL);
        return mayRest ? _admitRest(s, call, p) : refusal;
    }

    /// @notice R27: the session trades; the market exists, is not closed, and can still pay more than one amount.
    function refusalOfMarket(
        Call memory call,
        uint32 rootId,
        uint16 branchId
    ) internal view returns (bytes memory refusal) {
        (uint256 t1, uint256 t2) = (call.terms.t1, call.terms.t2);
        if (block.timestamp < t1 || block.timestamp >= t2) {
            return abi.encodeWithSelector(IOldBookRecords.Book_NotTrading.selector, block.timestamp, t1, t2);
        }
        if (call.market.branchId == 0) {
            return abi.encodeWithSelector(IOldBookRecords.Book_MarketUnknown.selector, rootId, branchId);
        }
        uint256 closesAt = call.market.root.closesAt;
        if (block.timestamp >= closesAt) {
            return
                abi.encodeWithSelector(IOldBookRecords.Book_MarketClosed.selector, rootId, closesAt, block.timestamp);
        }
        if (call.marketMin == call.marketMax) {
            return
                abi.encodeWithSelector(
                    IOldBookRecords.Book_MarketDetermined.selector,
                    rootId,
                    branchId,
                    call.marketMin
                );
        }
    }

    function _refusalOfTerms(Call memory call, Package p) private pure returns (bytes memory refusal) {
        refusal = call.refusal;
        if (refusal.length != 0) return refusal;
        (int256 price, int256 quantity) = (p.price(), p.quantity());
        if (price < call.marketMin || price > call.marketMax) {
            return
                abi.encodeWithSelector(
                    IOldBookRecords.Book_PriceOutOfBounds.selector,
                    price,
                    call.marketMin,
                    call.marketMax
                );
        }
        if (quantity == 0 || quantity > MAX_ORDER_LOTS || quantity < -MAX_ORDER_LOTS) {
            return abi.encodeWithSelector(IOldBookRecords.Book_QuantityOutOfRange.selector, quantity, MAX_ORDER_LOTS);
        }
        if (p.timeInForce() > POST_ONLY) {
            return abi.encodeWithSelector(IOldBookRecords.Book_TimeInForceUnknown.selector, p.timeInForce());
        }
    }

    /// @dev Fills in the taker's trader.
    function _admitTrader(
        BookState storage s,
        Taker memory taker,
        Package p
    ) private view returns (bytes memory refusal) {
        (address trader, uint64 nonce) = (p.trader(), p.nonce());
        uint32 traderId = s.traders.ids[trader];
        if (traderId == 0) return abi.encodeWithSelector(IOldBookRecords.Book_TraderUnknown.selector, trader);
        TraderSlot slot = s.traders.slots[traderId];
        if (nonce >= slot.nonceLimit()) {
            return abi.encodeWithSelector(IOldBookRecords.Book_NonceTooFar.selector, trader, nonce, slot.nonceLimit());
        }
        if (slot.isUsed(nonce)) {
            return abi.encodeWithSelector(IOldBookRecords.Book_NonceUsed.selector, trader, nonce, slot.nonceFloor());
        }
        (taker.traderId, taker.trader) = (traderId, slot);
    }

    function _admitCover(BookState storage s, Call memory call, Package p) private view returns (bytes memory refusal) {
        Taker memory taker = call.taker;
        Market memory market = call.market;
        Cover memory cover = taker.cover;
        s.positions.loadInto(taker.traderId, market.root, taker.exposure);
        Margin.checkInto(market.root, taker.exposure, market.branchId, taker.lots, taker.price, cover);
        if (!cover.fits) return abi.encodeWithSelector(IOldBookRecords.Book_PositionOverflow.selector, p.trader());
        if (!cover.withinLimit) return _tooManyLots(market, taker, p.trader());
        if (cover.slack < 0) {
            return
                abi.encodeWithSelector(
                    IOldBookRecords.Book_Uncovered.selector,
                    p.trader(),
                    SignedMath.abs(cover.slack),
                    cover.bindingOutcome
                );
        }
    }

    function _tooManyLots(
        Market memory market,
        Taker memory taker,
        address trader
    ) private pure returns (bytes memory refusal) {
        int256 lots = Markets.lotsOf(market.root, taker.exposure.lots, market.branchId) + taker.lots;
        return abi.encodeWithSelector(IOldBookRecords.Book_TooManyLots.selector, trader, lots, market.root.maxLots);
    }

    /// @dev An order that crosses comes first on its own side: the sides did not cross before. Any other's place is looked for.
    function _admitRest(BookState storage s, Call memory call, Package p) private view returns (bytes memory refusal) {
        Taker memory taker = call.taker;
        uint256 limit = call.terms.maxOpenOrders;
        if (taker.trader.openOrders() >= limit) {
            return abi.encodeWithSelector(IOldBookRecords.Book_TooManyOpenOrders.selector, p.trader(), limit);
        }
        // Casts: as they were signed.
        taker.order = PackedOrders.pack(
            int64(taker.lots),
            int32(taker.price),
            taker.traderId,
            p.deadline(),
            call.market.id
        );
        if (taker.crosses) return refusal;
        bool found;
        uint32 hint = p.source().insertAfter;
        (taker.prev, found) = s.queues.placeOf(call.market.slot, taker.order, hint, call.maxWalk);
        if (!found) return abi.encodeWithSelector(IOldBookRecords.Book_HintTooFar.selector, hint, call.maxWalk);
    }
}
