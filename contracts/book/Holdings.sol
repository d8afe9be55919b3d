// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ladder } from "../libraries/Ladder.sol";
import { RootWord } from "../libraries/RootWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { BASKET_ROOT_ID } from "../Types.sol";
import { Basket } from "./Basket.sol";
import { Call } from "./Call.sol";
import { Margin } from "./Margin.sol";
import { Position } from "./Position.sol";
import { Simplex } from "./Simplex.sol";
import { Zone } from "./Zone.sol";

/// @title What a trader holds in one root, for those who bring it up to date or ask
/// @notice The call has looked at the root's first branch. What the trader's word has of it: the stored worst of every root but the
/// basket is part of each claim, the basket itself is never stale.
library Holdings {
    /// @notice R19: the position becomes cash. One outcome is left, so worst and best case are the same.
    /// @return changed the trader's word then
    /// @return cash wei
    function realise(Call memory c, TraderWord t, uint256 rootId) internal returns (TraderWord changed, int256 cash) {
        (int256 worst, int256 stored) = _worsts(c, t, rootId);
        cash = worst * c.tickValue;
        uint256 words = Position.words(c.positionBranches);
        for (uint256 i = 1; i <= words; ++i) {
            Position.clear(c.position, i);
        }
        Position.storeAll(c.position, words);
        changed = Margin.withMoney(t, t.claim() + (worst - stored) * c.tickValue, t.net());
    }

    /// @notice R19: the stored worst case is brought up to date.
    /// @return changed the trader's word then
    /// @return worst wei
    function refresh(Call memory c, TraderWord t, uint256 rootId) internal returns (TraderWord changed, int256 worst) {
        if (rootId == BASKET_ROOT_ID) return (t, t.slack(c.lotValue) - t.claim());
        int256 stored;
        (worst, stored) = _worsts(c, t, rootId);
        Position.setSums(c.position, Position.baseOf(c.position), worst);
        Position.store(c.position, 0);
        changed = Margin.withMoney(t, t.claim() + (worst - stored) * c.tickValue, t.net());
        worst *= c.tickValue;
    }

    /// @notice How much more the worst case is than the stored one, wei, and where it is.
    function afresh(Call memory c, TraderWord t, uint256 rootId) internal view returns (int256 gain, int256 binding) {
        if (c.kind == Zone.TWO_LEGS) return (0, t.net() > 0 ? int256(2) : int256(1));
        _load(c, t, rootId);
        if (c.kind == Zone.LEGS) {
            (, , binding, ) = Simplex.ofLegs(c, t, c.position, 0, 0);
            return (0, binding);
        }
        int256 worst;
        (worst, binding) = Margin.worstOf(c, c.position, 0);
        gain = (worst - Position.worst(c.position)) * c.tickValue;
    }

    /// @notice How much more a position is worth in one outcome than it is at its stored worst, wei, and whether that outcome is
    /// still possible.
    /// @param outcome [y] for an interval root, all weights for a simplex root
    function valueAt(
        Call memory c,
        TraderWord t,
        uint256 rootId,
        int32[] calldata outcome
    ) internal view returns (bool possible, int256 gain) {
        if (rootId == BASKET_ROOT_ID) {
            int256[] memory lots = Basket.lotsOf(c, t);
            possible = _isPossible(c, outcome, c.assetCount, c.basketScale);
            if (!possible) return (false, 0);
            for (uint256 k; k < lots.length; ++k) {
                gain += lots[k] * outcome[k];
            }
            return (true, gain * c.basketTickValue + t.claim() - t.slack(c.lotValue));
        }
        _load(c, t, rootId);
        RootWord root = RootWord.wrap(c.root);
        int256 value;
        if (c.kind == Zone.INTERVAL) {
            if (outcome.length != 1 || outcome[0] < root.lo() || outcome[0] > root.hi()) return (false, 0);
            for (uint256 b; b < c.positionBranches; ++b) {
                (int256 lower, int256 upper) = Ladder.strikesOf(Zone.ladder(c.zone), b);
                value += Position.lotsOf(c.position, b) * WorstCase.clamp(outcome[0], lower, upper);
            }
        } else {
            if (!_isPossible(c, outcome, root.branches(), root.hi())) return (false, 0);
            for (uint256 k; k < outcome.length; ++k) {
                value += Position.lotsOf(c.position, k) * outcome[k];
            }
        }
        return (true, (value - Position.worst(c.position)) * c.tickValue);
    }

    /// @dev Weights within their bounds that add up to the scale.
    function _isPossible(
        Call memory c,
        int32[] calldata weights,
        uint256 count,
        int256 scale
    ) private pure returns (bool) {
        if (weights.length != count) return false;
        (int256[] memory lower, int256[] memory upper) = Simplex.boundsOf(c);
        int256 sum;
        for (uint256 k; k < count; ++k) {
            if (weights[k] < lower[k] || weights[k] > upper[k]) return false;
            sum += weights[k];
        }
        return sum == scale;
    }

    /// @dev Ticks times lots.
    function _worsts(Call memory c, TraderWord t, uint256 rootId) private view returns (int256 worst, int256 stored) {
        _load(c, t, rootId);
        (worst, ) = Margin.worstOf(c, c.position, 0);
        stored = Position.worst(c.position);
    }

    function _load(Call memory c, TraderWord t, uint256 rootId) private view {
        Position.load(c.position, t.number(), rootId, c.positionBranches);
    }
}
