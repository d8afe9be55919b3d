// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { ExactTransfers } from "../ExactTransfers.sol";
import { Receivers } from "../Receivers.sol";
import { IFeeVault } from "./IFeeVault.sol";
import { SessionGate } from "./SessionGate.sol";

/// @title Takes entry fees, and keeps them until their beneficiary collects
/// @dev All of the token that is here is the beneficiary's: what was paid and not yet collected, and whatever else somebody sends.
contract FeeVault is IFeeVault, SessionGate, ExactTransfers, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IFeeVault
    IERC20 public immutable TOKEN;
    /// @inheritdoc IFeeVault
    uint256 public immutable FEE;
    /// @inheritdoc IFeeVault
    address public immutable BENEFICIARY;

    /// @inheritdoc IFeeVault
    mapping(address book => mapping(address trader => bool)) public paid;

    constructor(IERC20 token, uint256 fee, address beneficiary) {
        if (address(token).code.length == 0) revert FeeVault_NoToken(address(token));
        if (fee == 0 || beneficiary == address(0)) revert FeeVault_NothingToPay(fee, beneficiary);
        (TOKEN, FEE, BENEFICIARY) = (token, fee, beneficiary);
    }

    /// @inheritdoc IFeeVault
    function pay(ISession session, address trader) external nonReentrant {
        // Checks.
        address book = _bookOf(session);
        if (paid[book][trader]) revert FeeVault_AlreadyPaid(book, trader);
        // Effects.
        paid[book][trader] = true;
        emit FeePaid(book, trader, msg.sender, FEE);
        // Interaction: the token is hostile, so it comes last.
        _pullExactly(TOKEN, msg.sender, FEE);
    }

    /// @inheritdoc IFeeVault
    function collect(address to) external nonReentrant returns (uint256 amount) {
        if (msg.sender != BENEFICIARY) revert FeeVault_NotBeneficiary(msg.sender, BENEFICIARY);
        Receivers.check(to, address(TOKEN));
        amount = TOKEN.balanceOf(address(this));
        emit FeesCollected(to, amount);
        if (amount != 0) TOKEN.safeTransfer(to, amount);
    }
}
