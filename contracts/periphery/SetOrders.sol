// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../interfaces/IOrderBook.sol";
import { GOOD_TILL_CANCELLED, IMMEDIATE_OR_CANCEL, Placed, SignedPackage, TradePackage } from "../Types.sol";
import { BatchPacker } from "./BatchPacker.sol";
import { Rung, SetLeg, SetPlan } from "./SetPlan.sol";
import { SetPlans } from "./SetPlans.sol";
import { SetWorth } from "./SetWorth.sol";

/// @title One try at making sets, which stands or falls as a whole: the router's orders to the legs, and the taker's
abstract contract SetOrders is SetWorth {
    uint256 private constant MAX_WALLETS = 8;

    /// @dev What came of rounds: lots, and wei, of which `owed` are the favoured order's.
    struct Made {
        uint256 sets;
        uint256 surplus;
        uint256 owed;
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert SetRouter_OnlySelf(msg.sender);
        _;
    }

    constructor(IOrderBook book_) SetWorth(book_) {}

    // ------------------------------------------------------------------ tries

    /// @notice The taker's order and its sets. Does nothing if there are none. Only for the router itself.
    /// @param foreseen whether to rely on the plan for what the taker will take, and do all in one call of the book
    function tryTaker(
        SignedPackage calldata taker,
        Pen memory pen,
        uint256 most,
        bool foreseen
    ) external onlySelf signs returns (Placed memory placed, uint256 sets, uint256 surplus) {
        TradePackage calldata t = taker.tradePackage;
        (SetPlan memory p, Worth memory before) = _begin(t.marketRootId, t.quantityLots > 0, pen, most);
        (p.branch, p.limit, p.taker) = (t.marketBranchId, t.priceTicks, t.trader);
        // Cast: its magnitude.
        p.wanted = uint64(p.mints ? t.quantityLots : -t.quantityLots);
        SetPlans.make(BOOK, p);
        if (p.lots == 0) return (placed, 0, 0);
        (placed, sets) = _meet(p, taker, pen, foreseen);
        surplus = _requireWhole(p, before, sets);
    }

    /// @notice One round of resting orders. Only for the router itself.
    function tryResting(
        uint32 marketRootId,
        bool mints,
        Pen memory pen,
        uint256 most,
        uint32 favoured
    ) external onlySelf signs returns (Made memory made) {
        (SetPlan memory p, Worth memory before) = _begin(marketRootId, mints, pen, most);
        (p.wanted, p.favoured) = (type(uint256).max, favoured);
        SetPlans.make(BOOK, p);
        if (p.lots == 0) return made;
        _tradeLegs(p, p.lots, pen);
        // Casts: not negative, see SetPlans; positive.
        made.owed = uint256(p.owed) * uint256(p.tickValue);
        (made.sets, made.surplus) = (p.lots, _requireWhole(p, before, p.lots));
    }

    // ------------------------------------------------------------------ orders

    /// @dev Puts the router's offers (or bids) where the taker meets them, lets it come, takes the rest out again, and sells all other
    /// legs (or buys them).
    /// @return placed the taker's order
    /// @return sets lots that it took of them
    function _meet(
        SetPlan memory p,
        SignedPackage calldata taker,
        Pen memory pen,
        bool foreseen
    ) private returns (Placed memory placed, uint256 sets) {
        (bytes memory orders, bytes memory signature, uint8 wallets) = _packOther(taker);
        orders = bytes.concat(_packRungs(p, pen), orders);
        uint256 rungs = p.rungs.length;
        uint256 legs = p.legs.length;
        if (foreseen && rungs + wallets + legs <= MAX_WALLETS) {
            orders = bytes.concat(orders, _packLegs(p, 0, legs, p.lots, pen));
            placed = _send(pen, orders, signature, rungs + 1 + legs, rungs + wallets + legs)[rungs];
            return (placed, p.lots);
        }
        Placed[] memory all = _send(pen, orders, signature, rungs + 1, rungs + wallets);
        placed = all[rungs];
        sets = p.lots - _takeOut(all, rungs, pen.newest);
        if (sets != 0) _tradeLegs(p, sets, pen);
    }

    function _packRungs(SetPlan memory p, Pen memory pen) private returns (bytes memory packed) {
        for (uint256 i; i < p.rungs.length; ++i) {
            Rung memory rung = p.rungs[i];
            TradePackage memory own = _draft(p, p.branch, rung.price, rung.lots, pen, GOOD_TILL_CANCELLED);
            _approve(own);
            packed = bytes.concat(packed, BatchPacker.orderOfWallet(own, 0, rung.insertAfter, 0));
        }
    }

    /// @return left lots of the first `rungs` of these orders that still rested
    function _takeOut(Placed[] memory all, uint256 rungs, uint32 newest) private returns (uint256 left) {
        Placed[] memory resting = new Placed[](rungs);
        uint256 count;
        for (uint256 i; i < rungs; ++i) {
            if (all[i].place == 0) continue;
            (uint32 id, , , , , int64 lots, , ) = BOOK.orderAt(all[i].place);
            if (id != all[i].tradeRootId) continue;
            resting[count++] = all[i];
            // Cast: its magnitude.
            left += uint64(lots < 0 ? -lots : lots);
        }
        if (count == 0) return 0;
        assembly ("memory-safe") {
            mstore(resting, count)
        }
        BOOK.offset(resting, newest);
    }

    /// @dev Sells all legs, or buys them.
    function _tradeLegs(SetPlan memory p, uint256 lots, Pen memory pen) private {
        uint256 count = p.legs.length;
        for (uint256 first; first < count; first += MAX_WALLETS) {
            uint256 end = first + MAX_WALLETS < count ? first + MAX_WALLETS : count;
            _send(pen, _packLegs(p, first, end, lots, pen), "", end - first, end - first);
        }
    }

    function _packLegs(
        SetPlan memory p,
        uint256 first,
        uint256 end,
        uint256 lots,
        Pen memory pen
    ) private returns (bytes memory packed) {
        for (uint256 k = first; k < end; ++k) {
            SetLeg memory leg = p.legs[k];
            TradePackage memory own = _draft(p, leg.branch, leg.limit, lots, pen, IMMEDIATE_OR_CANCEL);
            _approve(own);
            packed = bytes.concat(packed, _packOwn(own));
        }
    }

    /// @dev Strict: the orders of a call stand or fall together. Who meets rungs of the router passes no more than these.
    /// @param signature of a wallet, which stands behind all orders; those of the router have no bytes
    function _send(
        Pen memory pen,
        bytes memory orders,
        bytes memory signature,
        uint256 count,
        uint256 wallets
    ) private returns (Placed[] memory) {
        // Casts: few.
        uint16 walk = pen.maxWalk < MAX_RUNGS ? uint16(MAX_RUNGS) : pen.maxWalk;
        bytes memory header = BatchPacker.header(
            true,
            pen.maxSteps,
            walk,
            pen.newest,
            uint16(count),
            0,
            uint8(wallets)
        );
        return BOOK.createTrades(bytes.concat(header, orders, signature));
    }

    function _draft(
        SetPlan memory p,
        uint16 branch,
        int256 price,
        uint256 lots,
        Pen memory pen,
        uint8 timeInForce
    ) private view returns (TradePackage memory own) {
        (own.marketRootId, own.marketBranchId, own.trader) = (p.root, branch, address(this));
        // Casts: prices are int32, lots below 2^39, now below 2^40.
        own.priceTicks = int32(price);
        own.quantityLots = p.mints ? -int64(uint64(lots)) : int64(uint64(lots));
        (own.previousLink, own.nonce, own.deadline) = (pen.link, pen.nonce++, uint40(block.timestamp));
        own.timeInForce = timeInForce;
    }
}
