// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title What is read of the newest answer of a Chainlink feed's proxy
interface IPriceFeed {
    /// @notice Digits behind the point of an answer.
    function decimals() external view returns (uint8);

    /// @notice The newest round of the phase in force that has an answer: when it began, when it was answered, and the round whose
    /// answer it has.
    function latestRoundData()
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
