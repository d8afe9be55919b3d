// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceFeed } from "../periphery/IPriceFeed.sol";

/// @title Test only: a price feed that answers what it was told
contract SettableFeed is IPriceFeed {
    uint8 public decimals;
    int256 private _answer;
    uint256 private _updatedAt;
    bool private _refuses;

    /// @notice The feed has no answer.
    error NoAnswer();

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    /// @notice What it will answer, and from when that is.
    function set(int256 answer, uint256 updatedAt) external {
        (_answer, _updatedAt) = (answer, updatedAt);
    }

    /// @notice Reverts from now on, or does not.
    function refuse(bool yes) external {
        _refuses = yes;
    }

    /// @notice As an aggregator behind a proxy that is exchanged might.
    function changeDecimals(uint8 decimals_) external {
        decimals = decimals_;
    }

    /// @inheritdoc IPriceFeed
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        if (_refuses) revert NoAnswer();
        return (1, _answer, _updatedAt, _updatedAt, 1);
    }
}
