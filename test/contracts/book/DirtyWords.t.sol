// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders } from "../../../contracts/interfaces/IOrderBook.sol";
import { SignedPackage } from "../../../contracts/Types.sol";
import { Baskets } from "../support/Baskets.sol";
import { Orders } from "../support/Orders.sol";
import { VM } from "../support/Vm.sol";

/// @title Given a good order, when a word of its package exceeds its type, then createTrade refuses it and does not cut it
contract DirtyWordsTest is Baskets {
    uint256 private constant KEY = 0xA11CE;
    uint256 private constant FIRST_WORD = 4 + 3 * 32; // selector; where the order begins, maxMatches, maxWalk

    bytes private _data;

    function setUp() external {
        uint128[] memory quantities = new uint128[](2);
        (quantities[0], quantities[1]) = (1e18, 1e18);
        _openSession(_paramsFor(quantities, 100e18));
        address trader = VM.addr(KEY);
        _book.deposit(trader, 1e18);
        VM.warp(block.timestamp + 2 days);
        SignedPackage memory order = Orders.signed(_book, Orders.plain(_book, trader, 1, 5, 10), KEY);
        _data = abi.encodeCall(IBookOrders.createTrade, (order, 0, 10));
    }

    function test_AsItIs_ItIsTaken() external {
        assertTrue(_isTaken(_data), "taken");
    }

    function test_TheFirstBitBeyondEachType_IsRefused() external {
        // root, branch, trader, price, lots, previousLink (which is all of its word), nonce, deadline, timeInForce
        uint16[9] memory bits = [32, 16, 160, 32, 64, 256, 64, 40, 8];
        for (uint256 word; word < 9; ++word) {
            for (uint256 bit = bits[word]; bit < 256; bit += 31) {
                assertTrue(!_isTaken(_flipped(word, bit)), "refused");
            }
        }
    }

    /// @dev Behind the package: where the signature begins, then the hints.
    function test_TheFirstBitBeyondEachHint_IsRefused() external {
        for (uint256 word = 10; word < 13; ++word) {
            assertTrue(!_isTaken(_flipped(word, 32)), "refused");
            assertTrue(!_isTaken(_flipped(word, 255)), "refused");
        }
    }

    function _flipped(uint256 word, uint256 bit) private view returns (bytes memory data) {
        data = _data;
        uint256 at_ = FIRST_WORD + word * 32 + 31 - bit / 8;
        data[at_] ^= bytes1(uint8(1 << (bit % 8)));
    }

    function _isTaken(bytes memory data) private returns (bool taken) {
        uint256 snapshot = VM.snapshotState();
        (taken, ) = address(_book).call(data);
        VM.revertToState(snapshot);
    }
}
