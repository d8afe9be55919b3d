// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IBookAccounts, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { HostileAsset } from "./HostileAsset.sol";
import { SessionSteps } from "./SessionSteps.sol";

/// @title Leaving the book after t2
abstract contract ExitSteps is SessionSteps {
    uint256 public exits;

    function exit(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        _exit(_holder(random), address(uint160(uint256(keccak256(abi.encode(seed, exits))))), random.chance(50));
    }

    /// @dev `to` is a fresh address, so that its balances are what was paid.
    function _exit(address trader, address to, bool redeems) internal {
        uint256[] memory claims = new uint256[](legCount);
        uint256 common = type(uint256).max;
        bool any;
        for (uint256 k; k < legCount; ++k) {
            claims[k] = uint256(model.netCollateral(trader, k + 1, 1, 0, 0));
            if (claims[k] < common) common = claims[k];
            any = any || claims[k] != 0;
        }
        bytes4[] memory reasons = _if(new bytes4[](0), block.timestamp < t2, IBookRecords.Book_NotSettling.selector);
        reasons = _if(reasons, !model.known(trader), IBookRecords.Book_TraderUnknown.selector);
        reasons = _if(reasons, !any, IBookRecords.Book_NothingToExit.selector);
        bool refuses = redeems && _refuses(legCount, claims[legCount - 1]);
        if (reasons.length == 0) reasons = _if(reasons, refuses, HostileAsset.HostileAsset_Refused.selector);
        _callAs(trader, address(book), abi.encodeCall(IBookAccounts.exit, (to, redeems)), reasons);
        if (reasons.length != 0) return;
        ++exits;
        model.clear(trader);
        _allowWithdrawal(trader, 0, SUPPLY);
        if (redeems) _assertDelivered(to, claims);
        else _assertPaid(to, claims, common);
        if (trader != address(hostile)) _noteExitOfAsset();
    }

    function _assertPaid(address to, uint256[] memory claims, uint256 common) private {
        assertEq(session.balanceOf(to), common, "session tokens");
        for (uint256 k; k < legCount; ++k) {
            assertEq(legTokens[k].balanceOf(to), claims[k] - common, "leg tokens");
        }
        _paid.push(to);
    }

    /// @dev q_k / N of each claim at least, rounded down once.
    function _assertDelivered(address to, uint256[] memory claims) private view {
        (address[] memory assets, uint128[] memory quantities) = session.basket();
        for (uint256 k; k < legCount; ++k) {
            uint256 delivered = IERC20(assets[k]).balanceOf(to);
            assertGe(delivered, (claims[k] * quantities[k]) / SUPPLY, "assets delivered");
        }
    }
}
