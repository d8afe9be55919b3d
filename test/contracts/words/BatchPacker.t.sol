// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Batch } from "../../../contracts/book/Batch.sol";
import { Call } from "../../../contracts/book/Call.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { CheckpointWord } from "../../../contracts/libraries/CheckpointWord.sol";
import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { TradePackage } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

/// @title Given any package, when it is packed, then the book reads it as it was
contract BatchPackerTest is Test {
    uint256 private constant TERMS = 40; // where they stand in an order

    struct Hints {
        uint32 insertAfter;
        uint32 place;
    }

    function testFuzz_AnOrderOfAKey_IsReadAsItWas(
        TradePackage memory p,
        bytes32 r,
        bytes32 vs,
        Hints memory hints
    ) external view {
        _fit(p);
        bytes memory packed = BatchPacker.order(p, r, vs, hints.insertAfter, hints.place);
        assertEq(packed.length, Batch.ORDER, "bytes");
        (Call memory c, bool byWallet) = this.read(packed, p.previousLink);
        _assertRead(c, p, hints);
        assertEq(c.r, r, "r");
        assertEq(c.vs, vs, "vs");
        assertEq(byWallet, false, "by wallet");
    }

    function testFuzz_AnOrderOfAWallet_IsReadAsItWas(
        TradePackage memory p,
        uint256 signatureBytes,
        Hints memory hints
    ) external view {
        _fit(p);
        bytes memory packed = BatchPacker.orderOfWallet(p, signatureBytes, hints.insertAfter, hints.place);
        assertEq(packed.length, Batch.ORDER, "bytes");
        (Call memory c, bool byWallet) = this.read(packed, p.previousLink);
        _assertRead(c, p, hints);
        assertEq(uint256(c.vs), signatureBytes, "length of the signature");
        assertEq(byWallet, true, "by wallet");
    }

    function testFuzz_AQuoteOfASet_IsReadAsItWas(
        TradePackage memory p,
        uint8 quotes,
        bytes32 r,
        bytes32 vs,
        Hints memory hints
    ) external view {
        _fit(p);
        bytes memory set = BatchPacker.quoteSet(p, quotes, r, vs);
        bytes memory quote = BatchPacker.quote(p, hints.insertAfter, hints.place);
        assertEq(set.length, Batch.QUOTE_SET, "bytes of the set");
        assertEq(quote.length, Batch.QUOTE, "bytes of the quote");
        (Call memory c, uint256 read_) = this.readSet(bytes.concat(set, quote), p.previousLink);
        assertEq(read_, quotes, "quotes");
        assertEq(c.r, r, "r");
        assertEq(c.vs, vs, "vs");
        _assertRead(c, p, hints);
    }

    function test_TheHeader_HasItsBytes() external pure {
        bytes memory header = BatchPacker.header(true, 0x0102, 0x0304, 0x05060708, 0x090a, 0x0b, 0x0c);
        assertEq(header.length, Batch.HEADER, "bytes");
        assertEq(bytes32(header), bytes32(hex"01010203040506070800090a0b0c"), "header");
    }

    function testFuzz_WhatDoesNotFit_IsRefused(TradePackage memory p, uint256 which, uint256 by) external view {
        _fit(p);
        which = which % 5;
        if (which == 0) p.marketRootId = uint32(bound(by, 2 ** 18, type(uint32).max));
        if (which == 1) p.marketBranchId = uint16(bound(by, 64, type(uint16).max));
        if (which == 2) p.quantityLots = int64(uint64(bound(by, 2 ** 39, 2 ** 63 - 1)));
        if (which == 3) p.nonce = uint64(bound(by, 2 ** 24, type(uint64).max));
        if (which == 4) p.deadline = uint40(bound(by, 2 ** 32, type(uint40).max));
        try this.pack(p) {
            assertTrue(false, "packed");
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(BatchPacker.BatchPacker_DoesNotFit.selector), "refused");
        }
    }

    function test_EachField_FitsUpToItsLastValue_AndIsRefusedByNameBeyond() external view {
        TradePackage memory p;
        (p.marketRootId, p.marketBranchId, p.nonce) = (2 ** 18 - 1, 63, 2 ** 24 - 1);
        (p.quantityLots, p.deadline, p.timeInForce) = (2 ** 39 - 1, 2 ** 32 - 1, 3);
        this.pack(p);
        p.quantityLots = -(2 ** 39);
        this.pack(p);
        --p.quantityLots;
        _assertRefused(p, "quantityLots", -(2 ** 39) - 1);
        p.quantityLots = 2 ** 39;
        _assertRefused(p, "quantityLots", 2 ** 39);
        p.quantityLots = 1;
        ++p.timeInForce;
        _assertRefused(p, "timeInForce", 4);
        ++p.deadline;
        _assertRefused(p, "deadline", 2 ** 32);
        ++p.nonce;
        _assertRefused(p, "nonce", 2 ** 24);
        p.timeInForce = 0;
        ++p.marketBranchId;
        _assertRefused(p, "marketBranchId", 64);
        ++p.marketRootId;
        _assertRefused(p, "marketRootId", 2 ** 18);
    }

    function _assertRefused(TradePackage memory p, string memory field, int256 value) private view {
        try this.pack(p) {
            assertTrue(false, "packed");
        } catch (bytes memory reason) {
            bytes memory expected = abi.encodeWithSelector(BatchPacker.BatchPacker_DoesNotFit.selector, field, value);
            assertEq(keccak256(reason), keccak256(expected), field);
        }
    }

    /// @dev They are the time in force, and 128 more if a wallet has signed: then r is zero.
    function test_TermsThatMeanNothing_AreMalformed() external view {
        TradePackage memory p;
        for (uint256 i; i < 512; ++i) {
            (uint256 terms, uint256 r) = (i / 2, i % 2);
            bytes memory packed = BatchPacker.order(p, bytes32(r), 0, 0, 0);
            packed[TERMS] = bytes1(uint8(terms));
            bool isGood = terms < 4 || (terms >= 128 && terms < 132 && r == 0);
            try this.read(packed, 0) returns (Call memory, bool byWallet) {
                assertTrue(isGood, "read");
                assertEq(byWallet, terms >= 128, "by wallet");
            } catch (bytes memory reason) {
                assertTrue(!isGood, "refused");
                assertEq(bytes32(bytes4(reason)), bytes32(IBookRecords.Book_BatchMalformed.selector), "reason");
            }
        }
    }

    function pack(TradePackage memory p) external pure returns (bytes memory) {
        return BatchPacker.order(p, 0, 0, 0, 0);
    }

    /// @dev As a book whose newest checkpoint is the one that was signed over.
    function read(bytes calldata packed, bytes32 newest) external view returns (Call memory c, bool byWallet) {
        c.newest = CheckpointWord.wrap(uint256(newest));
        uint256 ptr;
        assembly ("memory-safe") {
            ptr := packed.offset
        }
        byWallet = Batch.read(c, ptr);
    }

    /// @dev The set and its first quote.
    function readSet(bytes calldata packed, bytes32 newest) external view returns (Call memory c, uint256 quotes) {
        c.newest = CheckpointWord.wrap(uint256(newest));
        uint256 ptr;
        assembly ("memory-safe") {
            ptr := packed.offset
        }
        quotes = Batch.readSet(c, ptr);
        Batch.readQuote(c, ptr + Batch.QUOTE_SET);
    }

    function _fit(TradePackage memory p) private pure {
        p.marketRootId = uint32(bound(p.marketRootId, 0, 2 ** 18 - 1));
        p.marketBranchId = uint16(bound(p.marketBranchId, 0, 63));
        p.quantityLots = int64(boundInt(p.quantityLots, -(2 ** 39) + 1, 2 ** 39 - 1));
        p.nonce = uint64(bound(p.nonce, 0, 2 ** 24 - 1));
        p.deadline = uint40(bound(p.deadline, 0, 2 ** 32 - 1));
        p.timeInForce = uint8(bound(p.timeInForce, 0, 3));
    }

    function _assertRead(Call memory c, TradePackage memory p, Hints memory hints) private pure {
        assertEq(c.rootId, p.marketRootId, "root");
        assertEq(c.branchId, p.marketBranchId, "branch");
        assertEq(c.trader, uint160(p.trader), "trader");
        assertEq(c.price, int256(p.priceTicks), "price");
        assertEq(c.quantity, int256(p.quantityLots), "quantity");
        assertEq(c.link, uint256(p.previousLink), "link");
        assertEq(c.nonce, p.nonce, "nonce");
        assertEq(c.deadline, p.deadline, "deadline");
        assertEq(c.timeInForce, p.timeInForce, "timeInForce");
        assertEq(c.hints, (uint256(hints.insertAfter) << 32) | hints.place, "hints");
    }
}
