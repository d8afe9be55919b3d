// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { TestAsset } from "../../../../contracts/mocks/TestAsset.sol";
import { CashWindow } from "../../../../contracts/periphery/settlement/CashWindow.sol";
import { ICashWindow, LegOfWindow, WindowTerms } from "../../../../contracts/periphery/settlement/ICashWindow.sol";
import { IPriceSource } from "../../../../contracts/periphery/settlement/IPriceSource.sol";
import { Baskets } from "../../support/Baskets.sol";
import { VM } from "../../support/Vm.sol";

/// @dev Says what it is told to, also another thing the second time, or nothing at all.
contract WhimsicalPrices is IPriceSource {
    uint40 public immutable pricedAt;
    mapping(uint256 leg => uint256) private _prices;
    bool private _isDead;

    constructor(uint40 time) {
        pricedAt = time;
    }

    function say(uint256 leg, uint256 price) external {
        _prices[leg] = price;
    }

    function die() external {
        _isDead = true;
    }

    function priceOf(uint256 leg) external view returns (bool, uint256) {
        require(!_isDead, "dead");
        return (true, _prices[leg]);
    }
}

/// @title Given any offers, purchases and order of coming, then what holders get sums to what was paid, and to what was not bought
contract CashWindowTest is Baskets {
    uint256 private constant HOLDERS = 5;
    uint256 private constant SUPPLY = 1e21;
    uint256 private constant LEGS = 2;

    WhimsicalPrices private prices;
    TestAsset private cash;
    CashWindow private window;
    uint40 private t2;

    function setUp() external {
        uint128[] memory quantities = new uint128[](LEGS);
        (quantities[0], quantities[1]) = (1e21 + 7, 3);
        _openSession(quantities, SUPPLY);
        (, t2) = _session.window();
        prices = new WhimsicalPrices(t2);
        cash = new TestAsset("Cash", "CSH", 6);
        window = new CashWindow(WindowTerms(_session, prices, IERC20(cash), t2 + 100, t2 + 1 hours));
        cash.mint(address(this), type(uint128).max);
        cash.approve(address(window), type(uint256).max);
        VM.warp(t2);
    }

    /// @param seed of which each holder's offer, each purchase and the order in which they come are drawn
    /// @param price 10^36 · cash units for a unit of the asset
    function testFuzz_Payouts_SumToThePayments(uint256 seed, uint256 price) external {
        uint256 leg = 1 + (seed % LEGS);
        price = bound(price, 1, 1e36);
        prices.say(leg, price);
        uint256[HOLDERS] memory offers = _offer(leg, seed);
        VM.warp(t2 + 100);
        (uint256 sold, uint256 paid) = _buySome(leg, seed);
        LegOfWindow memory l = window.legOf(leg);
        assertEq(l.sold, sold, "sold");
        assertEq(l.paid, paid, "paid");
        assertEq(cash.balanceOf(address(window)), paid, "cash in the window");
        VM.warp(t2 + 1 hours);
        _collect(leg, seed, offers, l);
        assertEq(cash.balanceOf(address(window)), 0, "cash left");
        assertEq(IERC20(_session.legToken(leg)).balanceOf(address(window)), 0, "tokens left");
    }

    /// @dev π = x · S: what buyers pay for f is never below f · q · S / N, and above it by less than a unit.
    function testFuzz_Cost_IsTheExactValue_RoundedUp(uint256 amount, uint256 price) external {
        amount = bound(amount, 1, SUPPLY);
        price = bound(price, 1, 1e40);
        prices.say(1, price);
        uint256 cost = window.costOf(1, amount);
        // amount · q < 2^140; with the price below 2^273, so the last digits of both sides are compared in parts.
        uint256 unit = SUPPLY * 1e36;
        uint256 exact = (amount * (1e21 + 7)) % unit;
        assertEq(exact, amount * (1e21 + 7), "the amount is below a unit");
        (uint256 high, uint256 low) = _times(exact, price);
        (uint256 highOfCost, uint256 lowOfCost) = _times(cost, unit);
        assertTrue(highOfCost > high || (highOfCost == high && lowOfCost >= low), "at least the exact value");
        (highOfCost, lowOfCost) = _times(cost - 1, unit);
        assertTrue(highOfCost < high || (highOfCost == high && lowOfCost < low), "less than a unit above");
    }

    function test_APriceIsTakenOnce_WhateverTheSourceSaysLater() external {
        prices.say(1, 1e30);
        _session.approve(address(window), 10);
        window.offerSession(10);
        VM.warp(t2 + 100);
        uint256 first = window.buy(1, 5, type(uint256).max, address(this));
        prices.say(1, 1e36);
        assertEq(window.buy(1, 5, type(uint256).max, address(this)), first, "the same price");
        assertEq(window.legOf(1).price, 1e30, "kept");
    }

    function test_ADeadSource_StopsSales_AndNothingElse() external {
        _session.approve(address(window), 10);
        window.offerSession(10);
        prices.die();
        VM.warp(t2 + 100);
        VM.expectRevert(bytes("dead"));
        window.buy(1, 5, type(uint256).max, address(this));
        VM.warp(t2 + 1 hours);
        assertEq(window.takeBack(1, address(this)), 10, "leg 1");
        assertEq(window.takeBack(2, address(this)), 10, "leg 2");
        _session.merge(10);
    }

    function test_APriceOfZero_SellsNothing() external {
        _session.approve(address(window), 10);
        window.offerSession(10);
        VM.warp(t2 + 100);
        VM.expectRevert(abi.encodeWithSelector(ICashWindow.Window_NoPrice.selector, uint256(1)));
        window.buy(1, 5, type(uint256).max, address(this));
    }

    // ------------------------------------------------------------------ steps

    function _offer(uint256 leg, uint256 seed) private returns (uint256[HOLDERS] memory offers) {
        _session.split(SUPPLY / 2);
        for (uint256 i; i < HOLDERS; ++i) {
            uint256 most = _draw(seed, i) % 3 == 0 ? 10 : SUPPLY / 20;
            offers[i] = 1 + (_draw(seed, i + 100) % most);
            bool isWhole = _draw(seed, i + 200) % 2 == 0;
            IERC20 token = isWhole ? IERC20(_session) : IERC20(_session.legToken(leg));
            require(token.transfer(_holder(i), offers[i]), "transfer");
            VM.startPrank(_holder(i));
            token.approve(address(window), offers[i]);
            if (isWhole) window.offerSession(offers[i]);
            else window.offer(leg, offers[i]);
            VM.stopPrank();
        }
    }

    function _buySome(uint256 leg, uint256 seed) private returns (uint256 sold, uint256 paid) {
        uint256 count = _draw(seed, 300) % 5;
        for (uint256 i; i < count; ++i) {
            uint256 left = window.legOf(leg).offered - sold;
            if (left == 0) break;
            uint256 amount = _draw(seed, 400 + i) % 4 == 0 ? left : 1 + (_draw(seed, 500 + i) % left);
            paid += window.buy(leg, amount, type(uint256).max, address(0xB0B));
            sold += amount;
        }
    }

    function _collect(uint256 leg, uint256 seed, uint256[HOLDERS] memory offers, LegOfWindow memory l) private {
        uint256 start = _draw(seed, 600) % HOLDERS;
        bool backwards = _draw(seed, 601) % 2 == 0;
        uint256 cashOut;
        uint256 tokensOut;
        for (uint256 n; n < HOLDERS; ++n) {
            uint256 i = (start + (backwards ? HOLDERS - n : n)) % HOLDERS;
            VM.startPrank(_holder(i));
            uint256 amount = window.pullCash(leg, _holder(i));
            uint256 tokens = window.takeBack(leg, _holder(i));
            VM.stopPrank();
            // offers < 2^70, paid < 2^128.
            assertGe(amount, (l.paid * offers[i]) / l.offered, "cash: at least the share, rounded down");
            assertLe(amount, (l.paid * offers[i]) / l.offered + HOLDERS, "cash: at most what rounding leaves");
            assertGe(tokens, ((l.offered - l.sold) * offers[i]) / l.offered, "tokens: at least the share");
            assertLe(tokens, ((l.offered - l.sold) * offers[i]) / l.offered + HOLDERS, "tokens: at most");
            (cashOut, tokensOut) = (cashOut + amount, tokensOut + tokens);
        }
        assertEq(cashOut, l.paid, "cash to the unit");
        assertEq(tokensOut, l.offered - l.sold, "tokens to the wei");
    }

    function _holder(uint256 i) private pure returns (address) {
        return address(uint160(0xA000 + i));
    }

    function _draw(uint256 seed, uint256 n) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, n)));
    }

    /// @dev a · b in 512 bits, by halves of 128.
    function _times(uint256 a, uint256 b) private pure returns (uint256 high, uint256 low) {
        unchecked {
            uint256 m = type(uint128).max;
            uint256 middle = (a >> 128) * (b & m) + (((a & m) * (b & m)) >> 128);
            uint256 other = (a & m) * (b >> 128) + (middle & m);
            low = a * b;
            high = (a >> 128) * (b >> 128) + (middle >> 128) + (other >> 128);
        }
    }
}
