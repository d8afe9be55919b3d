// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Chain } from "../../../contracts/book/Chain.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { CheckpointWord } from "../../../contracts/libraries/CheckpointWord.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { ChainModel } from "./ChainModel.sol";

/// @title Given any calls that append records, when they end, then the checkpoints are the plain list (R23 to R25)
contract ChainTest is ChainModel {
    function testFuzz_Checkpoint_FoldsEveryRecord(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 10; ++i) {
            _callWithRecords(random, random.below(6));
            _assertSameState(random);
        }
    }

    function testFuzz_Checkpoint_GivenALongCall_FoldsEveryRecord(uint256 seed, uint256 records) external {
        Random memory random = randomFrom(seed);
        _callWithRecords(random, bound(records, 1, 150));
        _assertSameState(random);
    }

    function testFuzz_Checkpoint_WhenMoreCallsOfTheBlockAppend_IsOverwritten(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 12; ++i) {
            if (random.chance(40)) _nextBlock();
            _callInBlock(random, random.below(4));
            _assertSameState(random);
        }
    }

    function test_Checkpoint_CarriesItsCounts() external {
        VM.roll(70_000);
        Rec[] memory recs = new Rec[](2);
        recs[0] = Rec(Kind.Primary, 1, 0, 0, 5, 3, bytes32(uint256(7)));
        recs[1] = Rec(Kind.Primary, 2, 0, 0, 5, 3, bytes32(uint256(8)));
        Call memory c;
        _find(c, 0);
        Chain.begin(c);
        _append(c, recs);
        Chain.close(c);
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
        assertEq(Chain.checkpointAt(_genesis(), 1).link(), expected, "head, mark, trades, number");
    }

    /// @dev A part of a batch that may be undone is a call of the book to itself, whose results and words the batch takes over.
    function testFuzz_WhenACallToItselfReturnsItsRecords_TheyGoOn(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _nextBlock();
        Rec[][5] memory parts;
        bytes[5] memory inner;
        bytes memory words;
        uint256[2][5] memory results;
        Call memory c;
        _find(c, 0);
        for (uint256 i; i < 5; ++i) {
            uint256 before = _trades;
            parts[i] = _draw(random, random.between(1, 12));
            words = bytes.concat(words, _wordsOf(parts[i]));
            uint256 newest = CheckpointWord.unwrap(c.newest);
            if (random.chance(50)) inner[i] = abi.encodeCall(this.appendApart, (newest, before, parts[i]));
        }
        Chain.begin(c);
        for (uint256 i; i < 5; ++i) {
            bytes memory data = inner[i];
            if (data.length == 0) {
                _append(c, parts[i]);
                continue;
            }
            assembly ("memory-safe") {
                pop(call(gas(), address(), 0, add(data, 0x20), mload(data), 0, 0))
            }
            uint256 at_;
            uint256[2] memory result = results[i];
            assembly ("memory-safe") {
                at_ := result
            }
            Chain.appendReturned(c, at_, 0x40);
        }
        Chain.close(c);
        for (uint256 i; i < 5; ++i) {
            if (inner[i].length == 0) continue;
            assertEq(results[i][0], parts[i].length, "what the inner call has to say");
            assertEq(results[i][1], uint256(parts[i][0].link), "and more of it");
        }
        _foldByHand(words);
        _assertSameState(random);
    }

    function appendApart(uint256 newest, uint256 trades, Rec[] memory recs) external {
        require(msg.sender == address(this), "part of a test");
        uint256[2] memory results = [recs.length, uint256(recs[0].link)];
        Call memory c;
        Chain.resume(c, CheckpointWord.wrap(newest), trades);
        _append(c, recs);
        uint256 at_;
        assembly ("memory-safe") {
            at_ := results
        }
        Chain.returnRecords(c, at_, 0x40);
    }

    function testFuzz_Accepts_GivenFewCheckpoints_FollowsTheList(uint256 seed, uint8 calls, uint256 window) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < calls % 12; ++i) {
            _callWithRecords(random, 1);
        }
        Call memory c = _at(bound(window, 1, 256));
        uint256 newest = _checkpoints.length - 1;
        for (uint256 number; number <= newest; ++number) {
            bool inWindow = newest - number < c.chainWindow;
            assertEq(Chain.accepts(c, uint256(_checkpoints[number]), 0), inWindow, "checkpoint accepted");
        }
        assertEq(Chain.accepts(c, random.next(), 0), false, "unknown link");
        assertEq(Chain.accepts(c, 0, 0), false, "zero link");
    }

    function testFuzz_Accepts_WhileACallAppends_TakesWhatWasThereBefore(uint256 seed, uint256 window) external {
        Random memory random = randomFrom(seed);
        window = bound(window, 1, 256);
        _callWithRecords(random, 2);
        bytes32 before = _link();
        Rec[] memory recs = _draw(random, 3);
        Call memory c = _at(window);
        Chain.begin(c);
        _append(c, recs);
        assertTrue(Chain.accepts(c, uint256(before), 0), "checkpoint before the call");
    }

    function testFuzz_Accepts_WhenItsBlockGoesOn_RefusesALinkThatWasOverwritten(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _callWithRecords(random, 2);
        _callWithRecords(random, 2);
        (bytes32 before, bytes32 early) = (_checkpoints[1], _link());
        _callInBlock(random, 1);
        assertEq(Chain.accepts(_at(256), uint256(early), 0), false, "overwritten");
        assertTrue(Chain.accepts(_at(1), uint256(_link()), 0), "the block's own");
        assertTrue(Chain.accepts(_at(2), uint256(before), 0), "of the block before");
    }

    function testFuzz_Accepts_NoLinkWithAnotherBit(uint256 seed, uint8 bit) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 6; ++i) {
            _callWithRecords(random, 1);
        }
        uint256 link = uint256(_checkpoints[random.below(7)]);
        assertTrue(Chain.accepts(_at(256), link, 0), "as it is");
        assertEq(Chain.accepts(_at(256), link ^ (uint256(1) << bit), 0), false, "with another bit");
    }

    function test_WhenNothingWasAppended_ThereIsNoCheckpoint() external {
        _callWithRecords(randomFrom(1), 1);
        _callWithRecords(randomFrom(2), 0);
        _assertSameState(randomFrom(3));
        assertEq(_checkpoints.length, 2, "checkpoints");
    }

    function test_GivenTheLastBlockThatAMarkHasRoomFor_ItIsTaken() external {
        VM.roll(type(uint32).max);
        _callInBlock(randomFrom(1), 2);
        _assertSameState(randomFrom(2));
        assertEq(_at(1).newest.mark(), type(uint32).max, "mark");
    }

    function test_GivenABlockThatAMarkHasNoRoomFor_ItIsRefused() external {
        VM.roll(uint256(type(uint32).max) + 1);
        VM.expectRevert(IBookRecords.Book_ChainFull.selector);
        this.appendAndClose();
    }

    function appendAndClose() external {
        _callInBlock(randomFrom(1), 1);
    }

    function _at(uint256 window) private view returns (Call memory c) {
        c.chainWindow = window;
        _find(c, 0);
    }
}
