// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { ExactTransfers } from "../ExactTransfers.sol";
import { Receivers } from "../Receivers.sol";
import { IMinCapital } from "./IMinCapital.sol";
import { SessionGate } from "./SessionGate.sol";

/// @title Admits for whom enough of a token lies here until the session's t2
contract MinCapital is IMinCapital, SessionGate, ExactTransfers, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot. t2 is kept, so that nobody has to be asked for it when the stake comes back.
    struct Stake {
        uint216 amount;
        uint40 until;
    }

    /// @inheritdoc IMinCapital
    IERC20 public immutable TOKEN;
    /// @inheritdoc IMinCapital
    uint256 public immutable MINIMUM;

    /// @inheritdoc IMinCapital
    mapping(address book => mapping(address trader => uint256 amount)) public stakedFor;
    /// @inheritdoc IMinCapital
    mapping(address book => mapping(address trader => mapping(address staker => Stake))) public stakeOf;

    constructor(IERC20 token, uint256 minimum) {
        if (address(token).code.length == 0) revert MinCapital_NoToken(address(token));
        if (minimum == 0) revert MinCapital_AmountZero();
        (TOKEN, MINIMUM) = (token, minimum);
    }

    /// @inheritdoc IMinCapital
    function stake(ISession session, address trader, uint256 amount) external nonReentrant {
        // Checks. The book's own session says when t2 is: another could let a loan out in the same transaction.
        address book = _bookOf(session);
        if (amount == 0) revert MinCapital_AmountZero();
        (, uint40 t2) = session.window();
        // Effects.
        Stake storage s = stakeOf[book][trader][msg.sender];
        (s.amount, s.until) = (SafeCast.toUint216(s.amount + amount), t2);
        stakedFor[book][trader] += amount;
        emit Staked(book, trader, msg.sender, amount, t2);
        // Interaction: the token is hostile, so it comes last.
        _pullExactly(TOKEN, msg.sender, amount);
    }

    /// @inheritdoc IMinCapital
    function withdraw(address book, address trader, address to) external nonReentrant returns (uint256 amount) {
        // Checks.
        Stake memory s = stakeOf[book][trader][msg.sender];
        if (s.amount == 0) revert MinCapital_NothingStaked(book, trader, msg.sender);
        if (block.timestamp < s.until) revert MinCapital_Locked(block.timestamp, s.until);
        Receivers.check(to, address(TOKEN));
        // Effects.
        amount = s.amount;
        delete stakeOf[book][trader][msg.sender];
        stakedFor[book][trader] -= amount;
        emit Unstaked(book, trader, msg.sender, to, amount);
        // Interaction.
        TOKEN.safeTransfer(to, amount);
    }

    /// @notice Whether MINIMUM or more lies here for `trader`.
    function admits(address book, address trader) external view returns (bool) {
        return stakedFor[book][trader] >= MINIMUM;
    }
}
