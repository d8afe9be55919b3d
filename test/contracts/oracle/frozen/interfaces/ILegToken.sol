// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title A claim on one asset of a session
/// @notice An ordinary ERC-20 with permit; only its session mints and burns it, one for one against session tokens.
interface IOldLegToken is IERC20 {
    /// @notice Only the session mints and burns.
    error LegToken_NotSession(address caller, address session);

    /// @notice The session whose asset this claims.
    function session() external view returns (address);

    /// @notice Which asset, 1 to n.
    function leg() external view returns (uint256);

    /// @notice Creates `amount` wei for `to`. Session only.
    function mint(address to, uint256 amount) external;

    /// @notice Destroys `amount` wei of `from`. Session only.
    function burn(address from, uint256 amount) external;
}
