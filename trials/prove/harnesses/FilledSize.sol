// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Net collateral is concave in the filled size, so nothing filled and all filled bound every partial fill (R13, R14)
/// @dev In each outcome net collateral is a line in the filled lots: what it is before, and what each lot adds there (payoff less
/// price, times tickValue). Three outcomes; more follow by taking the least of two at a time.
abstract contract Fill {
    /// @dev What a lot adds: a difference of two int32 ticks, times a uint64 of wei.
    int256 private constant MAX_RATE = 2 ** 96;
    int256 private constant MAX_BEFORE = 2 ** 127;

    function _least(int256 a, int256 b) internal pure returns (int256) {
        return a < b ? a : b;
    }

    function _requireOrder(int256 filled, int256 size) internal pure {
        require(0 <= filled && filled <= size && size < 2 ** 63);
    }

    function _requireOutcome(int256 before, int256 rate) internal pure {
        require(-MAX_BEFORE <= before && before <= MAX_BEFORE && -MAX_RATE <= rate && rate <= MAX_RATE);
    }
}

contract FilledSizeProof is Fill {
    function noPartialFillIsWorseThanBothEnds(
        int256 filled,
        int256 size,
        int256[3] calldata before,
        int256[3] calldata rate
    ) external pure {
        _requireOrder(filled, size);
        (int256 a, int256 b, int256 c) = (before[0], before[1], before[2]);
        (int256 u, int256 v, int256 w) = (rate[0], rate[1], rate[2]);
        _requireOutcome(a, u);
        _requireOutcome(b, v);
        _requireOutcome(c, w);
        int256 none = _least(_least(a, b), c);
        int256 all = _least(_least(a + size * u, b + size * v), c + size * w);
        int256 part = _least(_least(a + filled * u, b + filled * v), c + filled * w);
        assert(part >= _least(none, all));
    }
}

/// @dev Broken: only the full size is looked at, so an unfilled order may give credit.
contract FilledSizeTwin is Fill {
    function noPartialFillIsWorseThanAll(int256 filled, int256 size, int256 before, int256 rate) external pure {
        _requireOrder(filled, size);
        _requireOutcome(before, rate);
        assert(before + filled * rate >= before + size * rate);
    }
}
