// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "../support/Test.sol";
import { BrokenOracle, Told } from "./BrokenOracle.sol";

/// @title Given that the order book of before is told another quote set, when both are compared, then they differ
contract BrokenOracleTest is Test {
    uint256 private constant SETS = 12;

    function setUp() external view {
        _keepFromReplay();
    }

    function test_GivenTheSameSets_NothingIsFound() external {
        BrokenOracle o = new BrokenOracle(Told.All);
        assertEq(_setsUntilFound(o), SETS, "sets that are the same");
        assertGe(o.setsThatStand(), 4, "quote sets that stand");
    }

    function test_WhenAQuoteIsForgotten() external {
        assertLe(_setsUntilFound(new BrokenOracle(Told.AllButTheLast)), SETS - 1, "sets until it is found");
    }

    function test_WhenTheLastQuoteComesFirst() external {
        assertLe(_setsUntilFound(new BrokenOracle(Told.LastFirst)), SETS - 1, "sets until it is found");
    }

    function _setsUntilFound(BrokenOracle o) private returns (uint256 same) {
        while (same < SETS) {
            try o.quoteSet(same) {
                ++same;
            } catch {
                return same;
            }
        }
    }
}
