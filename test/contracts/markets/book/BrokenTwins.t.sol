// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BrokenMarkets, Fault } from "../../support/BrokenMarkets.sol";
import { Check } from "../../support/Check.sol";
import { MarketJudge } from "../../support/MarketJudge.sol";
import { MarketStory } from "../../support/MarketStory.sol";

/// @dev One trader short [4, 5] and long [5, 6] in [0, 10], refreshed.
contract BetweenTheCorners is MarketJudge {
    constructor(Fault fault) {
        _open(address(new BrokenMarkets(fault)));
        _depositAll(1e18);
        _require(_newInterval(0, 0, 10, 1e15), 0);
        _require(_newBranch(0, 0, 4, 5), 0);
        _require(_newBranch(0, 0, 5, 6), 0);
        _deal(2, 1, 2, 1, 4, 1);
        _deal(1, 2, 2, 2, 6, 1);
        book.refresh(2, traders);
    }

    function judge() external view {
        _judge(0);
    }
}

/// @title The judge itself is judged: every broken twin of the market table is caught by the stories that the real one passes
contract BrokenTwinsTest {
    uint256 private constant STORIES = 10;

    function test_theTwinWithoutAFaultPasses() external {
        Check.equal(_caught(Fault.None, 3), 0, "no fault, no complaint");
    }

    function test_aWorstCaseThatIsAWeiTooHighIsCaught() external {
        _requireCaught(Fault.GenerousRefresh);
    }

    function test_aWorstCaseOfTheCornersAloneIsCaught() external {
        _requireJudged(Fault.None, true);
        _requireJudged(Fault.CornersOnly, false);
    }

    function test_lotsThatGetLostAreCaught() external {
        _requireCaught(Fault.LostLots);
    }

    function test_aFallbackOutsideOfTheBoundsIsCaught() external {
        _requireCaught(Fault.OwnFallback);
    }

    function test_aWorstCaseThatIsLeftBehindIsCaught() external {
        _requireCaught(Fault.StaleWorst);
    }

    function _requireJudged(Fault fault, bool good) private {
        BetweenTheCorners scene = new BetweenTheCorners(fault);
        try scene.judge() {
            Check.isTrue(good, "a loss between the corners that is overlooked");
        } catch (bytes memory reason) {
            Check.sameError(reason, good ? bytes4(0) : Check.NotAtLeast.selector, "the judge");
        }
    }

    function _requireCaught(Fault fault) private {
        Check.atLeast(int256(_caught(fault, STORIES)), 1, "a broken twin is caught");
    }

    function _caught(Fault fault, uint256 stories) private returns (uint256 caught) {
        address markets = address(new BrokenMarkets(fault));
        for (uint256 seed; seed < stories && caught == 0; ++seed) {
            MarketStory story = new MarketStory(markets, seed);
            try story.run(seed, 60) {
                try story.finish(seed) {} catch {
                    ++caught;
                }
            } catch {
                ++caught;
            }
        }
    }
}
