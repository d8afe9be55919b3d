// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../contracts/interfaces/IOrderBook.sol";
import { SessionParams, SignedPackage } from "../../contracts/Types.sol";
import { Baskets } from "../contracts/support/Baskets.sol";
import { Orders } from "../contracts/support/Orders.sol";
import { VM } from "../contracts/support/Vm.sol";

/// @title Given cash near the end of its field, when somebody deposits, then the account must not turn negative
/// @dev In a session of one asset a lot bought or sold at `scale` needed no collateral, so one fill could drive cash anywhere, and
/// a deposit then wrapped it: the trader's net collateral of 1e18 became -2^128. Now such a fill is refused, a worst case stays
/// far from the end of the field, and a deposit that does not fit is refused (see also MarginPacking, addCash).
contract DepositOverflowsCashFinding is Baskets {
    uint256 private constant SELLER_KEY = 0xA11CE;

    address private _seller;

    function setUp() external {
        uint128[] memory quantities = new uint128[](1);
        quantities[0] = 1e18;
        SessionParams memory params = _paramsFor(quantities, 1e27);
        params.basketTickValue = 1e16; // a lot is worth 100 session tokens
        _openSession(params);
        _seller = VM.addr(SELLER_KEY);
        _book.deposit(_seller, 1e18);
        VM.warp(block.timestamp + 2 days);
    }

    function test_CreateTrade_WhenAFillNeedsNoCollateral_IsRefused() external {
        // The most lots whose value, and the deposit, fit an int128.
        int64 lots = int64((type(int128).max - 2e18) / 1e20);
        SignedPackage memory offer = Orders.signed(_book, Orders.plain(_book, _seller, 1, 10_000, -lots), SELLER_KEY);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_MarketDetermined.selector, 1, 1, int256(10_000)));
        _book.createTrade(offer, 0, 0);
    }

    function testFuzz_Deposit_WhenTheAmountIsBeyondAnySession_IsRefused(uint256 amount) external {
        amount = bound(amount, 2 ** 96, type(uint256).max);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_PositionOverflow.selector, _seller));
        _book.deposit(_seller, amount);
        _book.deposit(_seller, 1e21);
        assertEq(_book.claimsOf(_seller)[0], 1e21 + 1e18, "the seller's claim after a deposit that there can be");
    }
}
