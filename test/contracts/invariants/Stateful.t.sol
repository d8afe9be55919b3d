// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Test } from "../support/Test.sol";
import { Handler } from "./Handler.sol";
import { Invariants } from "./Invariants.sol";
import { Mix } from "./Mix.sol";

/// @dev Hardhat fuzzes only contracts of test files.
contract AnyStep is Mix {
    constructor() Mix(3, true) {}
}

/// @title The invariants of a session, under any sequence of steps
/// @dev Each function is a campaign of its own and is asked after every step. Every step is also compared with the reference
/// book, in every campaign (`failure`).
contract StatefulTest is Test {
    using Invariants for Handler;

    Mix private _mix;
    Handler private _handler;

    function setUp() external {
        _keepFromReplay();
        _mix = new AnyStep();
        _handler = _mix.handler();
        _handler.reach(_handler.t1());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_mix);
    }

    function invariant_1_2_6_theVaultIsWholeAndSharedOut() external view {
        _assertHolds(_handler.claimsAddUpToTheSupply());
        _assertHolds(_handler.vaultCoversEveryClaim());
        _assertHolds(_handler.allocationsAddUpToTheBasket());
    }

    function invariant_3_5_theBookHoldsEveryClaimAndNobodyOwes() external view {
        _assertHolds(_handler.bookHoldsEveryClaim());
        _assertHolds(_handler.everybodyIsSolvent());
    }

    function invariant_8_9_10_11_listsAreSortedAndNoCallHarmsAnybodyElse() external view {
        _assertHolds(_handler.listsAreSortedAndDoNotCross());
        _assertHolds(_handler.noCallDidHarm());
        _assertHolds(_handler.hostilesHarmNobody());
    }

    /// @dev At the end of each sequence: exits never close, and what leaves is all there was.
    function afterInvariant() external {
        _handler.everybodyLeaves();
    }

    function _assertHolds(string memory broken) private view {
        assertEq(_mix.failure(), "", "failure");
        assertEq(broken, "", "broken");
    }
}
