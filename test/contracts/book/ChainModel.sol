// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Chain } from "../../../contracts/book/Chain.sol";
import { CheckpointWord, CheckpointWords } from "../../../contracts/libraries/CheckpointWord.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title The chain beside a plain list of all its checkpoints, folded by hand from the bytes of each call's records
/// @dev While a call appends nothing else may take memory, so its records are drawn before.
abstract contract ChainModel is Test {
    enum Kind {
        Primary,
        Offset,
        Fill,
        Market
    }

    struct Rec {
        Kind kind;
        uint32 id; // of a trade; or a root
        uint32 other; // the taker of a fill; or a branch
        int32 limit;
        int32 price;
        int64 lots;
        bytes32 link;
    }

    bytes32 internal constant SEPARATOR = keccak256("separator");
    bytes32 internal constant GENESIS = bytes32(bytes20(SEPARATOR));

    bytes32[] internal _checkpoints; // all of them, the genesis first
    uint256 internal _mark; // block.number of the last one
    uint32 internal _trades;

    constructor() {
        _checkpoints.push(GENESIS);
    }

    function _nextBlock() internal {
        VM.roll(block.number + 1);
    }

    /// @dev One call of the book that appends at random, in a block of its own. Both sides end with the same checkpoint.
    function _callWithRecords(Random memory random, uint256 records) internal {
        _nextBlock();
        _callInBlock(random, records);
    }

    /// @dev As `_callWithRecords`, in the block as it is.
    function _callInBlock(Random memory random, uint256 records) internal {
        Rec[] memory recs = _draw(random, records);
        bytes memory words = _wordsOf(recs);
        Call memory c;
        _find(c, _hint(random));
        Chain.begin(c);
        _append(c, recs);
        Chain.close(c);
        _foldByHand(words);
    }

    function _find(Call memory c, uint256 hint) internal view {
        c.domain = SEPARATOR;
        Chain.find(c, hint);
    }

    function _append(Call memory c, Rec[] memory recs) internal pure {
        for (uint256 i; i < recs.length; ++i) {
            Rec memory r = recs[i];
            if (r.kind == Kind.Primary) {
                Chain.appendPrimary(r.id, r.price, r.lots, r.link);
                c.trades = r.id;
            } else if (r.kind == Kind.Offset) {
                Chain.appendOffset(r.id, r.limit, r.lots);
            } else if (r.kind == Kind.Fill) {
                Chain.appendFill(r.id, r.other, r.limit, r.price, r.lots);
            } else {
                Chain.appendMarket(r.id, r.other, r.link, r.price);
            }
        }
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

    /// @dev Whatever is hinted, the newest checkpoint is found, and its counts are in it.
    function _assertSameState(Random memory random) internal view {
        for (uint256 i; i < 3; ++i) {
            Call memory c;
            _find(c, _hint(random));
            assertEq(c.newest.link(), _link(), "checkpoint");
            assertEq(c.newest.number(), _checkpoints.length - 1, "number of checkpoints");
            assertEq(c.trades, _trades, "number of trades");
            if (_trades != 0) assertEq(c.newest.mark(), _mark, "mark");
        }
    }

    /// @dev None, right, older, not given yet, or anything.
    function _hint(Random memory random) internal view returns (uint256) {
        uint256 kind = random.below(5);
        uint256 last = _checkpoints.length - 1;
        if (kind == 0) return 0;
        if (kind == 1) return last;
        if (kind == 2) return last - random.below(last < 6 ? last + 1 : 6);
        if (kind == 3) return last + random.between(1, 300);
        return uint32(random.next());
    }

    function _genesis() internal pure returns (CheckpointWord) {
        return CheckpointWords.genesis(SEPARATOR);
    }

    function _draw(Random memory random, uint256 count) internal returns (Rec[] memory recs) {
        recs = new Rec[](count);
        for (uint256 i; i < count; ++i) {
            Rec memory r = recs[i];
            r.kind = _trades == 0 ? Kind.Primary : Kind(random.below(4));
            r.limit = int32(random.betweenInt(type(int32).min, type(int32).max));
            r.price = int32(random.betweenInt(type(int32).min, type(int32).max));
            r.lots = int64(random.betweenInt(-(2 ** 39) + 1, 2 ** 39 - 1));
            r.link = bytes32(random.next());
            if (r.kind == Kind.Primary) r.id = ++_trades;
            else if (r.kind == Kind.Market) (r.id, r.other) = (uint32(random.next()), uint32(random.below(2 ** 16)));
            else (r.id, r.other) = (uint32(random.between(1, _trades)), uint32(random.between(1, _trades)));
        }
    }

    /// @dev Of a fill: offset and match of the maker, whose limit is the price and which takes the other side, then of the taker.
    function _wordsOf(Rec[] memory recs) internal pure returns (bytes memory words) {
        for (uint256 i; i < recs.length; ++i) {
            Rec memory r = recs[i];
            if (r.kind == Kind.Primary) {
                words = bytes.concat(words, _word(r.id, 1, r.price, r.lots), r.link);
            } else if (r.kind == Kind.Offset) {
                words = bytes.concat(words, _word(r.id, 2, r.limit, -r.lots));
            } else if (r.kind == Kind.Market) {
                words = bytes.concat(words, _word(r.id, 0, r.price, int64(uint64(r.other))), r.link);
            } else {
                words = bytes.concat(words, _word(r.id, 2, r.price, r.lots), _word(r.id, 3, r.price, -r.lots));
                words = bytes.concat(words, _word(r.other, 2, r.limit, -r.lots), _word(r.other, 3, r.price, r.lots));
            }
        }
    }

    /// @dev tradeRootId | tradeBranchId | price | lots, written out as bytes behind 15 zero bytes.
    function _word(uint32 id, uint8 branch, int32 price, int64 lots) internal pure returns (bytes32) {
        return bytes32(abi.encodePacked(bytes15(0), id, branch, price, lots));
    }
}
