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

    function testFuzz_Fields(TradePackage calldata given) external pure {
        Package p = Packages.read(given);
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
        bytes32 digest,
        bool isAuthentic,
        bytes32 r,
        bytes32 vs
    ) external pure {
        Package p = Packages.read(given);
        p.judge(digest, isAuthentic, r, vs);
        assertEq(p.digest(), digest, "digest");
        assertEq(p.isAuthentic(), isAuthentic, "isAuthentic");
        (bytes32 keptR, bytes32 keptVs) = p.keySignature();
        assertEq(keptR, r, "r");
        assertEq(keptVs, vs, "vs");
        assertEq(p.link(), TypedData.primaryLink(given), "link");
    }

    function testFuzz_Source_IsTheOrderItself(SignedPackage calldata order) external pure {
        Package p = Packages.read(order);
        SignedPackage calldata source = p.source();
        assertEq(source.insertAfter, order.insertAfter, "insertAfter");
        assertEq(keccak256(source.signature), keccak256(order.signature), "signature");
        assertEq(TypedData.primaryLink(source.tradePackage), p.link(), "package");
        assertEq(p.link(), Packages.read(order.tradePackage).link(), "link");
    }

    /// @dev Memory that is taken before and after shows whether a package overwrites its neighbours, or they it.
    function testFuzz_Logs_OfTwoPackagesAmongOthersMemory(
        SignedPackage calldata given,
        uint32 tradeRootId,
        bytes32 r,
        bytes32 vs
    ) external {
        if (r == 0) r = bytes32(uint256(1));
        bytes memory before = abi.encode(given);
        Package first = Packages.read(given);
        Package second = Packages.read(given);
        bytes memory afterwards = abi.encode(given);
        first.judge(0, true, r, vs);
        second.judge(0, true, 0, 0);
        VM.recordLogs();
        first.log(tradeRootId);
        _emitCreated(given.tradePackage, tradeRootId, r, vs);
        second.log(tradeRootId);
        _emitCreated(given.tradePackage, tradeRootId, 0, 0);
        emit IBookRecords.TradeApproved(tradeRootId, given.signature);
        Vm.Log[] memory logs = VM.getRecordedLogs();
        assertEq(logs.length, 6, "logs");
        _assertSame(logs[0], logs[1]);
        _assertSame(logs[2], logs[4]);
        _assertSame(logs[3], logs[5]);
        assertEq(keccak256(before), keccak256(afterwards), "memory of others");
        _assertUnchanged(first, second, given.tradePackage);
    }

    function _emitCreated(TradePackage calldata p, uint32 tradeRootId, bytes32 r, bytes32 vs) private {
        emit IBookRecords.TradeCreated(
            tradeRootId,
            p.trader,
            p.marketRootId,
            p.marketBranchId,
            p.priceTicks,
            p.quantityLots,
            p.previousLink,
            p.nonce,
            p.deadline,
            p.timeInForce,
            r,
            vs
        );
    }

    /// @dev A package is still itself when it was logged.
    function _assertUnchanged(Package first, Package second, TradePackage calldata given) private pure {
        assertEq(first.trader(), given.trader, "trader");
        assertEq(first.marketRootId(), given.marketRootId, "marketRootId");
        assertEq(second.marketBranchId(), given.marketBranchId, "marketBranchId");
        assertEq(second.price(), given.priceTicks, "price");
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
        return Packages.read(given).link();
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
