// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call, CALL_BYTES } from "../../../contracts/book/Call.sol";
import { Position } from "../../../contracts/book/Position.sol";
import { Store } from "../../../contracts/book/Store.sol";
import { Test } from "../support/Test.sol";

/// @title Where words lie, in storage and in memory, is where the code says that they lie
contract LayoutTest is Test {
    function test_EachBase_IsTheLocationOfItsName() external pure {
        assertEq(Store.TRADERS, _locationOf("traders"), "traders");
        assertEq(Store.NAMES, _locationOf("names"), "names");
        assertEq(Store.ORDERS, _locationOf("orders"), "orders");
        assertEq(Store.MARKETS, _locationOf("markets"), "markets");
        assertEq(Store.CHECKPOINTS, _locationOf("checkpoints"), "checkpoints");
        assertEq(Store.POSITIONS, _locationOf("positions"), "positions");
        assertEq(Store.ROOTS, _locationOf("roots"), "roots");
    }

    function test_TheMemoryOfACall_IsAsLongAsItsWords() external pure {
        uint256 before = _free();
        Call memory c;
        assertEq(_free() - before, CALL_BYTES, "bytes");
        c.trader = 1;
    }

    /// @dev A package is hashed as it lies, a batch is read to fixed places, and the terms are copied to theirs.
    function test_TheFieldsThatCodeWritesByPlace_LieThere() external pure {
        Call memory c;
        (c.rootId, c.branchId, c.trader, c.price, c.quantity) = (1, 2, 3, 4, 5);
        (c.link, c.nonce, c.deadline, c.timeInForce) = (6, 7, 8, 9);
        (c.r, c.vs, c.hints, c.approval) = (bytes32(uint256(10)), bytes32(uint256(11)), 12, 13);
        uint256 place;
        assembly ("memory-safe") {
            place := c
        }
        for (uint256 i = 1; i <= 13; ++i) {
            assertEq(_word(place + 32 * i), i, "field");
        }
        (c.session, c.maxLots, c.reserveShift) = (21, 29, 33);
        assertEq(_word(place + 0x260), 21, "session");
        assertEq(_word(place + 0x260 + 0x100), 29, "maxLots");
        assertEq(_word(place + 0x260 + 0x180), 33, "reserveShift");
    }

    function testFuzz_PositionsOfDifferentTradersOrRoots_ShareNoWord(
        uint32 trader,
        uint24 root,
        uint32 other,
        uint24 otherRoot
    ) external pure {
        uint256 key = Store.positionKey(trader, root);
        uint256 otherKey = Store.positionKey(other, otherRoot);
        if (trader == other && root == otherRoot) return;
        uint256 distance = key > otherKey ? key - otherKey : otherKey - key;
        assertGe(distance, Position.words(32), "words between");
    }

    function _locationOf(string memory kind) private pure returns (uint256) {
        bytes32 name = keccak256(bytes.concat("session-contracts.book.", bytes(kind)));
        return uint256(keccak256(abi.encode(uint256(name) - 1)) & ~bytes32(uint256(0xff)));
    }

    function _free() private pure returns (uint256 ptr) {
        assembly ("memory-safe") {
            ptr := mload(0x40)
        }
    }

    function _word(uint256 ptr) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(ptr)
        }
    }
}
