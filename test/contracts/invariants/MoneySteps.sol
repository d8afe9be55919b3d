// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { IBookAccounts, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { Judge } from "./Judge.sol";

/// @title Money in and out of the book before settlement
abstract contract MoneySteps is Judge {
    bytes4 private constant NO_BALANCE = IERC20Errors.ERC20InsufficientBalance.selector;

    function createUser(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        address trader = random.chance(15) ? address(0) : accounts[random.below(ACCOUNTS)];
        bytes4[] memory reasons = _if(new bytes4[](0), trader == address(0), IBookRecords.Book_ZeroAddress.selector);
        reasons = _if(reasons, model.known(trader), IBookRecords.Book_TraderExists.selector);
        if (reasons.length == 0) model.register(trader);
        _callAs(_payer(random), address(book), abi.encodeCall(IBookAccounts.createUser, (trader)), reasons);
    }

    function deposit(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        (address payer, address trader) = (_payer(random), _beneficiary(random));
        uint256 held = session.balanceOf(payer);
        uint256 amount = random.chance(90) ? random.below(held / 4 + 1) : held + random.below(2);
        bytes4[] memory reasons = _depositFaults(trader, amount);
        reasons = _if(reasons, amount > held, NO_BALANCE);
        if (reasons.length == 0) model.addCash(trader, int256(amount));
        _callAs(payer, address(book), abi.encodeCall(IBookAccounts.deposit, (trader, amount)), reasons);
    }

    function depositLeg(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        (address payer, address trader) = (_payer(random), _beneficiary(random));
        uint16 leg = uint16(random.chance(95) ? random.between(1, legCount) : (legCount + 1) * random.below(2));
        bool legExists = leg != 0 && leg <= legCount;
        uint256 held = legExists ? legTokens[leg - 1].balanceOf(payer) / LOT_VALUE : 10;
        uint256 lots = random.chance(90) ? random.below(held / 4 + 1) : held + random.below(2);
        bytes4[] memory reasons = _depositFaults(trader, lots);
        reasons = _if(reasons, !legExists, IBookRecords.Book_MarketUnknown.selector);
        reasons = _if(reasons, lots > held, NO_BALANCE);
        if (reasons.length == 0) model.addLots(trader, leg, int256(lots));
        bytes memory data = abi.encodeCall(IBookAccounts.depositLeg, (trader, leg, uint64(lots)));
        _callAs(payer, address(book), data, reasons);
    }

    function withdraw(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        (address trader, address to) = (_payer(random), _receiver(random));
        int256 slack = model.slackAfter(trader, 1, 0, 0);
        uint256 amount = _attempt(random, uint256(slack));
        bytes4[] memory reasons = _withdrawalFaults(trader, to, amount, slack - int256(amount));
        uint64 floor = _floor(random, trader);
        reasons = _if(reasons, floor >= 2 ** 24, IBookRecords.Book_NonceTooFar.selector);
        uint256 before = session.balanceOf(to);
        _callAs(trader, address(book), abi.encodeCall(IBookAccounts.withdraw, (amount, to, floor)), reasons);
        if (reasons.length != 0) return;
        if (floor > model.nonceFloorOf(trader)) model.raiseNonceFloor(trader, floor);
        model.addCash(trader, -int256(amount));
        _allowWithdrawal(trader, 0, amount);
        assertEq(session.balanceOf(to) - before, amount, "session tokens received");
    }

    function withdrawLeg(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        (address trader, address to) = (_payer(random), _receiver(random));
        uint16 leg = uint16(random.between(1, legCount));
        int256 claim = model.netCollateral(trader, leg, leg, 0, 0);
        uint256 lots = _attempt(random, uint256(claim) / LOT_VALUE);
        // Only the outcome in which this leg is worth everything gets worse.
        int256 left = claim - int256(lots * LOT_VALUE);
        bytes4[] memory reasons = _withdrawalFaults(trader, to, lots, left);
        uint64 floor = _floor(random, trader);
        reasons = _if(reasons, floor >= 2 ** 24, IBookRecords.Book_NonceTooFar.selector);
        uint256 before = legTokens[leg - 1].balanceOf(to);
        bytes memory data = abi.encodeCall(IBookAccounts.withdrawLeg, (leg, uint64(lots), to, floor));
        _callAs(trader, address(book), data, reasons);
        if (reasons.length != 0) return;
        if (floor > model.nonceFloorOf(trader)) model.raiseNonceFloor(trader, floor);
        model.addLots(trader, leg, -int256(lots));
        _allowWithdrawal(trader, leg, lots * LOT_VALUE);
        assertEq(legTokens[leg - 1].balanceOf(to) - before, lots * LOT_VALUE, "leg tokens received");
    }

    function _payer(Random memory random) private view returns (address) {
        return accounts[random.below(ACCOUNTS)];
    }

    function _beneficiary(Random memory random) private view returns (address) {
        return random.chance(3) ? address(0) : accounts[random.below(TRADERS + 1)];
    }

    function _receiver(Random memory random) private view returns (address) {
        if (random.chance(95)) return accounts[random.below(ACCOUNTS)];
        address[3] memory wrong = [address(0), address(book), address(session)];
        return wrong[random.below(3)];
    }

    /// @dev Mostly none; else about today's, and now and then one that no nonce can have.
    function _floor(Random memory random, address trader) private view returns (uint64) {
        if (random.chance(60)) return 0;
        if (random.chance(5)) return uint64(random.between(2 ** 24, type(uint64).max));
        uint64 current = model.nonceFloorOf(trader);
        return random.chance(20) ? current / 2 : current + uint64(random.below(4));
    }

    /// @dev Nothing, something, all, and just too much.
    function _attempt(Random memory random, uint256 most) private pure returns (uint256) {
        uint256 kind = random.below(10);
        if (kind == 0) return 0;
        if (kind == 1) return most;
        if (kind == 2) return most + 1;
        return random.below(most / 2 + 1);
    }

    function _depositFaults(address trader, uint256 amount) private view returns (bytes4[] memory reasons) {
        reasons = _if(reasons, block.timestamp >= t2, IBookRecords.Book_DepositsClosed.selector);
        reasons = _if(reasons, amount == 0, IBookRecords.Book_ZeroAmount.selector);
        reasons = _if(reasons, trader == address(0), IBookRecords.Book_ZeroAddress.selector);
    }

    function _withdrawalFaults(
        address trader,
        address to,
        uint256 amount,
        int256 left
    ) private view returns (bytes4[] memory reasons) {
        (, uint256 reserved) = model.ordersOf(trader);
        if (block.timestamp >= t2) reserved = 0;
        bool nobody = to == address(0) || to == address(book) || to == address(session);
        reasons = _if(reasons, nobody, IBookRecords.Book_ReceiverInvalid.selector);
        reasons = _if(reasons, amount == 0, IBookRecords.Book_ZeroAmount.selector);
        reasons = _if(reasons, !model.known(trader), IBookRecords.Book_TraderUnknown.selector);
        reasons = _if(reasons, left < 0, IBookRecords.Book_WithdrawalTooLarge.selector);
        bool uncovers = left >= 0 && left < int256(reserved);
        reasons = _if(reasons, uncovers, IBookRecords.Book_WithdrawalUncoversOrders.selector);
    }
}
