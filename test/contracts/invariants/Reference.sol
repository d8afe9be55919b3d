// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import {
    BASKET_ROOT_ID,
    CancelTrades,
    FILL_OR_KILL,
    IMMEDIATE_OR_CANCEL,
    Placed,
    POST_ONLY,
    SignedPackage,
    TradePackage
} from "../../../contracts/Types.sol";
import { Entry, ReferenceTerms } from "./ReferenceAccounts.sol";
import { ReferenceMatching } from "./ReferenceMatching.sol";

/// @dev The reasons in a `Refused` error of the reference book.
function refusedReasons(bytes memory encodedError) pure returns (bytes4[] memory) {
    if (bytes4(encodedError) != Reference.Refused.selector) revert("the reference book failed by itself");
    return abi.decode(argumentsOf(encodedError), (bytes4[]));
}

/// @dev What an error says behind its selector.
function argumentsOf(bytes memory encodedError) pure returns (bytes memory arguments) {
    arguments = new bytes(encodedError.length - 4);
    for (uint256 i; i < arguments.length; ++i) {
        arguments[i] = encodedError[i + 4];
    }
}

/// @title The judge: an order book that is only meant to be right
/// @dev Where several rules are broken at once it names them all, as the order of checks is the book's own affair.
contract Reference is ReferenceMatching {
    error Refused(bytes4[] reasons);
    /// @dev What a batch that is to be taken as a whole is refused for: one of its parts.
    error RefusedAt(Part part, uint256 index, bytes4[] reasons);

    enum Part {
        Cancellation,
        Order,
        QuoteSet
    }

    /// @dev One order and what the submitter allows for it.
    struct Submission {
        SignedPackage order;
        bytes32 link;
        bool genuine; // whether the signature is good
        uint256 maxMatches;
        uint256 maxWalk;
    }

    /// @dev One cancellation and the places that its bringer lists.
    struct Cancellation {
        CancelTrades c;
        bool genuine;
        uint32[] places;
    }

    /// @dev Orders under one signature and one nonce: their packages differ in market, price and quantity alone.
    struct QuoteSet {
        Submission[] quotes;
        bool genuine;
    }

    /// @dev What becomes of a batch: of each part why it is void, skipped or left out, nothing if it is not.
    struct Answer {
        bytes4[][] voids;
        bytes4[][] orders;
        bytes4[][] sets;
        bytes4[][][] quotes; // of sets that stand
        Placed[] placed; // of orders, then of quotes
    }

    constructor(ReferenceTerms memory terms, bytes32 separator) {
        _terms = terms;
        _checkpoints.push(bytes32(bytes20(separator)));
    }

    // ------------------------------------------------------------------ the book's functions

    function createTrade(Submission calldata s) external checkpointed returns (Placed memory) {
        (bytes4[] memory reasons, Placed memory placed) = _accept(s);
        if (reasons.length != 0) revert Refused(reasons);
        return placed;
    }

    /// @dev Cancellations first, then orders, then quote sets. A batch that is to be taken as a whole has no effect if one of them is
    /// refused.
    function createTrades(
        Cancellation[] calldata cancellations,
        Submission[] calldata orders,
        QuoteSet[] calldata sets,
        bool strict
    ) external checkpointed returns (Answer memory a) {
        (a.voids, a.orders) = (new bytes4[][](cancellations.length), new bytes4[][](orders.length));
        (a.sets, a.quotes) = (new bytes4[][](sets.length), new bytes4[][][](sets.length));
        for (uint256 i; i < cancellations.length; ++i) {
            (a.voids[i], ) = _cancel(cancellations[i], true);
            if (strict && a.voids[i].length != 0) revert RefusedAt(Part.Cancellation, i, a.voids[i]);
        }
        for (uint256 i; i < orders.length; ++i) {
            Placed[] memory placed = new Placed[](1);
            (a.orders[i], placed[0]) = _accept(orders[i]);
            if (strict && a.orders[i].length != 0) revert RefusedAt(Part.Order, i, a.orders[i]);
            a.placed = _join(a.placed, placed);
        }
        for (uint256 i; i < sets.length; ++i) {
            Placed[] memory placed;
            (a.sets[i], a.quotes[i], placed) = _acceptSet(sets[i], strict);
            if (strict && a.sets[i].length != 0) revert RefusedAt(Part.QuoteSet, i, a.sets[i]);
            a.placed = _join(a.placed, placed);
        }
    }

    function matchTrades(uint256 leg, uint256 maxMatches) external checkpointed returns (uint256 steps) {
        if (crossed(leg)) steps = _matchUp(leg, maxMatches);
    }

    /// @return reasons the error for each order that stays, zero for each that goes
    function offset(address caller, Placed[] calldata orders) external checkpointed returns (bytes4[] memory reasons) {
        reasons = new bytes4[](orders.length);
        for (uint256 i; i < orders.length; ++i) {
            Entry storage entry = _entries[orders[i].tradeRootId];
            if (entry.lots == 0 || entry.place != orders[i].place) {
                reasons[i] = IBookRecords.Book_OrderUnknown.selector;
            } else if (caller == entry.trader || entry.deadline < block.timestamp || block.timestamp >= _terms.t2) {
                _takeOut(entry);
            } else {
                int256 left = _bearable(entry, entry.lots, entry.price);
                if (left == entry.lots) reasons[i] = IBookRecords.Book_OrderStands.selector;
                else _cutTo(entry, left);
            }
        }
    }

    /// @return reasons the error for each order that stays, zero for each that goes
    function cancelTrades(Cancellation calldata asked) external checkpointed returns (bytes4[] memory reasons) {
        bytes4[] memory broken;
        (broken, reasons) = _cancel(asked, false);
        if (broken.length != 0) revert Refused(broken);
    }

    /// @dev Of which nothing would come is refused: in a batch for that alone, else with the reason of its first order.
    function _cancel(
        Cancellation calldata asked,
        bool inBatch
    ) private returns (bytes4[] memory broken, bytes4[] memory reasons) {
        CancelTrades calldata c = asked.c;
        broken = _brokenByCancellation(c, asked.genuine);
        if (broken.length != 0) return (broken, reasons);
        reasons = new bytes4[](asked.places.length);
        uint256 gone;
        for (uint256 i; i < asked.places.length; ++i) {
            Entry storage entry = _entries[restsAt[asked.places[i]]];
            bool meant = entry.trader == c.trader && entry.id >= c.fromTradeRootId && entry.id <= c.toTradeRootId;
            if (entry.lots == 0) reasons[i] = IBookRecords.Book_OrderUnknown.selector;
            else if (!meant) reasons[i] = IBookRecords.Book_OrderNotMeant.selector;
            else {
                ++gone;
                _takeOut(entry);
            }
        }
        if (c.nonceFloor > _accounts[c.trader].nonceFloor) {
            raiseNonceFloor(c.trader, c.nonceFloor);
        } else if (gone == 0) {
            if (inBatch) broken = _only(IBookRecords.Book_OrderNotMeant.selector);
            else if (reasons.length == 0) broken = _only(IBookRecords.Book_NonceFloorNotHigher.selector);
            else broken = _only(reasons[0]);
        }
    }

    function _brokenByCancellation(
        CancelTrades calldata c,
        bool genuine
    ) private view returns (bytes4[] memory broken) {
        broken = _if(broken, block.timestamp > c.deadline, IBookRecords.Book_DeadlineExpired.selector);
        broken = _if(broken, !known(c.trader), IBookRecords.Book_TraderUnknown.selector);
        bool ahead = c.toTradeRootId >= trades + 1;
        bool past = _accounts[c.trader].nonceFloor > c.nonceFloor;
        broken = _if(broken, ahead && past, IBookRecords.Book_CancellationVoid.selector);
        broken = _if(broken, !genuine, IBookRecords.Book_SignatureInvalid.selector);
        broken = _if(broken, c.nonceFloor > LAST_NONCE, IBookRecords.Book_NonceTooFar.selector);
    }

    /// @dev Fill-or-kill, in a call of its own, which undoes what it did.
    function fillOrKill(Submission calldata s) external returns (Placed memory placed) {
        bytes4[] memory reasons;
        (reasons, placed) = _acceptNow(s, false);
        if (reasons.length != 0) revert Refused(reasons);
        if (_entries[trades].lots != 0) revert Refused(_only(IBookRecords.Book_FillOrKillUnfilled.selector));
    }

    // ------------------------------------------------------------------ a quote set

    /// @dev In a call of its own, which undoes what it did (R44).
    function quoteSet(
        QuoteSet calldata set,
        bool strict
    ) external returns (bytes4[][] memory left, Placed[] memory placed) {
        TradePackage calldata common = set.quotes[0].order.tradePackage;
        bytes4[] memory broken;
        broken = _if(broken, common.deadline < block.timestamp, IBookRecords.Book_DeadlineExpired.selector);
        broken = _brokenBySigning(broken, common, set.genuine);
        if (broken.length != 0) revert Refused(broken);
        _useNonce(common.trader, common.nonce);
        (left, placed) = (new bytes4[][](set.quotes.length), new Placed[](set.quotes.length));
        bool whole = strict || common.timeInForce == FILL_OR_KILL;
        uint256 accepted;
        for (uint256 i; i < set.quotes.length; ++i) {
            (left[i], placed[i]) = _acceptQuote(set, i);
            bool good = left[i].length == 0;
            if (good) left[i] = _unfinished(set.quotes[i].order.tradePackage);
            if (left[i].length == 0) ++accepted;
            else if (good || whole || _isOfSubmission(left[i])) revert Refused(left[i]);
        }
        if (accepted == 0) revert Refused(left[0]);
    }

    function _acceptQuote(
        QuoteSet calldata set,
        uint256 index
    ) internal virtual returns (bytes4[] memory reasons, Placed memory placed) {
        return _acceptNow(set.quotes[index], true);
    }

    function _acceptSet(
        QuoteSet calldata set,
        bool strict
    ) private returns (bytes4[] memory reasons, bytes4[][] memory left, Placed[] memory placed) {
        try this.quoteSet(set, strict) returns (bytes4[][] memory leftOut, Placed[] memory stand) {
            (left, placed) = (leftOut, stand);
        } catch (bytes memory encodedError) {
            (reasons, placed) = (refusedReasons(encodedError), new Placed[](set.quotes.length));
        }
    }

    /// @dev Why the quote that was just accepted refuses its set: its matching is not done.
    function _unfinished(TradePackage calldata p) private view returns (bytes4[] memory r) {
        bool killed = p.timeInForce == FILL_OR_KILL && _entries[trades].lots != 0;
        r = _if(r, killed, IBookRecords.Book_FillOrKillUnfilled.selector);
        r = _if(r, crossed(p.marketBranchId), IBookRecords.Book_StillCrossed.selector);
    }

    /// @dev Whether steps or walk of the submitter alone refuse a quote.
    function _isOfSubmission(bytes4[] memory reasons) private pure returns (bool) {
        bytes4 reason = reasons[0];
        bool ofSubmission =
            reason == IBookRecords.Book_StillCrossed.selector || reason == IBookRecords.Book_HintTooFar.selector;
        return reasons.length == 1 && ofSubmission;
    }

    function _join(Placed[] memory a, Placed[] memory b) private pure returns (Placed[] memory joined) {
        joined = new Placed[](a.length + b.length);
        for (uint256 i; i < joined.length; ++i) {
            joined[i] = i < a.length ? a[i] : b[i - a.length];
        }
    }

    // ------------------------------------------------------------------ an order

    function _accept(Submission calldata s) private returns (bytes4[] memory reasons, Placed memory placed) {
        if (s.order.tradePackage.timeInForce != FILL_OR_KILL) return _acceptNow(s, false);
        try this.fillOrKill(s) returns (Placed memory filled) {
            placed = filled;
        } catch (bytes memory encodedError) {
            reasons = refusedReasons(encodedError);
        }
    }

    /// @param ofSet its set was signed, and has used the nonce
    function _acceptNow(
        Submission calldata s,
        bool ofSet
    ) private returns (bytes4[] memory reasons, Placed memory placed) {
        TradePackage calldata p = s.order.tradePackage;
        reasons = _brokenByTerms(p);
        if (!ofSet) reasons = _brokenBySigning(reasons, p, s.genuine);
        if (reasons.length != 0) return (reasons, placed);
        uint256 steps = crossed(p.marketBranchId) ? _matchUp(p.marketBranchId, s.maxMatches) : 0;
        if (crossed(p.marketBranchId)) return (_only(IBookRecords.Book_StillCrossed.selector), placed);
        reasons = _brokenByOrder(s);
        if (reasons.length != 0) return (reasons, placed);
        if (!ofSet) _useNonce(p.trader, p.nonce);
        placed = _appendAndMatch(s, s.maxMatches - steps, ofSet);
    }

    /// @dev Where it shall rest is seen before it is matched if it is a quote, and when it comes to rest if it is an order.
    function _appendAndMatch(Submission calldata s, uint256 maxSteps, bool ofSet) private returns (Placed memory) {
        TradePackage calldata p = s.order.tradePackage;
        Entry storage entry = _entries[++trades];
        (entry.id, entry.leg, entry.trader) = (trades, p.marketBranchId, p.trader);
        (entry.price, entry.lots, entry.deadline) = (p.priceTicks, p.quantityLots, p.deadline);
        entry.immediate = p.timeInForce == IMMEDIATE_OR_CANCEL;
        _append(entry.id, s.link, p.priceTicks, p.quantityLots);
        _resting.push(entry.id);
        uint32 named = ofSet && !isDead[s.order.place] ? 0 : s.order.place;
        _matchUp(p.marketBranchId, maxSteps);
        if (entry.lots != 0 && p.timeInForce != FILL_OR_KILL) {
            _open(entry);
            _place(entry, named);
        }
        return Placed(entry.id, entry.place);
    }

    function _brokenByTerms(TradePackage calldata p) private view returns (bytes4[] memory r) {
        r = _if(r, block.timestamp < _terms.t1 || block.timestamp >= _terms.t2, IBookRecords.Book_NotTrading.selector);
        bool market = p.marketRootId == BASKET_ROOT_ID && p.marketBranchId != 0 && p.marketBranchId <= _terms.legs;
        r = _if(r, !market, IBookRecords.Book_MarketUnknown.selector);
        // A single leg has all the weight, whatever happens.
        r = _if(r, market && _terms.legs == 1, IBookRecords.Book_MarketDetermined.selector);
        r = _if(r, p.priceTicks < 0 || p.priceTicks > _terms.scale, IBookRecords.Book_PriceOutOfBounds.selector);
        bool size = p.quantityLots != 0 && p.quantityLots < 2 ** 39 && p.quantityLots > -(2 ** 39);
        r = _if(r, !size, IBookRecords.Book_QuantityOutOfRange.selector);
        r = _if(r, p.timeInForce > POST_ONLY, IBookRecords.Book_TimeInForceUnknown.selector);
        r = _if(r, p.deadline < block.timestamp, IBookRecords.Book_DeadlineExpired.selector);
    }

    function _brokenBySigning(
        bytes4[] memory before,
        TradePackage calldata p,
        bool genuine
    ) private view returns (bytes4[] memory r) {
        r = _if(before, !_isRecent(p.previousLink), IBookRecords.Book_StaleLink.selector);
        r = _if(r, !known(p.trader), IBookRecords.Book_TraderUnknown.selector);
        bool far = p.nonce >= _accounts[p.trader].nonceFloor + NONCE_REACH || p.nonce >= LAST_NONCE;
        r = _if(r, far, IBookRecords.Book_NonceTooFar.selector);
        r = _if(r, nonceUsed(p.trader, p.nonce), IBookRecords.Book_NonceUsed.selector);
        r = _if(r, !genuine, IBookRecords.Book_SignatureInvalid.selector);
    }

    function _brokenByOrder(Submission calldata s) private view returns (bytes4[] memory r) {
        TradePackage calldata p = s.order.tradePackage;
        bool owes = slackAfter(p.trader, p.marketBranchId, p.quantityLots, p.priceTicks) < 0;
        r = _if(r, owes, IBookRecords.Book_Uncovered.selector);
        bool tooMany = holdsTooMany(p.trader, p.marketBranchId, p.quantityLots);
        r = _if(r, tooMany, IBookRecords.Book_TooManyLots.selector);
        bool takes = _wouldTake(p);
        r = _if(r, takes && p.timeInForce == POST_ONLY, IBookRecords.Book_PostOnlyWouldTake.selector);
        if (p.timeInForce == FILL_OR_KILL || (p.timeInForce == IMMEDIATE_OR_CANCEL && !takes)) return r;
        bool full = _accounts[p.trader].openOrders >= _terms.maxOpenOrders;
        r = _if(r, full, IBookRecords.Book_TooManyOpenOrders.selector);
        bool walks = takes || _walkOf(p, s.order.insertAfter) <= s.maxWalk;
        r = _if(r, !walks, IBookRecords.Book_HintTooFar.selector);
    }

    function _isRecent(bytes32 named) private view returns (bool) {
        for (uint256 i; i < _terms.chainWindow && i < _checkpoints.length; ++i) {
            if (named == _checkpoints[_checkpoints.length - 1 - i]) return true;
        }
        return false;
    }

    function _wouldTake(TradePackage calldata p) private view returns (bool) {
        for (uint256 i; i < _resting.length; ++i) {
            Entry storage e = _entries[_resting[i]];
            if (!_isOf(e, p.marketBranchId, p.quantityLots < 0)) continue;
            if (p.quantityLots > 0 ? e.price <= p.priceTicks : e.price >= p.priceTicks) return true;
        }
        return false;
    }

    /// @dev Resting orders between the hinted one, or the best where that is of no use, and the order's place in the queue.
    function _walkOf(TradePackage calldata p, uint32 hintedPlace) private view returns (uint256) {
        bool bids = p.quantityLots > 0;
        uint32 hint = restsAt[hintedPlace];
        bool usable = _isOf(_entries[hint], p.marketBranchId, bids);
        (uint256 place, uint256 rank) = (0, 0);
        for (uint256 i; i < _resting.length; ++i) {
            Entry storage e = _entries[_resting[i]];
            if (!_isOf(e, p.marketBranchId, bids)) continue;
            if (_precedes(bids, e.price, p.priceTicks)) ++place;
            if (usable && _isBetter(e, _entries[hint])) ++rank;
        }
        if (!usable) return place;
        return _precedes(bids, _entries[hint].price, p.priceTicks) ? place - 1 - rank : rank + 1 - place;
    }

    function _if(bytes4[] memory list, bool broken, bytes4 reason) private pure returns (bytes4[] memory longer) {
        if (!broken) return list;
        longer = new bytes4[](list.length + 1);
        for (uint256 i; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = reason;
    }

    function _only(bytes4 reason) private pure returns (bytes4[] memory) {
        return _if(new bytes4[](0), true, reason);
    }
}
