// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { PackedOrder } from "../libraries/PackedOrder.sol";
import { OffsetReason } from "../Types.sol";
import { BookState, Market } from "./BookState.sol";
import { Chain } from "./Chain.sol";
import { Cover, Exposure, Margin } from "./Margin.sol";
import { Queues } from "./Queues.sol";
import { Traders } from "./Traders.sol";

/// @dev The order that matches against the other side, in memory. `lots` is what is left of it, signed.
struct Taker {
    uint32 id;
    int256 price;
    int256 lots;
    Exposure exposure;
    bool uncovered; // its trader could not bear a fill
}

/// @title Price-time priority (seed: matchTrades)
library Matching {
    using Chain for Chain.Cursor;
    using Margin for Margin.State;
    using Queues for Queues.State;
    using Traders for Traders.State;

    /// @notice R31 to R33: lets `taker` trade with the best opposite orders until nothing crosses, it is used up, its trader
    /// cannot bear more, or `maxSteps` are gone. Every step fills or takes out the best opposite order.
    /// @dev Changes `market.slot` in memory only; the caller stores it. Calls nobody (R41).
    /// @return steps used
    function sweep(
        BookState storage s,
        Chain.Cursor memory chain,
        Market memory market,
        Taker memory taker,
        uint256 maxSteps
    ) internal returns (uint256 steps) {
        bool bids = taker.lots > 0;
        bool filled;
        market.slot = market.slot.withCrossed(false);
        while (taker.lots != 0 && !taker.uncovered) {
            uint32 makerId = market.slot.best(!bids);
            if (makerId == 0) break;
            PackedOrder maker = s.queues.orders[makerId];
            if (!Queues.reaches(bids, taker.price, maker.price())) break;
            if (steps == maxSteps) {
                market.slot = market.slot.withCrossed(true);
                break;
            }
            ++steps;
            if (maker.deadline() < block.timestamp) {
                takeOut(s, chain, market, makerId, maker, OffsetReason.Expired);
            } else if (maker.traderId() == taker.exposure.traderId) {
                takeOut(s, chain, market, makerId, maker, OffsetReason.OwnOrder);
            } else if (_fill(s, chain, market, taker, makerId, maker)) {
                filled = true;
            }
        }
        if (filled) s.margin.store(market.root, taker.exposure, market.branchId);
    }

    /// @notice R34: goes on where an earlier call ran out of steps. The later of the two best orders is the one that was cut
    /// off: nothing enters a market while it is crossed, so it stands first on its side and takes from the other.
    /// @return steps used
    function resume(
        BookState storage s,
        Chain.Cursor memory chain,
        Market memory market,
        uint256 maxSteps
    ) internal returns (uint256 steps) {
        if (!market.slot.crossed()) return 0;
        (uint32 bid, uint32 ask) = (market.slot.best(true), market.slot.best(false));
        if (bid == 0 || ask == 0) {
            market.slot = market.slot.withCrossed(false);
            return 0;
        }
        uint32 id = bid > ask ? bid : ask;
        PackedOrder order = s.queues.orders[id];
        if (order.deadline() < block.timestamp && maxSteps != 0) {
            takeOut(s, chain, market, id, order, OffsetReason.Expired);
            market.slot = market.slot.withCrossed(false);
            return 1;
        }
        Taker memory taker = Taker(
            id,
            order.price(),
            order.lots(),
            s.margin.load(order.traderId(), market.root),
            false
        );
        steps = sweep(s, chain, market, taker, maxSteps);
        if (taker.uncovered) {
            // Cast: no larger than the int64 it was.
            takeOut(s, chain, market, id, order.withLots(int64(taker.lots)), OffsetReason.Uncovered);
        } else {
            _reduce(s, market, id, order, taker.lots);
        }
    }

    /// @notice Promotes the offset of all that is left of a resting order and takes it out of its queue.
    function takeOut(
        BookState storage s,
        Chain.Cursor memory chain,
        Market memory market,
        uint32 tradeRootId,
        PackedOrder order,
        OffsetReason reason
    ) internal {
        market.slot = s.queues.remove(market.slot, tradeRootId, order);
        s.traders.closeOrder(order.traderId());
        promoteOffset(chain, tradeRootId, order.price(), order.lots(), reason);
    }

    /// @notice Promotes the offset of `lots` lots (signed as the order's) that will not be filled any more.
    function promoteOffset(
        Chain.Cursor memory chain,
        uint32 tradeRootId,
        int256 limit,
        int256 lots,
        OffsetReason reason
    ) internal {
        chain.promoteOffset(tradeRootId, limit, lots);
        // Cast: |lots| < 2^63, by R27.
        emit IBookRecords.TradeOffset(tradeRootId, uint64(SignedMath.abs(lots)), reason);
    }

    /// @dev R32: both traders must be covered after the fill; whoever is not is taken out instead, the maker first.
    /// @return whether a fill happened
    function _fill(
        BookState storage s,
        Chain.Cursor memory chain,
        Market memory market,
        Taker memory taker,
        uint32 makerId,
        PackedOrder maker
    ) private returns (bool) {
        // Check
        uint256 size = Math.min(SignedMath.abs(taker.lots), SignedMath.abs(maker.lots()));
        // Cast: below 2^63.
        int256 lots = taker.lots > 0 ? int256(size) : -int256(size);
        Exposure memory exposure = s.margin.load(maker.traderId(), market.root);
        Cover memory makerCover = Margin.checkCollateral(market.root, exposure, market.branchId, -lots, maker.price());
        if (!Margin.isCovered(makerCover)) {
            takeOut(s, chain, market, makerId, maker, OffsetReason.Uncovered);
            return false;
        }
        Cover memory takerCover = Margin.checkCollateral(
            market.root,
            taker.exposure,
            market.branchId,
            lots,
            maker.price()
        );
        if (!Margin.isCovered(takerCover)) {
            taker.uncovered = true;
            return false;
        }
        // Effect
        Margin.apply_(exposure, makerCover, market.branchId, -lots);
        Margin.apply_(taker.exposure, takerCover, market.branchId, lots);
        s.margin.store(market.root, exposure, market.branchId);
        taker.lots -= lots;
        _reduce(s, market, makerId, maker, maker.lots() + lots);
        chain.promoteMatch(makerId, maker.price(), maker.price(), -lots);
        chain.promoteMatch(taker.id, taker.price, maker.price(), lots);
        emit IBookRecords.TradesMatched(makerId, taker.id, maker.price(), uint64(size));
        return true;
    }

    /// @dev What is left of a resting order keeps its place; nothing left means that it goes.
    function _reduce(
        BookState storage s,
        Market memory market,
        uint32 tradeRootId,
        PackedOrder order,
        int256 left
    ) private {
        if (left == 0) {
            market.slot = s.queues.remove(market.slot, tradeRootId, order);
            s.traders.closeOrder(order.traderId());
        } else if (left != order.lots()) {
            // Cast: smaller than the int64 it was.
            s.queues.orders[tradeRootId] = order.withLots(int64(left));
        }
    }
}
