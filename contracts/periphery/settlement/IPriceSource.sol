// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Tells, once and for all, what the assets of a basket were worth at one moment
interface IPriceSource {
    /// @notice The second, since 1970, whose prices these are: T.
    function pricedAt() external view returns (uint40);

    /// @notice The price of the asset of `leg`, numbered from 1.
    /// @return isFixed whether there is one; once there is it never changes
    /// @return price 10^36 times the smallest units of cash that one smallest unit of the asset is worth, rounded down
    function priceOf(uint256 leg) external view returns (bool isFixed, uint256 price);
}
