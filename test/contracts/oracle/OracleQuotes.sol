// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookAccounts, IBookOrders, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { FILL_OR_KILL, TradePackage } from "../../../contracts/Types.sol";
import { Packing } from "../support/Packing.sol";
import { Random } from "../support/Random.sol";
import { VM, Vm } from "../support/Vm.sol";
import { IOldBookOrders as IOldOrders, IOldBookRecords as IOldRecords } from "./frozen/interfaces/IOrderBook.sol";
import { SignedPackage as OldSigned } from "./frozen/Types.sol";
import { Drawn } from "./DrawnOrders.sol";
import { OracleOrders } from "./OracleOrders.sol";

/// @title A quote set of the new book is its quotes as orders of their own in the old one
/// @dev Where both mean the same: with all the steps they want, in markets that nothing crosses. The old book is told as many nonces as
/// quotes; then the trader voids all of them in both, so that both know the same again.
abstract contract OracleQuotes is OracleOrders {
    bytes32 private constant SET_TYPE_HASH = keccak256(
        "QuoteSet(TradePackage[] quotes)TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
    );
    uint256 private constant ENOUGH = 1000;
    bytes32 private constant CREATED = "created";
    bytes32 private constant LEFT_OUT = "left out";

    uint256 public setsThatStand;
    uint256 public setsRefused;
    uint256 public quotesThatStand;
    uint256 public quotesLeftOut;

    function _quotes(Random memory random) internal {
        // So that none of the calls to come overwrites a link that is drawn.
        VM.roll(block.number + 1);
        Drawn[] memory quotes = _drawQuotes(random);
        // A trader whose last nonces are left has none for a set: no batch could say it.
        if (quotes[0].p.nonce + quotes.length > 2 ** 24) return;
        for (uint256 i; i < quotes.length; ++i) {
            TradePackage memory p = quotes[i].p;
            _both(
                p.trader,
                abi.encodeCall(IBookOrders.matchTrades, (p.marketRootId, p.marketBranchId, ENOUGH, 0)),
                abi.encodeCall(IOldOrders.matchTrades, (p.marketRootId, p.marketBranchId, ENOUGH))
            );
        }
        _bring(quotes, _someone(random));
        uint64 voided = quotes[0].p.nonce + uint64(quotes.length);
        assertTrue(_bothAlike(quotes[0].p.trader, abi.encodeCall(IBookAccounts.invalidateNonces, (voided))), "voided");
    }

    /// @dev All of one trader with a key, with the same link, nonce, deadline and time in force. One that fills or is killed is alone:
    /// of more none may be refused.
    function _drawQuotes(Random memory random) private view returns (Drawn[] memory quotes) {
        Drawn memory first;
        do first = _drawForBatch(random); while (first.byWallet || first.key != _keyOf(first.p.trader));
        (uint64 floor, ) = book.noncesOf(first.p.trader);
        // Ahead of all that can have been used.
        first.p.nonce = floor + 32 + uint64(random.below(8));
        bool alone = first.p.timeInForce == FILL_OR_KILL;
        quotes = new Drawn[](alone ? 1 : random.between(1, random.chance(90) ? 4 : MAX_OPEN_ORDERS + 2));
        quotes[0] = first;
        for (uint256 i = 1; i < quotes.length; ++i) {
            Drawn memory d = _drawForBatch(random);
            (d.p.trader, d.p.previousLink, d.p.nonce) = (first.p.trader, first.p.previousLink, first.p.nonce);
            (d.p.deadline, d.p.timeInForce) = (first.p.deadline, first.p.timeInForce);
            (d.key, d.oldLink, d.byWallet) = (first.key, first.oldLink, false);
            quotes[i] = d;
        }
    }

    function _keyOf(address trader) private view returns (uint256) {
        for (uint256 i; i < TRADERS; ++i) {
            if (traders[i] == trader) return _keys[i];
        }
        return 0;
    }

    function _bring(Drawn[] memory quotes, address submitter) private {
        VM.recordLogs();
        VM.prank(submitter);
        (bool success, bytes memory answer) = address(book).call(
            abi.encodeCall(IBookOrders.createTrades, (_packedSet(quotes)))
        );
        assertTrue(success, "a batch");
        Vm.Log[] memory logs = VM.getRecordedLogs();
        VM.prank(submitter);
        bytes memory oldAnswer;
        (success, oldAnswer) = address(old).call(
            abi.encodeCall(IOldOrders.createTrades, (_oldOrders(quotes), ENOUGH, ENOUGH))
        );
        assertTrue(success, "a batch of the old book");
        _noteAll(answer, oldAnswer);
        _compare(logs, VM.getRecordedLogs(), quotes.length);
    }

    function _packedSet(Drawn[] memory quotes) private view returns (bytes memory packed) {
        bytes memory links;
        for (uint256 i; i < quotes.length; ++i) {
            Drawn memory d = quotes[i];
            links = bytes.concat(links, keccak256(abi.encode(TYPE_HASH, d.p)));
            packed = bytes.concat(packed, BatchPacker.quote(d.p, _placeNow(d.hintId), d.place));
        }
        bytes32 hash = keccak256(abi.encode(SET_TYPE_HASH, keccak256(links)));
        (bytes32 r, bytes32 vs) = Packing.compact(_sign(quotes[0].key, 0, hash));
        // Casts: few quotes.
        return
            bytes.concat(
                BatchPacker.header(false, uint16(ENOUGH), uint16(ENOUGH), 0, 0, 1, 0),
                BatchPacker.quoteSet(quotes[0].p, uint8(quotes.length), r, vs),
                packed
            );
    }

    function _oldOrders(Drawn[] memory quotes) internal view virtual returns (OldSigned[] memory orders) {
        orders = new OldSigned[](quotes.length);
        for (uint256 i; i < quotes.length; ++i) {
            TradePackage memory p = quotes[i].p;
            uint64 nonce = p.nonce;
            p.nonce = nonce + uint64(i);
            orders[i] = _signedOld(quotes[i]);
            p.nonce = nonce;
        }
    }

    // ------------------------------------------------------------------ logs

    /// @dev A set that is refused has left nothing behind, and has the reason of its first quote; but deadline and link are looked at
    /// before all of them, and by the old book after the terms of each.
    function _compare(Vm.Log[] memory logs, Vm.Log[] memory oldLogs, uint256 count) private {
        bytes[] memory oldRead = _readQuotes(oldLogs, address(old));
        bytes4 reason = _refusalOf(logs);
        if (reason != 0) {
            ++setsRefused;
            // Of an order that was killed the machine has the logs of what was undone, too.
            bool killed = reason == IBookRecords.Book_FillOrKillUnfilled.selector;
            if (!killed) assertEq(oldRead.length, count, "the old book refuses every quote, too");
            bool isFirst =
                reason == IBookRecords.Book_DeadlineExpired.selector || reason == IBookRecords.Book_StaleLink.selector;
            if (!isFirst)
                assertEq(keccak256(oldRead[oldRead.length - count]), keccak256(abi.encode(LEFT_OUT, 0, reason)), "why");
            return;
        }
        ++setsThatStand;
        _assertSameLogs(_readQuotes(logs, address(book)), oldRead);
        for (uint256 i; i < oldRead.length; ++i) {
            if (bytes32(oldRead[i]) == CREATED) ++quotesThatStand;
            if (bytes32(oldRead[i]) == LEFT_OUT) ++quotesLeftOut;
        }
    }

    function _refusalOf(Vm.Log[] memory logs) private pure returns (bytes4 reason) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IBookRecords.QuoteSetSkipped.selector) continue;
            (, reason) = abi.decode(logs[i].data, (uint64, bytes4));
        }
    }

    /// @dev As `_read`, but quotes and orders are told in the same words.
    function _readQuotes(Vm.Log[] memory logs, address emitter) private returns (bytes[] memory read) {
        read = new bytes[](logs.length);
        uint256 count;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != emitter || logs[i].topics[0] == IBookRecords.QuoteSetCreated.selector) continue;
            read[count++] = _quoteOf(logs[i]);
        }
        assembly ("memory-safe") {
            mstore(read, count)
        }
    }

    function _quoteOf(Vm.Log memory log) private returns (bytes memory) {
        bytes32 topic = log.topics[0];
        if (topic == IBookRecords.QuoteCreated.selector || topic == IOldRecords.TradeCreated.selector) {
            (uint32 root, uint16 branch, int32 price, int64 lots) = abi.decode(
                log.data,
                (uint32, uint16, int32, int64)
            );
            return abi.encode(CREATED, log.topics[1], root, branch, price, lots);
        }
        if (topic == IBookRecords.QuoteSkipped.selector) {
            (uint256 quote, , bytes4 reason) = abi.decode(log.data, (uint256, bytes32, bytes4));
            return abi.encode(LEFT_OUT, quote, reason);
        }
        if (topic == IOldRecords.PackageSkipped.selector) {
            (, bytes memory reason) = abi.decode(log.data, (bytes32, bytes));
            ++refusals[bytes4(reason)];
            return abi.encode(LEFT_OUT, log.topics[1], bytes4(reason));
        }
        return _plainOfAny(log);
    }
}
