// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ILegToken } from "./interfaces/ILegToken.sol";
import { ISession } from "./interfaces/ISession.sol";
import { CloneToken } from "./token/CloneToken.sol";
import { SessionTerms } from "./Types.sol";

/// @title The vault of one session, and its token
/// @dev A clone; what never changes is in its code (SessionTerms), so storage holds only the wiring and one flag.
contract Session is CloneToken, ReentrancyGuardTransient, ISession {
    using SafeERC20 for IERC20;

    /// @dev One slot: the book's address and whether the basket has arrived.
    address private _orderBook;
    bool private _funded;
    address[] private _legTokens;

    // ------------------------------------------------------------------ wiring and funding

    /// @notice Names the legs and the book, once, by the factory, in the transaction that creates the session.
    function wire(address[] calldata legTokens, address book) external {
        SessionTerms memory t = _terms();
        if (msg.sender != t.factory) revert Session_NotAllowed(msg.sender, t.factory);
        if (_orderBook != address(0)) revert Session_AlreadyWired();
        _legTokens = legTokens;
        _orderBook = book;
    }

    /// @inheritdoc ISession
    function fund() external nonReentrant {
        SessionTerms memory t = _terms();
        // Check (R1)
        if (msg.sender != t.organiser) revert Session_NotAllowed(msg.sender, t.organiser);
        if (_funded) revert Session_AlreadyFunded(t.supply);
        if (block.timestamp >= t.t1) revert Session_FundingClosed(block.timestamp, t.t1);
        // Effect: assets are hostile, so nothing may be left to do once they are called.
        _funded = true;
        _mint(t.organiser, t.supply);
        emit Funded(t.organiser, t.supply);
        // Interaction: what arrives is measured (R2); anything but q undoes the call.
        for (uint256 i; i < t.assets.length; ++i) {
            _receive(IERC20(t.assets[i]), t.organiser, t.quantities[i]);
        }
    }

    // ------------------------------------------------------------------ split and merge (R4)

    /// @inheritdoc ISession
    function split(uint256 amount) external nonReentrant {
        _requireFundedAmount(amount);
        _burn(msg.sender, amount);
        uint256 legCount = _legTokens.length;
        for (uint256 i; i < legCount; ++i) {
            ILegToken(_legTokens[i]).mint(msg.sender, amount);
        }
        emit Split(msg.sender, amount);
    }

    /// @inheritdoc ISession
    function merge(uint256 amount) external nonReentrant {
        _requireFundedAmount(amount);
        uint256 legCount = _legTokens.length;
        for (uint256 i; i < legCount; ++i) {
            ILegToken(_legTokens[i]).burn(msg.sender, amount);
        }
        _mint(msg.sender, amount);
        emit Merged(msg.sender, amount);
    }

    // ------------------------------------------------------------------ redemption (R6)

    /// @inheritdoc ISession
    function redeem(uint256 amount, address to) external nonReentrant returns (uint256[] memory paid) {
        SessionTerms memory t = _requireSettling(amount, to);
        uint256 legCount = t.assets.length;
        uint256[] memory claimsBefore = new uint256[](legCount);
        for (uint256 i; i < legCount; ++i) {
            claimsBefore[i] = _outstandingClaims(i);
        }
        // Effect
        _burn(msg.sender, amount);
        // Interaction
        paid = new uint256[](legCount);
        for (uint256 i; i < legCount; ++i) {
            paid[i] = _pay(t.assets[i], i + 1, amount, claimsBefore[i], to);
        }
    }

    /// @inheritdoc ISession
    function redeemLeg(uint256 leg, uint256 amount, address to) external nonReentrant returns (uint256 paid) {
        SessionTerms memory t = _requireSettling(amount, to);
        _requireLeg(leg);
        uint256 claimsBefore = _outstandingClaims(leg - 1);
        // Effect
        ILegToken(_legTokens[leg - 1]).burn(msg.sender, amount);
        // Interaction
        return _pay(t.assets[leg - 1], leg, amount, claimsBefore, to);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc ISession
    function phase() external view returns (Phase) {
        // R3: the clock and funding alone.
        SessionTerms memory t = _terms();
        if (!_funded) return block.timestamp < t.t1 ? Phase.Created : Phase.Cancelled;
        if (block.timestamp < t.t1) return Phase.Funded;
        return block.timestamp < t.t2 ? Phase.Open : Phase.Settling;
    }

    /// @inheritdoc ISession
    function organiser() external view returns (address) {
        return _terms().organiser;
    }

    /// @inheritdoc ISession
    function window() external view returns (uint40 t1, uint40 t2) {
        SessionTerms memory t = _terms();
        return (t.t1, t.t2);
    }

    /// @inheritdoc ISession
    function fixedSupply() external view returns (uint256) {
        return _terms().supply;
    }

    /// @inheritdoc ISession
    function basket() external view returns (address[] memory assets, uint128[] memory quantities) {
        SessionTerms memory t = _terms();
        return (t.assets, t.quantities);
    }

    /// @inheritdoc ISession
    function legToken(uint256 leg) external view returns (address) {
        _requireLeg(leg);
        return _legTokens[leg - 1];
    }

    /// @inheritdoc ISession
    function orderBook() external view returns (address) {
        return _orderBook;
    }

    /// @inheritdoc ISession
    function outstandingClaims(uint256 leg) external view returns (uint256) {
        _requireLeg(leg);
        return _outstandingClaims(leg - 1);
    }

    // ------------------------------------------------------------------ internal

    function _tokenName() internal view override returns (string memory) {
        return _terms().name;
    }

    function _tokenSymbol() internal view override returns (string memory) {
        return _terms().symbol;
    }

    /// @dev R2: what the asset says it moved is not believed; the balance is.
    function _receive(IERC20 asset, address from, uint256 quantity) private {
        uint256 balanceBefore = asset.balanceOf(address(this));
        asset.safeTransferFrom(from, address(this), quantity);
        uint256 balanceAfter = asset.balanceOf(address(this));
        uint256 received = balanceAfter > balanceBefore ? balanceAfter - balanceBefore : 0;
        if (received != quantity) revert Session_ReceivedOtherAmount(address(asset), received, quantity);
    }

    /// @dev R6: the share of the actual balance, rounded down in favour of the claims that stay; the last claim gets all of it.
    function _pay(
        address asset,
        uint256 leg,
        uint256 claims,
        uint256 claimsBefore,
        address to
    ) private returns (uint256 paid) {
        paid = Math.mulDiv(IERC20(asset).balanceOf(address(this)), claims, claimsBefore);
        emit Redeemed(msg.sender, leg, to, claims, paid);
        if (paid != 0) IERC20(asset).safeTransfer(to, paid);
    }

    function _outstandingClaims(uint256 index) private view returns (uint256) {
        return totalSupply() + IERC20(_legTokens[index]).totalSupply();
    }

    function _requireFundedAmount(uint256 amount) private view {
        if (!_funded) revert Session_NotFunded();
        if (amount == 0) revert Session_NothingToDo();
    }

    function _requireSettling(uint256 amount, address to) private view returns (SessionTerms memory t) {
        t = _terms();
        if (!_funded) revert Session_NotFunded();
        if (block.timestamp < t.t2) revert Session_NotSettling(block.timestamp, t.t2);
        if (amount == 0 || to == address(this) || to == address(0)) revert Session_NothingToDo();
    }

    function _requireLeg(uint256 leg) private view {
        if (leg == 0 || leg > _legTokens.length) revert Session_UnknownLeg(leg, _legTokens.length);
    }

    function _terms() private view returns (SessionTerms memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (SessionTerms));
    }
}
