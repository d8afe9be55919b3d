// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import { IOrderBook } from "../interfaces/IOrderBook.sol";
import {
    BASKET_ROOT_ID,
    BookTerms,
    GOOD_TILL_CANCELLED,
    IMMEDIATE_OR_CANCEL,
    Placed,
    POST_ONLY,
    RootInfo,
    RootKind,
    SignedPackage,
    TradePackage
} from "../Types.sol";
import { BatchPacker } from "./BatchPacker.sol";
import { House } from "./House.sol";
import { ISetRouter } from "./ISetRouter.sol";
import { Rung, SetLeg, SetPlan, SetPlans } from "./SetPlans.sol";

/// @title Lets an order of one leg meet the orders of all other legs
/// @notice A lot of every leg of a simplex root is worth the same in every outcome. So who buys leg j at `scale` less the best bids of
/// all other legs and they can trade with each other, if somebody sells to all of them at once; that is what this contract does, with
/// orders of its own, in the book as it is. After each call it is worth what it was before, in every outcome.
/// @dev It has no owner and nothing about it changes. What it needs on the way is its float: cash that anybody lends it, and can have
/// back at any time.
contract SetRouter is House, ISetRouter {
    using SafeERC20 for IERC20;

    /// @dev Orders of its own that the taker can meet; the taker may be a wallet too, and a batch asks 8.
    uint256 private constant MAX_RUNGS = 7;
    uint256 private constant MAX_WALLETS = 8;
    /// @dev Times a set is tried anew when a maker on the way could not bear what it had signed.
    uint256 private constant TRIES = 5;
    /// @dev Orders of one side of a leg that are looked at then.
    uint256 private constant LOOKED_AT = 16;
    /// @dev What must be there for a try, and for each leg besides: the book refuses a batch that might not end in good order. With less,
    /// whoever looks for the least gas that does not fail would find what only brings the order to its own leg.
    uint256 private constant GAS = 1_800_000;
    uint256 private constant GAS_PER_LEG = 200_000;
    /// @dev As the book has it without maxLots, but for a basket of two.
    uint256 private constant MAX_LOTS = 2 ** 39 - 1;

    IERC20 public immutable SESSION;
    uint256 private immutable LIMIT; // lots
    uint256 private immutable ASSETS;
    int256 private immutable SCALE; // of the basket
    uint256 private immutable RUNGS;

    /// @inheritdoc ISetRouter
    mapping(address lender => uint256 amount) public floatOf;

    /// @dev What the router is worth.
    struct Worth {
        int256[] legs; // of a basket claims, wei; of an event lots
        int256 slack; // net collateral in the worst outcome, wei
    }

    /// @dev What came of rounds: lots, and wei, of which `owed` are the favoured order's.
    struct Made {
        uint256 sets;
        uint256 surplus;
        uint256 owed;
    }

    /// @dev Of a call: where its own orders come from.
    struct Pen {
        bytes32 link;
        uint32 newest;
        uint64 nonce;
        uint16 maxSteps;
        uint16 maxWalk;
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert SetRouter_OnlySelf(msg.sender);
        _;
    }

    /// @param book_ a clone of a factory
    constructor(IOrderBook book_) House(book_) {
        BookTerms memory terms = abi.decode(Clones.fetchCloneArgs(address(book_)), (BookTerms));
        SESSION = IERC20(terms.session);
        (ASSETS, SCALE) = (terms.assetCount, terms.basketScale);
        LIMIT = terms.maxLots == 0 || terms.maxLots > MAX_LOTS ? MAX_LOTS : terms.maxLots;
        RUNGS = terms.maxOpenOrders < MAX_RUNGS ? terms.maxOpenOrders : MAX_RUNGS;
        SESSION.forceApprove(address(book_), type(uint256).max);
    }

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

    // ------------------------------------------------------------------ a try, which stands or falls as a whole

    /// @notice The taker's order and its sets. Does nothing if there are none. Only for the router itself.
    /// @param foreseen whether to rely on the plan for what the taker will take, and do all in one call of the book
    function tryTaker(
        SignedPackage calldata taker,
        Pen memory pen,
        uint256 most,
        bool foreseen
    ) external onlySelf signs returns (Placed memory placed, uint256 sets, uint256 surplus) {
        TradePackage calldata t = taker.tradePackage;
        (SetPlan memory p, Worth memory before) = _begin(t.marketRootId, t.quantityLots > 0, pen, most);
        (p.branch, p.limit, p.taker) = (t.marketBranchId, t.priceTicks, t.trader);
        // Cast: its magnitude.
        p.wanted = uint64(p.mints ? t.quantityLots : -t.quantityLots);
        SetPlans.make(BOOK, p);
        if (p.lots == 0) return (placed, 0, 0);
        (placed, sets) = _meet(p, taker, pen, foreseen);
        surplus = _requireWhole(p, before, sets);
    }

    /// @notice One round of resting orders. Only for the router itself.
    function tryResting(
        uint32 marketRootId,
        bool mints,
        Pen memory pen,
        uint256 most,
        uint32 favoured
    ) external onlySelf signs returns (Made memory made) {
        (SetPlan memory p, Worth memory before) = _begin(marketRootId, mints, pen, most);
        (p.wanted, p.favoured) = (type(uint256).max, favoured);
        SetPlans.make(BOOK, p);
        if (p.lots == 0) return made;
        _tradeLegs(p, p.lots, pen);
        // Casts: not negative, see SetPlans; positive.
        made.owed = uint256(p.owed) * uint256(p.tickValue);
        (made.sets, made.surplus) = (p.lots, _requireWhole(p, before, p.lots));
    }

    // ------------------------------------------------------------------ in detail: tries

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

    // ------------------------------------------------------------------ in detail: orders

    function _begin(
        uint32 root,
        bool mints,
        Pen memory pen,
        uint256 most
    ) private view returns (SetPlan memory p, Worth memory before) {
        (p.branches, p.target) = _simplex(root);
        uint256 needed = GAS + GAS_PER_LEG * p.branches;
        if (gasleft() < needed) revert SetRouter_OutOfGas(gasleft(), needed);
        (p.root, p.mints) = (root, mints);
        (p.steps, p.maxRungs) = (pen.maxSteps, RUNGS);
        before = _worth(root);
        // Cast: never negative (R11).
        p.float = uint256(before.slack);
        p.room = _room(root, mints, before.legs);
        if (p.room > most) p.room = most;
        (pen.nonce, ) = BOOK.noncesOf(address(this));
    }

    function _simplex(uint32 root) private view returns (uint256 branches, int256 scale) {
        if (root == BASKET_ROOT_ID) return (ASSETS, SCALE);
        RootInfo memory info = BOOK.rootOf(root);
        if (info.kind != RootKind.Simplex) revert SetRouter_NoSets(root);
        return (info.branchCount, info.hi);
    }

    /// @dev Puts the router's offers (or bids) where the taker meets them, lets it come, takes the rest out again, and sells all other
    /// legs (or buys them).
    /// @return placed the taker's order
    /// @return sets lots that it took of them
    function _meet(
        SetPlan memory p,
        SignedPackage calldata taker,
        Pen memory pen,
        bool foreseen
    ) private returns (Placed memory placed, uint256 sets) {
        (bytes memory orders, bytes memory signature, uint8 wallets) = _packOther(taker);
        orders = bytes.concat(_packRungs(p, pen), orders);
        uint256 rungs = p.rungs.length;
        uint256 legs = p.legs.length;
        if (foreseen && rungs + wallets + legs <= MAX_WALLETS) {
            orders = bytes.concat(orders, _packLegs(p, 0, legs, p.lots, pen));
            placed = _send(pen, orders, signature, rungs + 1 + legs, rungs + wallets + legs)[rungs];
            return (placed, p.lots);
        }
        Placed[] memory all = _send(pen, orders, signature, rungs + 1, rungs + wallets);
        placed = all[rungs];
        sets = p.lots - _takeOut(all, rungs, pen.newest);
        if (sets != 0) _tradeLegs(p, sets, pen);
    }

    function _packRungs(SetPlan memory p, Pen memory pen) private returns (bytes memory packed) {
        for (uint256 i; i < p.rungs.length; ++i) {
            Rung memory rung = p.rungs[i];
            TradePackage memory own = _draft(p, p.branch, rung.price, rung.lots, pen, GOOD_TILL_CANCELLED);
            _approve(own);
            packed = bytes.concat(packed, BatchPacker.orderOfWallet(own, 0, rung.insertAfter, 0));
        }
    }

    /// @return left lots of the first `rungs` of these orders that still rested
    function _takeOut(Placed[] memory all, uint256 rungs, uint32 newest) private returns (uint256 left) {
        Placed[] memory resting = new Placed[](rungs);
        uint256 count;
        for (uint256 i; i < rungs; ++i) {
            if (all[i].place == 0) continue;
            (uint32 id, , , , , int64 lots, , ) = BOOK.orderAt(all[i].place);
            if (id != all[i].tradeRootId) continue;
            resting[count++] = all[i];
            // Cast: its magnitude.
            left += uint64(lots < 0 ? -lots : lots);
        }
        if (count == 0) return 0;
        assembly ("memory-safe") {
            mstore(resting, count)
        }
        BOOK.offset(resting, newest);
    }

    /// @dev Sells all legs, or buys them.
    function _tradeLegs(SetPlan memory p, uint256 lots, Pen memory pen) private {
        uint256 count = p.legs.length;
        for (uint256 first; first < count; first += MAX_WALLETS) {
            uint256 end = first + MAX_WALLETS < count ? first + MAX_WALLETS : count;
            _send(pen, _packLegs(p, first, end, lots, pen), "", end - first, end - first);
        }
    }

    function _packLegs(
        SetPlan memory p,
        uint256 first,
        uint256 end,
        uint256 lots,
        Pen memory pen
    ) private returns (bytes memory packed) {
        for (uint256 k = first; k < end; ++k) {
            SetLeg memory leg = p.legs[k];
            TradePackage memory own = _draft(p, leg.branch, leg.limit, lots, pen, IMMEDIATE_OR_CANCEL);
            _approve(own);
            packed = bytes.concat(packed, _packOwn(own));
        }
    }

    /// @dev Strict: the orders of a call stand or fall together. Who meets rungs of the router passes no more than these.
    /// @param signature of a wallet, which stands behind all orders; those of the router have no bytes
    function _send(
        Pen memory pen,
        bytes memory orders,
        bytes memory signature,
        uint256 count,
        uint256 wallets
    ) private returns (Placed[] memory) {
        // Casts: few.
        uint16 walk = pen.maxWalk < MAX_RUNGS ? uint16(MAX_RUNGS) : pen.maxWalk;
        bytes memory header = BatchPacker.header(
            true,
            pen.maxSteps,
            walk,
            pen.newest,
            uint16(count),
            0,
            uint8(wallets)
        );
        return BOOK.createTrades(bytes.concat(header, orders, signature));
    }

    function _draft(
        SetPlan memory p,
        uint16 branch,
        int256 price,
        uint256 lots,
        Pen memory pen,
        uint8 timeInForce
    ) private view returns (TradePackage memory own) {
        (own.marketRootId, own.marketBranchId, own.trader) = (p.root, branch, address(this));
        // Casts: prices are int32, lots below 2^39, now below 2^40.
        own.priceTicks = int32(price);
        own.quantityLots = p.mints ? -int64(uint64(lots)) : int64(uint64(lots));
        (own.previousLink, own.nonce, own.deadline) = (pen.link, pen.nonce++, uint40(block.timestamp));
        own.timeInForce = timeInForce;
    }

    // ------------------------------------------------------------------ in detail: worth

    function _worth(uint32 root) private view returns (Worth memory worth) {
        if (root != BASKET_ROOT_ID) {
            (int256 claim, int256 worst, , ) = BOOK.accountOf(address(this));
            return Worth(BOOK.positionOf(address(this), root), claim + worst);
        }
        uint256[] memory claims = BOOK.claimsOf(address(this));
        worth.slack = type(int256).max;
        worth.legs = new int256[](claims.length);
        for (uint256 k; k < claims.length; ++k) {
            // Cast: claims stay below 2^96.
            worth.legs[k] = int256(claims[k]);
            if (worth.legs[k] < worth.slack) worth.slack = worth.legs[k];
        }
    }

    /// @dev Sets of an event stay lots until it is settled, those of the basket are cash.
    function _room(uint32 root, bool mints, int256[] memory lots) private view returns (uint256 room) {
        room = LIMIT;
        if (root == BASKET_ROOT_ID) return room;
        for (uint256 k; k < lots.length; ++k) {
            // Cast: the book lets nobody beyond the limit.
            int256 left = int256(LIMIT) + (mints ? lots[k] : -lots[k]);
            if (left <= 0) return 0;
            // Cast: just seen to be positive.
            if (uint256(left) < room) room = uint256(left);
        }
    }

    /// @dev That nothing but whole sets came of it, and that they were paid: the router is worth `surplus` more in every outcome.
    function _requireWhole(SetPlan memory p, Worth memory before, uint256 sets) private view returns (uint256 surplus) {
        Worth memory now_ = _worth(p.root);
        int256 gain = now_.slack - before.slack;
        if (gain < p.surplus * p.tickValue) revert SetRouter_Incomplete(sets);
        int256[] memory expected = new int256[](before.legs.length);
        if (p.root == BASKET_ROOT_ID) {
            for (uint256 k; k < expected.length; ++k) {
                expected[k] = gain;
            }
        } else {
            // Cast: lots are few.
            int256 lots = p.mints ? -int256(sets) : int256(sets);
            if (p.branch != 0) expected[p.branch - 1] = lots;
            for (uint256 k; k < p.legs.length; ++k) {
                expected[p.legs[k].branch - 1] = lots;
            }
        }
        for (uint256 k; k < expected.length; ++k) {
            if (now_.legs[k] - before.legs[k] != expected[k]) revert SetRouter_Incomplete(sets);
        }
        // Cast: the plan's surplus is not negative.
        return uint256(gain);
    }
}
