// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { IParticipationPolicy } from "../../interfaces/IParticipationPolicy.sol";
import { ISession } from "../../interfaces/ISession.sol";
import { ExactTransfers } from "../ExactTransfers.sol";
import { PolicyCalls } from "../policies/PolicyCalls.sol";
import { Receivers } from "../Receivers.sol";
import { IPrimarySale, SaleTerms } from "./IPrimarySale.sol";

/// @title The organiser of a session sells its tokens, at a price that stands or falls with time
/// @dev All premium tokens that are here are the seller's: whoever paid them has got what it bought.
contract PrimarySale is IPrimarySale, ExactTransfers, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant ONE_TOKEN = 1e18;

    ISession private immutable SESSION;
    IERC20 private immutable PREMIUM;
    uint128 private immutable START_PRICE;
    uint128 private immutable END_PRICE;
    uint128 private immutable SLOPE;
    uint40 private immutable OPENS;
    uint40 private immutable CLOSES;
    uint96 private immutable LIMIT; // 0: none
    IParticipationPolicy private immutable POLICY;
    address private immutable BOOK;
    /// @inheritdoc IPrimarySale
    address public immutable SELLER;

    /// @inheritdoc IPrimarySale
    uint256 public unsold;
    /// @inheritdoc IPrimarySale
    mapping(address buyer => uint256 wei_) public boughtBy;

    modifier onlySeller() {
        if (msg.sender != SELLER) revert Sale_NotSeller(msg.sender, SELLER);
        _;
    }

    constructor(SaleTerms memory t) {
        _requireCode(address(t.session));
        _requireCode(address(t.premium));
        if (address(t.policy) != address(0)) _requireCode(address(t.policy));
        if (address(t.premium) == address(t.session)) revert Sale_OwnToken(address(t.premium));
        if (t.endPrice == 0 || t.endPrice > t.startPrice) revert Sale_Prices(t.startPrice, t.endPrice);
        (, uint40 t2) = t.session.window();
        if (block.timestamp >= t.opens || t.opens >= t.closes || t.closes > t2) {
            revert Sale_Window(block.timestamp, t.opens, t.closes, t2);
        }
        (SESSION, PREMIUM, POLICY) = (t.session, t.premium, t.policy);
        (START_PRICE, END_PRICE, SLOPE) = (t.startPrice, t.endPrice, t.slope);
        (OPENS, CLOSES, LIMIT) = (t.opens, t.closes, t.maxPerBuyer);
        (BOOK, SELLER) = (t.session.orderBook(), t.session.organiser());
    }

    // ------------------------------------------------------------------ the seller

    /// @inheritdoc IPrimarySale
    function offer(uint256 amount) external onlySeller nonReentrant {
        // Checks.
        if (amount == 0) revert Sale_AmountZero();
        if (block.timestamp >= OPENS) revert Sale_OfferClosed(block.timestamp, OPENS);
        // Effects.
        unsold += amount;
        emit Offered(msg.sender, amount);
        // Interaction.
        _pullExactly(SESSION, msg.sender, amount);
    }

    /// @inheritdoc IPrimarySale
    function collect(address to) external onlySeller nonReentrant returns (uint256 amount) {
        Receivers.check(to, address(PREMIUM));
        amount = PREMIUM.balanceOf(address(this));
        emit ProceedsCollected(to, amount);
        if (amount != 0) PREMIUM.safeTransfer(to, amount);
    }

    /// @inheritdoc IPrimarySale
    function takeBack(address to) external onlySeller nonReentrant returns (uint256 amount) {
        // Checks.
        if (block.timestamp < CLOSES) revert Sale_StillOpen(block.timestamp, CLOSES);
        Receivers.check(to, address(SESSION));
        // Effects. With what was not sold comes what somebody has sent here.
        unsold = 0;
        amount = SESSION.balanceOf(address(this));
        emit UnsoldReturned(to, amount);
        // Interaction.
        if (amount != 0) IERC20(SESSION).safeTransfer(to, amount);
    }

    // ------------------------------------------------------------------ buyers

    /// @inheritdoc IPrimarySale
    function buy(
        uint256 amount,
        uint256 maxPay,
        address to,
        uint256 deadline
    ) external nonReentrant returns (uint256 pay) {
        pay = _sell(amount, maxPay, to, deadline);
        _exchange(pay, amount, to);
    }

    /// @inheritdoc IPrimarySale
    function buyWithPermit(
        uint256 amount,
        uint256 maxPay,
        address to,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 pay) {
        pay = _sell(amount, maxPay, to, deadline);
        // A permit that somebody else has used already does no harm; what counts is the allowance.
        try IERC20Permit(address(PREMIUM)).permit(msg.sender, address(this), maxPay, deadline, v, r, s) {} catch {}
        _exchange(pay, amount, to);
    }

    /// @dev Checks and effects of a sale.
    function _sell(uint256 amount, uint256 maxPay, address to, uint256 deadline) private returns (uint256 pay) {
        if (block.timestamp < OPENS || block.timestamp >= CLOSES) revert Sale_NotOpen(block.timestamp, OPENS, CLOSES);
        if (block.timestamp > deadline) revert Sale_DeadlineExpired(block.timestamp, deadline);
        if (amount == 0) revert Sale_AmountZero();
        Receivers.check(to, address(SESSION));
        if (amount > unsold) revert Sale_NotEnoughLeft(amount, unsold);
        _requireAllowed(msg.sender, amount);
        uint256 price = priceAt(block.timestamp);
        pay = _cost(amount, price);
        if (pay > maxPay) revert Sale_TooDear(pay, maxPay);
        unsold -= amount;
        boughtBy[msg.sender] += amount;
        emit Bought(msg.sender, to, amount, pay, price);
    }

    /// @dev Interactions of a sale: the premium token is hostile.
    function _exchange(uint256 pay, uint256 amount, address to) private {
        _pullExactly(PREMIUM, msg.sender, pay);
        IERC20(SESSION).safeTransfer(to, amount);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IPrimarySale
    function terms() external view returns (SaleTerms memory) {
        return SaleTerms(SESSION, PREMIUM, START_PRICE, END_PRICE, SLOPE, OPENS, CLOSES, LIMIT, POLICY);
    }

    /// @inheritdoc IPrimarySale
    function costAt(uint256 amount, uint256 timestamp) external view returns (uint256) {
        return _cost(amount, priceAt(timestamp));
    }

    /// @inheritdoc IPrimarySale
    function priceAt(uint256 timestamp) public view returns (uint256) {
        if (timestamp <= OPENS || SLOPE == 0) return START_PRICE;
        // Seconds after which it does not fall any more: whatever second is asked about, nothing overflows.
        uint256 elapsed = timestamp - OPENS;
        if (elapsed > (START_PRICE - END_PRICE) / SLOPE) return END_PRICE;
        return START_PRICE - SLOPE * elapsed;
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Rounded up: nobody pays less than exact, and nobody gets anything for nothing.
    function _cost(uint256 amount, uint256 price) private pure returns (uint256) {
        return Math.mulDiv(amount, price, ONE_TOKEN, Math.Rounding.Ceil);
    }

    function _requireAllowed(address buyer, uint256 amount) private view {
        if (LIMIT != 0) {
            uint256 left = LIMIT - boughtBy[buyer];
            if (amount > left) revert Sale_OverLimit(buyer, amount, left);
        }
        address policy = address(POLICY);
        if (policy != address(0) && !PolicyCalls.admits(policy, gasleft(), BOOK, buyer)) {
            revert Sale_NotAdmitted(buyer, policy);
        }
    }

    function _requireCode(address target) private view {
        if (target.code.length == 0) revert Sale_NoCode(target);
    }
}
