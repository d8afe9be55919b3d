// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { RootInfo, RootOutcome } from "../../../contracts/Types.sol";
import { Check } from "./Check.sol";
import { MarketWorld } from "./MarketWorld.sol";
import { PlainMarkets, PlainRoot } from "./PlainMarkets.sol";
import { Random, randomFrom } from "./Random.sol";

/// @title The sentences of the design that a book with many markets must keep, checked against the plain model
abstract contract MarketJudge is MarketWorld {
    using PlainMarkets for PlainRoot;

    /// @notice All of them. Reverts with the sentence that does not hold.
    /// @param seed chooses the joint outcome at which everything is added up
    function _judge(uint256 seed) internal view {
        PlainRoot[] memory all = roots;
        for (uint256 i; i < TRADERS; ++i) {
            _judgeTrader(all, traders[i]);
        }
        for (uint256 i; i < all.length; ++i) {
            _judgeRoot(all[i]);
        }
        _judgeTokens(_jointOutcome(all, randomFrom(seed)));
    }

    /// @dev The worst case is the least over every outcome of each root; it is never negative; what is stored is not above it.
    function _judgeTrader(PlainRoot[] memory all, address trader) private view {
        (int256 cash, int256 stored) = _moneyOf(all, trader);
        int256 truth = cash + _basketWorst(trader);
        (int256 slack, int256[] memory binding) = book.checkCollateral(trader, _allIds(all));
        for (uint256 i; i < all.length; ++i) {
            int256[] memory lots = book.positionOf(trader, all[i].id);
            int256 worst = all[i].worstOf(lots);
            truth += worst;
            _judgeBinding(all[i], lots, worst, binding[i + 1]);
        }
        Check.equal(slack, truth, "the worst case is the least over every outcome");
        Check.atLeast(truth, cash + stored, "the stored worst case is never above the true one");
        Check.atLeast(cash + stored, 0, "no trader's net collateral is negative in any outcome");
    }

    function _judgeBinding(PlainRoot memory r, int256[] memory lots, int256 worst, int256 binding) private pure {
        if (r.isEvent) {
            // Cast: legs are few.
            Check.isTrue(binding >= 1 && binding <= int256(r.lower.length), "the binding leg is a leg");
            return;
        }
        for (uint256 i; i < r.outcomes.length; ++i) {
            if (r.outcomes[i][0] != binding) continue;
            Check.isTrue(r.alive[i], "the binding outcome is possible");
            Check.equal(r.valueAt(lots, r.outcomes[i]), worst, "the binding outcome is where it is worst");
            return;
        }
        Check.isTrue(false, "the binding outcome is an outcome");
    }

    /// @dev Bounds are what the records leave; lots sum to zero in every market until a settled root is realised, one trader at a
    /// time.
    function _judgeRoot(PlainRoot memory r) private view {
        RootInfo memory info = book.rootOf(r.id);
        Check.isTrue(info.settled == r.isSettled(), "a root is settled when one outcome is left");
        Check.isTrue(info.tip == r.tip, "the tip is the link of the last record");
        Check.equal(uint256(info.branchCount), r.lower.length, "number of branches");
        int256[][] memory lots = new int256[][](TRADERS);
        for (uint256 i; i < TRADERS; ++i) {
            lots[i] = book.positionOf(traders[i], r.id);
        }
        for (uint256 b; b < r.lower.length; ++b) {
            (int256 min, int256 max) = r.boundsOf(b);
            (int32 marketMin, int32 marketMax, , , , ) = book.marketOf(r.id, uint16(b + 1));
            Check.equal(marketMin, min, "lower bound is the least that is left");
            Check.equal(marketMax, max, "upper bound is the most that is left");
            int256 total;
            for (uint256 i; i < TRADERS; ++i) {
                total += lots[i][b];
            }
            if (!info.settled) Check.equal(total, 0, "lots of every market other than the basket sum to zero");
        }
    }

    /// @dev At any joint outcome the net collaterals sum to the tokens that the book holds.
    function _judgeTokens(RootOutcome[] memory outcomes) internal view {
        for (uint256 k; k < LEGS; ++k) {
            _setBasket(outcomes, k);
            int256 total;
            for (uint256 i; i < TRADERS; ++i) {
                total += book.netCollateral(traders[i], outcomes);
            }
            uint256 held = session.balanceOf(address(book)) + IERC20(session.legToken(k + 1)).balanceOf(address(book));
            Check.equal(total, int256(held), "cash and positions are the tokens that the book holds");
        }
    }

    /// @dev Entry 0 is the basket root, set by _setBasket.
    function _jointOutcome(
        PlainRoot[] memory all,
        Random memory rand
    ) internal pure returns (RootOutcome[] memory outcomes) {
        outcomes = new RootOutcome[](all.length + 1);
        for (uint256 i; i < all.length; ++i) {
            uint256 chosen = all[i].aliveFrom(rand.below(all[i].alive.length));
            outcomes[i + 1] = RootOutcome(all[i].id, _narrow(all[i].outcomes[chosen]));
        }
        _setBasket(outcomes, 0);
    }

    function _setBasket(RootOutcome[] memory outcomes, uint256 leg) internal pure {
        outcomes[0] = RootOutcome(1, new int32[](LEGS));
        outcomes[0].values[leg] = 10_000;
    }

    function _narrow(int256[] memory values) internal pure returns (int32[] memory narrow) {
        narrow = new int32[](values.length);
        for (uint256 i; i < values.length; ++i) {
            // Cast: outcomes are small.
            narrow[i] = int32(values[i]);
        }
    }

    /// @notice A trader's money, wei: cash, a full set of legs being as much, and the stored worst case of all roots.
    /// @dev The book keeps their sum. Cash is what net collateral in some outcome is beside the positions.
    function _moneyOf(PlainRoot[] memory all, address trader) internal view returns (int256 cash, int256 worst) {
        RootOutcome[] memory outcomes = new RootOutcome[](all.length + 1);
        for (uint256 i; i < all.length; ++i) {
            int256[] memory outcome = all[i].outcomes[all[i].aliveFrom(0)];
            outcomes[i + 1] = RootOutcome(all[i].id, _narrow(outcome));
            cash -= all[i].valueAt(book.positionOf(trader, all[i].id), outcome);
        }
        _setBasket(outcomes, 0);
        cash += book.netCollateral(trader, outcomes) - book.positionOf(trader, 1)[0] * LOT_VALUE;
        (int256 claim, int256 less, , ) = book.accountOf(trader);
        worst = claim + less - cash;
    }

    function _moneyOf(uint256 trader) internal view returns (int256 cash, int256 worst) {
        PlainRoot[] memory all = roots;
        return _moneyOf(all, traders[trader]);
    }

    function _basketWorst(address trader) internal view returns (int256) {
        int256[] memory lots = book.positionOf(trader, 1);
        return (lots[0] < lots[1] ? lots[0] : lots[1]) * LOT_VALUE;
    }

    /// @notice A trader's net collateral in the worst joint outcome as it is today, wei.
    function _trueSlack(uint256 trader) internal view returns (int256 slack) {
        PlainRoot[] memory all = roots;
        (slack, ) = book.checkCollateral(traders[trader], _allIds(all));
    }

    function _allIds(PlainRoot[] memory all) internal pure returns (uint32[] memory ids) {
        ids = new uint32[](all.length + 1);
        ids[0] = 1;
        for (uint256 i; i < all.length; ++i) {
            ids[i + 1] = all[i].id;
        }
    }

    function _one(uint256 rootId) internal pure returns (uint32[] memory ids) {
        ids = new uint32[](1);
        // Cast: small.
        ids[0] = uint32(rootId);
    }
}
