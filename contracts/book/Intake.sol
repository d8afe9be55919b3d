// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { OrderWords } from "../libraries/OrderWord.sol";
import { RootWord } from "../libraries/RootWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { FILL_OR_KILL, GOOD_TILL_CANCELLED, IMMEDIATE_OR_CANCEL, OffsetReason, POST_ONLY } from "../Types.sol";
import { Call } from "./Call.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";
import { Margin } from "./Margin.sol";
import { Markets } from "./Markets.sol";
import { Matching } from "./Matching.sol";
import { Queues } from "./Queues.sol";
import { Signing } from "./Signing.sol";
import { Store } from "./Store.sol";
import { Trades } from "./Trades.sol";
import { Zone } from "./Zone.sol";

/// @title The life of an order: check, append, match, rest
/// @notice R29: the first check that fails is the answer, as the selector of its error; zero for "accepted". What the error says is
/// found out only where somebody is told (OrderBookAccounts.explain).
library Intake {
    /// @notice Works on the package of the call.
    function accept(Markets.State storage s, Call memory c) internal returns (bytes32 refusal) {
        Desk.enter(s, c, c.rootId, c.branchId);
        TraderWord t;
        bytes32 link;
        (refusal, t, link) = _admitPackage(c);
        if (refusal != 0) return refusal;
        uint256 maxSteps = c.maxMatches;
        if (c.word.crossed()) {
            // R34: a market that an earlier call left crossed is finished first, whatever becomes of the order itself.
            unchecked {
                maxSteps -= Matching.resume(c, maxSteps);
            }
            if (c.word.crossed()) return IBookRecords.Book_StillCrossed.selector;
            // Money and orders of this trader may have changed; its nonces have not.
            t = Store.trader(c.trader);
            if (c.approval != Signing.OF_SET) t = t.withNonce(c.nonce);
        }
        bool crosses;
        (refusal, crosses) = _admitOrder(c, t);
        if (refusal != 0) return refusal;
        return _append(c, link, crosses, maxSteps);
    }

    // ------------------------------------------------------------------ checks

    /// @dev R27 to R29: market, price, quantity, time in force, deadline, link, trader, nonce, signature.
    /// @return refusal the first that failed
    /// @return t the trader's word with the nonce used
    /// @return link of the primary trade
    function _admitPackage(Call memory c) private returns (bytes32 refusal, TraderWord t, bytes32 link) {
        if (_hasBadTerms(c)) return (_refusalOfTerms(c), t, 0);
        uint256 trader = c.trader;
        // An order that is held in memory stays there only for what may be filled from it: an order of the other side, of another
        // trader. Everything else finds it in storage.
        if (c.heldPlace != 0 && (c.held.isBid() == c.quantity > 0 || c.heldTrader == trader)) Queues.release(c);
        // No root is newer than the newest checkpoint.
        if (c.link != CheckpointWord.unwrap(c.newest) && !_acceptsLink(c)) {
            return (IBookRecords.Book_StaleLink.selector, t, 0);
        }
        TraderWord before = Store.trader(trader);
        if (before.isNone()) return (IBookRecords.Book_TraderUnknown.selector, t, 0);
        link = Signing.primaryLink(c);
        // A quote set is signed, and has used the nonce, before its first quote.
        if (c.approval == Signing.OF_SET) return (0, before, link);
        t = before.withNonce(c.nonce);
        if (t.isNone()) return (refusalOfNonce(before, c.nonce), t, 0);
        if (!Signing.isGood(c, link)) refusal = IBookRecords.Book_SignatureInvalid.selector;
    }

    /// @dev R25: none from before the root was made.
    function _acceptsLink(Call memory c) private view returns (bool) {
        uint256 oldest = c.kind < Zone.INTERVAL ? 0 : RootWord.wrap(c.root).createdAt();
        return Chain.accepts(c, c.link, oldest);
    }

    function refusalOfNonce(TraderWord t, uint256 nonce) internal pure returns (bytes32) {
        return nonce >= t.nonceLimit() ? IBookRecords.Book_NonceTooFar.selector : IBookRecords.Book_NonceUsed.selector;
    }

    /// @dev Market, price, quantity, time in force, deadline.
    function _refusalOfTerms(Call memory c) private pure returns (bytes32) {
        if (c.refusal != 0) return c.refusal;
        if (c.price < c.marketMin || c.price > c.marketMax) return IBookRecords.Book_PriceOutOfBounds.selector;
        if (!_isSize(c.quantity)) return IBookRecords.Book_QuantityOutOfRange.selector;
        if (c.timeInForce > POST_ONLY) return IBookRecords.Book_TimeInForceUnknown.selector;
        return IBookRecords.Book_DeadlineExpired.selector;
    }

    /// @dev Whether any of these is wrong: all at once, because none is as a rule.
    function _hasBadTerms(Call memory c) private view returns (bool bad) {
        (int256 price, int256 least, int256 most) = (c.price, c.marketMin, c.marketMax);
        bool late = c.deadline < block.timestamp;
        bool isSize = _isSize(c.quantity);
        (bytes32 refusal, uint256 timeInForce) = (c.refusal, c.timeInForce);
        assembly ("memory-safe") {
            bad := or(or(slt(price, least), sgt(price, most)), or(iszero(isSize), late))
            bad := or(bad, or(iszero(iszero(refusal)), gt(timeInForce, POST_ONLY)))
        }
    }

    /// @dev Neither none nor more than MAX_LOTS, either way: what lies below comes out far above the double of it.
    function _isSize(int256 lots) private pure returns (bool isSize) {
        int256 most = OrderWords.MAX_LOTS;
        assembly ("memory-safe") {
            isSize := gt(iszero(gt(add(lots, most), add(most, most))), iszero(lots))
        }
    }

    /// @dev R13, R28, R30: collateral, post-only, open orders, place in the queue. Makes the order the taker.
    function _admitOrder(Call memory c, TraderWord t) private view returns (bytes32 refusal, bool crosses) {
        (int256 lots, int256 price) = (c.quantity, c.price);
        (c.taker, c.t, c.bound, c.left, c.prev) = (c.trader, t, price, lots, 0);
        refusal = _admitCover(c, t, lots, price);
        if (refusal != 0) return (refusal, false);
        bool bids = lots > 0;
        if (c.word.best(!bids) != 0) crosses = Queues.reaches(bids, price, Queues.bestPrice(c, !bids));
        if (c.timeInForce != GOOD_TILL_CANCELLED) {
            bool done;
            (refusal, done) = _admitTimeInForce(c, bids, crosses);
            if (done) return (refusal, crosses);
        }
        if (t.openOrders() >= c.maxOpenOrders) return (IBookRecords.Book_TooManyOpenOrders.selector, crosses);
        // An order that crosses comes first on its own side: the sides did not cross before.
        if (crosses || c.word.best(bids) == 0) return (0, crosses);
        bool found;
        (c.prev, found) = Queues.placeOf(c, bids, price);
        if (!found) c.detail = int256(c.maxWalk);
        return (found ? bytes32(0) : IBookRecords.Book_HintTooFar.selector, false);
    }

    /// @dev R28.
    /// @return refusal of a post-only order that would take
    /// @return done whether nothing else is to be looked at: the order is refused, or will not rest. Steps can run out on any other
    /// that crosses.
    function _admitTimeInForce(
        Call memory c,
        bool bids,
        bool crosses
    ) private pure returns (bytes32 refusal, bool done) {
        uint256 timeInForce = c.timeInForce;
        if (timeInForce == FILL_OR_KILL) return (0, true);
        if (timeInForce == IMMEDIATE_OR_CANCEL) return (0, !crosses);
        if (!crosses) return (0, false);
        c.detail = c.word.bestPrice(!bids);
        return (IBookRecords.Book_PostOnlyWouldTake.selector, true);
    }

    /// @dev R13. In a root besides the basket of two legs an order whose own need is free, by the worsts as they are stored, is
    /// covered whatever else its trader holds (the lemma of R15): its position need not even be read. A fill looks at it.
    function _admitCover(
        Call memory c,
        TraderWord t,
        int256 lots,
        int256 price
    ) private view returns (bytes32 refusal) {
        bool covered;
        if (c.kind == Zone.TWO_LEGS) {
            (c.coverClaim, c.coverNet, covered) = Margin.ofTwoLegs(c, t, lots, price);
            c.coverLots = lots;
        } else {
            covered = _isFree(c, t, lots, price);
            if (!covered) {
                Trades.loadTaker(c);
                (c.coverClaim, c.coverNet, c.coverWorst, , covered) = Margin.ofRoot(c, t, c.position, lots, price);
                c.coverLots = lots;
            }
        }
        if (!covered) refusal = Margin.refusal(c, t, lots);
    }

    function _isFree(Call memory c, TraderWord t, int256 lots, int256 price) private pure returns (bool) {
        (c.loaded, c.coverLots) = (false, 0);
        return c.maxLots == 0 && t.slack(c.lotValue) >= Margin.needOf(c, lots, price);
    }

    // ------------------------------------------------------------------ append, match, rest

    function _append(Call memory c, bytes32 link, bool crosses, uint256 maxSteps) private returns (bytes32 refusal) {
        uint256 id = c.trades;
        if (id == Chain.MAX_TRADES) return IBookRecords.Book_ChainFull.selector;
        // Below 2^32.
        unchecked {
            ++id;
        }
        (c.trades, c.id) = (id, id);
        Chain.appendPrimary(id, c.price, c.quantity, link);
        if (c.approval == Signing.OF_SET) Signing.logQuote(c, id, Queues.choosePlace(c));
        else Signing.log(c, id);
        if (crosses) {
            c.cut = 0;
            c.immediate = c.timeInForce == IMMEDIATE_OR_CANCEL;
            Matching.sweep(c, maxSteps);
        }
        (int256 left, uint256 timeInForce) = (c.left, c.timeInForce);
        if (timeInForce == FILL_OR_KILL && (left != 0 || c.cut != 0)) return _kill(c, crosses);
        if (left == 0) {
            Store.setTrader(c.taker, c.t);
        } else if (timeInForce == IMMEDIATE_OR_CANCEL && !c.word.crossed()) {
            // R28: what was not filled rests, or is offset at once; of an immediate-or-cancel order only once nothing crosses.
            Store.setTrader(c.taker, c.t);
            Matching.promoteOffset(c.id, c.bound, left, OffsetReason.Remainder);
        } else {
            Queues.rest(c);
        }
    }

    /// @dev R28: a kill is left to the caller, who undoes everything.
    function _kill(Call memory c, bool crosses) private pure returns (bytes32) {
        unchecked {
            c.detail = c.quantity - c.left - (crosses ? c.cut : int256(0));
        }
        return IBookRecords.Book_FillOrKillUnfilled.selector;
    }
}
