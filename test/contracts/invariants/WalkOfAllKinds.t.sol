// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { OffsetReason } from "../../../contracts/Types.sol";
import { VM } from "../support/Vm.sol";
import { Handler } from "./Handler.sol";
import { HostileAsset } from "./HostileAsset.sol";
import { Invariants } from "./Invariants.sol";
import { PlannedQuotes } from "./PlannedSets.sol";
import { Walk } from "./Walk.sol";

/// @title Given one long life of a session, when it is over, then everything worth testing has happened in it
/// @dev So that the invariants are known to be tested on crossed books, evictions, kills and refusals, not on idle ones.
contract WalkOfAllKindsTest is Walk {
    using Invariants for Handler;

    string[] private _names;
    bytes4[] private _errors;
    bytes4[] private _errorsOfSets = [
        IBookRecords.Book_DeadlineExpired.selector,
        IBookRecords.Book_StaleLink.selector,
        IBookRecords.Book_TraderUnknown.selector,
        IBookRecords.Book_NonceTooFar.selector,
        IBookRecords.Book_NonceUsed.selector,
        IBookRecords.Book_SignatureInvalid.selector,
        IBookRecords.Book_StillCrossed.selector,
        IBookRecords.Book_FillOrKillUnfilled.selector
    ];

    function setUp() external {
        _keepFromReplay();
        _ofPackages();
        _ofOrders();
        _add("Book_OrderUnknown", IBookRecords.Book_OrderUnknown.selector);
        _add("Book_OrderStands", IBookRecords.Book_OrderStands.selector);
        _add("Book_OrderNotMeant", IBookRecords.Book_OrderNotMeant.selector);
        _add("Book_CancellationVoid", IBookRecords.Book_CancellationVoid.selector);
        _add("Book_PackageRefused", IBookRecords.Book_PackageRefused.selector);
        _add("Book_CancellationRefused", IBookRecords.Book_CancellationRefused.selector);
        _add("Book_WithdrawalTooLarge", IBookRecords.Book_WithdrawalTooLarge.selector);
        _add("Book_WithdrawalUncoversOrders", IBookRecords.Book_WithdrawalUncoversOrders.selector);
        _add("HostileAsset_Refused", HostileAsset.HostileAsset_Refused.selector);
    }

    function test_Walk_GivenThreeLegs_EverythingHappens() external {
        Handler h = _walk(3, 27, 1_000);
        assertGe(h.accepted(), 100, "orders accepted");
        assertGe(h.fills(), 30, "fills");
        assertGe(h.crossings(), 10, "calls that left a market crossed");
        assertGe(h.cancelled(), 3, "orders that went with signed cancellations");
        assertGe(h.cancelledInBatch(), 3, "cancellations at the head of a batch");
        assertGe(h.model().placesUsedAgain(), 30, "places used again");
        assertGe(h.exits(), 3, "exits");
        assertGe(h.redemptions(), 5, "redemptions");
        assertGe(h.model().evictedTakers(), 1, "takers evicted");
        assertGe(h.model().cuts(), 1, "orders of which a part could be borne");
        assertGe(h.model().remainders(), 1, "immediate-or-cancel orders that ran out of steps and were offset later");
        assertGe(h.setsThatStand(), 20, "quote sets that stand");
        assertGe(h.quotesThatStand(), 30, "quotes that stand");
        assertGe(h.quotesLeftOut(), 5, "quotes that sets left out");
        for (uint8 i; i <= uint8(type(OffsetReason).max); ++i) {
            assertGe(h.offsetsFor(OffsetReason(i)), 2, string.concat("offsets for reason ", VM.toString(i)));
        }
        for (uint256 i; i < _errors.length; ++i) {
            assertGe(h.refusals(_errors[i]), 1, _names[i]);
        }
        for (uint256 i; i < _errorsOfSets.length; ++i) {
            assertGe(h.setRefusals(_errorsOfSets[i]), 1, VM.toString(abi.encodePacked(_errorsOfSets[i])));
        }
    }

    /// @dev Rare in a walk: it spends all it has on the second leg before the first is matched.
    function test_GivenATakerThatHasSpentEverything_ItIsEvicted() external {
        Handler h = new Handler(3);
        h.reach(h.t1());
        h.requote(0, PlannedQuotes(1, 50, 5));
        h.requote(0, PlannedQuotes(2, 50, 20));
        h.requote(1, PlannedQuotes(2, 50, 20));
        h.strandOf(3, 1);
        assertEq(h.model().evictedTakers(), 1, "takers evicted");
        assertEq(h.firstBroken(), "", "broken");
        h.everybodyLeaves();
    }

    /// @dev What becomes of these is known beforehand: it is no matter of what a walk draws.
    function test_GivenTradersThatQuoteAnew_EverySetStands() external {
        Handler h = new Handler(3);
        h.reach(h.t1());
        for (uint256 i; i < 20; ++i) {
            h.requote(i % 5, PlannedQuotes(1, i % 2 == 0 ? int32(50) : int32(52), 1));
            assertEq(h.firstBroken(), "", "broken");
        }
        assertEq(h.setsThatStand(), 20, "quote sets that stand");
        assertEq(h.quotesThatStand(), 40, "quotes that stand");
        assertEq(h.quotesLeftOut(), 20, "quotes that sets left out");
        assertEq(h.cancelledInBatch(), 15, "cancellations at the head of a batch");
        assertEq(h.fills(), 10, "fills");
        assertEq(h.model().placesUsedAgain(), 7, "places used again");
        h.everybodyLeaves();
    }

    function _ofPackages() private {
        _add("Book_NotTrading", IBookRecords.Book_NotTrading.selector);
        _add("Book_MarketUnknown", IBookRecords.Book_MarketUnknown.selector);
        _add("Book_PriceOutOfBounds", IBookRecords.Book_PriceOutOfBounds.selector);
        _add("Book_QuantityOutOfRange", IBookRecords.Book_QuantityOutOfRange.selector);
        _add("Book_TimeInForceUnknown", IBookRecords.Book_TimeInForceUnknown.selector);
        _add("Book_DeadlineExpired", IBookRecords.Book_DeadlineExpired.selector);
        _add("Book_StaleLink", IBookRecords.Book_StaleLink.selector);
        _add("Book_TraderUnknown", IBookRecords.Book_TraderUnknown.selector);
        _add("Book_NonceTooFar", IBookRecords.Book_NonceTooFar.selector);
        _add("Book_NonceUsed", IBookRecords.Book_NonceUsed.selector);
        _add("Book_SignatureInvalid", IBookRecords.Book_SignatureInvalid.selector);
    }

    function _ofOrders() private {
        _add("Book_Uncovered", IBookRecords.Book_Uncovered.selector);
        _add("Book_TooManyLots", IBookRecords.Book_TooManyLots.selector);
        _add("Book_StillCrossed", IBookRecords.Book_StillCrossed.selector);
        _add("Book_PostOnlyWouldTake", IBookRecords.Book_PostOnlyWouldTake.selector);
        _add("Book_FillOrKillUnfilled", IBookRecords.Book_FillOrKillUnfilled.selector);
        _add("Book_TooManyOpenOrders", IBookRecords.Book_TooManyOpenOrders.selector);
        _add("Book_HintTooFar", IBookRecords.Book_HintTooFar.selector);
    }

    function _add(string memory name, bytes4 selector) private {
        _names.push(name);
        _errors.push(selector);
    }
}
