// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";
import { Oracle } from "./Oracle.sol";

/// @title Given the order book of before and the one of now, when they live the same life, then they are the same after each step
/// @dev ORACLE_STEPS and ORACLE_SEED say how long and which lives; `npm run trial oracle` sets them.
contract OracleTest is Test {
    uint256 private constant USUAL_SEED = 1;

    uint256 private _steps;
    uint256 private _seed;

    function setUp() external {
        _keepFromReplay();
        _steps = VM.envOr("ORACLE_STEPS", uint256(120));
        _seed = VM.envOr("ORACLE_SEED", USUAL_SEED);
    }

    function test_GivenABasketOfOne() external {
        _live(1, _steps / 2);
    }

    /// @dev A life of chance may have none of what is rare; that of the usual seed has it all, or the draws are to be changed.
    function test_GivenABasketOfTwo_TheUsualLifeIsFullOfEvents() external {
        Oracle o = _live(2, 4 * _steps);
        if (_seed != USUAL_SEED) return;
        assertGe(o.logged(IBookRecords.TradesMatched.selector), 15, "fills");
        assertGe(o.logged(IBookRecords.TradeOffset.selector), 15, "offsets");
        assertGe(o.placesUsedAgain(), 5, "places used again");
        assertGe(o.refusals(IBookRecords.Book_StaleLink.selector), 1, "stale links");
        assertGe(o.refusals(IBookRecords.Book_HintTooFar.selector), 1, "far hints");
        assertGe(o.refusals(IBookRecords.Book_TooManyOpenOrders.selector), 1, "too many open orders");
        assertGe(o.refusals(IBookRecords.Book_StillCrossed.selector), 1, "steps that ran out");
        assertGe(o.refusals(IBookRecords.Book_FillOrKillUnfilled.selector), 1, "orders that were killed");
        assertGe(o.setsThatStand(), 10, "quote sets that stand");
        assertGe(o.setsRefused(), 1, "quote sets that are refused");
        assertGe(o.quotesThatStand(), 20, "quotes that stand");
        assertGe(o.quotesLeftOut(), 3, "quotes that sets left out");
        assertGe(o.logged(IBookRecords.TradeApproved.selector), 1, "orders that a wallet approved");
        assertGe(o.logged(IBookRecords.MarketRecorded.selector), 4, "records");
        assertGe(o.logged(IBookRecords.Exited.selector), 1, "exits");
    }

    function test_GivenABasketOfThree() external {
        _live(3, _steps);
    }

    function test_GivenABasketOfSixteen() external {
        _live(16, _steps / 3);
    }

    /// @dev The last eighth comes after t2.
    function _live(uint256 legs, uint256 steps) private returns (Oracle o) {
        o = new Oracle(legs);
        Random memory random = randomFrom(_seed * 32 + legs);
        for (uint256 i; i < steps; ++i) {
            if (i == (steps * 7) / 8) o.warpTo(o.t2());
            uint256 seed = random.next();
            try o.step(seed) {} catch (bytes memory reason) {
                string memory where = string.concat("legs ", VM.toString(legs), ", step ", VM.toString(i), ": ");
                revert(string.concat(where, string(reason)));
            }
        }
    }
}
