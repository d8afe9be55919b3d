// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { CheckpointWord, CheckpointWords } from "../libraries/CheckpointWord.sol";
import { MARKET_BRANCH, MATCH_BRANCH, OFFSET_BRANCH, PRIMARY_BRANCH } from "../Types.sol";
import { Call } from "./Call.sol";
import { Store } from "./Store.sol";

/// @title The append-only chain of trades
/// @notice R23, R24: the records of a call are hashed once, behind the newest checkpoint; the result is the new checkpoint, which
/// orders may name from the next block on. There is one checkpoint a block: a later call of the same block overwrites it.
/// @dev While a call is at work its records grow at the free memory pointer (see Call).
library Chain {
    uint256 internal constant MAX_TRADES = type(uint32).max;
    uint256 private constant MAX_MARK = type(uint32).max;

    /// @notice Finds the newest checkpoint.
    /// @param hint the number of a checkpoint: the newest one, or one not long before it; 0 to search
    function find(Call memory c, uint256 hint) internal view {
        CheckpointWord word = newest(CheckpointWords.genesis(c.domain), hint);
        (c.newest, c.trades) = (word, word.trades());
    }

    /// @notice Begins the records, behind the newest checkpoint. Nothing may be allocated from here on.
    function begin(Call memory c) internal pure {
        CheckpointWord word = c.newest;
        uint256 records;
        assembly ("memory-safe") {
            records := mload(0x40)
            mstore(records, word)
            mstore(0x40, add(records, 0x20))
        }
        c.records = records;
    }

    /// @notice The number of the checkpoint that this call ends with: one a block.
    function nextNumber(Call memory c) internal view returns (uint256 number) {
        number = c.newest.number();
        // At most one a block, so below 2^32.
        unchecked {
            if (c.newest.mark() != block.number) ++number;
        }
    }

    /// @notice Goes on where a call of the book to itself comes from: the newest checkpoint, and the last tradeRootId so far.
    function resume(Call memory c, CheckpointWord newest_, uint256 trades) internal pure {
        (c.newest, c.trades) = (newest_, trades);
        begin(c);
    }

    /// @notice Ends a call of the book to itself with its results, the last tradeRootId and the words that were appended, as they are.
    /// @param results where they lie in memory, anywhere before the records; nothing else there is needed any more
    function returnRecords(Call memory c, uint256 results, uint256 size) internal pure {
        (uint256 records, uint256 trades, uint256 end) = (c.records, c.trades, _end());
        assembly ("memory-safe") {
            mstore(records, trades)
            let start := sub(records, size)
            mcopy(start, results, size)
            return(start, sub(end, start))
        }
    }

    /// @notice Takes over what `returnRecords` has returned.
    /// @param results where they are to lie in memory
    function appendReturned(Call memory c, uint256 results, uint256 size) internal pure {
        uint256 trades;
        assembly ("memory-safe") {
            returndatacopy(results, 0x00, size)
            let end := mload(0x40)
            returndatacopy(end, size, 0x20)
            trades := mload(end)
            let from := add(size, 0x20)
            let length := sub(returndatasize(), from)
            returndatacopy(end, from, length)
            mstore(0x40, add(end, length))
        }
        c.trades = trades;
    }

    /// @notice R24: one checkpoint, if the call has appended anything.
    function close(Call memory c) internal {
        (uint256 records, uint256 end) = (c.records, _end());
        // The first word is the checkpoint before.
        unchecked {
            if (end - records != 0x20) _fold(c, records, end);
        }
    }

    function _fold(Call memory c, uint256 records, uint256 end) private {
        if (block.number > MAX_MARK) revert IBookRecords.Book_ChainFull();
        bytes32 head;
        assembly ("memory-safe") {
            head := keccak256(records, sub(end, records))
        }
        uint256 number = nextNumber(c);
        CheckpointWord word = CheckpointWords.pack(head, block.number, c.trades, number);
        Store.setCheckpoint(number, word);
        emit IBookRecords.Checkpoint(head, word.link());
    }

    // ------------------------------------------------------------------ records (R23)

    /// @notice Appends a primary trade, whose number is `tradeRootId`.
    function appendPrimary(uint256 tradeRootId, int256 price, int256 lots, bytes32 link) internal pure {
        _appendTwo(_record(tradeRootId, PRIMARY_BRANCH, price, lots), uint256(link));
    }

    /// @notice Promotes `lots` (signed as the order's) of an order's offset from the cache.
    function appendOffset(uint256 tradeRootId, int256 limit, int256 lots) internal pure {
        unchecked {
            _append(_record(tradeRootId, OFFSET_BRANCH, limit, -lots));
        }
    }

    /// @notice Promotes offset and match of `lots` lots of both orders of a fill, the maker's first (R33).
    /// @param limit of the taker; that of the maker is the price
    /// @param lots signed as the taker's
    function appendFill(uint256 makerId, uint256 takerId, int256 limit, int256 price, int256 lots) internal pure {
        // What is offset is the opposite of what is filled. As _record has it, with the parts that repeat taken once.
        (uint256 offsetAt, uint256 matchAt) = (uint256(OFFSET_BRANCH) << 96, uint256(MATCH_BRANCH) << 96);
        assembly ("memory-safe") {
            let end := mload(0x40)
            let bought := and(lots, 0xffffffffffffffff)
            let sold := and(sub(0, lots), 0xffffffffffffffff)
            let at_ := shl(64, and(price, 0xffffffff))
            let maker := shl(104, makerId)
            let taker := shl(104, takerId)
            mstore(end, or(or(maker, offsetAt), or(at_, bought)))
            mstore(add(end, 0x20), or(or(maker, matchAt), or(at_, sold)))
            mstore(add(end, 0x40), or(or(taker, offsetAt), or(shl(64, and(limit, 0xffffffff)), sold)))
            mstore(add(end, 0x60), or(or(taker, matchAt), or(at_, bought)))
            mstore(0x40, add(end, 0x80))
        }
    }

    /// @notice A record of the market table, so that a link commits to the markets too.
    /// @param link of the market record; zero for a fallback
    /// @param outcome of a fallback; 0 for a record
    function appendMarket(uint256 rootId, uint256 branchId, bytes32 link, int256 outcome) internal pure {
        _appendTwo(_record(rootId, MARKET_BRANCH, outcome, int256(branchId)), uint256(link));
    }

    // ------------------------------------------------------------------ checkpoints

    /// @notice The newest checkpoint, from the number of one that is not much older; else it is searched for.
    /// @dev Each checkpoint after the hinted one costs a read.
    function newest(CheckpointWord genesis, uint256 hint) internal view returns (CheckpointWord word) {
        word = Store.checkpoint(hint);
        // An empty place has no number but 0, and 0 asks to search.
        if (hint == 0 || word.number() != hint) word = _search(genesis);
        unchecked {
            while (true) {
                uint256 number = word.number() + 1;
                CheckpointWord next = Store.checkpoint(number);
                if (next.number() != number) return word;
                word = next;
            }
        }
    }

    /// @notice R25: whether `link` is one of the last chainWindow checkpoints, and none before `oldest`.
    /// @param oldest the checkpoint at which the order's root was made: a link before it knows nothing of that market
    function accepts(Call memory c, uint256 link, uint256 oldest) internal view returns (bool good) {
        // A root is never newer than the newest checkpoint.
        good = link == CheckpointWord.unwrap(c.newest);
        if (!good) good = _acceptsOlder(c, link, oldest);
    }

    function _acceptsOlder(Call memory c, uint256 link, uint256 oldest) private view returns (bool) {
        unchecked {
            uint256 number = uint32(link); // cuts out the field
            uint256 last = c.newest.number();
            if (number > last || last - number >= c.chainWindow || number < oldest) return false;
            return link == CheckpointWord.unwrap(checkpointAt(CheckpointWords.genesis(c.domain), number));
        }
    }

    /// @notice Checkpoint `number`, which the ring must still hold.
    function checkpointAt(CheckpointWord genesis, uint256 number) internal view returns (CheckpointWord) {
        return number == 0 ? genesis : Store.checkpoint(number);
    }

    /// @dev The numbers in the ring go up by one from place 0 to the newest; behind it are lower ones, or none. So the newest can be
    /// found by halving, in nine reads. Place 0 may be empty still: then the genesis is at its beginning.
    function _search(CheckpointWord genesis) private view returns (CheckpointWord word) {
        word = Store.checkpoint(0);
        if (CheckpointWord.unwrap(word) == 0) word = genesis;
        uint256 first = word.number();
        // Places and their distances are below RING, numbers below 2^32.
        unchecked {
            uint256 found;
            for (uint256 step = Store.RING / 2; step != 0; step /= 2) {
                CheckpointWord candidate = Store.checkpoint(found + step);
                if (candidate.number() != first + found + step) continue;
                found += step;
                word = candidate;
            }
        }
    }

    // ------------------------------------------------------------------ in detail

    function _end() private pure returns (uint256 end) {
        assembly ("memory-safe") {
            end := mload(0x40)
        }
    }

    function _append(uint256 word) private pure {
        assembly ("memory-safe") {
            let end := mload(0x40)
            mstore(end, word)
            mstore(0x40, add(end, 0x20))
        }
    }

    function _appendTwo(uint256 first, uint256 second) private pure {
        assembly ("memory-safe") {
            let end := mload(0x40)
            mstore(end, first)
            mstore(add(end, 0x20), second)
            mstore(0x40, add(end, 0x40))
        }
    }

    /// @dev tradeRootId 32 | tradeBranchId 8 | price 32 | lots 64. Masks keep the two's complement of int32 and int64 values.
    function _record(
        uint256 tradeRootId,
        uint256 tradeBranchId,
        int256 price,
        int256 lots
    ) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := or(shl(64, and(price, 0xffffffff)), and(lots, 0xffffffffffffffff))
            word := or(word, or(shl(104, tradeRootId), shl(96, tradeBranchId)))
        }
    }
}
