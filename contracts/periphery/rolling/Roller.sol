// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { ISessionFactory } from "../../interfaces/ISessionFactory.sol";
import { BookTerms, SessionParams } from "../../Types.sol";
import { Receivers } from "../Receivers.sol";
import { IRoller, RollTerms } from "./IRoller.sol";
import { RollPool } from "./RollPool.sol";

/// @title From one session into the next, in kind (see IRoller)
/// @dev A clone; its terms are in its code. Assets are hostile; they are called in `roll` alone, which either succeeds as a whole or
/// changes nothing, while every other way in is locked. After it there is nothing here but leg tokens of the next session.
contract Roller is RollPool {
    using SafeERC20 for IERC20;

    ISessionFactory private immutable FACTORY;

    /// @dev Wei of claims whose part of the next session was not taken yet.
    uint96[LEGS] private _left;

    constructor(ISessionFactory factory, address inbox) RollPool(inbox) {
        FACTORY = factory;
    }

    // ------------------------------------------------------------------ the roll

    /// @inheritdoc IRoller
    function roll() external nonReentrant returns (address session) {
        RollTerms memory t = _terms();
        _requireNotRolled();
        if (block.timestamp < t.givesUntil || block.timestamp >= t.t1) {
            revert Roller_NotNow(block.timestamp, t.givesUntil, t.t1);
        }
        _left = _totals;
        SessionParams memory params = _paramsOf(t);
        uint256[] memory legs = _redeemAll(t.from, params);
        // Its salt counts together with its sender: nobody else can take the address.
        session = FACTORY.createSession(params, 0);
        next = session;
        emit Rolled(session, params.supply, legs, params.quantities);
        for (uint256 i; i < legs.length; ++i) {
            IERC20(params.assets[i]).forceApprove(session, params.quantities[i]);
        }
        ISession(session).fund();
        ISession(session).split(params.supply);
    }

    /// @dev Redeems every leg on which there are claims, and writes what came into `params`. Balances are looked at when all has come: what a
    /// hostile asset does in between is in them, or is refused by the next vault (R2).
    function _redeemAll(ISession from, SessionParams memory params) private returns (uint256[] memory legs) {
        (address[] memory assets, ) = from.basket();
        legs = new uint256[](assets.length);
        uint256 kept;
        for (uint256 k; k < assets.length; ++k) {
            uint256 total = _totals[k];
            if (total == 0) continue;
            legs[kept++] = k + 1;
            if (total > params.supply) params.supply = total;
            from.redeemLeg(k + 1, total, address(this));
        }
        if (kept == 0) revert Roller_NothingGiven();
        // Shorter than it was made: there is no more than `kept` in it.
        assembly ("memory-safe") {
            mstore(legs, kept)
        }
        (params.assets, params.quantities) = (new address[](kept), new uint128[](kept));
        for (uint256 i; i < kept; ++i) {
            address asset = assets[legs[i] - 1];
            uint256 came = IERC20(asset).balanceOf(address(this));
            if (came == 0) revert Roller_NothingCame(legs[i], asset);
            (params.assets[i], params.quantities[i]) = (asset, SafeCast.toUint128(came));
        }
    }

    /// @dev The old book is a clone of the factory's; what it was made with is in its code.
    function _paramsOf(RollTerms memory t) private view returns (SessionParams memory p) {
        BookTerms memory old = abi.decode(Clones.fetchCloneArgs(t.from.orderBook()), (BookTerms));
        (p.name, p.symbol, p.t1, p.t2) = (t.name, t.symbol, t.t1, t.t2);
        (p.policy, p.settleLimit, p.openMarkets) = (t.policy, t.settleLimit, t.openMarkets);
        (p.chainWindow, p.maxOpenOrders, p.maxLots) = (old.chainWindow, old.maxOpenOrders, old.maxLots);
        (p.basketScale, p.basketTickValue) = (old.basketScale, old.basketTickValue);
    }

    /// @inheritdoc IRoller
    function take(address to) external nonReentrant returns (uint256 sessionTokens, uint256[] memory legTokens) {
        if (next == address(0)) revert Roller_NotRolled();
        ISession session = ISession(next);
        Receivers.check(to, address(session));
        uint256[] memory claims = _withdraw(_legCount(_terms().from));
        IERC20[] memory legs = _legsOf(session);
        uint256 supply = session.fixedSupply();
        legTokens = new uint256[](legs.length);
        uint256 leg;
        for (uint256 k; k < claims.length; ++k) {
            uint256 total = _totals[k];
            if (total == 0) continue;
            legTokens[leg] = _partOf(k, claims[k], total, supply, legs[leg]);
            ++leg;
        }
        sessionTokens = _pay(session, legs, legTokens, to);
        emit Taken(msg.sender, to, sessionTokens, legTokens);
    }

    /// @dev Rounded down, so that the last one gets no less than its part. Products are below 2^192.
    function _partOf(uint256 k, uint256 own, uint256 total, uint256 supply, IERC20 leg) private returns (uint256) {
        if (own == 0) return 0;
        uint256 left = _left[k] - own;
        // Cast: it was a uint96, and is less.
        _left[k] = uint96(left);
        return left == 0 ? leg.balanceOf(address(this)) : (supply * own) / total;
    }
}
