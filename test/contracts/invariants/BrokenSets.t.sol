// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";
import { BrokenReference, FaultOfSets } from "./BrokenReference.sol";
import { Handler } from "./Handler.sol";
import { Invariants } from "./Invariants.sol";
import { PlannedQuotes } from "./PlannedSets.sol";

/// @title Given two books that do not do the same with quote sets, when a set comes, then its judge says where they differ
contract BrokenSetsTest is Test {
    using Invariants for Handler;

    Handler private _h;

    function setUp() external {
        _h = new Handler(3);
        _h.reach(_h.t1());
    }

    function test_GivenNoFault_NothingIsFound() external {
        _give(FaultOfSets.None);
        _h.requote(0, PlannedQuotes(1, 50, 1));
        assertEq(_h.quotesThatStand(), 2, "quotes that stand");
        assertEq(_h.quotesLeftOut(), 1, "quotes left out");
        assertEq(_h.firstBroken(), "", "broken");
    }

    function test_WhenAQuoteIsForgotten() external {
        _give(FaultOfSets.ForgetsAQuote);
        _assertFound("numbers and places");
    }

    function test_WhenTheLastQuoteComesFirst() external {
        _give(FaultOfSets.LastFirst);
        _assertFound("numbers and places");
    }

    function test_WhenEachQuoteUsesANonce() external {
        _give(FaultOfSets.OneNonceEach);
        _assertFound("nonce");
    }

    function test_WhenAQuoteThatIsLeftOutTakesItsSetWithIt() external {
        _give(FaultOfSets.AllOrNothing);
        _assertFound("numbers and places");
    }

    function test_WhenAQuoteIsLeftOutForAnotherReason() external {
        _give(FaultOfSets.AnotherReason);
        _h.requote(0, PlannedQuotes(1, 50, 1));
        assertEq(_h.noCallDidHarm(), "a quote was left out for another reason", "what the watch says");
    }

    function _give(FaultOfSets fault) private {
        VM.etch(address(_h.model()), address(new BrokenReference(fault)).code);
    }

    /// @dev The step fails with that comparison.
    function _assertFound(string memory what) private {
        try _h.requote(0, PlannedQuotes(1, 50, 1)) {
            assertTrue(false, "the difference was not seen");
        } catch (bytes memory reason) {
            assertTrue(_has(reason, bytes(what)), string.concat("it says: ", string(reason)));
        }
    }

    function _has(bytes memory text, bytes memory part) private pure returns (bool) {
        for (uint256 from; from + part.length <= text.length; ++from) {
            uint256 same;
            while (same < part.length && text[from + same] == part[same]) ++same;
            if (same == part.length) return true;
        }
        return false;
    }
}
