// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Plain } from "./Plain.sol";

/// @dev A root market by plain definition: the list of all its whole outcomes, and which of them the records have left.
struct PlainRoot {
    bool isEvent;
    uint32 id;
    uint256 owner; // which of the traders
    int256 tickValue;
    uint256 closesAt;
    uint256 settleBy;
    int256 fallbackOutcome;
    bytes32 tip;
    int256[] lower; // interval: strikes of each branch; event: each leg's own bounds
    int256[] upper;
    int256[][] outcomes; // interval: [y]; event: all weights
    bool[] alive;
}

/// @title What the markets mean, outcome by outcome
library PlainMarkets {
    /// @notice What a lot of branch b (from 0) pays, ticks.
    function pays(PlainRoot memory r, uint256 b, int256[] memory outcome) internal pure returns (int256) {
        return r.isEvent ? outcome[b] : Plain.clamped(outcome[0], r.lower[b], r.upper[b]);
    }

    /// @notice Worth of a position in one outcome, wei.
    function valueAt(
        PlainRoot memory r,
        int256[] memory lots,
        int256[] memory outcome
    ) internal pure returns (int256 value) {
        for (uint256 b; b < r.lower.length; ++b) {
            if (lots[b] != 0) value += lots[b] * pays(r, b, outcome) * r.tickValue;
        }
    }

    /// @notice The least over every outcome that is left, wei.
    function worstOf(PlainRoot memory r, int256[] memory lots) internal pure returns (int256 worst) {
        worst = type(int256).max;
        for (uint256 i; i < r.outcomes.length; ++i) {
            if (!r.alive[i]) continue;
            int256 value = valueAt(r, lots, r.outcomes[i]);
            if (value < worst) worst = value;
        }
    }

    /// @notice The least and the most that branch b can still pay.
    function boundsOf(PlainRoot memory r, uint256 b) internal pure returns (int256 min, int256 max) {
        (min, max) = (type(int256).max, type(int256).min);
        for (uint256 i; i < r.outcomes.length; ++i) {
            if (!r.alive[i]) continue;
            int256 value = pays(r, b, r.outcomes[i]);
            if (value < min) min = value;
            if (value > max) max = value;
        }
    }

    /// @notice How many outcomes are left.
    function left(PlainRoot memory r) internal pure returns (uint256 count) {
        for (uint256 i; i < r.alive.length; ++i) {
            if (r.alive[i]) ++count;
        }
    }

    function isSettled(PlainRoot memory r) internal pure returns (bool) {
        return left(r) == 1;
    }

    /// @notice The first outcome from index `start` on (and round) that is left.
    function aliveFrom(PlainRoot memory r, uint256 start) internal pure returns (uint256 i) {
        i = start % r.alive.length;
        while (!r.alive[i]) {
            i = (i + 1) % r.alive.length;
        }
    }

    /// @notice Takes out the outcomes that a record [min, max] on branch b rules out. A record beyond what the branch can still
    /// pay rules out all but the nearest edge.
    function tighten(PlainRoot memory r, uint256 b, int256 min, int256 max) internal pure {
        // An event's leg is bounded by its own records, an interval's branch by what it can still pay.
        (int256 low, int256 high) = r.isEvent ? (r.lower[b], r.upper[b]) : boundsOf(r, b);
        min = Plain.clamped(min, low, high);
        max = Plain.clamped(max, low, high);
        if (r.isEvent) (r.lower[b], r.upper[b]) = (min, max);
        for (uint256 i; i < r.outcomes.length; ++i) {
            int256 value = pays(r, b, r.outcomes[i]);
            if (value < min || value > max) r.alive[i] = false;
        }
    }

    /// @notice The outcome that was declared for a root whose owner never came back: the possible one nearest to it. For an
    /// event, as much as possible for its leg, then for leg 1, leg 2, and so on.
    function fallbackOf(PlainRoot memory r) internal pure returns (uint256 best) {
        best = aliveFrom(r, 0);
        for (uint256 i = best + 1; i < r.outcomes.length; ++i) {
            if (r.alive[i] && _isNearer(r, r.outcomes[i], r.outcomes[best])) best = i;
        }
    }

    function _isNearer(PlainRoot memory r, int256[] memory a, int256[] memory b) private pure returns (bool) {
        if (!r.isEvent) return _distance(a[0], r.fallbackOutcome) < _distance(b[0], r.fallbackOutcome);
        // Cast: a leg number.
        uint256 leg = uint256(r.fallbackOutcome) - 1;
        if (a[leg] != b[leg]) return a[leg] > b[leg];
        for (uint256 k; k < a.length; ++k) {
            if (a[k] != b[k]) return a[k] > b[k];
        }
        return false;
    }

    function _distance(int256 a, int256 b) private pure returns (int256) {
        return a > b ? a - b : b - a;
    }
}
