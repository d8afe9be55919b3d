// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { MARKET_BRANCH, MATCH_BRANCH, OFFSET_BRANCH, PRIMARY_BRANCH } from "../Types.sol";

/// @title The append-only chain of trades
/// @notice Every record folds into one head (R23); each call ends with a checkpoint of it, which the next orders sign (R24).
library Chain {
    /// @dev Checkpoints kept, and so the largest chainWindow.
    uint256 internal constant RING = 256;
    uint256 private constant MAX_TRADES = type(uint32).max;

    /// @dev The newest checkpoint is the head. Checkpoint 0 is the genesis link, the book's domain separator; it is not stored.
    struct State {
        uint64 checkpoints;
        uint32 trades;
        bytes32[RING] ring;
    }

    /// @dev The chain while a call works on it, in memory.
    struct Cursor {
        bytes32 genesis;
        bytes32 checkpoint; // the newest one, before this call
        bytes32 head; // as it stands in the middle of the call
        bytes32 acceptedLink; // a link of this call that was found good already, and
        uint64 acceptedNumber; // the number of its checkpoint
        uint64 checkpoints;
        uint32 trades;
        bool changed;
    }

    function open(State storage s, bytes32 genesis) internal view returns (Cursor memory c) {
        openInto(s, genesis, c);
    }

    /// @dev `c` is all zeros still.
    function openInto(State storage s, bytes32 genesis, Cursor memory c) internal view {
        (c.checkpoints, c.trades) = (s.checkpoints, s.trades);
        c.genesis = genesis;
        c.checkpoint = checkpointAt(s, genesis, c.checkpoints);
        (c.head, c.acceptedLink, c.acceptedNumber) = (c.checkpoint, c.checkpoint, c.checkpoints);
    }

    /// @dev R24: one checkpoint for each call that appended something.
    function close(State storage s, Cursor memory c) internal {
        if (!c.changed) return;
        uint64 number = c.checkpoints + 1;
        (s.checkpoints, s.trades) = (number, c.trades);
        s.ring[number % RING] = c.head;
        emit IBookRecords.Checkpoint(number, c.head);
    }

    function checkpointAt(State storage s, bytes32 genesis, uint64 number) internal view returns (bytes32) {
        return number == 0 ? genesis : s.ring[number % RING];
    }

    /// @notice R25: whether `link` is the head or one of the last `chainWindow` checkpoints, and none before `oldest`. `age` says
    /// where to look first.
    /// @param oldest the checkpoint at which the order's market was made: a link before it knows nothing of that market
    function accepts(
        State storage s,
        Cursor memory c,
        bytes32 link,
        uint256 chainWindow,
        uint256 age,
        uint256 oldest
    ) internal view returns (bool) {
        if (link == c.head) return true;
        if (link == c.acceptedLink) return c.acceptedNumber >= oldest;
        uint256 span = c.checkpoints < chainWindow ? c.checkpoints + 1 : chainWindow;
        for (uint256 i; i < span; ++i) {
            // Cast: the remainder is below span, which is at most checkpoints + 1.
            uint64 number = c.checkpoints - uint64((age + i) % span);
            if (link == checkpointAt(s, c.genesis, number)) {
                (c.acceptedLink, c.acceptedNumber) = (link, number);
                return number >= oldest;
            }
        }
        return false;
    }

    /// @notice R23: folds a record of the market table into the head, so that a link commits to the markets too.
    /// @param link of the market record; zero for a fallback
    /// @param outcome of a fallback; 0 for a record
    function appendMarket(
        Cursor memory c,
        uint32 marketRootId,
        uint16 marketBranchId,
        bytes32 link,
        int256 outcome
    ) internal pure {
        uint256 word = _record(marketRootId, MARKET_BRANCH, outcome, int256(uint256(marketBranchId)));
        c.head = _hash(c.head, word, link);
        c.changed = true;
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
        c.head = _hash(c.head, _record(tradeRootId, PRIMARY_BRANCH, price, lots), link);
        c.changed = true;
    }

    /// @notice Promotes `lots` (signed as the order's) of an order's offset from the cache.
    function promoteOffset(Cursor memory c, uint32 tradeRootId, int256 limit, int256 lots) internal pure {
        _fold(c, _record(tradeRootId, OFFSET_BRANCH, limit, -lots));
    }

    /// @notice Promotes offset and match of `lots` (signed as the order's) of an order that was filled at `price`.
    function promoteMatch(Cursor memory c, uint32 tradeRootId, int256 limit, int256 price, int256 lots) internal pure {
        promoteOffset(c, tradeRootId, limit, lots);
        _fold(c, _record(tradeRootId, MATCH_BRANCH, price, lots));
    }

    function _fold(Cursor memory c, uint256 record) private pure {
        c.head = Hashes.efficientKeccak256(c.head, bytes32(record));
        c.changed = true;
    }

    /// @dev keccak256(abi.encode(a, b, c)), in memory that is not taken.
    function _hash(bytes32 a, uint256 b, bytes32 c) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, a)
            mstore(add(words, 0x20), b)
            mstore(add(words, 0x40), c)
            hash := keccak256(words, 0x60)
        }
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
