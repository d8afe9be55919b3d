// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { PackedOrder, PackedOrders } from "../libraries/PackedOrder.sol";
import { BookTerms, FILL_OR_KILL, POST_ONLY, IMMEDIATE_OR_CANCEL, SignedPackage, TradePackage } from "../Types.sol";
import { Authenticity, BookState, Call, Market } from "./BookState.sol";
import { Chain } from "./Chain.sol";
import { Cover, Exposure, Margin } from "./Margin.sol";
import { Markets } from "./Markets.sol";
import { Queues } from "./Queues.sol";
import { TraderSlot } from "./Traders.sol";

/// @dev An order that passed: what the checks have found out on the way.
struct Admission {
    uint32 traderId;
    Exposure exposure;
    uint256 maxSteps; // of matching
    bool crosses; // whether the best opposite order is within its limit
    uint32 prev; // its place if it rests: behind this order, 0 for first
}

/// @title What an order must satisfy before it enters the chain
/// @dev A check answers with the ABI-encoded error, empty for "good": a single order then reverts with it, a batch skips.
library Intake {
    using Chain for Chain.State;
    using Margin for Margin.State;
    using Queues for Queues.State;

    /// @notice R27 to R29: time, market, price, quantity, deadline, link, trader, nonce, signature.
    function refusalOfPackage(
        BookState storage s,
        Call memory call,
        Market memory market,
        SignedPackage calldata order,
        Authenticity memory authentic
    ) internal view returns (bytes memory) {
        TradePackage calldata p = order.tradePackage;
        bytes memory refusal = _refusalOfTerms(call.terms, market, p);
        if (refusal.length != 0) return refusal;
        if (p.deadline < block.timestamp) {
            return abi.encodeWithSelector(IBookRecords.Book_DeadlineExpired.selector, p.deadline, block.timestamp);
        }
        if (
            !s.chain.accepts(call.chain, p.previousLink, call.terms.chainWindow, order.linkAge, market.root.createdAt)
        ) {
            return abi.encodeWithSelector(IBookRecords.Book_StaleLink.selector, p.previousLink, call.chain.checkpoint);
        }
        refusal = _refusalOfTrader(s, p);
        if (refusal.length != 0 || authentic.valid) return refusal;
        return abi.encodeWithSelector(IBookRecords.Book_SignatureInvalid.selector, p.trader, authentic.digest);
    }

    /// @notice R13, R28, R30: collateral, post-only, open orders, place in the queue. Fills in what it finds.
    function refusalOfOrder(
        BookState storage s,
        Call memory call,
        Market memory market,
        SignedPackage calldata order,
        Admission memory a
    ) internal view returns (bytes memory) {
        TradePackage calldata p = order.tradePackage;
        a.traderId = s.traders.ids[p.trader];
        a.exposure = s.margin.load(a.traderId, market.root);
        Cover memory cover = Margin.checkCollateral(market.root, a.exposure, market.branchId, p.quantity, p.price);
        if (!cover.fits) return abi.encodeWithSelector(IBookRecords.Book_PositionOverflow.selector, p.trader);
        if (cover.slack < 0) {
            return
                abi.encodeWithSelector(
                    IBookRecords.Book_Uncovered.selector,
                    p.trader,
                    SignedMath.abs(cover.slack),
                    cover.bindingOutcome
                );
        }
        uint32 opposite = market.slot.best(p.quantity < 0);
        if (opposite != 0) {
            int32 best = s.queues.orders[opposite].price();
            a.crosses = Queues.reaches(p.quantity > 0, p.price, best);
            if (a.crosses && p.timeInForce == POST_ONLY) {
                return abi.encodeWithSelector(IBookRecords.Book_PostOnlyWouldTake.selector, p.price, best);
            }
        }
        if (p.timeInForce == IMMEDIATE_OR_CANCEL || p.timeInForce == FILL_OR_KILL) return "";
        return _refusalOfRest(s, call, market, order, a);
    }

    /// @notice R27: the session trades; the market exists, is not closed, and can still pay more than one amount.
    function refusalOfMarket(
        BookTerms memory terms,
        Market memory market,
        uint32 rootId,
        uint16 branchId
    ) internal view returns (bytes memory) {
        if (block.timestamp < terms.t1 || block.timestamp >= terms.t2) {
            return abi.encodeWithSelector(IBookRecords.Book_NotTrading.selector, block.timestamp, terms.t1, terms.t2);
        }
        if (market.branchId == 0) {
            return abi.encodeWithSelector(IBookRecords.Book_MarketUnknown.selector, rootId, branchId);
        }
        if (block.timestamp >= market.root.closesAt) {
            return
                abi.encodeWithSelector(
                    IBookRecords.Book_MarketClosed.selector,
                    rootId,
                    market.root.closesAt,
                    block.timestamp
                );
        }
        (int256 marketMin, int256 marketMax) = Markets.boundsOf(market.root, branchId);
        if (marketMin == marketMax) {
            return abi.encodeWithSelector(IBookRecords.Book_MarketDetermined.selector, rootId, branchId, marketMin);
        }
        return "";
    }

    /// @notice The order as it would rest with `lots` left.
    function resting(
        Market memory market,
        TradePackage calldata p,
        uint32 traderId,
        int64 lots
    ) internal pure returns (PackedOrder) {
        return PackedOrders.pack(lots, p.price, traderId, p.deadline, market.id);
    }

    function _refusalOfTerms(
        BookTerms memory terms,
        Market memory market,
        TradePackage calldata p
    ) private view returns (bytes memory) {
        bytes memory refusal = refusalOfMarket(terms, market, p.marketRootId, p.marketBranchId);
        if (refusal.length != 0) return refusal;
        (int256 marketMin, int256 marketMax) = Markets.boundsOf(market.root, p.marketBranchId);
        if (p.price < marketMin || p.price > marketMax) {
            return abi.encodeWithSelector(IBookRecords.Book_PriceOutOfBounds.selector, p.price, marketMin, marketMax);
        }
        if (p.quantity == 0 || p.quantity == type(int64).min) {
            return abi.encodeWithSelector(IBookRecords.Book_QuantityOutOfRange.selector, p.quantity);
        }
        if (p.timeInForce > POST_ONLY) {
            return abi.encodeWithSelector(IBookRecords.Book_TimeInForceUnknown.selector, p.timeInForce);
        }
        return "";
    }

    function _refusalOfTrader(BookState storage s, TradePackage calldata p) private view returns (bytes memory) {
        uint32 traderId = s.traders.ids[p.trader];
        if (traderId == 0) return abi.encodeWithSelector(IBookRecords.Book_TraderUnknown.selector, p.trader);
        TraderSlot slot = s.traders.slots[traderId];
        if (p.nonce >= slot.nonceLimit()) {
            return abi.encodeWithSelector(IBookRecords.Book_NonceTooFar.selector, p.trader, p.nonce, slot.nonceLimit());
        }
        if (slot.isUsed(p.nonce)) {
            return abi.encodeWithSelector(IBookRecords.Book_NonceUsed.selector, p.trader, p.nonce, slot.nonceFloor());
        }
        return "";
    }

    /// @dev An order that crosses comes first on its own side: the sides did not cross before. Any other's place is looked for.
    function _refusalOfRest(
        BookState storage s,
        Call memory call,
        Market memory market,
        SignedPackage calldata order,
        Admission memory a
    ) private view returns (bytes memory) {
        TradePackage calldata p = order.tradePackage;
        uint256 limit = call.terms.maxOpenOrders;
        if (s.traders.slots[a.traderId].openOrders() >= limit) {
            return abi.encodeWithSelector(IBookRecords.Book_TooManyOpenOrders.selector, p.trader, limit);
        }
        if (a.crosses) return "";
        bool found;
        (a.prev, found) = s.queues.placeOf(
            market.slot,
            resting(market, p, a.traderId, p.quantity),
            order.insertAfter,
            call.maxWalk
        );
        if (!found) {
            return abi.encodeWithSelector(IBookRecords.Book_HintTooFar.selector, order.insertAfter, call.maxWalk);
        }
        return "";
    }
}
