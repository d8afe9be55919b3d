// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title The chain beside a plain list of all its checkpoints, folded by hand from the bytes of each call's records
abstract contract ChainModel is Test {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    bytes32 internal constant SEPARATOR = keccak256("separator");
    bytes32 internal constant GENESIS = bytes32(bytes20(SEPARATOR));

    Chain.State internal _chain;
    bytes32[] internal _checkpoints; // all of them, the genesis first
    uint256 internal _mark; // block.number of the last one
    uint32 internal _trades;

    constructor() {
        _checkpoints.push(GENESIS);
    }

    function _nextBlock() internal {
        VM.roll(block.number + 1);
    }

    /// @dev One call of the book that appends and promotes at random, in a block of its own. Both sides end with the same checkpoint.
    function _callWithRecords(Random memory random, uint256 records) internal {
        _nextBlock();
        _callInBlock(random, records);
    }

    /// @dev As `_callWithRecords`, in the block as it is.
    function _callInBlock(Random memory random, uint256 records) internal {
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        bytes memory words;
        for (uint256 i; i < records; ++i) {
            words = bytes.concat(words, _record(cursor, random));
        }
        _chain.close(cursor);
        _foldByHand(words);
    }

    /// @dev R23, R24: the list gets one more checkpoint, or the block's own is written anew.
    function _foldByHand(bytes memory words) internal {
        if (words.length == 0) return;
        bytes20 head = bytes20(keccak256(bytes.concat(_link(), words)));
        if (block.number != _mark) _checkpoints.push();
        _mark = block.number;
        uint32 number = uint32(_checkpoints.length - 1);
        _checkpoints[number] = bytes32(abi.encodePacked(head, uint32(_mark), _trades, number));
    }

    function _link() internal view returns (bytes32) {
        return _checkpoints[_checkpoints.length - 1];
    }

    function _assertSameState() internal view {
        Chain.Cursor memory cursor = _chain.open(SEPARATOR);
        assertEq(cursor.checkpoint, _link(), "checkpoint");
        assertEq(uint256(_chain.newest), _checkpoints.length - 1, "number of checkpoints");
        assertEq(cursor.trades, _trades, "number of trades");
    }

    /// @return words what is folded of it
    function _record(Chain.Cursor memory cursor, Random memory random) internal returns (bytes memory words) {
        int32 limit = int32(random.betweenInt(type(int32).min, type(int32).max));
        int64 lots = int64(random.betweenInt(-type(int64).max, type(int64).max));
        uint256 kind = random.below(4);
        if (kind == 3) return _recordMarket(cursor, random);
        if (kind == 0 || _trades == 0) {
            bytes32 link = bytes32(random.next());
            assertEq(cursor.append(link, limit, lots), ++_trades, "number of the appended trade");
            return bytes.concat(_word(_trades, 1, limit, lots), link);
        }
        uint32 id = uint32(random.between(1, _trades));
        words = bytes.concat(_word(id, 2, limit, -lots));
        if (kind == 1) {
            cursor.promoteOffset(id, limit, lots);
            return words;
        }
        int32 price = int32(random.betweenInt(type(int32).min, type(int32).max));
        cursor.promoteMatch(id, limit, price, lots);
        return bytes.concat(words, _word(id, 3, price, lots));
    }

    /// @dev A record of the market table: root, branch 0, the outcome of a fallback, and the market's branch in place of lots.
    function _recordMarket(Chain.Cursor memory cursor, Random memory random) private pure returns (bytes memory) {
        (uint32 root, uint16 branch) = (uint32(random.next()), uint16(random.next()));
        (bytes32 link, int32 outcome) = (bytes32(random.next()), int32(uint32(random.next())));
        cursor.appendMarket(root, branch, link, outcome);
        return bytes.concat(_word(root, 0, outcome, int64(uint64(branch))), link);
    }

    /// @dev tradeRootId | tradeBranchId | price | lots, written out as bytes behind 15 zero bytes.
    function _word(uint32 id, uint8 branch, int32 price, int64 lots) private pure returns (bytes32) {
        return bytes32(abi.encodePacked(bytes15(0), id, branch, price, lots));
    }
}
