// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The cheatcodes that these tests use; Hardhat answers them at this address.
Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @title The part of the test machine that is used here
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    // ------------------------------------------------------------------ world

    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function etch(address target, bytes calldata code) external;
    function load(address target, bytes32 slot) external view returns (bytes32 word);
    function store(address target, bytes32 slot, bytes32 word) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool success);
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256 value);
    function envOr(string calldata name, string calldata otherwise) external view returns (string memory value);

    // ------------------------------------------------------------------ keys

    function addr(uint256 key) external pure returns (address account);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    // ------------------------------------------------------------------ expectations and records

    function assume(bool condition) external pure;
    function expectRevert(bytes calldata reason) external;
    function expectRevert(bytes4 selector) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);

    // ------------------------------------------------------------------ files

    function readFile(string calldata path) external view returns (string memory text);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonAddressArray(string calldata json, string calldata key) external pure returns (address[] memory);
    function parseJsonIntArray(string calldata json, string calldata key) external pure returns (int256[] memory);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);

    // ------------------------------------------------------------------ assertions, which print both values

    function assertEq(uint256 actual, uint256 expected, string calldata what) external pure;
    function assertEq(int256 actual, int256 expected, string calldata what) external pure;
    function assertEq(address actual, address expected, string calldata what) external pure;
    function assertEq(bytes32 actual, bytes32 expected, string calldata what) external pure;
    function assertEq(bool actual, bool expected, string calldata what) external pure;
    function assertEq(string calldata actual, string calldata expected, string calldata what) external pure;
    function assertGe(uint256 actual, uint256 least, string calldata what) external pure;
    function assertGe(int256 actual, int256 least, string calldata what) external pure;
    function assertLe(uint256 actual, uint256 most, string calldata what) external pure;
    function assertNotEq(bytes32 actual, bytes32 other, string calldata what) external pure;
    function toString(uint256 value) external pure returns (string memory text);
    function toString(bytes calldata value) external pure returns (string memory text);
    function toString(int256 value) external pure returns (string memory text);
}
