// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ISession } from "../../interfaces/ISession.sol";
import { ExactTransfers } from "../ExactTransfers.sol";
import { Receivers } from "../Receivers.sol";
import { ICashWindow, LegOfWindow, WindowTerms } from "./ICashWindow.sol";
import { IPriceSource } from "./IPriceSource.sol";

/// @title A window in which holders of a settled session's claims get cash for them, at a price that was fixed
/// @dev Shares are taken one after the other of what is left, so that they sum to all of it: of `rest`, o / restOffered, rounded down.
/// That ratio never falls, so nobody gets less than its share of the whole, rounded down.
contract CashWindow is ExactTransfers, ReentrancyGuardTransient, ICashWindow {
    using SafeERC20 for IERC20;

    /// @dev A price that stands while the market moves is an option for buyers; so it does not stand for longer.
    uint256 internal constant MAX_AGE_OF_PRICE = 3_600; // seconds
    /// @dev Of S_k (IPriceSource).
    uint256 internal constant PRICE_UNIT = 1e36;

    struct Offer {
        uint256 amount;
        bool hasPulled;
        bool hasTakenBack;
    }

    /// @dev What is left for those who have not come yet: cash and tokens, and what these offerers had offered.
    struct Rest {
        uint256 cash;
        uint256 cashOffered;
        uint256 tokens;
        uint256 tokensOffered;
    }

    ISession private immutable SESSION;
    IPriceSource private immutable PRICES;
    IERC20 private immutable CASH;
    uint40 private immutable T2;
    uint40 private immutable OPENS;
    uint40 private immutable CLOSES;
    uint256 private immutable SUPPLY;
    uint256 private immutable LEG_COUNT;

    mapping(uint256 leg => LegOfWindow) private _legs;
    mapping(uint256 leg => Rest) private _rests;
    mapping(uint256 leg => mapping(address holder => Offer)) private _offers;

    constructor(WindowTerms memory made) {
        (SESSION, PRICES, CASH) = (made.session, made.prices, made.cash);
        (OPENS, CLOSES) = (made.opens, made.closes);
        (, T2) = made.session.window();
        uint256 time = made.prices.pricedAt();
        uint256 latest = time + MAX_AGE_OF_PRICE;
        if (OPENS <= T2 || OPENS < time || CLOSES <= OPENS || CLOSES > latest) {
            revert Window_Times(OPENS, CLOSES, T2, time, latest);
        }
        SUPPLY = made.session.fixedSupply();
        (address[] memory assets, ) = made.session.basket();
        LEG_COUNT = assets.length;
    }

    // ------------------------------------------------------------------ offering

    /// @inheritdoc ICashWindow
    function offer(uint256 leg, uint256 amount) external {
        _requireLeg(leg);
        _requireOffering(amount);
        _credit(leg, amount);
        IERC20(SESSION.legToken(leg)).safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc ICashWindow
    function offerSession(uint256 amount) external {
        _requireOffering(amount);
        for (uint256 leg = 1; leg <= LEG_COUNT; ++leg) {
            _credit(leg, amount);
        }
        IERC20(SESSION).safeTransferFrom(msg.sender, address(this), amount);
        SESSION.split(amount);
    }

    function _credit(uint256 leg, uint256 amount) private {
        _offers[leg][msg.sender].amount += amount;
        _legs[leg].offered += amount;
        Rest storage rest = _rests[leg];
        rest.cashOffered += amount;
        rest.tokensOffered += amount;
        rest.tokens += amount;
        emit LegOffered(msg.sender, leg, amount);
    }

    // ------------------------------------------------------------------ buying

    /// @inheritdoc ICashWindow
    function buy(
        uint256 leg,
        uint256 amount,
        uint256 maxCost,
        address to
    ) external nonReentrant returns (uint256 paid) {
        paid = _sell(leg, amount, maxCost, to);
        IERC20(SESSION.legToken(leg)).safeTransfer(to, amount);
    }

    /// @inheritdoc ICashWindow
    function buyAndRedeem(
        uint256 leg,
        uint256 amount,
        uint256 maxCost,
        address to
    ) external nonReentrant returns (uint256 paid, uint256 assets) {
        paid = _sell(leg, amount, maxCost, to);
        assets = SESSION.redeemLeg(leg, amount, to);
    }

    /// @dev Everything of a sale but the delivery. Cash is hostile: what arrives is measured, and nobody can come in meanwhile.
    function _sell(uint256 leg, uint256 amount, uint256 maxCost, address to) private returns (uint256 cost) {
        // Checks.
        _requireLeg(leg);
        if (block.timestamp < OPENS || block.timestamp >= CLOSES) {
            revert Window_NotOpen(block.timestamp, OPENS, CLOSES);
        }
        if (amount == 0) revert Window_NothingToDo();
        Receivers.check(to, address(SESSION));
        _price(leg);
        LegOfWindow storage found = _legs[leg];
        uint256 available = found.offered - found.sold;
        if (amount > available) revert Window_NotOffered(leg, amount, available);
        cost = _cost(amount, found.quantity, found.price);
        if (cost > maxCost) revert Window_TooDear(leg, cost, maxCost);
        // Effects.
        found.sold += amount;
        found.paid += cost;
        Rest storage rest = _rests[leg];
        rest.tokens -= amount;
        rest.cash += cost;
        emit LegBought(msg.sender, leg, to, amount, cost);
        // Interaction.
        _pullExactly(CASH, msg.sender, cost);
    }

    /// @dev The source is asked once: what it says later does not matter.
    function _price(uint256 leg) private {
        LegOfWindow storage found = _legs[leg];
        if (found.isPriced) return;
        (found.isPriced, found.quantity, found.price) = (true, _quantityOf(leg), _priceNow(leg));
        emit LegPriced(leg, found.price);
    }

    // ------------------------------------------------------------------ after the close

    /// @inheritdoc ICashWindow
    function pullCash(uint256 leg, address to) external returns (uint256 amount) {
        Offer storage mine = _offerAfterClose(leg);
        Receivers.check(to, address(CASH));
        if (mine.hasPulled) revert Window_NothingLeft(msg.sender, leg);
        mine.hasPulled = true;
        Rest storage rest = _rests[leg];
        amount = Math.mulDiv(rest.cash, mine.amount, rest.cashOffered);
        rest.cash -= amount;
        rest.cashOffered -= mine.amount;
        emit CashPulled(msg.sender, leg, to, amount);
        if (amount != 0) CASH.safeTransfer(to, amount);
    }

    /// @inheritdoc ICashWindow
    function takeBack(uint256 leg, address to) external returns (uint256 amount) {
        Offer storage mine = _offerAfterClose(leg);
        Receivers.check(to, address(SESSION));
        if (mine.hasTakenBack) revert Window_NothingLeft(msg.sender, leg);
        mine.hasTakenBack = true;
        Rest storage rest = _rests[leg];
        amount = Math.mulDiv(rest.tokens, mine.amount, rest.tokensOffered);
        rest.tokens -= amount;
        rest.tokensOffered -= mine.amount;
        emit LegReturned(msg.sender, leg, to, amount);
        if (amount != 0) IERC20(SESSION.legToken(leg)).safeTransfer(to, amount);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc ICashWindow
    function terms() external view returns (WindowTerms memory) {
        return WindowTerms(SESSION, PRICES, CASH, OPENS, CLOSES);
    }

    /// @inheritdoc ICashWindow
    function legOf(uint256 leg) external view returns (LegOfWindow memory) {
        _requireLeg(leg);
        return _legs[leg];
    }

    /// @inheritdoc ICashWindow
    function offerOf(address holder, uint256 leg) external view returns (uint256, bool, bool) {
        Offer storage found = _offers[leg][holder];
        return (found.amount, found.hasPulled, found.hasTakenBack);
    }

    /// @inheritdoc ICashWindow
    function costOf(uint256 leg, uint256 amount) external view returns (uint256) {
        _requireLeg(leg);
        LegOfWindow storage found = _legs[leg];
        if (found.isPriced) return _cost(amount, found.quantity, found.price);
        return _cost(amount, _quantityOf(leg), _priceNow(leg));
    }

    // ------------------------------------------------------------------ internal

    /// @dev ⌈amount · q_k · S_k / (N · 10^36)⌉. No overflow: amount < 2^96 and q_k < 2^128; N < 2^96 and 10^36 < 2^120. An amount that
    /// no one can hold, or a price beyond all reason, reverts.
    function _cost(uint256 amount, uint128 quantity, uint256 price) private view returns (uint256) {
        return Math.mulDiv(amount * quantity, price, SUPPLY * PRICE_UNIT, Math.Rounding.Ceil);
    }

    function _priceNow(uint256 leg) private view returns (uint256) {
        (bool isFixed, uint256 price) = PRICES.priceOf(leg);
        if (!isFixed || price == 0) revert Window_NoPrice(leg);
        return price;
    }

    /// @dev Of the basket as it was funded, and not of what the vault holds at the moment.
    function _quantityOf(uint256 leg) private view returns (uint128) {
        (, uint128[] memory quantities) = SESSION.basket();
        return quantities[leg - 1];
    }

    function _offerAfterClose(uint256 leg) private view returns (Offer storage mine) {
        if (block.timestamp < CLOSES) revert Window_StillOpen(block.timestamp, CLOSES);
        mine = _offers[leg][msg.sender];
        if (mine.amount == 0) revert Window_NothingLeft(msg.sender, leg);
    }

    function _requireOffering(uint256 amount) private view {
        if (block.timestamp < T2 || block.timestamp >= OPENS) {
            revert Window_NotOffering(block.timestamp, T2, OPENS);
        }
        if (amount == 0) revert Window_NothingToDo();
    }

    function _requireLeg(uint256 leg) private view {
        if (leg == 0 || leg > LEG_COUNT) revert Window_UnknownLeg(leg, LEG_COUNT);
    }
}
