// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Package, Packages } from "../../../contracts/libraries/Packages.sol";
import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";
import { Vm, VM } from "../support/Vm.sol";

/// @title Given any package, when it is read at once, then it is what the compiler reads, hashes and logs field by field
contract PackagesTest is Test {
    uint256 private constant WORDS = 9;

    function testFuzz_Fields(TradePackage calldata given, bytes calldata signature) external pure {
        Package p = Packages.read(given, signature);
        assertEq(p.marketRootId(), given.marketRootId, "marketRootId");
        assertEq(p.marketBranchId(), given.marketBranchId, "marketBranchId");
        assertEq(p.trader(), given.trader, "trader");
        assertEq(p.price(), given.priceTicks, "price");
        assertEq(p.quantity(), given.quantityLots, "quantity");
        assertEq(p.previousLink(), given.previousLink, "previousLink");
        assertEq(p.nonce(), given.nonce, "nonce");
        assertEq(p.deadline(), given.deadline, "deadline");
        assertEq(p.timeInForce(), given.timeInForce, "timeInForce");
        assertEq(p.link(), TypedData.primaryLink(given), "link");
    }

    function testFuzz_WhatIsKnownOfTheSignature(
        TradePackage calldata given,
        bytes calldata signature,
        bytes32 digest,
        bool isAuthentic
    ) external pure {
        Package p = Packages.read(given, signature);
        p.judge(digest, isAuthentic);
        assertEq(p.digest(), digest, "digest");
        assertEq(p.isAuthentic(), isAuthentic, "isAuthentic");
        assertEq(p.link(), TypedData.primaryLink(given), "link");
    }

    function testFuzz_Source_IsTheOrderItself(SignedPackage calldata order) external pure {
        Package p = Packages.read(order);
        SignedPackage calldata source = p.source();
        assertEq(source.insertAfter, order.insertAfter, "insertAfter");
        assertEq(keccak256(source.signature), keccak256(order.signature), "signature");
        assertEq(TypedData.primaryLink(source.tradePackage), p.link(), "package");
        assertEq(p.link(), Packages.read(order.tradePackage, order.signature).link(), "link");
    }

    /// @dev Memory that is taken before and after shows whether a package overwrites its neighbours, or they it.
    function testFuzz_Logs_OfTwoPackagesAmongOthersMemory(
        TradePackage calldata given,
        bytes calldata signature,
        uint32 tradeRootId,
        uint32 traderId
    ) external {
        bytes memory before = abi.encode(given, signature);
        Package first = Packages.read(given, signature);
        Package second = Packages.read(given, signature[signature.length / 2:]);
        bytes memory afterwards = abi.encode(given, signature);
        VM.recordLogs();
        first.log(tradeRootId, traderId);
        emit IBookRecords.TradeCreated(tradeRootId, traderId, given, signature);
        second.log(tradeRootId, traderId);
        emit IBookRecords.TradeCreated(tradeRootId, traderId, given, signature[signature.length / 2:]);
        Vm.Log[] memory logs = VM.getRecordedLogs();
        assertEq(logs.length, 4, "logs");
        _assertSame(logs[0], logs[1]);
        _assertSame(logs[2], logs[3]);
        assertEq(keccak256(before), keccak256(afterwards), "memory of others");
    }

    function testFuzz_AWordThatExceedsItsType_IsRefused(uint256 seed, bytes32 dirt) external view {
        uint256 index = seed % WORDS;
        bytes32[WORDS] memory words;
        words[index] = dirt;
        (bool accepted, bytes memory reason) = address(this).staticcall(_callOf(this.read.selector, words));
        (bool decoded, ) = address(this).staticcall(_callOf(this.decode.selector, words));
        assertEq(accepted, decoded, "read as the compiler reads it");
        if (!accepted) assertEq(reason.length, 0, "bytes of reason");
    }

    /// @dev The bits next to each type, which random words do not tell from those far above it.
    function test_TheFirstBitBeyondEachType_IsRefused() external view {
        uint8[WORDS] memory bits = [32, 16, 160, 31, 63, 0, 64, 40, 8];
        for (uint256 i; i < WORDS; ++i) {
            bytes32[WORDS] memory words;
            words[i] = bytes32(uint256(1) << bits[i]);
            (bool accepted, ) = address(this).staticcall(_callOf(this.read.selector, words));
            assertEq(accepted, bits[i] == 0, "one bit too many");
            words[i] = bytes32((uint256(1) << bits[i]) - 1);
            (accepted, ) = address(this).staticcall(_callOf(this.read.selector, words));
            assertTrue(accepted, "all bits of the type");
        }
    }

    function read(TradePackage calldata given) external pure returns (bytes32) {
        return Packages.read(given, msg.data[:0]).link();
    }

    function decode(TradePackage calldata given) external pure returns (bytes32) {
        return TypedData.primaryLink(given);
    }

    function _callOf(bytes4 selector, bytes32[WORDS] memory words) private pure returns (bytes memory) {
        return bytes.concat(selector, abi.encode(words));
    }

    function _assertSame(Vm.Log memory one, Vm.Log memory other) private pure {
        assertEq(one.topics.length, other.topics.length, "topics");
        for (uint256 i; i < one.topics.length; ++i) {
            assertEq(one.topics[i], other.topics[i], "topic");
        }
        assertEq(one.data.length, other.data.length, "bytes of data");
        assertEq(keccak256(one.data), keccak256(other.data), "data");
    }
}
