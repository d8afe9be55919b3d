// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders, IOrderBook } from "../../interfaces/IOrderBook.sol";
import { BASKET_ROOT_ID, GOOD_TILL_CANCELLED, Placed, POST_ONLY, SignedPackage, TradePackage } from "../../Types.sol";
import { BatchPacker } from "../BatchPacker.sol";
import { CostFunction, Point, Vertices } from "./CostFunction.sol";
import { ILmsrMaker } from "./ILmsrMaker.sol";
import { Known, MakerRoot } from "./MakerRoot.sol";
import { SponsorPool } from "./SponsorPool.sol";

/// @title An automated maker for one root (see ILmsrMaker)
/// @dev It has no state of its own but the sponsors': what it has sold is its position in the book, as that is when it is asked.
/// Why it never loses more than its deposit: every fill of its order, whole or in part, with the taker or with whoever stood in the
/// way, pays at least what the cost function asks, which is convex. So its cash is never below deposit + C(Q), and that is never
/// below what it owes at any vertex. docs/makers.md has the proof.
contract LmsrMaker is SponsorPool {
    using CostFunction for Vertices;

    /// @dev What the maker has to say to an order.
    /// @param lots of its own order, + bid, - offer; 0 for nothing
    /// @param price of it, ticks
    struct Answer {
        int256 lots;
        int256 price;
    }

    /// @dev A market of the root as the book has it, and the maker's lots in each branch.
    struct Market {
        int256 min;
        int256 max;
        uint32 bestBid;
        uint32 bestAsk;
        int256[] lots;
    }

    int256 private constant MAX_LOTS = 2 ** 39 - 1;

    constructor(address factory) MakerRoot(factory) {}

    // ------------------------------------------------------------------ prices

    /// @inheritdoc ILmsrMaker
    function cost(uint16 marketBranchId, int256 lots) external view returns (int256) {
        return _cost(_known(), marketBranchId, lots);
    }

    /// @inheritdoc ILmsrMaker
    function quote(uint16 marketBranchId, int256 lots) external view returns (int256) {
        Known memory k = _known();
        int256 paid = _cost(k, marketBranchId, lots);
        (int256 min, int256 max, , , , ) = k.book.marketOf(k.root, marketBranchId);
        int256 price = _average(paid, lots);
        if (price < min) return min;
        return price > max ? max : price;
    }

    /// @inheritdoc ILmsrMaker
    function priceOf(uint16 marketBranchId) external view returns (int256) {
        Known memory k = _known();
        Vertices memory v = _vertices(k, marketBranchId, _lots(k));
        return v.priceAt(v.at(0));
    }

    function _cost(Known memory k, uint16 branchId, int256 lots) private view returns (int256) {
        if (lots == 0 || lots > MAX_LOTS || lots < -MAX_LOTS) {
            revert Maker_LotsOutOfRange(lots, MAX_LOTS);
        }
        Vertices memory v = _vertices(k, branchId, _lots(k));
        Point memory from = v.at(0);
        return v.costBetween(from, v.moved(from, lots));
    }

    /// @dev A lot at `paid / lots`, ticks: what a taker buys is rounded up, what a taker sells down.
    function _average(int256 paid, int256 lots) private pure returns (int256) {
        return lots > 0 ? CostFunction.divUp(paid, lots) : CostFunction.divDown(-paid, -lots);
    }

    // ------------------------------------------------------------------ trade

    /// @inheritdoc ILmsrMaker
    function trade(
        SignedPackage calldata taker,
        uint256 maxMatches,
        uint256 maxWalk
    ) external signs returns (Placed memory) {
        Known memory k = _known();
        TradePackage memory t = taker.tradePackage;
        if (t.marketRootId != k.root) revert Maker_OtherRoot(t.marketRootId, k.root);
        (uint64 nonce, ) = k.book.noncesOf(address(this));
        if (nonce == 0) _requireFunded(k);
        // What may not take, or has no steps, must not meet the maker.
        if (t.timeInForce == POST_ONLY || maxMatches == 0) return _handOn(k.book);
        Answer memory answer = _answerTo(k, t.marketBranchId, t.quantityLots, t.priceTicks);
        if (answer.lots == 0) return _handOn(k.book);
        bytes memory header = BatchPacker.header(true, _limit(maxMatches), _limit(maxWalk), taker.newest, 2, 0, 1);
        return _bring(k.book, taker, t, header, _package(t, answer, nonce));
    }

    /// @dev Who has traded once, and so used a nonce, was funded.
    function _requireFunded(Known memory k) private view {
        uint256 needed = _depositNeeded(k);
        if (paidIn < needed) revert Maker_NotFunded(paidIn, needed);
    }

    /// @dev The same arguments for `createTrade`, whose answer, or refusal, is this call's.
    function _handOn(IOrderBook book) private returns (Placed memory placed) {
        bytes memory data = bytes.concat(IBookOrders.createTrade.selector, msg.data[4:]);
        assembly ("memory-safe") {
            let done := call(gas(), book, 0, add(data, 0x20), mload(data), placed, 0x40)
            if iszero(done) {
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
        }
    }

    /// @dev Own order first, then the taker's, in one batch that is refused if either is. What is left of the own order goes.
    /// @param header of a batch in which one wallet, which is the maker, has signed
    function _bring(
        IOrderBook book,
        SignedPackage calldata taker,
        TradePackage memory t,
        bytes memory header,
        TradePackage memory own
    ) private returns (Placed memory) {
        bytes32 digest = _approve(own);
        (bytes memory other, bytes memory behind, uint8 wallets) = _packOther(taker, t);
        if (wallets != 0) header[header.length - 1] = bytes1(1 + wallets);
        Placed[] memory placed = book.createTrades(bytes.concat(header, _packOwn(own), other, behind));
        _forget(digest);
        _takeBack(book, placed[0], taker.newest);
        return placed[1];
    }

    function _takeBack(IOrderBook book, Placed memory own, uint32 newest) private {
        if (own.place == 0) return;
        (uint32 id, , , , , , , ) = book.orderAt(own.place);
        if (id != own.tradeRootId) return;
        Placed[] memory orders = new Placed[](1);
        orders[0] = own;
        book.offset(orders, newest);
    }

    /// @dev Good for this second, over the taker's link, with the lowest free nonce: each call uses up one.
    function _package(
        TradePackage memory t,
        Answer memory answer,
        uint64 nonce
    ) private view returns (TradePackage memory own) {
        (own.marketRootId, own.marketBranchId, own.trader) = (t.marketRootId, t.marketBranchId, address(this));
        // Casts: within the market's bounds, an order's lots, and the time of a block.
        (own.priceTicks, own.quantityLots) = (int32(answer.price), int64(answer.lots));
        (own.previousLink, own.nonce, own.deadline) = (t.previousLink, nonce, uint40(block.timestamp));
        own.timeInForce = GOOD_TILL_CANCELLED;
    }

    /// @dev Two bytes of a batch have room for no more, and no call has gas for more.
    function _limit(uint256 steps) private pure returns (uint16) {
        return steps < type(uint16).max ? uint16(steps) : type(uint16).max;
    }

    // ------------------------------------------------------------------ what it answers

    function _answerTo(
        Known memory k,
        uint16 branchId,
        int256 quantity,
        int256 limit
    ) private view returns (Answer memory) {
        Market memory m = _market(k, branchId);
        Vertices memory v = _vertices(k, branchId, m.lots);
        bool buys = quantity > 0;
        int256 lots = _min(buys ? quantity : -quantity, _room(k, m.lots, branchId, buys));
        if (lots > MAX_LOTS || lots <= 0 || m.min == m.max) return Answer(0, 0);
        // Until here the taker is better off with the maker than with the best opposite order, and within its limit.
        int256 reachable = _reachable(k.book, m, limit, buys);
        Point memory from = v.at(0);
        Point memory to = v.moved(from, buys ? lots : -lots);
        if (v.isBeyond(to, reachable, buys)) {
            lots = v.reach(from, lots, reachable, buys);
            if (lots == 0) return Answer(0, 0);
            to = v.moved(from, buys ? lots : -lots);
        }
        return _priced(v, m, v.costBetween(from, to), buys ? lots : -lots, limit);
    }

    /// @dev One price for all lots, rounded towards the maker. Out of the market's bounds it is brought into them, if that is towards the
    /// maker, or if no vertex pays more than the bound: a lot at the most that it can pay is never below its cost.
    /// @param lots that the taker gets, below zero those that it gives
    function _priced(
        Vertices memory v,
        Market memory m,
        int256 paid,
        int256 lots,
        int256 limit
    ) private pure returns (Answer memory) {
        (int256 least, int256 most) = v.paysBetween();
        int256 price = _average(paid, lots);
        if (lots > 0) {
            if (price > m.max && most <= m.max) price = m.max;
            if (price < m.min) price = m.min;
            if (price > limit || price > m.max) return Answer(0, 0);
        } else {
            if (price < m.min && least >= m.min) price = m.min;
            if (price > m.max) price = m.max;
            if (price < limit || price < m.min) return Answer(0, 0);
        }
        return Answer(-lots, price);
    }

    function _reachable(IOrderBook book, Market memory m, int256 limit, bool buys) private view returns (int256) {
        uint32 opposite = buys ? m.bestAsk : m.bestBid;
        if (opposite == 0) return limit;
        (, , , , int32 best, , , ) = book.orderAt(opposite);
        if (buys) return best < limit ? best : limit;
        return best > limit ? best : limit;
    }

    /// @dev How many lots the book lets the maker sell, or buy, of the branch (R13). In the basket lots count from those of the last leg,
    /// and those of the last leg from each other one.
    function _room(Known memory k, int256[] memory lots, uint16 branchId, bool sells) private pure returns (int256) {
        if (k.root != BASKET_ROOT_ID || branchId != lots.length) {
            return k.maxLots + (sells ? lots[branchId - 1] : -lots[branchId - 1]);
        }
        int256 most = type(int256).min;
        for (uint256 leg; leg + 1 < lots.length; ++leg) {
            int256 held = sells ? lots[leg] : -lots[leg];
            if (held > most) most = held;
        }
        return k.maxLots - most;
    }

    function _market(Known memory k, uint16 branchId) private view returns (Market memory m) {
        m.lots = _lots(k);
        (m.min, m.max, , m.bestBid, m.bestAsk, ) = k.book.marketOf(k.root, branchId);
    }

    function _lots(Known memory k) private view returns (int256[] memory) {
        return k.book.positionOf(address(this), k.root);
    }

    function _min(int256 a, int256 b) private pure returns (int256) {
        return a < b ? a : b;
    }
}
