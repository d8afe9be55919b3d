// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ISession } from "../../../contracts/interfaces/ISession.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { HostileAsset, Mood } from "./HostileAsset.sol";
import { Judge } from "./Judge.sol";

/// @title What may happen around the book: tokens split, merged, sent and redeemed, assets that change their mind, time
abstract contract SessionSteps is Judge {
    bytes4 private constant NO_BALANCE = IERC20Errors.ERC20InsufficientBalance.selector;

    mapping(uint256 leg => uint256) public gifts; // claims on the leg that somebody sent to the book for nobody
    uint256 public redemptions;
    address[] internal _paid; // fresh addresses that hold tokens which an exit has paid

    function split(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        address holder = _holder(random);
        uint256 held = session.balanceOf(holder);
        uint256 amount = random.chance(90) ? random.below(held / 3 + 1) : held + random.below(2);
        bytes4[] memory reasons = _if(new bytes4[](0), amount == 0, ISession.Session_NothingToDo.selector);
        reasons = _if(reasons, amount > held, NO_BALANCE);
        _callAs(holder, address(session), abi.encodeCall(ISession.split, (amount)), reasons);
    }

    function merge(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        address holder = _holder(random);
        uint256 sets = legTokens[0].balanceOf(holder);
        for (uint256 k = 1; k < legCount; ++k) {
            uint256 held = legTokens[k].balanceOf(holder);
            if (held < sets) sets = held;
        }
        uint256 amount = random.chance(90) ? random.below(sets / 2 + 1) : sets + random.below(2);
        bytes4[] memory reasons = _if(new bytes4[](0), amount == 0, ISession.Session_NothingToDo.selector);
        reasons = _if(reasons, amount > sets, NO_BALANCE);
        _callAs(holder, address(session), abi.encodeCall(ISession.merge, (amount)), reasons);
    }

    /// @dev Also to the book itself, where a transfer is a gift to nobody.
    function send(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        uint256 leg = random.below(legCount + 1);
        IERC20 token = leg == 0 ? IERC20(session) : legTokens[leg - 1];
        address holder = _holder(random);
        address to = random.chance(10) ? address(book) : _holder(random);
        uint256 amount = random.below(token.balanceOf(holder) / 3 + 1);
        _callAs(holder, address(token), abi.encodeCall(IERC20.transfer, (to, amount)), new bytes4[](0));
        if (to != address(book)) return;
        for (uint256 k = 1; k <= legCount; ++k) {
            if (leg == 0 || leg == k) gifts[k] += amount;
        }
    }

    function redeem(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        address holder = _holder(random);
        uint256 leg = random.below(legCount + 1);
        uint256 held = leg == 0 ? session.balanceOf(holder) : legTokens[leg - 1].balanceOf(holder);
        uint256 amount = random.chance(90) ? random.below(held + 1) : held + random.below(2);
        bytes4[] memory reasons = _if(new bytes4[](0), amount == 0, ISession.Session_NothingToDo.selector);
        reasons = _if(reasons, block.timestamp < t2, ISession.Session_NotSettling.selector);
        reasons = _if(reasons, amount > held, NO_BALANCE);
        bool refuses = _refuses(leg, amount);
        if (reasons.length == 0) reasons = _if(reasons, refuses, HostileAsset.HostileAsset_Refused.selector);
        bytes memory data =
            leg == 0
                ? abi.encodeCall(ISession.redeem, (amount, holder))
                : abi.encodeCall(ISession.redeemLeg, (leg, amount, holder));
        _callAs(holder, address(session), data, reasons);
        if (reasons.length == 0) ++redemptions;
        _noteExitOfAsset();
    }

    function setMood(uint256 seed) external watched {
        hostile.become(Mood(seed % 3));
    }

    function passTime(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        VM.warp(block.timestamp + random.below(random.chance(90) ? 3 hours : 2 days));
    }

    /// @dev Trading begins, or ends.
    function reach(uint256 timestamp) external watched {
        if (block.timestamp < timestamp) VM.warp(timestamp);
    }

    /// @dev An asset that is paid out may leave the book in that moment, like anybody else.
    function _noteExitOfAsset() internal {
        if (!hostile.exited()) return;
        _allowWithdrawal(address(hostile), 0, SUPPLY);
        if (model.netCollateral(address(hostile), 1, 1, 0, 0) >= 0) model.clear(address(hostile));
    }

    /// @dev Whether the hostile asset has something to pay of `amount` claims on `leg` (0: on all), and will not.
    function _refuses(uint256 leg, uint256 amount) internal view returns (bool) {
        if (hostile.mood() != Mood.Refusing || (leg != 0 && leg != legCount)) return false;
        uint256 claims = session.outstandingClaims(legCount);
        return claims != 0 && (hostile.balanceOf(address(session)) * amount) / claims != 0;
    }

    function _holder(Random memory random) internal view returns (address) {
        return accounts[random.below(ACCOUNTS)];
    }
}
