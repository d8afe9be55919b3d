// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ISession } from "../../interfaces/ISession.sol";

/// @title Takes entry fees, and keeps them until their beneficiary collects
/// @notice A fee is paid once for a trader and a session. It never comes near the session's vault or book, and nothing comes back:
/// pay when you mean to register. Token, fee and beneficiary never change.
interface IFeeVault {
    /// @notice `payer` has paid the fee for `trader`, in smallest units of the token.
    event FeePaid(address indexed book, address indexed trader, address indexed payer, uint256 amount);
    /// @notice The beneficiary took `amount` smallest units to `to`.
    event FeesCollected(address to, uint256 amount);

    /// @notice The token has no code.
    error FeeVault_NoToken(address token);
    /// @notice A fee is above zero and has a beneficiary.
    error FeeVault_NothingToPay(uint256 fee, address beneficiary);
    /// @notice The fee for this trader in this book was paid already; nothing was taken.
    error FeeVault_AlreadyPaid(address book, address trader);
    /// @notice Only the beneficiary collects.
    error FeeVault_NotBeneficiary(address caller, address beneficiary);

    /// @notice What fees are paid in.
    function TOKEN() external view returns (IERC20);

    /// @notice Smallest units of the token that a trader pays, once for each session.
    function FEE() external view returns (uint256);

    /// @notice Whose the fees are.
    function BENEFICIARY() external view returns (address);

    /// @notice Whether the fee for `trader` was paid to enter `book`.
    function paid(address book, address trader) external view returns (bool);

    /// @notice Pays the fee for `trader` to enter `session`, from the caller's balance and allowance. Exactly FEE must arrive.
    /// @dev Gate_NotItsBook, Gate_NotOpen: only for a session that is funded, and until t2.
    function pay(ISession session, address trader) external;

    /// @notice The beneficiary takes all that is here to `to`.
    function collect(address to) external returns (uint256 amount);
}
