// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RootOutcome } from "../../../../contracts/Types.sol";
import { Check } from "../../support/Check.sol";
import { MarketRecordActions } from "../../support/MarketRecordActions.sol";
import { PlainMarkets, PlainRoot } from "../../support/PlainMarkets.sol";
import { Random, randomFrom } from "../../support/Random.sol";

/// @title Every joint outcome of a small book
/// @notice given two interval roots with sub-markets, an event root and the basket, random positions and records
///   the worst case that the book says is the least net collateral over all combinations of outcomes
///   in each combination the net collaterals sum to the tokens that the book holds
contract JointOutcomesTest is MarketRecordActions {
    using PlainMarkets for PlainRoot;

    function test_theLeastOverAllCombinations() external {
        for (uint256 seed; seed < 2; ++seed) {
            this.compare(seed, 4, 2);
        }
    }

    function testFuzz_theLeastOverAllCombinations(uint256 seed) external {
        this.compare(seed, 2, 1);
    }

    function compare(uint256 seed, int256 reach, int256 scale) external {
        delete roots;
        delete traders;
        delete keys;
        delete nonces;
        _openReal();
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < TRADERS; ++i) {
            _deposit(i, uint256(rand.betweenInt(0, 3e18) + 1));
            _depositLeg(i, rand.below(LEGS), uint256(rand.betweenInt(1, 3000)));
        }
        _require(_newInterval(0, 0, reach, rand.betweenInt(1, 1e15)), 0);
        _require(_newInterval(0, -1, reach - 1, rand.betweenInt(1, 1e15)), 0);
        _require(_newEvent(0, 3, scale, rand.betweenInt(1, 2e15)), 0);
        for (uint256 i; i < 12; ++i) {
            this.act(rand.next());
        }
        this.compareAll();
    }

    function act(uint256 seed) external {
        Random memory rand = randomFrom(seed);
        uint256 kind = rand.below(6);
        if (kind == 0) _subMarket(rand);
        else if (kind == 1 && rand.oneIn(3)) _tighten(rand);
        else _trade(rand);
    }

    function compareAll() external view {
        PlainRoot[] memory all = roots;
        int256[] memory least = new int256[](TRADERS);
        for (uint256 i; i < TRADERS; ++i) {
            least[i] = type(int256).max;
        }
        for (uint256 a; a < all[0].alive.length; ++a) {
            for (uint256 b; b < all[1].alive.length; ++b) {
                if (all[0].alive[a] && all[1].alive[b]) _compareAt(all, a, b, least);
            }
        }
        for (uint256 i; i < TRADERS; ++i) {
            Check.equal(_trueSlack(i), least[i], "the least over all combinations");
        }
    }

    /// @dev In a call of its own for each pair, so that memory stays small.
    function _compareAt(PlainRoot[] memory all, uint256 a, uint256 b, int256[] memory least) private view {
        RootOutcome[] memory outcomes = _jointOutcome(all, randomFrom(0));
        outcomes[1].values = _narrow(all[0].outcomes[a]);
        outcomes[2].values = _narrow(all[1].outcomes[b]);
        for (uint256 c; c < all[2].alive.length; ++c) {
            if (!all[2].alive[c]) continue;
            outcomes[3].values = _narrow(all[2].outcomes[c]);
            int256[] memory nets = this.netsAt(outcomes);
            for (uint256 i; i < TRADERS; ++i) {
                if (nets[i] < least[i]) least[i] = nets[i];
            }
        }
    }

    /// @notice Each trader's least net collateral over the two ends of the basket; the sum of each is judged.
    function netsAt(RootOutcome[] memory outcomes) external view returns (int256[] memory nets) {
        _judgeTokens(outcomes);
        nets = new int256[](TRADERS);
        for (uint256 i; i < TRADERS; ++i) {
            nets[i] = type(int256).max;
            for (uint256 k; k < LEGS; ++k) {
                _setBasket(outcomes, k);
                int256 net = book.netCollateral(traders[i], outcomes);
                if (net < nets[i]) nets[i] = net;
            }
        }
    }
}
