// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { ChainModel } from "./ChainModel.sol";

/// @title Given a plain list of checkpoints, when the chain grows at random, then it folds and accepts as the list says
contract ChainTest is ChainModel {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    function testFuzz_Checkpoint_FoldsEveryRecord(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 10; ++i) {
            _callWithRecords(random, random.below(6));
            _assertSameState();
        }
    }

    function testFuzz_Checkpoint_GivenALongCall_FoldsEveryRecord(uint256 seed, uint256 records) external {
        Random memory random = randomFrom(seed);
        _callWithRecords(random, bound(records, 1, 150));
        _assertSameState();
    }

    function testFuzz_Checkpoint_WhenMoreCallsOfTheBlockAppend_IsOverwritten(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 12; ++i) {
            if (random.chance(40)) _nextBlock();
            _callInBlock(random, random.below(4));
            _assertSameState();
        }
    }

    function test_Checkpoint_CarriesItsCounts() external {
        VM.roll(70_000);
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        assertEq(cursor.append(bytes32(uint256(7)), 5, 3), 1, "first trade");
        assertEq(cursor.append(bytes32(uint256(8)), 5, 3), 2, "second trade");
        _chain.close(cursor);
        bytes32 head = keccak256(
            abi.encode(
                GENESIS,
                (uint256(1) << 104) | (1 << 96) | (5 << 64) | 3,
                uint256(7),
                (uint256(2) << 104) | (1 << 96) | (5 << 64) | 3,
                uint256(8)
            )
        );
        bytes32 expected = bytes32((uint256(uint160(bytes20(head))) << 96) | (70_000 << 64) | (2 << 32) | 1);
        assertEq(_chain.checkpointAt(SEPARATOR, 1), expected, "head, mark, trades, number");
    }

    function testFuzz_Join_GoesOnWithTheRecordsOfAnotherCall(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _nextBlock();
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        bytes memory words;
        for (uint256 i; i < 6; ++i) {
            if (random.chance(50)) {
                words = bytes.concat(words, _record(cursor, random));
                continue;
            }
            Chain.Cursor memory inner = _chain.open(SEPARATOR);
            inner.trades = cursor.trades;
            bytes memory own;
            for (uint256 k = random.between(1, 20); k != 0; --k) {
                own = bytes.concat(own, _record(inner, random));
            }
            bytes memory given = inner.records();
            assertEq(keccak256(given), keccak256(own), "records of the inner call");
            cursor.join(given, inner.trades);
            words = bytes.concat(words, own);
        }
        _chain.close(cursor);
        _foldByHand(words);
        _assertSameState();
    }

    function testFuzz_Accepts_GivenFewCheckpoints_FollowsTheList(uint256 seed, uint8 calls, uint256 window) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < calls % 12; ++i) {
            _callWithRecords(random, 1);
        }
        _assertAccepts(random, bound(window, 1, 256));
    }

    function testFuzz_Accepts_WhileACallAppends_TakesWhatWasThereBefore(uint256 seed, uint256 window) external {
        Random memory random = randomFrom(seed);
        window = bound(window, 1, 256);
        _callWithRecords(random, 2);
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        cursor.append(bytes32(random.next()), 1, 1);
        assertTrue(_chain.accepts(cursor, _link(), window, 0), "checkpoint before the call");
    }

    function testFuzz_Accepts_WhenItsBlockGoesOn_RefusesALinkThatWasOverwritten(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _callWithRecords(random, 2);
        _callWithRecords(random, 2);
        (bytes32 before, bytes32 early) = (_checkpoints[1], _link());
        _callInBlock(random, 1);
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        assertEq(_chain.accepts(cursor, early, 256, 0), false, "overwritten");
        assertTrue(_chain.accepts(cursor, _link(), 1, 0), "the block's own");
        assertTrue(_chain.accepts(cursor, before, 2, 0), "of the block before");
    }

    function testFuzz_Accepts_NoLinkWithAnotherBit(uint256 seed, uint8 bit) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 6; ++i) {
            _callWithRecords(random, 1);
        }
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        bytes32 link = _checkpoints[random.below(7)];
        assertTrue(_chain.accepts(cursor, link, 256, 0), "as it is");
        assertEq(_chain.accepts(cursor, link ^ bytes32(uint256(1) << bit), 256, 0), false, "with another bit");
    }

    function test_WhenNothingWasAppended_ThereIsNoCheckpoint() external {
        _callWithRecords(randomFrom(1), 1);
        _callWithRecords(randomFrom(2), 0);
        _assertSameState();
        assertEq(uint256(_chain.newest), 1, "checkpoints");
    }

    function test_GivenTheLastNumberIsUsed_WhenAppending_NothingHappens() external {
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        cursor.trades = type(uint32).max;
        assertEq(cursor.append(keccak256("link"), 1, 1), 0, "number");
        _chain.close(cursor);
        assertEq(uint256(_chain.newest), 0, "checkpoints");
    }

    function test_GivenTheLastBlockThatAMarkHasRoomFor_ItIsTaken() external {
        VM.roll(type(uint32).max);
        _callInBlock(randomFrom(1), 2);
        _assertSameState();
        assertEq(Chain.markOf(_link()), type(uint32).max, "mark");
    }

    function test_GivenABlockThatAMarkHasNoRoomFor_ItIsRefused() external {
        VM.roll(uint256(type(uint32).max) + 1);
        VM.expectRevert(IBookRecords.Book_ChainFull.selector);
        this.appendAndClose();
    }

    function appendAndClose() external {
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        cursor.append(keccak256("link"), 1, 1);
        _chain.close(cursor);
    }

    function _assertAccepts(Random memory random, uint256 window) private view {
        uint256 newest = _checkpoints.length - 1;
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        for (uint256 number; number <= newest; ++number) {
            bool inWindow = newest - number < window;
            assertEq(_chain.accepts(cursor, _checkpoints[number], window, 0), inWindow, "checkpoint accepted");
        }
        assertEq(_chain.accepts(cursor, bytes32(random.next()), window, 0), false, "unknown link");
        assertEq(_chain.accepts(cursor, 0, window, 0), false, "zero link");
    }
}
