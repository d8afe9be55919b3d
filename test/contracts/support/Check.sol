// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Assertions that carry their values
library Check {
    error NotEqual(string what, int256 actual, int256 expected);
    error NotAtLeast(string what, int256 actual, int256 least);
    error NotTrue(string what);
    error NotSameError(string what, bytes actual, bytes4 expected);

    function equal(int256 actual, int256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        // Casts: amounts in these tests stay below 2^255.
        if (actual != expected) revert NotEqual(what, int256(actual), int256(expected));
    }

    function atLeast(int256 actual, int256 least, string memory what) internal pure {
        if (actual < least) revert NotAtLeast(what, actual, least);
    }

    function isTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    /// @param actual what a call reverted with; empty if it did not
    /// @param expected selector of the error; 0 for none
    function sameError(bytes memory actual, bytes4 expected, string memory what) internal pure {
        if (bytes4(actual) != expected) revert NotSameError(what, actual, expected);
    }
}
