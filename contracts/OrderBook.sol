// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Batches } from "./book/Batches.sol";
import { Call, CALL_BYTES } from "./book/Call.sol";
import { Cancelling } from "./book/Cancelling.sol";
import { Desk } from "./book/Desk.sol";
import { Forwarding } from "./book/Forwarding.sol";
import { Intake } from "./book/Intake.sol";
import { Matching } from "./book/Matching.sol";
import { Signing } from "./book/Signing.sol";
import { Store } from "./book/Store.sol";
import { IBookOrders, IBookViews } from "./interfaces/IOrderBook.sol";
import { OrderWord } from "./libraries/OrderWord.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Placed, SignedPackage, TradePackage } from "./Types.sol";

/// @title The order book of one session
/// @dev Deployed once and cloned for each session; what never changes is in the clone's code (BookTerms). This file is the life
/// of an order, top-down; each rule is in its room under `book/`. Every other function of IOrderBook is in OrderBookAccounts, to
/// which Forwarding hands on what is not found here; that address is fixed in this code.
/// Nothing here hands control to anybody who could change something (R41): wallets are asked by static calls, and the only other
/// call is of the book to itself. So these functions need not mark that they are entered; they only refuse to run within another
/// function of the book, which is what nonReentrantView does.
contract OrderBook is Batches, Forwarding {
    constructor(address accounts) Forwarding(accounts) {}

    // ------------------------------------------------------------------ orders

    /// @inheritdoc IBookOrders
    function createTrade(
        SignedPackage calldata order,
        uint256 maxMatches,
        uint256 maxWalk
    ) external nonReentrantView returns (Placed memory placed) {
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        _open(c, order.newest);
        (c.maxMatches, c.maxWalk) = (maxMatches, maxWalk);
        _read(c, order);
        bytes32 refusal = Intake.accept(_state().markets, c);
        if (refusal != 0) _explain(IBookViews.explain.selector, refusal, c.detail, 0x40);
        _close(c);
        // Casts: numbers and places are uint32.
        return Placed(uint32(c.id), uint32(c.restsAt));
    }

    /// @inheritdoc IBookOrders
    function matchTrades(
        uint32 marketRootId,
        uint16 marketBranchId,
        uint256 maxMatches,
        uint32 newest
    ) external nonReentrantView returns (uint256 steps) {
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        _open(c, newest);
        Desk.enter(_state().markets, c, marketRootId, marketBranchId);
        if (c.refusal != 0) _explain(IBookViews.explainMarket.selector, c.refusal, 0, 0);
        steps = Matching.resume(c, maxMatches);
        _close(c);
    }

    /// @inheritdoc IBookOrders
    function offset(Placed[] calldata orders, uint32 newest) external nonReentrantView returns (uint256 count) {
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        _open(c, newest);
        uint256 caller = Store.trader(uint160(msg.sender)).number();
        bytes32 first;
        for (uint256 i; i < orders.length; ++i) {
            bytes32 refusal = _offset(c, orders[i].place, orders[i].tradeRootId, caller);
            if (refusal == 0) {
                ++count;
                continue;
            }
            if (first == 0) first = refusal;
            emit OffsetSkipped(orders[i].tradeRootId, bytes4(refusal));
        }
        if (count == 0 && first != 0) _revertWithFirst(c, orders, caller);
        _close(c);
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Nested members are read word by word; the ABI decoder has nothing to copy, and refuses what is not of its type.
    function _read(Call memory c, SignedPackage calldata order) private pure {
        TradePackage calldata p = order.tradePackage;
        (c.rootId, c.branchId, c.trader) = (p.marketRootId, p.marketBranchId, uint160(p.trader));
        (c.price, c.quantity, c.link) = (p.priceTicks, p.quantityLots, uint256(p.previousLink));
        (c.nonce, c.deadline, c.timeInForce) = (p.nonce, p.deadline, p.timeInForce);
        bytes calldata signature = order.signature;
        uint256 ptr;
        assembly ("memory-safe") {
            ptr := signature.offset
        }
        (c.signatureAt, c.signatureLength) = (ptr, signature.length);
        (c.r, c.vs) = Signatures.compact(signature);
        c.approval = Signing.BY_KEY_OR_WALLET;
        c.hints = (uint256(order.insertAfter) << 32) | order.place;
    }

    /// @dev R35.
    function _offset(Call memory c, uint256 place, uint256 id, uint256 caller) private returns (bytes32) {
        OrderWord order = Store.order(place);
        if (!order.isOpen() || order.id() != id) return Book_OrderUnknown.selector;
        return Cancelling.offset(_state().markets, c, place, order, order.traderNumber() == caller);
    }

    function _revertWithFirst(Call memory c, Placed[] calldata orders, uint256 caller) private {
        uint32 id = orders[0].tradeRootId;
        if (_offset(c, orders[0].place, id, caller) == Book_OrderUnknown.selector) revert Book_OrderUnknown(id);
        revert Book_OrderStands(id, msg.sender);
    }

    /// @dev Reverts with the whole error, as OrderBookViews finds it: it gets the arguments of this call behind two words.
    /// @param shift how much further behind the first argument what it points to lies then; 0 if it points to nothing
    function _explain(bytes4 selector, bytes32 refusal, int256 detail, uint256 shift) private {
        address next = _rest();
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, selector)
            mstore(add(m, 0x04), refusal)
            mstore(add(m, 0x24), detail)
            calldatacopy(add(m, 0x44), 0x04, sub(calldatasize(), 0x04))
            mstore(add(m, 0x44), add(mload(add(m, 0x44)), shift))
            pop(delegatecall(gas(), next, m, add(0x40, calldatasize()), 0x00, 0x00))
            returndatacopy(m, 0x00, returndatasize())
            revert(m, returndatasize())
        }
    }
}
