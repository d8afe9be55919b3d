// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TestAsset } from "../../../../contracts/mocks/TestAsset.sol";
import { IParticipationPolicy } from "../../../../contracts/interfaces/IParticipationPolicy.sol";
import { SaleTerms } from "../../../../contracts/periphery/sale/IPrimarySale.sol";
import { PrimarySale } from "../../../../contracts/periphery/sale/PrimarySale.sol";
import { Baskets } from "../../support/Baskets.sol";
import { VM } from "../../support/Vm.sol";

/// @title Given any price and any buyers, when a sale runs to its end, then nobody pays less than exact and all money is the seller's
contract PrimarySaleTest is Baskets {
    uint256 private constant SUPPLY = 1e24;
    uint40 private constant SECONDS = 3 days;

    TestAsset private money = new TestAsset("Dollar", "USD", 6);

    function setUp() external {
        uint128[] memory quantities = new uint128[](1);
        quantities[0] = 1e21;
        _openSession(quantities, SUPPLY);
    }

    function _made(uint128 start, uint128 end, uint128 slope) private returns (PrimarySale sale) {
        uint40 opens = uint40(block.timestamp + 1);
        sale = new PrimarySale(
            SaleTerms(_session, money, start, end, slope, opens, opens + SECONDS, 0, IParticipationPolicy(address(0)))
        );
        _session.approve(address(sale), type(uint256).max);
        money.approve(address(sale), type(uint256).max);
    }

    /// @dev The price never rises, stays between its ends, and is the formula's wherever that can be computed as it stands.
    function testFuzz_ThePriceNeverRises(
        uint128 start,
        uint128 end,
        uint128 slope,
        uint40 early,
        uint40 late
    ) external {
        start = uint128(bound(start, 1, type(uint128).max));
        end = uint128(bound(end, 1, start));
        PrimarySale sale = _made(start, end, slope);
        if (early > late) (early, late) = (late, early);
        uint256 opens = sale.terms().opens;
        (uint256 before, uint256 then) = (sale.priceAt(opens + early), sale.priceAt(opens + late));
        assertLe(then, before, "it rises");
        assertLe(before, start, "above its start");
        assertGe(then, end, "below its end");
        uint256 fallen = uint256(slope) * late; // < 2^168
        uint256 plain = fallen >= start ? end : start - fallen;
        if (slope != 0 && plain < end) plain = end;
        assertEq(then, slope == 0 ? start : plain, "the formula");
    }

    /// @dev Purchases of any size at any second; `amount · price` is compared without a division.
    function testFuzz_NobodyPaysLessThanExact_AndAllOfItIsTheSellers(
        uint128 start,
        uint128 end,
        uint64 slope,
        uint256 offered,
        uint256[6] memory amounts,
        uint16[6] memory waits
    ) external {
        start = uint128(bound(start, 1, 1e30));
        end = uint128(bound(end, 1, start));
        PrimarySale sale = _made(start, end, slope);
        offered = bound(offered, 6, SUPPLY);
        sale.offer(offered);
        money.mint(address(this), type(uint128).max);
        VM.warp(sale.terms().opens);
        (uint256 paid, uint256 sold, uint256 collected) = (0, 0, 0);
        for (uint256 i; i < 6; ++i) {
            uint256 amount = bound(amounts[i], 1, offered - sold - (5 - i));
            uint256 price = sale.priceAt(block.timestamp);
            uint256 pay = sale.buy(amount, type(uint256).max, address(uint160(i + 1)), block.timestamp);
            assertGe(pay * 1e18, amount * price, "less than exact");
            assertLe((pay - 1) * 1e18, amount * price - 1, "a whole unit too much");
            assertEq(_session.balanceOf(address(uint160(i + 1))), amount, "bought");
            (paid, sold) = (paid + pay, sold + amount);
            assertEq(money.balanceOf(address(sale)), paid - collected, "what is there is what was paid");
            if (i % 2 == 1) collected += sale.collect(address(0xFEE));
            VM.warp(block.timestamp + bound(waits[i], 0, SECONDS / 8));
        }
        assertEq(sale.unsold(), offered - sold, "unsold");
        assertEq(_session.balanceOf(address(sale)), offered - sold, "unsold is there");
        VM.warp(sale.terms().closes);
        assertEq(sale.takeBack(address(0xFEE)), offered - sold, "taken back");
        collected += sale.collect(address(0xFEE));
        assertEq(paid, collected, "paid less collected");
        assertEq(money.balanceOf(address(0xFEE)), paid, "the seller's");
        assertEq(money.balanceOf(address(sale)) + _session.balanceOf(address(sale)), 0, "left in the sale");
    }

    /// @dev No split of a purchase is cheaper than the whole, in the same second.
    function testFuzz_PartsCostNoLessThanTheWhole(uint128 price, uint96 a, uint96 b) external {
        PrimarySale sale = _made(uint128(bound(price, 1, type(uint128).max)), 1, 0);
        uint256 opens = sale.terms().opens;
        uint256 whole = sale.costAt(uint256(a) + b, opens);
        assertLe(whole, sale.costAt(a, opens) + sale.costAt(b, opens), "parts are cheaper");
    }
}
