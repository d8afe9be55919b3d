// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { VM } from "./Vm.sol";

/// @title What every Solidity test is: assertions that print their values, and bounds for fuzzed arguments
abstract contract Test {
    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        VM.assertEq(actual, expected, what);
    }

    function assertEq(int256 actual, int256 expected, string memory what) internal pure {
        VM.assertEq(actual, expected, what);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        VM.assertEq(actual, expected, what);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        VM.assertEq(actual, expected, what);
    }

    function assertEq(bool actual, bool expected, string memory what) internal pure {
        VM.assertEq(actual, expected, what);
    }

    function assertEq(string memory actual, string memory expected, string memory what) internal pure {
        VM.assertEq(actual, expected, what);
    }

    function assertGe(uint256 actual, uint256 least, string memory what) internal pure {
        VM.assertGe(actual, least, what);
    }

    function assertGe(int256 actual, int256 least, string memory what) internal pure {
        VM.assertGe(actual, least, what);
    }

    function assertLe(uint256 actual, uint256 most, string memory what) internal pure {
        VM.assertLe(actual, most, what);
    }

    function assertNotEq(bytes32 actual, bytes32 other, string memory what) internal pure {
        VM.assertNotEq(actual, other, what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        VM.assertEq(condition, true, what);
    }

    /// @dev Some number from `least` to `most`, both included; small ones stay as they are where they fit.
    function bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        if (x >= least && x <= most) return x;
        uint256 span = most - least;
        return span == type(uint256).max ? x : least + (x % (span + 1));
    }

    /// @dev As `bound`, for signed numbers that lie within an int128.
    function boundInt(int256 x, int256 least, int256 most) internal pure returns (int256) {
        if (x >= least && x <= most) return x;
        // Casts: the span of two int128 fits an int256, and the remainder is below it.
        return least + int256(uint256(keccak256(abi.encode(x))) % uint256(most - least + 1));
    }

    /// @dev To be called in setUp of long tests. Hardhat runs a failed test again to trace every step of it, which takes
    /// gigabytes for thousands of calls; it does not when the test has read a file. The message alone must say enough then.
    function _keepFromReplay() internal view {
        VM.readFile("test/vectors/typed-data.json");
    }
}
