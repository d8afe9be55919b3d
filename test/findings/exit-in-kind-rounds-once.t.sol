// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { TestAsset } from "../../contracts/mocks/TestAsset.sol";
import { SessionParams } from "../../contracts/Types.sol";
import { Baskets } from "../contracts/support/Baskets.sol";
import { plainParams } from "../contracts/support/Deployment.sol";
import { VM } from "../contracts/support/Vm.sol";

/// @title Given assets with few units, when a trader exits in kind, then its share of each is rounded down once
/// @dev What all claims have in common was redeemed as session tokens and the rest as legs, each rounded down: of a claim on one
/// whole deed, half of it common, two halves of a deed were paid, so none. It fell to those who redeemed later. Now each asset is
/// redeemed once, for the whole claim on it.
contract ExitInKindRoundsOnceFinding is Baskets {
    uint256 private constant SUPPLY = 3e18;
    uint256 private constant DEEDS = 3;
    /// @dev Session-token wei of a lot of a leg at weight 1: scale 100, tickValue 1e13.
    uint256 private constant LOT_VALUE = 1e15;

    address private _trader = address(0xA11CE);
    uint40 private _t2;

    function setUp() external {
        address[] memory assets = new address[](2);
        uint128[] memory quantities = new uint128[](2);
        for (uint256 k; k < 2; ++k) {
            _assets.push(new TestAsset("Deed", "DEED", 0));
            (assets[k], quantities[k]) = (address(_assets[k]), uint128(DEEDS));
        }
        SessionParams memory params = plainParams(assets, quantities, SUPPLY);
        (params.basketScale, params.basketTickValue) = (100, 1e13);
        _t2 = params.t2;
        _openSession(params);
        for (uint256 leg = 1; leg <= 2; ++leg) {
            IERC20(_session.legToken(leg)).approve(address(_book), type(uint256).max);
        }
    }

    function test_Exit_WhenTheClaimIsAWholeDeed_PaysIt() external {
        _session.split(0.5e18);
        _book.deposit(_trader, 0.5e18);
        _book.depositLeg(_trader, 1, 500);
        VM.warp(_t2);
        VM.prank(_trader);
        uint256[] memory claims = _book.exit(_trader, true);
        assertEq(claims[0], 1e18, "the claim on a third of the deeds");
        assertEq(_assets[0].balanceOf(_trader), 1, "a whole deed of the first kind");
        assertEq(_assets[1].balanceOf(_trader), 0, "half a deed of the second kind, rounded down");
        _session.redeem(2e18, address(this));
        assertEq(_assets[0].balanceOf(address(this)), 2, "two deeds for the two tokens that stayed");
    }

    function testFuzz_Exit_PaysEachShareRoundedDownOnce(
        uint256 cash,
        uint64 lotsOfFirst,
        uint64 lotsOfSecond
    ) external {
        cash = bound(cash, 1, 1e18);
        lotsOfFirst = uint64(bound(lotsOfFirst, 1, 1_000));
        lotsOfSecond = uint64(bound(lotsOfSecond, 1, 1_000));
        _session.split(1e18);
        _book.deposit(_trader, cash);
        _book.depositLeg(_trader, 1, lotsOfFirst);
        _book.depositLeg(_trader, 2, lotsOfSecond);
        VM.warp(_t2);
        VM.prank(_trader);
        uint256[] memory claims = _book.exit(_trader, true);
        assertEq(claims[0], cash + lotsOfFirst * LOT_VALUE, "claim on the first kind");
        assertEq(claims[1], cash + lotsOfSecond * LOT_VALUE, "claim on the second kind");
        for (uint256 k; k < 2; ++k) {
            assertEq(_assets[k].balanceOf(_trader), (claims[k] * DEEDS) / SUPPLY, "deeds, rounded down once");
        }
    }
}
