// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { CheckpointWords } from "../libraries/CheckpointWord.sol";
import { OrderWords } from "../libraries/OrderWord.sol";
import { RootWord } from "../libraries/RootWord.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { TraderWord, TraderWords } from "../libraries/TraderWord.sol";
import { TypedData } from "../libraries/TypedData.sol";
import { CancelTrades, SignedPackage, TradePackage } from "../Types.sol";
import { Call } from "./Call.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";
import { Margin } from "./Margin.sol";
import { Markets } from "./Markets.sol";
import { Store } from "./Store.sol";
import { Trades } from "./Trades.sol";
import { Zone } from "./Zone.sol";

/// @title What a refusal says: the error with its values, found out again from what is stored (R29)
library Explaining {
    /// @notice Reverts with the error of that selector for a package.
    /// @param detail what only the call itself knew
    function explain(
        Markets.State storage s,
        Call memory c,
        bytes4 refusal,
        int256 detail,
        SignedPackage calldata order
    ) internal view {
        TradePackage calldata p = order.tradePackage;
        if (refusal == IBookRecords.Book_QuantityOutOfRange.selector) {
            // Cast: below 2^39.
            revert IBookRecords.Book_QuantityOutOfRange(p.quantityLots, int64(OrderWords.MAX_LOTS));
        }
        if (refusal == IBookRecords.Book_TimeInForceUnknown.selector) {
            revert IBookRecords.Book_TimeInForceUnknown(p.timeInForce);
        }
        if (refusal == IBookRecords.Book_DeadlineExpired.selector) {
            revert IBookRecords.Book_DeadlineExpired(p.deadline, block.timestamp);
        }
        if (refusal == IBookRecords.Book_StaleLink.selector) {
            bytes32 current = Chain.newest(CheckpointWords.genesis(c.domain), order.newest).link();
            revert IBookRecords.Book_StaleLink(p.previousLink, current);
        }
        if (refusal == IBookRecords.Book_StillCrossed.selector) {
            revert IBookRecords.Book_StillCrossed(p.marketRootId, p.marketBranchId);
        }
        if (refusal == IBookRecords.Book_ChainFull.selector) revert IBookRecords.Book_ChainFull();
        _explainTrader(c, refusal, p);
        Desk.look(s, c, p.marketRootId, p.marketBranchId);
        _explainOrder(c, refusal, detail, order);
        explainMarket(s, c, refusal, p.marketRootId, p.marketBranchId);
    }

    /// @notice Reverts with the error of that selector for a market.
    function explainMarket(
        Markets.State storage s,
        Call memory c,
        bytes4 refusal,
        uint32 rootId,
        uint16 branchId
    ) internal view {
        if (refusal == IBookRecords.Book_NotTrading.selector) {
            revert IBookRecords.Book_NotTrading(block.timestamp, c.t1, c.t2);
        }
        if (!Desk.look(s, c, rootId, branchId)) revert IBookRecords.Book_MarketUnknown(rootId, branchId);
        if (refusal == IBookRecords.Book_MarketClosed.selector) {
            uint256 closesAt = c.kind >= Zone.INTERVAL ? RootWord.wrap(c.root).closesAt() : c.t2;
            revert IBookRecords.Book_MarketClosed(rootId, closesAt, block.timestamp);
        }
        if (refusal == IBookRecords.Book_MarketDetermined.selector) {
            revert IBookRecords.Book_MarketDetermined(rootId, branchId, c.marketMin);
        }
    }

    /// @notice Reverts with the error of that selector for a cancellation.
    function explainCancellation(bytes4 refusal, CancelTrades calldata asked) internal view {
        if (refusal == IBookRecords.Book_DeadlineExpired.selector) {
            revert IBookRecords.Book_DeadlineExpired(asked.deadline, block.timestamp);
        }
        if (refusal == IBookRecords.Book_TraderUnknown.selector) revert IBookRecords.Book_TraderUnknown(asked.trader);
        // Casts: floors have 24 bits.
        uint64 current = uint64(Store.trader(uint160(asked.trader)).nonceFloor());
        if (refusal == IBookRecords.Book_CancellationVoid.selector) {
            revert IBookRecords.Book_CancellationVoid(asked.trader, asked.nonceFloor, current);
        }
        revert IBookRecords.Book_NonceTooFar(asked.trader, asked.nonceFloor, uint64(TraderWords.MAX_FLOOR) + 1);
    }

    /// @dev Trader, nonce, signature, open orders.
    function _explainTrader(Call memory c, bytes4 refusal, TradePackage calldata p) private view {
        if (refusal == IBookRecords.Book_TraderUnknown.selector) revert IBookRecords.Book_TraderUnknown(p.trader);
        if (refusal == IBookRecords.Book_SignatureInvalid.selector) {
            bytes32 digest = Signatures.typedDigest(c.domain, TypedData.primaryLink(p));
            revert IBookRecords.Book_SignatureInvalid(p.trader, digest);
        }
        if (refusal == IBookRecords.Book_TooManyOpenOrders.selector) {
            revert IBookRecords.Book_TooManyOpenOrders(p.trader, c.maxOpenOrders);
        }
        if (refusal == IBookRecords.Book_PositionOverflow.selector) {
            revert IBookRecords.Book_PositionOverflow(p.trader);
        }
        TraderWord t = Store.trader(uint160(p.trader));
        // Casts: nonces that are usable have 24 bits.
        if (refusal == IBookRecords.Book_NonceTooFar.selector) {
            revert IBookRecords.Book_NonceTooFar(p.trader, p.nonce, uint64(t.nonceLimit()));
        }
        if (refusal == IBookRecords.Book_NonceUsed.selector) {
            revert IBookRecords.Book_NonceUsed(p.trader, p.nonce, uint64(t.nonceFloor()));
        }
    }

    /// @dev Price, collateral, post-only, fill-or-kill, place. The call has looked at the market.
    function _explainOrder(Call memory c, bytes4 refusal, int256 detail, SignedPackage calldata order) private view {
        TradePackage calldata p = order.tradePackage;
        if (refusal == IBookRecords.Book_PriceOutOfBounds.selector) {
            // Casts: bounds are int32.
            revert IBookRecords.Book_PriceOutOfBounds(p.priceTicks, int32(c.marketMin), int32(c.marketMax));
        }
        if (refusal == IBookRecords.Book_PostOnlyWouldTake.selector) {
            // Cast: a price.
            revert IBookRecords.Book_PostOnlyWouldTake(p.priceTicks, int32(detail));
        }
        if (refusal == IBookRecords.Book_FillOrKillUnfilled.selector) {
            // Casts: |quantity| < 2^39.
            uint256 wanted = SignedMath.abs(p.quantityLots);
            revert IBookRecords.Book_FillOrKillUnfilled(uint64(wanted), uint64(SignedMath.abs(detail)));
        }
        if (refusal == IBookRecords.Book_HintTooFar.selector) {
            revert IBookRecords.Book_HintTooFar(order.insertAfter, uint256(detail));
        }
        if (refusal == IBookRecords.Book_Uncovered.selector || refusal == IBookRecords.Book_TooManyLots.selector)
            _explainCover(c, refusal, p);
    }

    function _explainCover(Call memory c, bytes4 refusal, TradePackage calldata p) private view {
        TraderWord t = Store.trader(uint160(p.trader));
        c.t = t;
        Trades.loadTaker(c);
        if (refusal == IBookRecords.Book_TooManyLots.selector) {
            int256 lots = Margin.heldOf(c, t, c.position, p.quantityLots) + p.quantityLots;
            revert IBookRecords.Book_TooManyLots(p.trader, lots, uint256(c.maxLots));
        }
        (int256 slack, int256 binding) = Margin.slackAfter(c, t, c.position, p.quantityLots, p.priceTicks);
        if (slack >= 0) return; // asked later, of an order that would be covered now
        revert IBookRecords.Book_Uncovered(p.trader, uint256(-slack), binding);
    }
}
