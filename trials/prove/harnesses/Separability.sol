// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Roots are independent, so the worst joint outcome is the sum of the worst outcomes (R12)
/// @dev Two roots, one worth f0, f1 or f2, the other g0 or g1; each any integer that the book can store. More values and more
/// roots follow by taking two at a time.
abstract contract TwoRoots {
    int256 private constant MAX_WORST = 2 ** 125;

    function _least(int256 a, int256 b) internal pure returns (int256) {
        return a < b ? a : b;
    }

    function _requireStorable(int256 value) internal pure {
        require(-MAX_WORST <= value && value <= MAX_WORST);
    }
}

contract SeparabilityProof is TwoRoots {
    function leastSumIsSumOfLeast(int256 f0, int256 f1, int256 f2, int256 g0, int256 g1) external pure {
        _requireStorable(f0);
        _requireStorable(f1);
        _requireStorable(f2);
        _requireStorable(g0);
        _requireStorable(g1);
        int256 joint = _least(_least(f0 + g0, f0 + g1), _least(f1 + g0, f1 + g1));
        joint = _least(joint, _least(f2 + g0, f2 + g1));
        assert(joint == _least(_least(f0, f1), f2) + _least(g0, g1));
    }
}

/// @dev Broken: the worse of the two roots stands for both.
contract SeparabilityTwin is TwoRoots {
    function leastSumIsTheLesserLeast(int256 f0, int256 f1, int256 g0, int256 g1) external pure {
        _requireStorable(f0);
        _requireStorable(f1);
        _requireStorable(g0);
        _requireStorable(g1);
        int256 joint = _least(_least(f0 + g0, f0 + g1), _least(f1 + g0, f1 + g1));
        assert(joint == _least(_least(f0, f1), _least(g0, g1)));
    }
}
