// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Proxy } from "@openzeppelin/contracts/proxy/Proxy.sol";
import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { BookBase } from "./book/BookBase.sol";
import { Call, Held, Market, Taker } from "./book/BookState.sol";
import { Chain } from "./book/Chain.sol";
import { Intake } from "./book/Intake.sol";
import { Cover, Margin } from "./book/Margin.sol";
import { Markets } from "./book/Markets.sol";
import { Matching } from "./book/Matching.sol";
import { Exposure, Positions } from "./book/Positions.sol";
import { MarketSlot } from "./book/Queues.sol";
import { Traders } from "./book/Traders.sol";
import { IOldBookOrders } from "./interfaces/IOrderBook.sol";
import { Package, Packages } from "./libraries/Packages.sol";
import { PackedOrder } from "./libraries/PackedOrder.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, OffsetReason, SignedPackage } from "./Types.sol";

/// @title The order book of one session
/// @dev Deployed once and cloned for each session; what never changes is in the clone's code (BookTerms). This file is the life
/// of an order, top-down; each rule is in its room under `book/`. Every other function of IOldOrderBook is in OldOrderBookAccounts, to
/// which the Proxy base forwards what is not found here; that address is fixed in this code.
contract OldOrderBook is BookBase, Proxy, IOldBookOrders {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;
    using Positions for Positions.State;
    using Traders for Traders.State;

    address private immutable ACCOUNTS;

    constructor(address accounts) {
        ACCOUNTS = accounts;
    }

    // ------------------------------------------------------------------ orders

    /// @inheritdoc IOldBookOrders
    function createTrade(
        SignedPackage calldata order,
        uint256 maxMatches,
        uint256 maxWalk
    ) external nonReentrant returns (uint32 tradeRootId) {
        Call memory call;
        _open(call, maxMatches, maxWalk);
        bytes memory refusal;
        (tradeRootId, refusal) = _accept(call, _read(call, order));
        if (refusal.length != 0) _revertWith(refusal);
        _close(call);
    }

    /// @inheritdoc IOldBookOrders
    function createTrades(
        SignedPackage[] calldata orders,
        uint256 maxMatches,
        uint256 maxWalk
    ) external nonReentrant returns (uint32[] memory tradeRootIds) {
        Call memory call;
        _open(call, maxMatches, maxWalk);
        // Wallets are asked first, while nothing has changed (R41).
        Package[] memory packages = new Package[](orders.length);
        for (uint256 i; i < orders.length; ++i) {
            packages[i] = _read(call, orders[i]);
        }
        tradeRootIds = new uint32[](orders.length);
        for (uint256 i; i < orders.length; ++i) {
            bytes memory refusal;
            (tradeRootIds[i], refusal) = _accept(call, packages[i]);
            if (refusal.length != 0) emit PackageSkipped(i, packages[i].trader(), packages[i].link(), refusal);
        }
        _close(call);
    }

    /// @inheritdoc IOldBookOrders
    function matchTrades(
        uint32 marketRootId,
        uint16 marketBranchId,
        uint256 maxMatches
    ) external nonReentrant returns (uint256 steps) {
        Call memory call;
        _open(call, maxMatches, 0);
        _enter(call, marketRootId, marketBranchId);
        if (call.refusal.length != 0) _revertWith(call.refusal);
        steps = Matching.resume(_state, call, maxMatches);
        _close(call);
    }

    /// @inheritdoc IOldBookOrders
    function offset(uint32[] calldata tradeRootIds) external nonReentrant returns (uint256 count) {
        Call memory call;
        _open(call, 0, 0);
        bytes memory firstRefusal;
        for (uint256 i; i < tradeRootIds.length; ++i) {
            bytes memory refusal = _offset(call, tradeRootIds[i]);
            if (refusal.length == 0) {
                ++count;
            } else {
                if (firstRefusal.length == 0) firstRefusal = refusal;
                emit OffsetSkipped(tradeRootIds[i], refusal);
            }
        }
        if (count == 0 && firstRefusal.length != 0) _revertWith(firstRefusal);
        _close(call);
    }

    /// @inheritdoc IOldBookOrders
    function invalidateNonces(uint64 nonceFloor) external {
        uint32 traderId = _state.traders.registered(msg.sender);
        if (!_state.traders.raiseNonceFloor(traderId, msg.sender, nonceFloor)) {
            revert Book_NonceFloorNotHigher(nonceFloor, _state.traders.slots[traderId].nonceFloor());
        }
        emit NoncesInvalidated(traderId, nonceFloor);
    }

    /// @notice A fill-or-kill order, run by the book in a call of its own, so that a kill undoes everything it did.
    /// @param trades that there are in this call before
    /// @param maxMatches steps
    /// @param digest that was signed
    /// @param isAuthentic whether its trader did
    /// @param r of the signature of the trader's key, if that has signed
    /// @param vs of the same
    /// @return tradeRootId its place, the last of the trades
    /// @return records the words that it appends to the chain
    function fillOrKill(
        uint32 trades,
        uint256 maxMatches,
        SignedPackage calldata order,
        bytes32 digest,
        bool isAuthentic,
        bytes32 r,
        bytes32 vs
    ) external returns (uint32 tradeRootId, bytes memory records) {
        if (msg.sender != address(this)) revert Book_OnlySelf(msg.sender);
        Call memory call;
        _open(call, maxMatches, 0);
        call.chain.trades = trades;
        Package p = Packages.read(order);
        p.judge(digest, isAuthentic, r, vs);
        int256 left;
        bytes memory refusal;
        (tradeRootId, left, refusal) = _acceptNow(call, p);
        if (refusal.length != 0) _revertWith(refusal);
        if (left != 0) {
            uint256 wanted = SignedMath.abs(p.quantity());
            // Casts: |quantity| < 2^39, by R27.
            revert Book_FillOrKillUnfilled(uint64(wanted), uint64(wanted - SignedMath.abs(left)));
        }
        _leave(call);
        records = call.chain.records();
    }

    // ------------------------------------------------------------------ the life of an order

    /// @dev Reads a package and finds out whether its trader signed it.
    function _read(Call memory call, SignedPackage calldata order) private view returns (Package p) {
        p = Packages.read(order);
        bytes32 digest = MessageHashUtils.toTypedDataHash(call.chain.separator, p.link());
        (bool isAuthentic, bytes32 r, bytes32 vs) = Signatures.prove(p.trader(), digest, order.signature);
        p.judge(digest, isAuthentic, r, vs);
    }

    /// @dev Fill-or-kill orders take a detour through a call of the book to itself.
    function _accept(Call memory call, Package p) private returns (uint32 tradeRootId, bytes memory refusal) {
        if (p.timeInForce() != FILL_OR_KILL) {
            (tradeRootId, , refusal) = _acceptNow(call, p);
            return (tradeRootId, refusal);
        }
        _leave(call);
        (bytes32 r, bytes32 vs) = p.keySignature();
        try
            this.fillOrKill(call.chain.trades, call.maxMatches, p.source(), p.digest(), p.isAuthentic(), r, vs)
        returns (uint32 id, bytes memory records) {
            call.chain.join(records, id);
            return (id, "");
        } catch (bytes memory reason) {
            // No reason means that the gas ran out.
            return (0, reason.length == 0 ? abi.encodeWithSelector(Book_OutOfGas.selector) : reason);
        }
    }

    /// @dev Check, append, match, rest.
    /// @return tradeRootId its place in the chain, 0 if it was refused
    /// @return left lots, signed, that were not filled
    /// @return refusal why it was refused, empty if it was not
    function _acceptNow(
        Call memory call,
        Package p
    ) private returns (uint32 tradeRootId, int256 left, bytes memory refusal) {
        refusal = _admit(call, p);
        if (refusal.length != 0) return (0, 0, refusal);
        tradeRootId = call.chain.append(p.link(), p.price(), p.quantity());
        if (tradeRootId == 0) return (0, 0, abi.encodeWithSelector(Book_ChainFull.selector));
        Taker memory taker = call.taker;
        taker.id = tradeRootId;
        taker.trader = taker.trader.withNonce(p.nonce());
        p.log(tradeRootId);
        if (taker.crosses) _match(call);
        left = taker.lots + taker.cut;
        if (taker.lots != 0) _settleRest(call, p);
    }

    /// @dev R34: a market that an earlier call left crossed is finished first, whatever becomes of the order itself.
    function _admit(Call memory call, Package p) private returns (bytes memory refusal) {
        _makeRoom(call, p);
        refusal = Intake.admitPackage(_state, call, p);
        if (refusal.length != 0) return refusal;
        Taker memory taker = call.taker;
        taker.maxSteps = call.maxMatches;
        if (call.market.slot.crossed()) {
            taker.maxSteps -= Matching.resume(_state, call, taker.maxSteps);
            if (call.market.slot.crossed()) {
                return abi.encodeWithSelector(Book_StillCrossed.selector, p.marketRootId(), p.marketBranchId());
            }
            // Orders of this trader may have gone.
            taker.trader = _state.traders.slots[taker.traderId];
        }
        return Intake.admitOrder(_state, call, p);
    }

    /// @dev The nonce is written first, because matching may close orders of the same trader.
    function _match(Call memory call) private {
        Taker memory taker = call.taker;
        _state.traders.slots[taker.traderId] = taker.trader;
        Matching.sweep(_state, call, taker, taker.maxSteps);
        taker.trader = _state.traders.slots[taker.traderId];
    }

    /// @dev R28: what was not filled rests, or is offset at once; of an immediate-or-cancel order only once nothing crosses. A kill is
    /// left to the caller, who undoes it.
    function _settleRest(Call memory call, Package p) private {
        if (p.timeInForce() == FILL_OR_KILL) return;
        Taker memory taker = call.taker;
        Market memory market = call.market;
        if (p.timeInForce() == IMMEDIATE_OR_CANCEL) {
            if (!market.slot.crossed()) {
                _state.traders.slots[taker.traderId] = taker.trader;
                Matching.promoteOffset(call.chain, taker.id, taker.price, taker.lots, OffsetReason.Remainder);
                return;
            }
            market.slot = market.slot.asImmediate();
        }
        taker.trader = taker.trader.opened(
            Margin.needOf(taker.lots, taker.price, call.marketMin, call.marketMax, market.root.tickValue),
            call.terms.reserveShift
        );
        Matching.rest(_state, call, taker, p.trader());
    }

    // ------------------------------------------------------------------ the market that a call works on

    /// @dev Turns to the package's market. An order that is held in memory stays there only for what may be filled from it: an order
    /// of the other side, of another trader. Everything else finds it in storage.
    function _makeRoom(Call memory call, Package p) private {
        _enter(call, p.marketRootId(), p.marketBranchId());
        Held memory held = call.held;
        if (held.id != 0 && (held.order.isBid() == p.quantity() > 0 || held.signer == p.trader())) {
            Matching.release(_state, call);
        }
    }

    /// @dev Reads a market, unless the call is at work on it.
    function _enter(Call memory call, uint32 rootId, uint16 branchId) private {
        Market memory market = call.market;
        if (branchId != 0 && market.branchId == branchId && market.root.id == rootId) return;
        _leave(call);
        _marketInto(call.terms, rootId, branchId, market);
        if (market.branchId != 0) {
            call.stored = market.slot;
            (call.marketMin, call.marketMax) = Markets.boundsOf(market.root, branchId);
        }
        call.refusal = Intake.refusalOfMarket(call, rootId, branchId);
    }

    /// @dev Stores what has changed of the market.
    function _leave(Call memory call) private {
        Market memory market = call.market;
        if (market.branchId == 0) return;
        Matching.release(_state, call);
        if (MarketSlot.unwrap(market.slot) != MarketSlot.unwrap(call.stored)) {
            _state.markets.slots[market.id] = market.slot;
        }
        market.branchId = 0;
    }

    /// @dev R35. Empty when the order was taken out, or what its trader cannot bear of it.
    function _offset(Call memory call, uint32 tradeRootId) private returns (bytes memory refusal) {
        PackedOrder order = _state.queues.orders[tradeRootId];
        if (order.isNone()) return abi.encodeWithSelector(Book_OrderUnknown.selector, tradeRootId);
        _enter(call, order.market().rootId(), order.market().branchId());
        OffsetReason reason;
        int256 left;
        if (order.traderId() == _state.traders.ids[msg.sender]) {
            reason = OffsetReason.Cancelled;
        } else if (order.deadline() < block.timestamp || call.refusal.length != 0) {
            reason = OffsetReason.Expired;
        } else {
            left = _bearableOf(call.market, order);
            if (left == order.lots()) {
                return abi.encodeWithSelector(Book_OrderStands.selector, tradeRootId, msg.sender);
            }
            reason = OffsetReason.Uncovered;
        }
        if (left == 0) Matching.takeOutNamed(_state, call, tradeRootId, order, reason);
        else Matching.cutTo(_state, call, tradeRootId, order, left, reason);
    }

    /// @dev What its trader can bear of a resting order at its limit, signed.
    function _bearableOf(Market memory market, PackedOrder order) private view returns (int256) {
        Exposure memory exposure = _state.positions.load(order.traderId(), market.root);
        (int256 lots, int256 price) = (order.lots(), order.price());
        Cover memory cover = Margin.checkCollateral(market.root, exposure, market.branchId, lots, price);
        return Margin.bearable(market.root, exposure, market.branchId, lots, price, cover);
    }

    function _open(Call memory call, uint256 maxMatches, uint256 maxWalk) private view {
        _termsInto(call.terms);
        _state.chain.openInto(_domainSeparatorV4(), call.chain);
        (call.maxMatches, call.maxWalk) = (maxMatches, maxWalk);
    }

    function _close(Call memory call) private {
        _leave(call);
        _state.chain.close(call.chain);
    }

    /// @dev Where Proxy forwards every other function to.
    function _implementation() internal view override returns (address) {
        return ACCOUNTS;
    }
}
