// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { BASKET_ROOT_ID } from "../../../contracts/Types.sol";
import { VM, Vm } from "../support/Vm.sol";
import { IOldBookRecords as IOldRecords } from "./frozen/interfaces/IOrderBook.sol";
import { TwoBooks } from "./TwoBooks.sol";

/// @title Both books are called, and must answer and log the same
/// @dev Left out of a log is what follows from the domain of its book (links, signatures, heads), and what one form says beyond
/// the other: where an order rests, and the values of a refusal.
abstract contract SameLogs is TwoBooks {
    mapping(bytes32 topic => uint256) public logged;
    mapping(bytes4 selector => uint256) public refusals;

    /// @return success whether both took the call
    /// @return answer of the new book
    /// @return oldAnswer of the old one
    function _both(
        address caller,
        bytes memory data,
        bytes memory oldData
    ) internal returns (bool success, bytes memory answer, bytes memory oldAnswer) {
        VM.recordLogs();
        VM.prank(caller);
        (success, answer) = address(book).call(data);
        bytes[] memory logs = _read(VM.getRecordedLogs(), address(book));
        VM.prank(caller);
        bool oldSuccess;
        (oldSuccess, oldAnswer) = address(old).call(oldData);
        bytes[] memory oldLogs = _read(VM.getRecordedLogs(), address(old));
        if (success != oldSuccess || (!success && bytes4(answer) != bytes4(oldAnswer))) {
            assertEq(VM.toString(answer), VM.toString(oldAnswer), success ? "only the old book refuses" : "refusal");
            assertTrue(false, "only one book refuses");
        }
        if (success) _assertSameLogs(logs, oldLogs);
        else ++refusals[bytes4(answer)];
    }

    function _bothAlike(address caller, bytes memory data) internal returns (bool success) {
        bytes memory answer;
        bytes memory oldAnswer;
        (success, answer, oldAnswer) = _both(caller, data, data);
        if (success) assertEq(keccak256(answer), keccak256(oldAnswer), "answer");
    }

    function _assertSameLogs(bytes[] memory logs, bytes[] memory oldLogs) internal {
        uint256 count = logs.length < oldLogs.length ? logs.length : oldLogs.length;
        for (uint256 i; i < count; ++i) {
            if (keccak256(logs[i]) != keccak256(oldLogs[i])) {
                assertEq(VM.toString(logs[i]), VM.toString(oldLogs[i]), "log");
            }
            ++logged[bytes32(logs[i])];
        }
        assertEq(logs.length, oldLogs.length, "logs");
    }

    /// @dev Those of one book, in order, each as its topic and what both forms say.
    function _read(Vm.Log[] memory logs, address emitter) internal returns (bytes[] memory read) {
        read = new bytes[](logs.length);
        uint256 count;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != emitter || logs[i].topics[0] == IBookRecords.TradePlaced.selector) continue;
            read[count++] = emitter == address(book) ? _plainOf(logs[i]) : _plainOfOld(logs[i]);
        }
        assembly ("memory-safe") {
            mstore(read, count)
        }
    }

    function _plainOf(Vm.Log memory log) private returns (bytes memory) {
        bytes32 topic = log.topics[0];
        if (topic == IBookRecords.PackageSkipped.selector) {
            (, bytes4 reason) = abi.decode(log.data, (uint64, bytes4));
            return _skip(log, reason);
        }
        if (topic == IBookRecords.OffsetSkipped.selector) {
            return abi.encode("OffsetSkipped", abi.decode(log.data, (bytes4)));
        }
        return _plainOfAny(log);
    }

    function _plainOfOld(Vm.Log memory log) private returns (bytes memory) {
        bytes32 topic = log.topics[0];
        if (topic == IOldRecords.PackageSkipped.selector) {
            (, bytes memory reason) = abi.decode(log.data, (bytes32, bytes));
            return _skip(log, bytes4(reason));
        }
        if (topic == IOldRecords.OffsetSkipped.selector) {
            return abi.encode("OffsetSkipped", bytes4(abi.decode(log.data, (bytes))));
        }
        return _plainOfAny(log);
    }

    function _skip(Vm.Log memory log, bytes4 reason) private returns (bytes memory) {
        ++refusals[reason];
        return abi.encode("PackageSkipped", log.topics[1], log.topics[2], reason);
    }

    function _plainOfAny(Vm.Log memory log) internal pure returns (bytes memory) {
        bytes32 topic = log.topics[0];
        bytes memory data = log.data;
        if (topic == IBookRecords.Checkpoint.selector) {
            (, bytes32 link) = abi.decode(data, (bytes32, bytes32));
            return abi.encode(topic, uint96(uint256(link)));
        }
        if (topic == IBookRecords.TradeCreated.selector) {
            (uint32 root, uint16 branch, int32 price, int64 lots, , uint64 nonce, uint40 deadline, uint8 force) = abi
                .decode(data, (uint32, uint16, int32, int64, bytes32, uint64, uint40, uint8));
            return abi.encode(topic, log.topics[1], log.topics[2], root, branch, price, lots, nonce, deadline, force);
        }
        if (topic == IBookRecords.TradesCancelled.selector) {
            (uint32 from, uint32 to, uint64 floor, uint40 deadline) = abi.decode(
                data,
                (uint32, uint32, uint64, uint40)
            );
            return abi.encode(topic, log.topics[1], from, to, floor, deadline);
        }
        // What a basket is worth at worst counts from the last leg in the new book: full sets are cash.
        bool isBasket = topic == IBookRecords.Refreshed.selector && uint256(log.topics[1]) == BASKET_ROOT_ID;
        bool saysLink =
            isBasket || topic == IBookRecords.MarketRecorded.selector || topic == IBookRecords.TradeApproved.selector;
        return saysLink ? abi.encode(topic, log.topics) : abi.encode(topic, log.topics, data);
    }
}
