// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { SessionParams } from "../Types.sol";

/// @title Opens sessions
/// @notice Clones a vault, its leg tokens and its order book, wires them and registers the session. It keeps no power over them.
interface ISessionFactory {
    /// @notice A session exists; its organiser may fund it until t1.
    event SessionCreated(
        address indexed session,
        address indexed organiser,
        address indexed orderBook,
        address[] legTokens,
        SessionParams params
    );

    /// @notice A basket has 1 to 16 assets, and as many quantities.
    error Factory_AssetCount(uint256 assets, uint256 quantities, uint256 maximum);
    /// @notice The asset at `index` (from 0) is the zero address or has no code.
    error Factory_AssetNotAContract(uint256 index, address asset);
    /// @notice The asset at `index` stands at `earlierIndex` already.
    error Factory_AssetRepeated(uint256 earlierIndex, uint256 index, address asset);
    /// @notice The quantity at `index` is zero.
    error Factory_QuantityZero(uint256 index);
    /// @notice It must hold now < t1 < t2.
    error Factory_Window(uint256 timestamp, uint256 t1, uint256 t2);
    /// @notice settleLimit must lie between t2 and `maximum`, 2^32 - 1.
    error Factory_SettleLimit(uint256 settleLimit, uint256 t2, uint256 maximum);
    /// @notice N must lie between one basket lot (scale * tickValue) and 2^96 - 1 wei.
    error Factory_Supply(uint256 supply, uint256 lotValue, uint256 maximum);
    /// @notice chainWindow must lie between 2 and 256.
    error Factory_ChainWindow(uint256 chainWindow, uint256 minimum, uint256 maximum);
    /// @notice maxOpenOrders must lie between 1 and 255.
    error Factory_MaxOpenOrders(uint256 maxOpenOrders, uint256 maximum);
    /// @notice scale and tickValue of the basket root must be positive.
    error Factory_BasketUnits(int256 scale, uint256 tickValue);
    /// @notice Name and symbol have 1 to 31 bytes.
    error Factory_NameLength(uint256 nameLength, uint256 symbolLength, uint256 maximum);

    /// @notice Creates a session of the caller. Its addresses follow from the caller, `salt` and the parameters.
    /// @return session the vault, from which its legs and its book can be asked
    function createSession(SessionParams calldata params, bytes32 salt) external returns (address session);

    /// @notice Whether this factory made `session`.
    function isSession(address session) external view returns (bool);

    /// @notice The code that the clones run.
    function implementations() external view returns (address session, address legToken, address orderBook);
}
