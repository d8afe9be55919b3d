// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketRecord } from "../../contracts/Types.sol";
import { IBookRecords } from "../../contracts/interfaces/IOrderBook.sol";
import { Check } from "../contracts/support/Check.sol";
import { MarketWorld } from "../contracts/support/MarketWorld.sol";
import { VM } from "../contracts/support/Vm.sol";

/// @title A signed root is good whoever makes a root in front of it
/// @notice The owner signed the number and the link of the root before, so any other owner's record in front of it made it void:
/// where everybody may make roots, anybody could keep anybody from making one.
contract RootBehindAnotherTest is MarketWorld {
    MarketRecord private _signed;
    bytes private _signature;

    function setUp() external {
        _openReal();
        _signed = _newInterval(0, 0, 10, 1e15);
        _signature = _sign(keys[0], _linkOf(_signed));
    }

    function test_itGetsTheNextNumber() external {
        _require(_newInterval(1, 0, 5, 1e15), 1);
        _require(_newEvent(2, 3, 10, 1e15), 2);
        Check.equal(_bring(), uint256(4), "the number");
        Check.isTrue(book.rootOf(4).owner == traders[0], "its owner");
        Check.isTrue(book.rootOf(4).tip == _linkOf(_signed), "its link");
        Check.equal(uint256(book.rootMadeBy(_linkOf(_signed))), 4, "what the record made");
    }

    function test_itIsMadeOnce() external {
        _bring();
        _refuses(IBookRecords.Book_RootExists.selector, "a second time");
        _require(_bounds(0, 0, 2, 8), 0);
        _refuses(IBookRecords.Book_RootExists.selector, "after another record of the root");
        Check.equal(uint256(book.createdRoots()), 1, "roots");
    }

    function test_itsLinkAgesAsThatOfAnOrder() external {
        for (uint256 i; i < 15; ++i) {
            VM.roll(block.number + 1);
            _require(_newInterval(1, 0, 5, 1e15), 1);
        }
        // The link is the oldest of the 16 that are good, and a block's first call takes it out of the window.
        VM.roll(block.number + 1);
        Check.equal(_bring(), uint256(17), "the number");
        _signed.marketMax = 11;
        _signature = _sign(keys[0], _linkOf(_signed));
        _refuses(IBookRecords.Book_StaleLink.selector, "out of the window");
    }

    /// @dev Somebody else brings it.
    function _bring() private returns (uint256 number) {
        number = book.createMarket(_signed, _signature, "", "a market");
        _follow(_signed, 0);
    }

    function _refuses(bytes4 expected, string memory what) private {
        try book.createMarket(_signed, _signature, "", "a market") {
            revert("taken");
        } catch (bytes memory reason) {
            Check.sameError(reason, expected, what);
        }
    }
}
