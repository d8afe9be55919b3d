// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { MARKET_BRANCH, MATCH_BRANCH, OFFSET_BRANCH, PRIMARY_BRANCH } from "../Types.sol";

/// @title The append-only chain of trades
/// @notice The records of each call fold into a checkpoint (R23). There is one for each block, which orders sign over (R24, R25).
library Chain {
    /// @dev Checkpoints kept, and so the largest chainWindow.
    uint256 internal constant RING = 256;
    uint256 private constant MAX_TRADES = type(uint32).max;
    /// @dev Words of the first room for a call's records, the checkpoint included: a pair of orders that match takes nine.
    uint256 private constant FIRST_ROOM = 16;

    /// @dev A checkpoint is one word: head 160 | mark 32 | trades 32 | number 32, the most significant first. Number 0, the genesis,
    /// is not stored.
    struct State {
        uint32 newest; // number of the newest checkpoint
        bytes32[RING] ring; // checkpoint n at n mod RING
    }

    /// @dev The chain while a call works on it, in memory. Its records lie behind the checkpoint from which they go on, in room that
    /// is taken when the first one comes; `start` to `end` is what will be hashed.
    struct Cursor {
        bytes32 separator; // of the book's signing domain
        bytes32 checkpoint; // as it stood before this call
        uint32 trades;
        uint256 start;
        uint256 end;
        uint256 limit; // where the room ends
    }

    function open(State storage s, bytes32 separator) internal view returns (Cursor memory c) {
        openInto(s, separator, c);
    }

    /// @dev `c` is all zeros still.
    function openInto(State storage s, bytes32 separator, Cursor memory c) internal view {
        (c.separator, c.checkpoint) = (separator, checkpointAt(s, separator, s.newest));
        c.trades = _trades(c.checkpoint);
    }

    /// @notice R24: the checkpoint of this block, if the call appended something. An earlier one of the same block is overwritten.
    function close(State storage s, Cursor memory c) internal {
        if (c.end == c.start) return;
        if (block.number > type(uint32).max) revert IOldBookRecords.Book_ChainFull();
        bytes32 head;
        (uint256 start, uint256 end) = (c.start, c.end);
        assembly ("memory-safe") {
            head := keccak256(start, sub(end, start))
        }
        uint256 number = numberInCall(c);
        // Cast: each checkpoint has a mark of its own, and marks are below 2^32.
        if (number != _number(c.checkpoint)) s.newest = uint32(number);
        bytes32 link = bytes32(
            ((uint256(head) >> 96) << 96) | (block.number << 64) | (uint256(c.trades) << 32) | number
        );
        s.ring[number % RING] = link;
        emit IOldBookRecords.Checkpoint(head, link);
    }

    /// @notice The number of the checkpoint that this call ends with, if it appends anything.
    function numberInCall(Cursor memory c) internal view returns (uint256 number) {
        number = _number(c.checkpoint);
        if (markOf(c.checkpoint) != block.number) ++number;
    }

    function checkpointAt(State storage s, bytes32 separator, uint256 number) internal view returns (bytes32) {
        return number == 0 ? genesis(separator) : s.ring[number % RING];
    }

    /// @notice Checkpoint 0: the upper 160 bits of the domain separator; mark, trades and number are zero.
    function genesis(bytes32 separator) internal pure returns (bytes32) {
        return (separator >> 96) << 96;
    }

    /// @notice block.number of the block that a checkpoint ended.
    function markOf(bytes32 checkpoint) internal pure returns (uint256) {
        return uint32(uint256(checkpoint) >> 64);
    }

    /// @notice R25: whether `link` is one of the last `chainWindow` checkpoints, and none before `oldest`.
    /// @param oldest the checkpoint at which the order's market was made: a link before it knows nothing of that market
    function accepts(
        State storage s,
        Cursor memory c,
        bytes32 link,
        uint256 chainWindow,
        uint256 oldest
    ) internal view returns (bool) {
        (uint256 number, uint256 newest) = (_number(link), _number(c.checkpoint));
        if (number > newest || newest - number >= chainWindow || number < oldest) return false;
        return link == checkpointAt(s, c.separator, number);
    }

    /// @notice R23: appends a record of the market table, so that a link commits to the markets too.
    /// @param link of the market record; zero for a fallback
    /// @param outcome of a fallback; 0 for a record
    function appendMarket(
        Cursor memory c,
        uint32 marketRootId,
        uint16 marketBranchId,
        bytes32 link,
        int256 outcome
    ) internal pure {
        _push(c, bytes32(_record(marketRootId, MARKET_BRANCH, outcome, int256(uint256(marketBranchId)))));
        _push(c, link);
    }

    /// @notice Appends a primary trade and gives its number; 0 when the numbers are used up.
    function append(
        Cursor memory c,
        bytes32 link,
        int256 price,
        int256 lots
    ) internal pure returns (uint32 tradeRootId) {
        if (c.trades == MAX_TRADES) return 0;
        tradeRootId = ++c.trades;
        _push(c, bytes32(_record(tradeRootId, PRIMARY_BRANCH, price, lots)));
        _push(c, link);
    }

    /// @notice Promotes `lots` (signed as the order's) of an order's offset from the cache.
    function promoteOffset(Cursor memory c, uint32 tradeRootId, int256 limit, int256 lots) internal pure {
        _push(c, bytes32(_record(tradeRootId, OFFSET_BRANCH, limit, -lots)));
    }

    /// @notice Promotes offset and match of `lots` (signed as the order's) of an order that was filled at `price`.
    function promoteMatch(Cursor memory c, uint32 tradeRootId, int256 limit, int256 price, int256 lots) internal pure {
        promoteOffset(c, tradeRootId, limit, lots);
        _push(c, bytes32(_record(tradeRootId, MATCH_BRANCH, price, lots)));
    }

    /// @notice The words that a call has appended so far, for one that goes on with them.
    function records(Cursor memory c) internal pure returns (bytes memory words) {
        if (c.end == c.start) return "";
        (uint256 from, uint256 size) = (c.start + 0x20, c.end - c.start - 0x20);
        words = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(words, 0x20), from, size)
        }
    }

    /// @notice Takes over the words of a call that the book made to itself, and the trades that there are since.
    function join(Cursor memory c, bytes memory words, uint32 trades) internal pure {
        c.trades = trades;
        (uint256 end, uint256 size) = (_room(c, words.length), words.length);
        assembly ("memory-safe") {
            mcopy(end, add(words, 0x20), size)
        }
        c.end = end + size;
    }

    function _push(Cursor memory c, bytes32 word) private pure {
        uint256 end = c.end == c.limit ? _room(c, 0x20) : c.end;
        assembly ("memory-safe") {
            mstore(end, word)
        }
        // Memory ends far below 2^256.
        unchecked {
            c.end = end + 0x20;
        }
    }

    /// @dev Makes room for `size` more bytes: none is moved if they fit; else all words move to twice the room, or what they take.
    /// @return end where they go
    function _room(Cursor memory c, uint256 size) private pure returns (uint256 end) {
        (uint256 start, uint256 used) = (c.start, c.end - c.start);
        if (used != 0 && c.limit - c.end >= size) return c.end;
        bytes32 checkpoint = c.checkpoint;
        uint256 room = used == 0 ? FIRST_ROOM << 5 : (c.limit - start) << 1;
        if (room < used + size + 0x20) room = used + size + 0x20;
        assembly ("memory-safe") {
            let to := mload(0x40)
            mstore(0x40, add(to, room))
            mcopy(to, start, used)
            if iszero(used) {
                mstore(to, checkpoint)
                used := 0x20
            }
            start := to
        }
        (c.start, c.limit) = (start, start + room);
        end = start + used;
    }

    function _trades(bytes32 checkpoint) private pure returns (uint32) {
        return uint32(uint256(checkpoint) >> 32);
    }

    function _number(bytes32 checkpoint) private pure returns (uint256) {
        return uint32(uint256(checkpoint));
    }

    /// @dev tradeRootId 32 | tradeBranchId 8 | price 32 | lots 64. Casts keep the two's complement of int32 and int64 values.
    function _record(
        uint32 tradeRootId,
        uint8 tradeBranchId,
        int256 price,
        int256 lots
    ) private pure returns (uint256) {
        return
            (uint256(tradeRootId) << 104) |
            (uint256(tradeBranchId) << 96) |
            (uint256(uint32(int32(price))) << 64) |
            uint64(int64(lots));
    }
}
