// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { ISession } from "../../interfaces/ISession.sol";
import { BASKET_ROOT_ID } from "../../Types.sol";
import { Receivers } from "../Receivers.sol";
import { ILmsrMaker } from "./ILmsrMaker.sol";
import { Known, MakerRoot } from "./MakerRoot.sol";

/// @title Who pays a maker's deposit, and gets back what is left of it
/// @notice Shares are what was paid in; they are fixed once all is there, which is before the first trade, so nobody ever enters at a
/// price. What comes out, of each token, is divided in proportion. The only tokens are the session's and its legs'.
abstract contract SponsorPool is MakerRoot {
    using SafeERC20 for IERC20;

    /// @inheritdoc ILmsrMaker
    mapping(address sponsor => uint256 wei_) public paidBy;
    /// @inheritdoc ILmsrMaker
    uint256 public paidIn;

    /// @dev Of each token: what was paid out in all, and to each sponsor, wei.
    mapping(IERC20 token => uint256 wei_) private _paidOut;
    mapping(IERC20 token => mapping(address sponsor => uint256 wei_)) private _paidTo;

    /// @inheritdoc ILmsrMaker
    function fund(uint256 amount) external returns (uint256 taken) {
        Known memory k = _known();
        // Checks.
        uint256 needed = _depositNeeded(k);
        uint256 missing = needed - paidIn;
        if (missing == 0) revert Maker_Funded(needed);
        if (_isOver(k)) revert Maker_Over(k.root);
        taken = Math.min(amount, missing);
        // Effects.
        paidBy[msg.sender] += taken;
        paidIn += taken;
        emit SponsorPaid(msg.sender, taken, missing - taken);
        // Interactions. The book refuses amounts of zero, and asks the session's policy about the maker, once (R40).
        IERC20 token = IERC20(k.book.session());
        token.safeTransferFrom(msg.sender, address(this), taken);
        token.forceApprove(address(k.book), taken);
        k.book.deposit(address(this), taken);
    }

    /// @inheritdoc ILmsrMaker
    function close() external {
        Known memory k = _known();
        if (!_isOver(k)) revert Maker_StillOpen(k.root, k.t2);
        _bringUpToDate(k);
        emit MakerClosed();
        if (block.timestamp >= k.t2) {
            if (_hasClaims(k.book)) k.book.exit(address(this), false);
            return;
        }
        (int256 claim, int256 worst, , ) = k.book.accountOf(address(this));
        // Cast: never negative (R11).
        uint256 free = uint256(claim + worst);
        if (free != 0) k.book.withdraw(free, address(this), 0);
    }

    /// @inheritdoc ILmsrMaker
    function collect(address to) external returns (uint256[] memory amounts) {
        if (paidBy[msg.sender] == 0) revert Maker_NotASponsor(msg.sender);
        ISession session = ISession(_book().session());
        Receivers.check(to, address(session));
        (address[] memory assets, ) = session.basket();
        amounts = new uint256[](assets.length + 1);
        amounts[0] = _pay(session, to);
        for (uint256 k = 1; k < amounts.length; ++k) {
            amounts[k] = _pay(IERC20(session.legToken(k)), to);
        }
        emit SponsorCollected(msg.sender, to, amounts);
    }

    /// @dev The caller's share of all that has come, less what it had of it.
    function _pay(IERC20 token, address to) private returns (uint256 due) {
        uint256 all = token.balanceOf(address(this)) + _paidOut[token];
        // A share of what only grows: not below what it was.
        due = Math.mulDiv(all, paidBy[msg.sender], paidIn) - _paidTo[token][msg.sender];
        if (due == 0) return 0;
        _paidOut[token] += due;
        _paidTo[token][msg.sender] += due;
        token.safeTransfer(to, due);
    }

    /// @dev R19: a settled root's position becomes cash; of any other the worst case is what it is today.
    function _bringUpToDate(Known memory k) private {
        if (k.root == BASKET_ROOT_ID) return;
        address[] memory self = new address[](1);
        self[0] = address(this);
        if (k.book.rootOf(k.root).settled) k.book.realise(k.root, self);
        else k.book.refresh(k.root, self);
    }

    function _hasClaims(IOrderBook book) private view returns (bool) {
        uint256[] memory claims = book.claimsOf(address(this));
        for (uint256 k; k < claims.length; ++k) {
            if (claims[k] != 0) return true;
        }
        return false;
    }

    function _isOver(Known memory k) private view returns (bool) {
        return block.timestamp >= k.t2 || k.book.rootOf(k.root).settled;
    }
}
