// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a session token, or a leg token, is worth as collateral
/// @notice For lending markets that ask `price()` as Morpho Blue does. All feeds answer in the currency of the loan; that the loan's token is
/// worth its currency is taken for granted.
interface ISessionTokenOracle {
    /// @notice A feed and an age for each of the `expected` assets.
    error Oracle_FeedCount(uint256 feeds, uint256 ages, uint256 expected);
    /// @notice The decimals of asset and feed together exceed 36 and those of the loan: no whole factor is between them.
    error Oracle_TooManyDecimals(uint256 assetDecimals, uint256 feedDecimals, uint256 loanDecimals);
    /// @notice A price must be above zero.
    error Oracle_NoPrice(address feed, int256 answer);
    /// @notice The last answer is from `updatedAt`, more than `maxAge` seconds ago.
    error Oracle_StalePrice(address feed, uint256 updatedAt, uint256 maxAge);

    /// @notice What 10^36 wei of the token are worth, in the loan token's smallest units: sum of q_k · S_k / N, each rounded down, for a leg its own
    /// asset alone. q and N are the session's terms: a vault's balance can be moved in the middle of a call, they cannot.
    /// Reverts if any feed it needs is stale or not above zero, or itself reverts.
    function price() external view returns (uint256);
}
