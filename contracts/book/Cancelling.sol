// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { MarketIds } from "../libraries/MarketId.sol";
import { OrderWord } from "../libraries/OrderWord.sol";
import { TraderWord, TraderWords } from "../libraries/TraderWord.sol";
import { TypedData } from "../libraries/TypedData.sol";
import { OffsetReason } from "../Types.sol";
import { Call } from "./Call.sol";
import { Desk } from "./Desk.sol";
import { Margin } from "./Margin.sol";
import { Markets } from "./Markets.sol";
import { Matching } from "./Matching.sol";
import { Store } from "./Store.sol";
import { Trades } from "./Trades.sol";

/// @dev Of a Cancellation in memory.
uint256 constant CANCELLATION_BYTES = 0xa0;

/// @dev A cancellation that its trader has signed.
struct Cancellation {
    uint256 trader;
    uint256 from;
    uint256 to;
    uint256 nonceFloor;
    uint256 deadline;
}

/// @title How resting orders are taken out: by their trader, by a signed cancellation, or because they are void (R35)
library Cancelling {
    /// @notice Takes an order out, or as much of it as its trader cannot bear. The order was looked up.
    /// @return refusal why not, 0 if something was taken out
    function offset(
        Markets.State storage s,
        Call memory c,
        uint256 place,
        OrderWord order,
        bool own
    ) internal returns (bytes32 refusal) {
        uint256 market = order.market();
        Desk.enter(s, c, MarketIds.rootOf(market), MarketIds.branchOf(market));
        if (own) {
            Matching.takeOut(c, place, order, OffsetReason.Cancelled);
        } else if (order.deadline() < block.timestamp || c.refusal != 0) {
            Matching.takeOut(c, place, order, OffsetReason.Expired);
        } else {
            int256 part = _borne(c, order);
            int256 lots = order.lots();
            if (part == lots) return IBookRecords.Book_OrderStands.selector;
            Matching.cutTo(c, place, order, part);
        }
    }

    /// @notice Its EIP-712 hashStruct, computed in memory that is not taken.
    function hashOf(Cancellation memory asked) internal pure returns (bytes32 hash) {
        bytes32 typehash = TypedData.CANCEL_TRADES_TYPEHASH;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typehash)
            mcopy(add(m, 0x20), asked, 0xa0)
            hash := keccak256(m, 0xc0)
        }
    }

    /// @notice R43: why a cancellation is void, 0 if it is not. Its signature is looked at afterwards.
    function refusalOf(Call memory c, Cancellation memory asked) internal view returns (bytes32) {
        if (asked.deadline < block.timestamp) return IBookRecords.Book_DeadlineExpired.selector;
        TraderWord t = Store.trader(asked.trader);
        if (t.isNone()) return IBookRecords.Book_TraderUnknown.selector;
        // One that reaches into numbers that are not given yet is a switch: it was fired, or is older than what came after it.
        if (asked.to > c.trades && t.nonceFloor() > asked.nonceFloor) {
            return IBookRecords.Book_CancellationVoid.selector;
        }
        return asked.nonceFloor > TraderWords.MAX_FLOOR ? IBookRecords.Book_NonceTooFar.selector : bytes4(0);
    }

    /// @notice Whether it raises its trader's nonce floor.
    function raises(Cancellation memory asked) internal view returns (bool) {
        return asked.nonceFloor > Store.trader(asked.trader).nonceFloor();
    }

    /// @notice Records a cancellation that is good, and raises its trader's nonce floor if it says so.
    /// @param signatureAt in the calldata
    function begin(Cancellation memory asked, uint256 signatureAt, uint256 length) internal {
        bytes32 topic = IBookRecords.TradesCancelled.selector;
        // TradesCancelled(trader, from, to, nonceFloor, deadline, signature), in memory that is not taken.
        assembly ("memory-safe") {
            let data := mload(0x40)
            mcopy(data, add(asked, 0x20), 0x80)
            mstore(add(data, 0x80), 0xa0)
            let words := and(add(length, 0x1f), not(0x1f))
            mstore(add(add(data, 0xa0), words), 0) // what the last word has beyond the signature
            calldatacopy(add(data, 0xc0), signatureAt, length)
            mstore(add(data, 0xa0), length)
            log2(data, add(0xc0, words), topic, mload(asked))
        }
        TraderWord t = Store.trader(asked.trader);
        if (asked.nonceFloor > t.nonceFloor()) Store.setTrader(asked.trader, t.withNonceFloor(asked.nonceFloor));
    }

    /// @notice Takes out the order at `place`, if it is one of those that the trader has named; else says so.
    /// @return refusal why it stays, 0 if it does not
    function takeOut(
        Markets.State storage s,
        Call memory c,
        Cancellation memory asked,
        uint256 place
    ) internal returns (bytes32 refusal) {
        OrderWord order = Store.order(place);
        refusal = _refusalAt(order, asked);
        // Cast: numbers are uint32.
        if (refusal != 0) emit IBookRecords.OffsetSkipped(uint32(order.id()), bytes4(refusal));
        else offset(s, c, place, order, true);
    }

    /// @notice Whether the order at `place` is one of those that the trader has named.
    function isMeant(Cancellation memory asked, uint256 place) internal view returns (bool) {
        return _refusalAt(Store.order(place), asked) == 0;
    }

    function _refusalAt(OrderWord order, Cancellation memory asked) private view returns (bytes32) {
        if (!order.isOpen()) return IBookRecords.Book_OrderUnknown.selector;
        uint256 id = order.id();
        bool meant = id >= asked.from && id <= asked.to && Store.nameOf(order.traderNumber()) == asked.trader;
        return meant ? bytes4(0) : IBookRecords.Book_OrderNotMeant.selector;
    }

    /// @notice Raises a trader's nonce floor, if that is higher than it is.
    function raiseNonceFloor(uint256 trader, uint256 nonceFloor) internal returns (bool raised) {
        TraderWord t = Store.trader(trader);
        // Cast: an address as it was read.
        address trader_ = address(uint160(trader));
        if (t.isNone()) revert IBookRecords.Book_TraderUnknown(trader_);
        if (nonceFloor > TraderWords.MAX_FLOOR) {
            revert IBookRecords.Book_NonceTooFar(trader_, uint64(nonceFloor), uint64(TraderWords.MAX_FLOOR) + 1);
        }
        if (nonceFloor <= t.nonceFloor()) return false;
        Store.setTrader(trader, t.withNonceFloor(nonceFloor));
        // Casts: numbers are uint32, floors have 24 bits.
        emit IBookRecords.NoncesInvalidated(uint32(t.number()), uint64(nonceFloor));
        return true;
    }

    /// @dev The part of an order that its trader can bear by today's bounds (R13).
    function _borne(Call memory c, OrderWord order) private view returns (int256) {
        (int256 lots, int256 price) = (order.lots(), order.price());
        TraderWord t = Store.trader(Store.nameOf(order.traderNumber()));
        (c.t, c.loaded) = (t, false);
        Trades.loadTaker(c);
        // Nobody is the taker of this call.
        (c.t, c.loaded) = (TraderWord.wrap(0), false);
        (int256 part, ) = Margin.partOf(c, t, c.position, lots, price);
        return part;
    }
}
