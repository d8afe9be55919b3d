// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title The chain beside a plain list of all its checkpoints, and the head folded by hand
abstract contract ChainModel is Test {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    bytes32 internal constant GENESIS = keccak256("genesis");

    Chain.State internal _chain;
    bytes32[] internal _checkpoints; // all of them, the genesis link first
    uint32 internal _trades;

    constructor() {
        _checkpoints.push(GENESIS);
    }

    /// @dev One call of the book that appends and promotes at random. Both sides end with the same checkpoint.
    function _callWithRecords(Random memory random, uint256 records) internal {
        Chain.Cursor memory cursor = _chain.open(GENESIS);
        bytes32 head = _head();
        for (uint256 i; i < records; ++i) {
            head = _record(cursor, head, random);
            assertEq(cursor.head, head, "head during the call");
        }
        _chain.close(cursor);
        if (records != 0) _checkpoints.push(head);
    }

    function _head() internal view returns (bytes32) {
        return _checkpoints[_checkpoints.length - 1];
    }

    function _assertSameState() internal view {
        Chain.Cursor memory cursor = _chain.open(GENESIS);
        assertEq(cursor.head, _head(), "head");
        assertEq(cursor.checkpoints, _checkpoints.length - 1, "number of checkpoints");
        assertEq(cursor.trades, _trades, "number of trades");
    }

    function _record(Chain.Cursor memory cursor, bytes32 head, Random memory random) private returns (bytes32) {
        int32 limit = int32(random.betweenInt(type(int32).min, type(int32).max));
        int64 lots = int64(random.betweenInt(-type(int64).max, type(int64).max));
        uint256 kind = random.below(4);
        if (kind == 3) return _recordMarket(cursor, head, random);
        if (kind == 0 || _trades == 0) {
            bytes32 link = bytes32(random.next());
            assertEq(cursor.append(link, limit, lots), ++_trades, "number of the appended trade");
            return keccak256(bytes.concat(head, _word(_trades, 1, limit, lots), link));
        }
        uint32 id = uint32(random.between(1, _trades));
        head = keccak256(bytes.concat(head, _word(id, 2, limit, -lots)));
        if (kind == 1) {
            cursor.promoteOffset(id, limit, lots);
            return head;
        }
        int32 price = int32(random.betweenInt(type(int32).min, type(int32).max));
        cursor.promoteMatch(id, limit, price, lots);
        return keccak256(bytes.concat(head, _word(id, 3, price, lots)));
    }

    /// @dev A record of the market table: root, branch 0, the outcome of a fallback, and the market's branch in place of lots.
    function _recordMarket(
        Chain.Cursor memory cursor,
        bytes32 head,
        Random memory random
    ) private pure returns (bytes32) {
        (uint32 root, uint16 branch) = (uint32(random.next()), uint16(random.next()));
        (bytes32 link, int32 outcome) = (bytes32(random.next()), int32(uint32(random.next())));
        cursor.appendMarket(root, branch, link, outcome);
        return keccak256(bytes.concat(head, _word(root, 0, outcome, int64(uint64(branch))), link));
    }

    /// @dev tradeRootId | tradeBranchId | price | lots, written out as bytes behind 15 zero bytes.
    function _word(uint32 id, uint8 branch, int32 price, int64 lots) private pure returns (bytes32) {
        return bytes32(abi.encodePacked(bytes15(0), id, branch, price, lots));
    }
}
