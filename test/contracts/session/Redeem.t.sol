// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILegToken } from "../../../contracts/interfaces/ILegToken.sol";
import { Baskets } from "../support/Baskets.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";

/// @title Given claims spread at random, when they are redeemed in any order, then each gets its share and nothing is left
contract RedeemTest is Baskets {
    uint256 private constant HOLDERS = 5;

    mapping(uint256 leg => uint256) private _modelVault; // smallest units of each asset
    mapping(uint256 leg => uint256) private _modelClaims; // wei

    function testFuzz_Redeem_EachGetsItsShareAndTheLastTheDust(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        legs = bound(legs, 1, 4);
        uint256 supply = _open(random, legs);
        _spread(random, supply);
        VM.warp(block.timestamp + 11 days);
        if (random.chance(50)) _donate(random);
        while (_redeemSomething(random)) {
            if (random.chance(20)) _donate(random);
        }
        for (uint256 leg = 1; leg <= legs; ++leg) {
            assertEq(_session.outstandingClaims(leg), 0, "claims left");
            // What was given after the last claim had gone belongs to nobody.
            assertEq(_assets[leg - 1].balanceOf(address(_session)), _modelVault[leg], "left in the vault");
        }
    }

    function testFuzz_Redeem_NobodyGetsLessThanTheBasketSays(uint256 seed, uint256 part) external {
        Random memory random = randomFrom(seed);
        uint256 supply = _open(random, 2);
        (, uint128[] memory quantities) = _session.basket();
        part = bound(part, 1, supply - 1);
        VM.warp(block.timestamp + 11 days);
        uint256[] memory first = _session.redeem(part, address(1));
        uint256[] memory second = _session.redeem(supply - part, address(2));
        for (uint256 k; k < 2; ++k) {
            assertEq(first[k], (uint256(quantities[k]) * part) / supply, "the first, rounded down");
            assertEq(first[k] + second[k], quantities[k], "together");
        }
    }

    function _open(Random memory random, uint256 legs) private returns (uint256 supply) {
        supply = random.between(1e15, type(uint96).max) >> random.below(30);
        if (supply < 1e15) supply = 1e15;
        uint128[] memory quantities = new uint128[](legs);
        for (uint256 k; k < legs; ++k) {
            quantities[k] = uint128(random.between(1, type(uint128).max) >> random.below(120)) | 1;
            (_modelVault[k + 1], _modelClaims[k + 1]) = (quantities[k], supply);
        }
        _openSession(quantities, supply);
    }

    /// @dev Everybody gets some session tokens and splits some of them.
    function _spread(Random memory random, uint256 supply) private {
        uint256 left = supply;
        for (uint256 i; i < HOLDERS; ++i) {
            uint256 amount = i + 1 == HOLDERS ? left : random.below(left);
            left -= amount;
            _session.transfer(_holder(i), amount);
            if (amount == 0 || random.chance(30)) continue;
            VM.prank(_holder(i));
            _session.split(random.between(1, amount));
        }
    }

    function _redeemSomething(Random memory random) private returns (bool) {
        uint256 start = random.below(HOLDERS * 5);
        for (uint256 j; j < HOLDERS * 5; ++j) {
            uint256 pick = (start + j) % (HOLDERS * 5);
            if (_redeem(random, _holder(pick % HOLDERS), pick / HOLDERS)) return true;
        }
        return false;
    }

    /// @dev Leg 0 is the session token.
    function _redeem(Random memory random, address holder, uint256 leg) private returns (bool) {
        if (leg > _assets.length) return false;
        uint256 held = leg == 0 ? _session.balanceOf(holder) : ILegToken(_session.legToken(leg)).balanceOf(holder);
        if (held == 0) return false;
        uint256 amount = random.chance(60) ? held : random.between(1, held);
        VM.prank(holder);
        if (leg == 0) {
            uint256[] memory paid = _session.redeem(amount, holder);
            for (uint256 k = 1; k <= paid.length; ++k) _assertPaid(k, amount, paid[k - 1]);
        } else {
            _assertPaid(leg, amount, _session.redeemLeg(leg, amount, holder));
        }
        return true;
    }

    function _assertPaid(uint256 leg, uint256 amount, uint256 paid) private {
        // Multiplied out, so that nothing is rounded here: paid is the largest whole number within the share.
        (uint256 vault, uint256 claims) = (_modelVault[leg], _modelClaims[leg]);
        _assertShare(paid, vault, amount, claims);
        _modelVault[leg] -= paid;
        _modelClaims[leg] -= amount;
        assertEq(_assets[leg - 1].balanceOf(address(_session)), _modelVault[leg], "vault");
        assertEq(_session.outstandingClaims(leg), _modelClaims[leg], "claims");
        if (_modelClaims[leg] == 0) assertEq(_modelVault[leg], 0, "the last claim takes the dust");
    }

    /// @dev vault < 2^130 and claims < 2^96, so that the products fit.
    function _assertShare(uint256 paid, uint256 vault, uint256 amount, uint256 claims) private pure {
        assertLe(paid * claims, vault * amount, "paid more than the share");
        assertTrue((paid + 1) * claims > vault * amount, "paid less than the share rounded down");
    }

    function _donate(Random memory random) private {
        uint256 leg = random.between(1, _assets.length);
        uint256 amount = random.between(1, 1e20);
        _assets[leg - 1].mint(address(_session), amount);
        _modelVault[leg] += amount;
    }

    function _holder(uint256 i) private pure returns (address) {
        return address(uint160(0xA000 + i));
    }
}
