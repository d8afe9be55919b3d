// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import { IOldSession } from "../interfaces/ISession.sol";

/// @title The session and leg tokens that the book holds
/// @notice R14: the claims of all traders on asset k add up to the session tokens plus the leg-k tokens here, for every k. So
/// whatever one trader may take can be had by splitting or merging what is here.
/// @dev Calls only the session and its legs, which are this project's own code.
library Pool {
    using SafeERC20 for IERC20;

    /// @notice Pays session tokens; merges sets of legs if the book has too few.
    function paySession(IOldSession session, uint256 amount, address to) internal {
        uint256 held = session.balanceOf(address(this));
        if (held < amount) session.merge(amount - held);
        IERC20(address(session)).safeTransfer(to, amount);
    }

    /// @notice Pays tokens of one leg; splits session tokens if the book has too few.
    function payLeg(IOldSession session, uint256 leg, uint256 amount, address to) internal {
        IERC20 token = IERC20(session.legToken(leg));
        _splitFor(session, token, amount);
        token.safeTransfer(to, amount);
    }

    /// @notice Pays a trader's whole claim: the part that all legs have in common in session tokens, the rest in legs.
    /// @param claims wei of claim on each asset
    function payClaims(IOldSession session, uint256[] memory claims, address to) internal {
        uint256 common = _least(claims);
        _balance(session, claims, common);
        if (common != 0) IERC20(address(session)).safeTransfer(to, common);
        for (uint256 k; k < claims.length; ++k) {
            uint256 rest = claims[k] - common;
            if (rest != 0) IERC20(session.legToken(k + 1)).safeTransfer(to, rest);
        }
    }

    /// @notice Redeems a trader's whole claim for the assets, each once, so that each is rounded down once (R18).
    /// @dev Splits for every leg before the first asset is called. By R14 there are session tokens enough for the one leg that
    /// lacks most, and what is split for it is there for all.
    /// @param claims wei of claim on each asset
    function redeemClaims(IOldSession session, uint256[] memory claims, address to) internal {
        for (uint256 k; k < claims.length; ++k) {
            _splitFor(session, IERC20(session.legToken(k + 1)), claims[k]);
        }
        for (uint256 k; k < claims.length; ++k) {
            if (claims[k] != 0) session.redeemLeg(k + 1, claims[k], to);
        }
    }

    /// @dev Splits before anything is paid, so that what is split for a leg is not missing in session tokens afterwards: by R14
    /// there is always a number of sets that satisfies all of them.
    function _balance(IOldSession session, uint256[] memory claims, uint256 common) private {
        uint256 held = session.balanceOf(address(this));
        if (held < common) {
            session.merge(common - held);
            return;
        }
        for (uint256 k; k < claims.length; ++k) {
            if (claims[k] != common) _splitFor(session, IERC20(session.legToken(k + 1)), claims[k] - common);
        }
    }

    function _splitFor(IOldSession session, IERC20 legToken, uint256 amount) private {
        uint256 held = legToken.balanceOf(address(this));
        if (held < amount) session.split(amount - held);
    }

    function _least(uint256[] memory values) private pure returns (uint256 least) {
        least = values[0];
        for (uint256 i = 1; i < values.length; ++i) {
            if (values[i] < least) least = values[i];
        }
    }
}
