// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";
import { ISession } from "../../interfaces/ISession.sol";

/// @title Admits for whom enough of a token lies here until the session's t2
/// @notice A policy is asked once. A balance at that moment proves nothing: it can be borrowed for one transaction, and shown by one
/// address after the other. What is staked is locked until t2 and counts for one trader in one session. From t2 on it comes back to
/// who staked it, whatever has become of the session. Rebasing tokens do not fit: amounts are counted as they came.
interface IMinCapital is IParticipationPolicy {
    /// @notice `staker` has locked `amount` smallest units for `trader` until `until`, Unix seconds.
    event Staked(address indexed book, address indexed trader, address indexed staker, uint256 amount, uint256 until);
    /// @notice `staker` took back `amount` smallest units, to `to`.
    event Unstaked(address indexed book, address indexed trader, address indexed staker, address to, uint256 amount);

    /// @notice The token has no code.
    error MinCapital_NoToken(address token);
    /// @notice Stakes, and what is wanted of them, are above zero.
    error MinCapital_AmountZero();
    /// @notice Stakes come back from `until` on, which is the session's t2.
    error MinCapital_Locked(uint256 timestamp, uint256 until);
    /// @notice This address has nothing here for that trader in that book.
    error MinCapital_NothingStaked(address book, address trader, address staker);

    /// @notice What is staked.
    function TOKEN() external view returns (IERC20);

    /// @notice Smallest units with which a trader is admitted.
    function MINIMUM() external view returns (uint256);

    /// @notice Smallest units that lie here for `trader` in `book`, whoever staked them.
    function stakedFor(address book, address trader) external view returns (uint256);

    /// @notice What `staker` has locked for `trader` in `book`, smallest units, and until when.
    function stakeOf(address book, address trader, address staker) external view returns (uint216 amount, uint40 until);

    /// @notice Locks `amount` smallest units for `trader` until the session's t2, from the caller's balance and allowance.
    /// @dev Gate_NotItsBook, Gate_NotOpen: only for a session that is funded, and until t2.
    function stake(ISession session, address trader, uint256 amount) external;

    /// @notice From t2 on: the caller takes back to `to` all that it has locked for `trader` in `book`.
    function withdraw(address book, address trader, address to) external returns (uint256 amount);
}
