// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { Receivers } from "../Receivers.sol";
import { IRoller, RollTerms } from "./IRoller.sol";
import { RollInbox } from "./RollInbox.sol";

/// @title What holders have given to a roller, and get back as long as it has not rolled
/// @dev What is given is split at once, so that there is nothing here but leg tokens. They are the project's own code, and the only tokens
/// that are called, but for those that a holder names to have its own inbox emptied.
abstract contract RollPool is ReentrancyGuardTransient, IRoller {
    using SafeERC20 for IERC20;

    /// @dev As many as a basket has assets at most.
    uint256 internal constant LEGS = 16;

    address private immutable INBOX;

    /// @inheritdoc IRoller
    address public next;
    /// @dev Wei of claims on each asset that all have given. None exceeds the old supply, below 2^96.
    uint96[LEGS] internal _totals;
    mapping(address holder => uint96[LEGS]) private _claims;

    constructor(address inbox) {
        INBOX = inbox;
    }

    // ------------------------------------------------------------------ giving

    /// @inheritdoc IRoller
    function give(uint256 sessionTokens, uint256[] calldata legTokens) external nonReentrant {
        ISession from = _credit(msg.sender, sessionTokens, legTokens);
        if (sessionTokens != 0) _fetch(from, msg.sender, sessionTokens);
        for (uint256 k; k < legTokens.length; ++k) {
            if (legTokens[k] != 0) _fetch(IERC20(from.legToken(k + 1)), msg.sender, legTokens[k]);
        }
        if (sessionTokens != 0) from.split(sessionTokens);
    }

    /// @inheritdoc IRoller
    function giveFromInbox(address holder) external nonReentrant {
        RollInbox inbox = _openInbox(holder);
        ISession session = _terms().from;
        IERC20[] memory legs = _legsOf(session);
        uint256[] memory legTokens = new uint256[](legs.length);
        for (uint256 k; k < legs.length; ++k) {
            legTokens[k] = legs[k].balanceOf(address(inbox));
        }
        uint256 sessionTokens = _fitting(holder, session.balanceOf(address(inbox)), legTokens);
        _credit(holder, sessionTokens, legTokens);
        if (sessionTokens != 0) inbox.send(session, address(this), sessionTokens);
        for (uint256 k; k < legs.length; ++k) {
            if (legTokens[k] != 0) inbox.send(legs[k], address(this), legTokens[k]);
        }
        if (sessionTokens != 0) session.split(sessionTokens);
    }

    /// @inheritdoc IRoller
    function emptyInbox(IERC20[] calldata tokens, address to) external nonReentrant {
        Receivers.check(to, address(_terms().from));
        RollInbox inbox = _openInbox(msg.sender);
        for (uint256 i; i < tokens.length; ++i) {
            uint256 amount = tokens[i].balanceOf(address(inbox));
            if (amount != 0) inbox.send(tokens[i], to, amount);
        }
    }

    /// @inheritdoc IRoller
    function takeBack(address to) external nonReentrant {
        _requireNotRolled();
        ISession from = _terms().from;
        Receivers.check(to, address(from));
        uint256[] memory claims = _withdraw(_legCount(from));
        // Casts: they were uint96.
        for (uint256 k; k < claims.length; ++k) {
            _totals[k] -= uint96(claims[k]);
        }
        emit TakenBack(msg.sender, to, claims);
        _pay(from, _legsOf(from), claims, to);
    }

    /// @dev What would leave its holder with less than the minimum stays in the inbox: else a wei that a stranger has sent there would keep
    /// all the rest out.
    /// @param legTokens what there is; what stays is taken out of it
    /// @return given session tokens: all, or none
    function _fitting(
        address holder,
        uint256 sessionTokens,
        uint256[] memory legTokens
    ) private view returns (uint256 given) {
        uint256 minimum = _terms().minimum;
        uint96[LEGS] storage own = _claims[holder];
        given = sessionTokens;
        for (uint256 k; k < legTokens.length; ++k) {
            if (own[k] + legTokens[k] + sessionTokens < minimum) given = 0;
        }
        for (uint256 k; k < legTokens.length; ++k) {
            if (own[k] + legTokens[k] + given < minimum) legTokens[k] = 0;
        }
    }

    /// @dev Checks and effects of a gift; what was credited comes after it.
    function _credit(
        address holder,
        uint256 sessionTokens,
        uint256[] memory legTokens
    ) private returns (ISession from) {
        RollTerms memory t = _terms();
        _requireNotRolled();
        if (block.timestamp >= t.givesUntil) revert Roller_GivingClosed(block.timestamp, t.givesUntil);
        from = t.from;
        uint256 legCount = _legCount(from);
        if (legTokens.length != legCount) revert Roller_LegCount(legTokens.length, legCount);
        uint256[] memory given = new uint256[](legCount);
        bool isSomething;
        uint96[LEGS] storage own = _claims[holder];
        for (uint256 k; k < legCount; ++k) {
            given[k] = legTokens[k] + sessionTokens;
            if (given[k] == 0) continue;
            isSomething = true;
            uint256 claims = own[k] + given[k];
            if (claims < t.minimum) revert Roller_BelowMinimum(k + 1, claims, t.minimum);
            own[k] = SafeCast.toUint96(claims);
            _totals[k] = SafeCast.toUint96(_totals[k] + given[k]);
        }
        if (!isSomething) revert Roller_NothingGiven();
        emit Given(holder, given);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IRoller
    function terms() external view returns (RollTerms memory) {
        return _terms();
    }

    /// @inheritdoc IRoller
    function claimsOf(address holder) external view returns (uint256[] memory) {
        return _listed(_claims[holder], _legCount(_terms().from));
    }

    /// @inheritdoc IRoller
    function totals() external view returns (uint256[] memory) {
        return _listed(_totals, _legCount(_terms().from));
    }

    /// @inheritdoc IRoller
    function inboxOf(address holder) public view returns (address) {
        bytes memory self = abi.encode(address(this));
        return Clones.predictDeterministicAddressWithImmutableArgs(INBOX, self, _saltOf(holder));
    }

    // ------------------------------------------------------------------ internal

    /// @dev All that the caller has here. @return claims wei on each asset
    function _withdraw(uint256 legCount) internal returns (uint256[] memory claims) {
        claims = _listed(_claims[msg.sender], legCount);
        uint256 most;
        for (uint256 k; k < legCount; ++k) {
            if (claims[k] > most) most = claims[k];
        }
        if (most == 0) revert Roller_NothingHere(msg.sender);
        delete _claims[msg.sender];
    }

    /// @dev Leg tokens from here, with what all have in common as session tokens; `amounts` is what is paid in legs then.
    function _pay(
        ISession session,
        IERC20[] memory legs,
        uint256[] memory amounts,
        address to
    ) internal returns (uint256 common) {
        common = type(uint256).max;
        for (uint256 k; k < amounts.length; ++k) {
            if (amounts[k] < common) common = amounts[k];
        }
        if (common != 0) {
            session.merge(common);
            IERC20(session).safeTransfer(to, common);
        }
        for (uint256 k; k < amounts.length; ++k) {
            amounts[k] -= common;
            if (amounts[k] != 0) legs[k].safeTransfer(to, amounts[k]);
        }
    }

    function _fetch(IERC20 token, address owner, uint256 amount) private {
        token.safeTransferFrom(owner, address(this), amount);
    }

    function _openInbox(address holder) private returns (RollInbox inbox) {
        inbox = RollInbox(inboxOf(holder));
        if (address(inbox).code.length != 0) return inbox;
        Clones.cloneDeterministicWithImmutableArgs(INBOX, abi.encode(address(this)), _saltOf(holder));
    }

    function _saltOf(address holder) private pure returns (bytes32) {
        return bytes32(uint256(uint160(holder)));
    }

    function _listed(uint96[LEGS] storage stored, uint256 count) private view returns (uint256[] memory list) {
        list = new uint256[](count);
        for (uint256 k; k < count; ++k) {
            list[k] = stored[k];
        }
    }

    function _legsOf(ISession session) internal view returns (IERC20[] memory legs) {
        legs = new IERC20[](_legCount(session));
        for (uint256 k; k < legs.length; ++k) {
            legs[k] = IERC20(session.legToken(k + 1));
        }
    }

    function _legCount(ISession session) internal view returns (uint256) {
        (address[] memory assets, ) = session.basket();
        return assets.length;
    }

    function _requireNotRolled() internal view {
        if (next != address(0)) revert Roller_Rolled(next);
    }

    function _terms() internal view returns (RollTerms memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (RollTerms));
    }
}
