// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import { IOrderBook } from "../interfaces/IOrderBook.sol";
import { Placed, POST_ONLY, SignedPackage, TradePackage } from "../Types.sol";
import { ISetRouter } from "./ISetRouter.sol";
import { Receivers } from "./Receivers.sol";
import { SetOrders } from "./SetOrders.sol";

/// @title Lets an order of one leg meet the orders of all other legs
/// @notice A lot of every leg of a simplex root is worth the same in every outcome. So who buys leg j at `scale` less the best bids of
/// all other legs and they can trade with each other, if somebody sells to all of them at once; that is what this contract does, with
/// orders of its own, in the book as it is. After each call it is worth what it was before, in every outcome.
/// @dev It has no owner and nothing about it changes. What it needs on the way is its float: cash that anybody lends it, and can have
/// back at any time.
contract SetRouter is SetOrders {
    using SafeERC20 for IERC20;

    /// @dev Times a set is tried anew when a maker on the way could not bear what it had signed.
    uint256 private constant TRIES = 5;
    /// @dev Orders of one side of a leg that are looked at then.
    uint256 private constant LOOKED_AT = 16;

    /// @inheritdoc ISetRouter
    mapping(address lender => uint256 amount) public floatOf;

    /// @param book_ a clone of a factory
    constructor(IOrderBook book_) SetOrders(book_) {}

    /// @inheritdoc ISetRouter
    function book() external view returns (address) {
        return address(BOOK);
    }

    // ------------------------------------------------------------------ the float

    /// @inheritdoc ISetRouter
    function lend(uint256 amount) external {
        floatOf[msg.sender] += amount;
        emit FloatLent(msg.sender, amount);
        SESSION.safeTransferFrom(msg.sender, address(this), amount);
        BOOK.deposit(address(this), amount);
    }

    /// @inheritdoc ISetRouter
    function takeBack(uint256 amount, address to) external {
        uint256 available = floatOf[msg.sender];
        if (amount > available) revert SetRouter_FloatTooSmall(msg.sender, amount, available);
        Receivers.check(to, address(SESSION));
        floatOf[msg.sender] = available - amount;
        emit FloatReturned(msg.sender, amount, to);
        BOOK.withdraw(amount, to, 0);
    }

    // ------------------------------------------------------------------ trade

    /// @inheritdoc ISetRouter
    function buyThroughSet(
        SignedPackage calldata taker,
        uint16 maxSteps,
        uint16 maxWalk
    ) external returns (Placed memory placed, uint256 sets) {
        if (taker.tradePackage.quantityLots <= 0) revert SetRouter_WrongSide(taker.tradePackage.quantityLots);
        return _throughSet(taker, maxSteps, maxWalk);
    }

    /// @inheritdoc ISetRouter
    function sellThroughSet(
        SignedPackage calldata taker,
        uint16 maxSteps,
        uint16 maxWalk
    ) external returns (Placed memory placed, uint256 sets) {
        if (taker.tradePackage.quantityLots >= 0) revert SetRouter_WrongSide(taker.tradePackage.quantityLots);
        return _throughSet(taker, maxSteps, maxWalk);
    }

    /// @inheritdoc ISetRouter
    function sweepSets(uint32 marketRootId, uint16 maxSteps) external returns (uint256 sets, uint256 surplus) {
        Pen memory pen = Pen(0, 0, 0, maxSteps, 0);
        _renew(pen);
        for (uint256 side; side < 2; ++side) {
            Made memory made = _rounds(marketRootId, side == 0, pen, 0, address(0));
            (sets, surplus) = (sets + made.sets, surplus + made.surplus);
        }
        if (surplus != 0) BOOK.withdraw(surplus, msg.sender, 0);
    }

    // ------------------------------------------------------------------ in detail

    function _throughSet(
        SignedPackage calldata taker,
        uint16 maxSteps,
        uint16 maxWalk
    ) private returns (Placed memory placed, uint256 sets) {
        TradePackage calldata t = taker.tradePackage;
        Pen memory pen = Pen(t.previousLink, taker.newest, 0, maxSteps, maxWalk);
        uint256 surplus;
        // Who only wants to rest takes nothing from anybody.
        if (t.timeInForce != POST_ONLY) (placed, sets, surplus) = _tries(taker, pen);
        if (placed.tradeRootId == 0) return (BOOK.createTrade(taker, maxSteps, maxWalk), 0);
        if (placed.place != 0) {
            // It rests, and whoever meets it pays its limit. Of the sets that it might have had the improvement is paid to it.
            Made memory made = _rounds(t.marketRootId, t.quantityLots > 0, pen, placed.tradeRootId, t.trader);
            (sets, surplus) = (sets + made.sets, surplus + made.surplus - made.owed);
        }
        if (surplus != 0) BOOK.withdraw(surplus, msg.sender, 0);
    }

    function _tries(
        SignedPackage calldata taker,
        Pen memory pen
    ) private returns (Placed memory placed, uint256 sets, uint256 surplus) {
        uint256 most = type(uint256).max;
        TradePackage calldata t = taker.tradePackage;
        for (uint256 i; i < TRIES && most != 0; ++i) {
            try this.tryTaker(taker, pen, most, i == 0) returns (Placed memory p, uint256 lots, uint256 left) {
                return (p, lots, left);
            } catch (bytes memory reason) {
                uint256 next = _afterFailure(reason, most, t.marketRootId, t.quantityLots > 0, pen);
                // What was foreseen was not borne out: that is no reason yet to want less.
                if (i != 0 || next == 0) most = next;
            }
        }
    }

    function _rounds(
        uint32 root,
        bool mints,
        Pen memory pen,
        uint32 favoured,
        address taker
    ) private returns (Made memory made) {
        uint256 most = type(uint256).max;
        for (uint256 i; i < pen.maxSteps && most != 0; ++i) {
            Made memory one;
            (one, most) = _round(root, mints, pen, most, favoured);
            made.sets += one.sets;
            made.surplus += one.surplus;
            made.owed += one.owed;
        }
        if (made.owed != 0) {
            BOOK.withdraw(made.owed, address(this), 0);
            BOOK.deposit(taker, made.owed);
        }
    }

    /// @return made by this round
    /// @return next most lots to try next; 0 for no more
    function _round(
        uint32 root,
        bool mints,
        Pen memory pen,
        uint256 most,
        uint32 favoured
    ) private returns (Made memory made, uint256 next) {
        try this.tryResting(root, mints, pen, most, favoured) returns (Made memory one) {
            return (one, one.sets == 0 ? 0 : most);
        } catch (bytes memory reason) {
            next = _afterFailure(reason, most, root, mints, pen);
            // A keeper is told; of an order that rests by now nothing more comes.
            if (next == 0 && favoured == 0 && bytes4(reason) != SetRouter_Incomplete.selector) _bubble(reason);
        }
    }

    /// @dev What a try failed of may be mended: a link that is too old for the router's own orders, or makers that cannot bear theirs.
    /// @return next most lots to try next; 0 to give up
    function _afterFailure(
        bytes memory reason,
        uint256 most,
        uint32 root,
        bool mints,
        Pen memory pen
    ) private returns (uint256 next) {
        bytes4 selector = bytes4(reason);
        if (selector == SetRouter_Incomplete.selector) {
            assembly ("memory-safe") {
                most := mload(add(reason, 0x24))
            }
            // Each may bear its own order, but not all of them: less is easier to bear.
            return _evict(root, mints, pen.newest) ? most : most / 2;
        }
        // Without a reason it has run out of gas, or of memory. With more it may go well.
        if (selector == SetRouter_OutOfGas.selector || reason.length == 0) _bubble(reason);
        return _renew(pen) ? most : 0;
    }

    /// @dev Lets the book take out what makers cannot bear.
    /// @return any whether it took out something
    function _evict(uint32 root, bool bids, uint32 newest) private returns (bool any) {
        (uint256 branches, ) = _simplex(root);
        for (uint16 branch = 1; branch <= branches; ++branch) {
            (Placed[] memory orders, , ) = BOOK.depthOf(root, branch, bids, LOOKED_AT);
            try BOOK.offset(orders, newest) returns (uint256 count) {
                if (count != 0) any = true;
            } catch {}
        }
    }

    /// @dev Takes the newest link that stays: a call of the book overwrites the checkpoint of its own block.
    /// @return changed whether it is another one
    function _renew(Pen memory pen) private view returns (bool changed) {
        bytes32 link = BOOK.linkToSign();
        changed = link != pen.link;
        // Cast: cuts out the number.
        (pen.link, pen.newest) = (link, uint32(uint256(link)));
    }

    function _bubble(bytes memory reason) private pure {
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
