// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { VM } from "../support/Vm.sol";
import { ExitSteps } from "./ExitSteps.sol";
import { Mood } from "./HostileAsset.sol";
import { MoneySteps } from "./MoneySteps.sol";
import { OrderSteps } from "./OrderSteps.sol";
import { World } from "./World.sol";

/// @title Everything that may happen to a session, one step a call
contract Handler is OrderSteps, MoneySteps, ExitSteps {
    constructor(uint256 legs) World(legs) {}

    function paid() external view returns (address[] memory) {
        return _paid;
    }

    /// @notice The end of every session: all accounts are closed and all tokens redeemed, and the vault is empty to the unit,
    /// except for what was sent to the book for nobody.
    function everybodyLeaves() external {
        hostile.become(Mood.Honest);
        if (block.timestamp < t2) VM.warp(t2);
        for (uint256 i; i < ACCOUNTS; ++i) {
            if (book.traderIdOf(accounts[i]) == 0 || !_hasClaims(accounts[i])) continue;
            VM.prank(accounts[i]);
            book.exit(accounts[i], i % 2 == 0);
        }
        for (uint256 i; i < ACCOUNTS; ++i) {
            _redeemAll(accounts[i]);
        }
        for (uint256 i; i < _paid.length; ++i) {
            _redeemAll(_paid[i]);
        }
        _assertNothingLeft();
    }

    function _hasClaims(address account) private view returns (bool) {
        int256[] memory values = netCollateral(account);
        for (uint256 k; k < values.length; ++k) {
            if (values[k] != 0) return true;
        }
        return false;
    }

    function _redeemAll(address holder) private {
        uint256 held = session.balanceOf(holder);
        VM.startPrank(holder);
        if (held != 0) session.redeem(held, holder);
        for (uint256 k = 1; k <= legCount; ++k) {
            held = legTokens[k - 1].balanceOf(holder);
            if (held != 0) session.redeemLeg(k, held, holder);
        }
        VM.stopPrank();
    }

    function _assertNothingLeft() private view {
        (address[] memory assets, ) = session.basket();
        for (uint256 k = 1; k <= legCount; ++k) {
            assertEq(session.outstandingClaims(k), gifts[k], "claims left, beside gifts to the book");
            if (gifts[k] == 0) assertEq(IERC20(assets[k - 1]).balanceOf(address(session)), 0, "left in the vault");
        }
    }
}
