// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Bounds } from "../../../contracts/libraries/Bounds.sol";

/// @title A record only takes outcomes away, so it never raises what anyone needs (R37, R38)
/// @dev The least over fewer outcomes is not below the least over more: it is enough that the new bounds lie within the old, and are
/// not empty. On the book's own functions, for any ticks.
abstract contract Records {
    function _requireOrdered(int256 low, int256 high) internal pure {
        require(-(2 ** 31) <= low && low <= high && high < 2 ** 31);
    }
}

contract TighteningProof is Records {
    function aRootOnlyShrinks(int256 lo, int256 hi, int256 lower, int256 upper, int256 min, int256 max) external pure {
        _requireOrdered(lo, hi);
        _requireOrdered(lower, upper);
        _requireOrdered(min, max);
        (int256 newLo, int256 newHi) = Bounds.tightenRoot(lo, hi, lower, upper, min, max);
        assert(lo <= newLo);
        assert(newLo <= newHi);
        assert(newHi <= hi);
    }

    function aWeightOnlyShrinks(int256 low, int256 high, int256 min, int256 max) external pure {
        _requireOrdered(low, high);
        _requireOrdered(min, max);
        (int256 newLow, int256 newHigh) = Bounds.tighten(low, high, min, max);
        assert(low <= newLow);
        assert(newLow <= newHigh);
        assert(newHigh <= high);
    }
}

/// @dev Broken: an end that is not clamped on both sides.
contract TighteningTwin is Records {
    function aRecordTakenAsItIs(int256 low, int256 high, int256 min, int256 max) external pure {
        _requireOrdered(low, high);
        _requireOrdered(min, max);
        (int256 newLow, int256 newHigh) = (min > low ? min : low, max < high ? max : high);
        assert(newLow <= newHigh);
    }
}
