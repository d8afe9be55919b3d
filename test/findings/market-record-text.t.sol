// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketRecord } from "../../contracts/Types.sol";
import { IBookRecords } from "../../contracts/interfaces/IOrderBook.sol";
import { Check } from "../contracts/support/Check.sol";
import { MarketJudge } from "../contracts/support/MarketJudge.sol";

/// @title What a record says in the log is what its owner signed
/// @notice A submitter could attach any text to the owner's signed record of new bounds; a new root could name a parent.
contract MarketRecordTextTest is MarketJudge {
    function setUp() external {
        _openReal();
        _require(_newInterval(0, 0, 10, 1e15), 0);
    }

    function test_textThatWasNotSignedIsRefused() external {
        MarketRecord memory r = _bounds(0, 0, 2, 8);
        bytes memory signature = _sign(keys[0], _linkOf(r));
        try book.createMarket(r, signature, "", "not the owner's words") {
            revert("taken");
        } catch (bytes memory reason) {
            Check.sameError(reason, IBookRecords.Book_DescriptionMismatch.selector, "foreign text");
        }
        _require(r, 0);
    }

    function test_aNewRootHasNoParent() external {
        MarketRecord memory r = _newInterval(0, 0, 10, 1e15);
        r.parentBranchId = 1;
        Check.sameError(_send(r, 0, false), IBookRecords.Book_MarketUnknown.selector, "a parent");
    }
}
