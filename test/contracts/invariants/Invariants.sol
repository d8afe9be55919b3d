// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { Placed } from "../../../contracts/Types.sol";
import { VM } from "../support/Vm.sol";
import { Handler } from "./Handler.sol";

/// @title The sentences of the design that a session keeps at every moment, read from the contracts' own views alone
/// @dev Each gives the empty text if it holds, and what is wrong if it does not.
library Invariants {
    /// @dev 1 (R4). legSupply_k + sessionSupply = N for every leg k, until redemption begins.
    function claimsAddUpToTheSupply(Handler h) internal view returns (string memory) {
        if (h.redemptions() + h.exits() != 0) return "";
        for (uint256 k = 1; k <= h.legCount(); ++k) {
            uint256 claims = h.legTokens(k - 1).totalSupply() + h.session().totalSupply();
            if (claims != h.session().fixedSupply()) return _breach("1: claims on leg", k, claims);
        }
        return "";
    }

    /// @dev 2 (R6). The vault holds at least q_k/N per outstanding claim on asset k.
    function vaultCoversEveryClaim(Handler h) internal view returns (string memory) {
        (address[] memory assets, uint128[] memory quantities) = h.session().basket();
        for (uint256 k = 1; k <= assets.length; ++k) {
            uint256 held = IERC20(assets[k - 1]).balanceOf(address(h.session()));
            uint256 owed = h.session().outstandingClaims(k) * quantities[k - 1];
            if (held * h.session().fixedSupply() < owed) return _breach("2: the vault lacks asset", k, held);
        }
        return "";
    }

    /// @dev 3 (R14). For every leg k: the sum of v_ik = session tokens + leg-k tokens that the book holds (less what was sent to it
    /// without an account).
    function bookHoldsEveryClaim(Handler h) internal view returns (string memory) {
        int256[] memory claims = _claimsInBook(h);
        for (uint256 k = 1; k <= claims.length; ++k) {
            uint256 held = _tokensOf(h, address(h.book()), k);
            if (claims[k - 1] != int256(held)) return _breach("3: the book does not hold the claims on leg", k, held);
        }
        return "";
    }

    /// @dev 5 (R11). min NC_i >= 0 for every trader; the stored W is never above the true one. (As the basket root is the only one here,
    /// slack may not be above any NC.)
    function everybodyIsSolvent(Handler h) internal view returns (string memory) {
        for (uint256 i; i < h.accountCount(); ++i) {
            (int256 claim, int256 worst, , ) = h.book().accountOf(h.accounts(i));
            int256[] memory values = h.netCollateral(h.accounts(i));
            for (uint256 k; k < values.length; ++k) {
                if (values[k] < 0) return _breach("5: negative net collateral of account", i, k + 1);
                if (claim + worst > values[k])
                    return _breach("5: the stored worst case is too high, account", i, k + 1);
            }
        }
        return "";
    }

    /// @dev 6 (R16). The allocations x_i add up to q: claims in the book and tokens outside it are all the claims there are.
    function allocationsAddUpToTheBasket(Handler h) internal view returns (string memory) {
        int256[] memory claims = _claimsInBook(h);
        address[] memory paid = h.paid();
        for (uint256 k = 1; k <= claims.length; ++k) {
            uint256 outside;
            for (uint256 i; i < h.accountCount(); ++i) {
                outside += _tokensOf(h, h.accounts(i), k);
            }
            for (uint256 i; i < paid.length; ++i) {
                outside += _tokensOf(h, paid[i], k);
            }
            uint256 all = h.session().outstandingClaims(k);
            if (claims[k - 1] + int256(outside) != int256(all)) {
                return _breach("6: allocations do not add up, leg", k, all);
            }
        }
        return "";
    }

    /// @dev 8 (R30). Lists are sorted; no two orders cross once matchTrades has run out.
    function listsAreSortedAndDoNotCross(Handler h) internal view returns (string memory) {
        for (uint16 k = 1; k <= h.legCount(); ++k) {
            (, int32[] memory bids, bool bidsSorted) = _side(h, k, true);
            (, int32[] memory asks, bool asksSorted) = _side(h, k, false);
            if (!bidsSorted || !asksSorted) return _breach("8: a list is not sorted, leg", k, 0);
            (, , , , , bool crossed) = h.book().marketOf(1, k);
            bool crosses = bids.length != 0 && asks.length != 0 && bids[0] >= asks[0];
            if (crosses && !crossed) return _breach("8: orders cross and nothing says so, leg", k, 0);
        }
        return "";
    }

    /// @dev 9 (R19). In no outcome does any call lower a trader's NC, except a fill of its own signed order at its limit or better,
    /// and its own withdrawals. 11. Every loop is bounded by an argument. Both are watched call by call.
    function noCallDidHarm(Handler h) internal view returns (string memory) {
        return h.harm();
    }

    /// @dev 10 (R41). A hostile token, wallet or policy can only fail its own call: nothing let the asset in while it was paying. (A
    /// wallet that is asked during a match refuses, and then the book is not what the reference book is.)
    function hostilesHarmNobody(Handler h) internal view returns (string memory) {
        return h.hostile().breached() ? "10: the vault was entered during a payment" : "";
    }

    function firstBroken(Handler h) internal view returns (string memory text) {
        text = claimsAddUpToTheSupply(h);
        if (bytes(text).length == 0) text = vaultCoversEveryClaim(h);
        if (bytes(text).length == 0) text = bookHoldsEveryClaim(h);
        if (bytes(text).length == 0) text = everybodyIsSolvent(h);
        if (bytes(text).length == 0) text = allocationsAddUpToTheBasket(h);
        if (bytes(text).length == 0) text = listsAreSortedAndDoNotCross(h);
        if (bytes(text).length == 0) text = noCallDidHarm(h);
        if (bytes(text).length == 0) text = hostilesHarmNobody(h);
    }

    /// @dev What all accounts may claim of each leg, and what was sent to the book for nobody.
    function _claimsInBook(Handler h) private view returns (int256[] memory claims) {
        claims = new int256[](h.legCount());
        for (uint256 k; k < claims.length; ++k) {
            claims[k] = int256(h.gifts(k + 1));
        }
        for (uint256 i; i < h.accountCount(); ++i) {
            int256[] memory values = h.netCollateral(h.accounts(i));
            for (uint256 k; k < claims.length; ++k) {
                claims[k] += values[k];
            }
        }
    }

    function _side(
        Handler h,
        uint16 leg,
        bool bids
    ) private view returns (Placed[] memory orders, int32[] memory prices, bool sorted) {
        (orders, prices, ) = h.book().depthOf(1, leg, bids, type(uint256).max);
        sorted = true;
        for (uint256 i = 1; i < orders.length; ++i) {
            bool ordered = bids ? prices[i - 1] > prices[i] : prices[i - 1] < prices[i];
            if (prices[i - 1] == prices[i]) ordered = orders[i - 1].tradeRootId < orders[i].tradeRootId;
            sorted = sorted && ordered;
        }
    }

    function _tokensOf(Handler h, address holder, uint256 leg) private view returns (uint256) {
        return h.session().balanceOf(holder) + h.legTokens(leg - 1).balanceOf(holder);
    }

    function _breach(string memory what, uint256 which, uint256 value) private pure returns (string memory) {
        return string.concat(what, " ", VM.toString(which), ": ", VM.toString(value));
    }
}
