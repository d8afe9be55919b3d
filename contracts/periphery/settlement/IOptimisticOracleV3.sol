// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title What is asked of UMA's optimistic oracle, version 3
/// @notice Somebody asserts a claim and stakes a bond on it. Whoever doubts it stakes as much before the liveness is over; then UMA's
/// voters decide, and the loser's bond pays the winner. A claim that nobody doubts in time is taken to be true.
interface IOptimisticOracleV3 {
    /// @notice Asserts a claim; the caller pays the bond.
    /// @param claim the text that voters would read
    /// @param asserter who gets the bond back
    /// @param callbackRecipient is called when the assertion is disputed and when it is settled
    /// @param escalationManager zero: disputes go to UMA's voters
    /// @param liveness seconds in which it can be disputed
    function assertTruth(
        bytes calldata claim,
        address asserter,
        address callbackRecipient,
        address escalationManager,
        uint64 liveness,
        IERC20 currency,
        uint256 bond,
        bytes32 identifier,
        bytes32 domainId
    ) external returns (bytes32 assertionId);

    /// @notice Settles an assertion whose liveness is over, or on which voters have decided, and calls back.
    function settleAssertion(bytes32 assertionId) external;

    /// @notice The least bond in a currency, in its smallest units.
    function getMinimumBond(address currency) external view returns (uint256);

    /// @notice What kind of question an assertion is to voters.
    function defaultIdentifier() external view returns (bytes32);
}

/// @title What the oracle calls
interface IOptimisticOracleV3Recipient {
    /// @notice The assertion is settled: true or false.
    function assertionResolvedCallback(bytes32 assertionId, bool assertedTruthfully) external;

    /// @notice Somebody doubts the assertion.
    function assertionDisputedCallback(bytes32 assertionId) external;
}
