// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Check } from "../../support/Check.sol";
import { createMarkets } from "../../support/Deployment.sol";
import { Tally } from "../../support/MarketActions.sol";
import { MarketStory } from "../../support/MarketStory.sol";

/// @title Random stories of a book with many markets, from the first deposit to the last exit
/// @notice given random trees of markets, signed orders, records, settlements, refreshes, withdrawals and exits
///   after every step each sentence of the judge holds, and every step did what was foreseen
///   in the end every root is settled, every claim is paid, and nothing is left in the book
contract StoryTest {
    address private immutable MARKETS = createMarkets();

    function testFuzz_everySentenceHoldsToTheEnd(uint256 seed) external {
        MarketStory story = new MarketStory(MARKETS, seed);
        story.run(seed, 12);
        story.finish(seed);
    }

    function test_aLongStory() external {
        MarketStory story = new MarketStory(MARKETS, 1);
        story.run(1, 120);
        story.finish(1);
    }

    /// @dev So that the stories above are known not to be empty.
    function test_storiesAreFullOfEvents() external {
        Tally memory t;
        for (uint256 seed; seed < 6; ++seed) {
            MarketStory story = new MarketStory(MARKETS, seed);
            story.run(seed, 60);
            _add(t, story.tallied());
        }
        Check.atLeast(int256(t.records), 30, "records");
        Check.atLeast(int256(t.refusedRecords), 20, "refused records");
        Check.atLeast(int256(t.orders), 100, "orders");
        Check.atLeast(int256(t.refusedOrders), 20, "refused orders");
        Check.atLeast(int256(t.filledLots), 1000, "lots held in the end");
        Check.atLeast(int256(t.offsets), 1, "offsets");
        Check.atLeast(int256(t.placesUsedAgain), 10, "places used again");
        Check.atLeast(int256(t.settled), 4, "settled roots");
        Check.atLeast(int256(t.realised), 2, "realisations");
        Check.atLeast(int256(t.refreshed), 4, "refreshes");
        Check.atLeast(int256(t.withdrawals), 4, "withdrawals");
    }

    function _add(Tally memory sum, Tally memory t) private pure {
        (sum.records, sum.refusedRecords) = (sum.records + t.records, sum.refusedRecords + t.refusedRecords);
        (sum.orders, sum.refusedOrders) = (sum.orders + t.orders, sum.refusedOrders + t.refusedOrders);
        (sum.filledLots, sum.offsets) = (sum.filledLots + t.filledLots, sum.offsets + t.offsets);
        (sum.settled, sum.realised) = (sum.settled + t.settled, sum.realised + t.realised);
        sum.placesUsedAgain += t.placesUsedAgain;
        (sum.refreshed, sum.withdrawals) = (sum.refreshed + t.refreshed, sum.withdrawals + t.withdrawals);
    }
}
