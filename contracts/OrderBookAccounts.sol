// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import { Basket } from "./book/Basket.sol";
import { BatchCancelling } from "./book/BatchCancelling.sol";
import { Call } from "./book/Call.sol";
import { Cancellation, Cancelling } from "./book/Cancelling.sol";
import { Explaining } from "./book/Explaining.sol";
import { Forwarding } from "./book/Forwarding.sol";
import { Pool } from "./book/Pool.sol";
import { Store } from "./book/Store.sol";
import { Traders } from "./book/Traders.sol";
import { IBookAccounts } from "./interfaces/IOrderBook.sol";
import { ISession } from "./interfaces/ISession.sol";
import { OrderWord } from "./libraries/OrderWord.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TraderWord } from "./libraries/TraderWord.sol";
import { CancelTrades } from "./Types.sol";

/// @title The accounts of an order book: registration, money in and out, signed cancellations
/// @dev Runs inside a book (see BookBase). Money moves as check, effect, interaction; the tokens it calls are the session's own.
contract OrderBookAccounts is BatchCancelling, Forwarding, IBookAccounts {
    using SafeERC20 for IERC20;

    /// @dev No session has more tokens than this; nothing below it can overflow on its way to the check.
    uint256 private constant MAX_DEPOSIT = type(uint96).max;

    constructor(address views) Forwarding(views) {}

    // ------------------------------------------------------------------ users and money

    /// @inheritdoc IBookAccounts
    function createUser(address trader) external nonReentrant returns (uint32 traderId) {
        Call memory c;
        _look(c);
        // Cast: numbers are uint32.
        return uint32(Traders.register(_state(), c.policy, trader).number());
    }

    /// @inheritdoc IBookAccounts
    function deposit(address trader, uint256 amount) external nonReentrant {
        Call memory c;
        _look(c);
        _deposit(c, trader, amount);
    }

    /// @inheritdoc IBookAccounts
    function depositWithPermit(
        address trader,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        Call memory c;
        _look(c);
        _permit(address(_session(c)), amount, deadline, v, r, s);
        _deposit(c, trader, amount);
    }

    /// @inheritdoc IBookAccounts
    function depositLeg(address trader, uint16 leg, uint64 lots) external nonReentrant {
        Call memory c;
        _look(c);
        _depositLeg(c, trader, leg, lots);
    }

    /// @inheritdoc IBookAccounts
    function depositLegWithPermit(
        address trader,
        uint16 leg,
        uint64 lots,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        Call memory c;
        _look(c);
        Basket.lookAt(_state().markets, c, leg);
        _permit(_session(c).legToken(leg), _legAmount(c, lots), deadline, v, r, s);
        _depositLeg(c, trader, leg, lots);
    }

    /// @inheritdoc IBookAccounts
    function withdraw(uint256 amount, address to, uint64 nonceFloor) external nonReentrant {
        // Check (R11, R15)
        Call memory c;
        _look(c);
        TraderWord t = _payee(c, amount, to, nonceFloor);
        // Cast: not negative, by R11.
        _requireFree(c, t, amount, uint256(t.slack(c.lotValue)));
        // Effect. Cast: _requireFree has bounded amount.
        Store.setTrader(uint160(msg.sender), Basket.withMoney(t, t.claim() - int256(amount), t.net(), msg.sender));
        emit Withdrawn(uint32(t.number()), 0, amount, to);
        // Interaction
        Pool.paySession(_session(c), amount, to);
    }

    /// @inheritdoc IBookAccounts
    function withdrawLeg(uint16 leg, uint64 lots, address to, uint64 nonceFloor) external nonReentrant {
        // Check (R11, R15): only the outcome in which this leg is worth everything gets worse.
        Call memory c;
        _look(c);
        Basket.lookAt(_state().markets, c, leg);
        TraderWord t = _payee(c, lots, to, nonceFloor);
        uint256 amount = _legAmount(c, lots);
        _requireFree(c, t, amount, Basket.claimsOf(c, t)[leg - 1]);
        // Effect
        Store.setTrader(uint160(msg.sender), Basket.moveLots(c, t, -int256(uint256(lots)), msg.sender));
        emit Withdrawn(uint32(t.number()), leg, amount, to);
        // Interaction
        Pool.payLeg(_session(c), leg, amount, to);
    }

    /// @inheritdoc IBookAccounts
    function exit(address to, bool redeemAssets) external nonReentrant returns (uint256[] memory claims) {
        // Check (R18)
        Call memory c;
        _look(c);
        if (block.timestamp < c.t2) revert Book_NotSettling(block.timestamp, c.t2);
        _requireReceiver(c, to);
        TraderWord t = Traders.registered(msg.sender);
        claims = Basket.claimsOf(c, t);
        bool any;
        for (uint256 k; k < claims.length; ++k) {
            if (claims[k] != 0) any = true;
        }
        if (!any) revert Book_NothingToExit(msg.sender);
        // Effect: what stays is worth nothing in the worst outcome of the roots that are still open.
        Store.setTrader(uint160(msg.sender), Basket.empty(c, t));
        emit Exited(uint32(t.number()), to, claims, redeemAssets);
        // Interaction
        if (redeemAssets) Pool.redeemClaims(_session(c), claims, to);
        else Pool.payClaims(_session(c), claims, to);
    }

    /// @inheritdoc IBookAccounts
    function invalidateNonces(uint64 nonceFloor) external nonReentrant {
        if (Cancelling.raiseNonceFloor(uint160(msg.sender), nonceFloor)) return;
        // Cast: floors have 24 bits.
        uint64 current = uint64(Store.trader(uint160(msg.sender)).nonceFloor());
        revert Book_NonceFloorNotHigher(nonceFloor, current);
    }

    // ------------------------------------------------------------------ signed cancellations

    /// @inheritdoc IBookAccounts
    function cancelTrades(
        CancelTrades calldata cancellation,
        bytes calldata signature,
        uint32[] calldata places,
        uint32 newest
    ) external nonReentrant returns (uint256 count) {
        // Check (R43)
        Cancellation memory asked = Cancellation(
            uint160(cancellation.trader),
            cancellation.fromTradeRootId,
            cancellation.toTradeRootId,
            cancellation.nonceFloor,
            cancellation.deadline
        );
        Call memory c;
        _open(c, newest);
        bytes32 refusal = Cancelling.refusalOf(c, asked);
        if (refusal != 0) Explaining.explainCancellation(bytes4(refusal), cancellation);
        bytes32 digest = Signatures.typedDigest(c.domain, Cancelling.hashOf(asked));
        if (!Signatures.isValid(cancellation.trader, digest, signature)) {
            revert Book_SignatureInvalid(cancellation.trader, digest);
        }
        // Effect
        bool raises = Cancelling.raises(asked);
        uint256 signatureAt;
        assembly ("memory-safe") {
            signatureAt := signature.offset
        }
        Cancelling.begin(asked, signatureAt, signature.length);
        for (uint256 i; i < places.length; ++i) {
            if (Cancelling.takeOut(_state().markets, c, asked, places[i]) == 0) ++count;
        }
        if (count == 0 && !raises) _revertForNothing(cancellation, places);
        _close(c);
    }

    /// @dev Nothing has come of a cancellation: why the first order stays, or that there was none.
    function _revertForNothing(CancelTrades calldata asked, uint32[] calldata places) private view {
        // Casts: floors have 24 bits, numbers 32.
        uint64 current = uint64(Store.trader(uint160(asked.trader)).nonceFloor());
        if (places.length == 0) revert Book_NonceFloorNotHigher(asked.nonceFloor, current);
        OrderWord order = Store.order(places[0]);
        uint32 id = uint32(order.id());
        if (!order.isOpen()) revert Book_OrderUnknown(id);
        revert Book_OrderNotMeant(id, asked.trader, asked.fromTradeRootId, asked.toTradeRootId);
    }

    // ------------------------------------------------------------------ money, in detail

    function _deposit(Call memory c, address trader, uint256 amount) private {
        // Check
        _requireDeposits(c, amount);
        TraderWord t = _registeredOrNew(c, trader);
        if (amount > MAX_DEPOSIT) revert Book_PositionOverflow(trader);
        // Effect. Cast: as just checked.
        Store.setTrader(uint160(trader), Basket.withMoney(t, t.claim() + int256(amount), t.net(), trader));
        emit Deposited(uint32(t.number()), 0, amount);
        // Interaction
        IERC20(address(_session(c))).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _depositLeg(Call memory c, address trader, uint16 leg, uint64 lots) private {
        // Check
        _requireDeposits(c, lots);
        Basket.lookAt(_state().markets, c, leg);
        TraderWord t = _registeredOrNew(c, trader);
        // Effect
        Store.setTrader(uint160(trader), Basket.moveLots(c, t, int256(uint256(lots)), trader));
        uint256 amount = _legAmount(c, lots);
        emit Deposited(uint32(t.number()), leg, amount);
        // Interaction
        IERC20(_session(c).legToken(leg)).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _registeredOrNew(Call memory c, address trader) private returns (TraderWord t) {
        t = Store.trader(uint160(trader));
        if (t.isNone()) t = Traders.register(_state(), c.policy, trader);
    }

    /// @dev A permit that somebody else has used already does no harm; what counts is the allowance.
    function _permit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }

    /// @dev R15: after `requested` has gone, every outcome that got worse still bears the most that an open order may need. From
    /// t2 on no order can be filled any more.
    function _requireFree(Call memory c, TraderWord t, uint256 requested, uint256 available) private view {
        if (requested > available) revert Book_WithdrawalTooLarge(msg.sender, requested, available);
        uint256 reserved = block.timestamp < c.t2 ? t.reservedWei(c.reserveShift) : 0;
        if (available - requested < reserved) {
            revert Book_WithdrawalUncoversOrders(msg.sender, requested, available, reserved);
        }
    }

    /// @dev And effect on nonces (R26): those below the floor are void from here on.
    function _payee(Call memory c, uint256 amount, address to, uint64 nonceFloor) private returns (TraderWord) {
        _requireReceiver(c, to);
        if (amount == 0) revert Book_ZeroAmount();
        Traders.registered(msg.sender);
        Cancelling.raiseNonceFloor(uint160(msg.sender), nonceFloor);
        return Store.trader(uint160(msg.sender));
    }

    function _requireReceiver(Call memory c, address to) private view {
        if (to == address(0) || to == address(this) || to == address(_session(c))) revert Book_ReceiverInvalid(to);
    }

    function _requireDeposits(Call memory c, uint256 amount) private view {
        if (block.timestamp >= c.t2) revert Book_DepositsClosed(block.timestamp, c.t2);
        if (amount == 0) revert Book_ZeroAmount();
    }

    /// @dev Leg-token wei of a number of basket lots. lots < 2^64, scale < 2^31, tickValue < 2^64.
    function _legAmount(Call memory c, uint64 lots) private pure returns (uint256) {
        return uint256(c.lotValue) * lots;
    }

    /// @dev Cast: an address as the factory has encoded it.
    function _session(Call memory c) private pure returns (ISession) {
        return ISession(address(uint160(c.session)));
    }
}
