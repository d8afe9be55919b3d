// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ISession } from "../../../../contracts/interfaces/ISession.sol";
import { Random, randomFrom } from "../../support/Random.sol";
import { VM } from "../../support/Vm.sol";
import { RollWorld } from "./RollWorld.sol";

/// @title Given claims spread and given at random, when they roll and are taken in any order, then what goes in comes out, to the wei
contract RollerTest is RollWorld {
    /// @dev Of each leg of the old session: the leg of the next one with the same asset, 0 if it was dropped.
    mapping(uint256 leg => uint256) private _newLeg;
    uint256 private _supply;
    uint256 private _kept;

    function testFuzz_Roll_ClaimsInAreClaimsOut(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _open(random);
        _giveSome(random);
        if (!_anythingGiven()) return;
        uint256[] memory vault = _vaultUnits();
        VM.warp(block.timestamp + 1 days);
        ISession next = ISession(_roller.roll());
        _assertBasket(next, vault);
        _takeAll(random, next);
        for (uint256 k = 1; k <= _kept; ++k) {
            assertEq(IERC20(next.legToken(k)).balanceOf(address(_roller)), 0, "left in the roller");
            assertEq(next.outstandingClaims(k), _supply, "claims of the next session");
        }
        assertEq(next.balanceOf(address(_roller)), 0, "session tokens left in the roller");
        _assertOwnerless();
    }

    function testFuzz_Roll_NobodyLosesMoreThanRounding(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _open(random);
        _giveSome(random);
        if (!_anythingGiven()) return;
        uint256[] memory vault = _vaultUnits();
        VM.warp(block.timestamp + 1 days);
        ISession next = ISession(_roller.roll());
        _assertBasket(next, vault);
        _takeAll(random, next);
        VM.warp(block.timestamp + 12 days);
        for (uint256 i; i < HOLDERS; ++i) {
            _redeemAll(next, i);
        }
        for (uint256 k = 1; k <= _legs; ++k) {
            if (_newLeg[k] == 0) continue;
            assertEq(_assets[k - 1].balanceOf(address(next)), 0, "left in the next vault");
            for (uint256 i; i < HOLDERS; ++i) {
                // Its part of what came, less what was rounded down on the way: below a wei of claims, and a unit of the asset.
                uint256 came = _cameOf(next, k);
                uint256 part = _mulDiv(came, _gave[i][k], _totalOf(k));
                uint256 slack = came / _supply + 2;
                assertGe(_assets[k - 1].balanceOf(_holder(i)) + slack, part, "less than its part");
                assertLe(_assets[k - 1].balanceOf(_holder(i)), part + slack * HOLDERS, "more than its part");
            }
        }
    }

    function testFuzz_TakeBack_EachHasWhatItHad(uint256 seed, bool late) external {
        Random memory random = randomFrom(seed);
        _open(random);
        _giveSome(random);
        if (late) VM.warp(block.timestamp + 3 days);
        uint256 start = random.below(HOLDERS);
        for (uint256 j; j < HOLDERS; ++j) {
            _takeBack((start + j) % HOLDERS);
        }
        for (uint256 k = 1; k <= _legs; ++k) {
            assertEq(_roller.totals()[k - 1], 0, "still given");
            assertEq(IERC20(_session.legToken(k)).balanceOf(address(_roller)), 0, "left in the roller");
            for (uint256 i; i < HOLDERS; ++i) {
                assertEq(_claims(_session, i, k), _has[i][k], "not what it had");
            }
        }
    }

    // ------------------------------------------------------------------ steps

    function _giveSome(Random memory random) private {
        for (uint256 step; step < 8; ++step) {
            uint256 i = random.below(HOLDERS);
            if (random.chance(20)) _takeBack(i);
            else _give(random, i);
            _assertGiven(i);
        }
    }

    function _assertGiven(uint256 i) private view {
        uint256[] memory claims = _roller.claimsOf(_holder(i));
        uint256[] memory totals = _roller.totals();
        for (uint256 k = 1; k <= _legs; ++k) {
            assertEq(claims[k - 1], _gave[i][k], "given by one");
            assertEq(totals[k - 1], _totalOf(k), "given by all");
            assertEq(IERC20(_session.legToken(k)).balanceOf(address(_roller)), _totalOf(k), "held");
        }
    }

    function _anythingGiven() private view returns (bool) {
        for (uint256 i; i < HOLDERS; ++i) {
            if (_hasGiven(i)) return true;
        }
        return false;
    }

    function _vaultUnits() private view returns (uint256[] memory units) {
        units = new uint256[](_legs);
        for (uint256 k; k < _legs; ++k) {
            units[k] = _assets[k].balanceOf(address(_session));
        }
    }

    /// @dev The next basket is what the given claims were worth, and of nothing on which there was none.
    function _assertBasket(ISession next, uint256[] memory before) private {
        (address[] memory assets, uint128[] memory quantities) = next.basket();
        for (uint256 k = 1; k <= _legs; ++k) {
            uint256 total = _totalOf(k);
            uint256 came = before[k - 1] - _assets[k - 1].balanceOf(address(_session));
            if (total == 0) {
                assertEq(came, 0, "nobody's asset moved");
                continue;
            }
            if (total > _supply) _supply = total;
            _newLeg[k] = ++_kept;
            assertEq(assets[_kept - 1], address(_assets[k - 1]), "asset");
            assertEq(quantities[_kept - 1], came, "exactly what came");
            assertEq(_assets[k - 1].balanceOf(address(next)), came, "in the vault");
            assertEq(_assets[k - 1].balanceOf(address(_roller)), 0, "none stays");
        }
        assertEq(assets.length, _kept, "assets");
        assertEq(next.fixedSupply(), _supply, "N' is the greatest total");
    }

    function _takeAll(Random memory random, ISession next) private {
        uint256 start = random.below(HOLDERS);
        uint256 stride = random.between(1, HOLDERS - 1); // 5 is a prime: every order of this kind meets all
        for (uint256 j; j < HOLDERS; ++j) {
            uint256 i = (start + j * stride) % HOLDERS;
            if (_hasGiven(i)) _takeAndCheck(next, i);
        }
        for (uint256 k = 1; k <= _legs; ++k) {
            if (_newLeg[k] == 0) continue;
            uint256 sum;
            for (uint256 i; i < HOLDERS; ++i) {
                sum += _claims(next, i, _newLeg[k]);
            }
            assertEq(sum, _supply, "all of the leg is out");
        }
    }

    mapping(uint256 leg => uint256) private _takenOf;

    function _takeAndCheck(ISession next, uint256 i) private {
        VM.prank(_holder(i));
        (uint256 tokens, uint256[] memory legs) = _roller.take(_holder(i));
        uint256 least = type(uint256).max;
        for (uint256 k = 1; k <= _legs; ++k) {
            if (_newLeg[k] == 0) continue;
            uint256 leg = _newLeg[k];
            uint256 part = (_supply * _gave[i][k]) / _totalOf(k);
            uint256 got = tokens + legs[leg - 1];
            assertEq(_claims(next, i, leg), got, "as it says");
            bool isLast = _takenOf[k] + _gave[i][k] == _totalOf(k) && _gave[i][k] != 0;
            if (isLast) assertGe(got, part, "the last takes the rest");
            else assertEq(got, part, "rounded down");
            assertLe(got, part + HOLDERS - 1, "the rest is below a wei for each other");
            _takenOf[k] += _gave[i][k];
            if (legs[leg - 1] < least) least = legs[leg - 1];
        }
        assertEq(least, 0, "merged as far as it goes");
    }

    function _redeemAll(ISession next, uint256 i) private {
        VM.startPrank(_holder(i));
        uint256 tokens = next.balanceOf(_holder(i));
        if (tokens != 0) next.split(tokens);
        for (uint256 k = 1; k <= _kept; ++k) {
            uint256 held = IERC20(next.legToken(k)).balanceOf(_holder(i));
            if (held != 0) next.redeemLeg(k, held, _holder(i));
        }
        VM.stopPrank();
    }

    function _cameOf(ISession next, uint256 k) private view returns (uint256) {
        (, uint128[] memory quantities) = next.basket();
        return quantities[_newLeg[k] - 1];
    }

    /// @dev Products here are below 2^128 · 2^96.
    function _mulDiv(uint256 x, uint256 y, uint256 z) private pure returns (uint256) {
        return (x * y) / z;
    }

    /// @dev Whoever has taken has nothing left to take.
    function _assertOwnerless() private {
        for (uint256 i; i < HOLDERS; ++i) {
            VM.expectRevert(abi.encodeWithSignature("Roller_NothingHere(address)", _holder(i)));
            VM.prank(_holder(i));
            _roller.take(_holder(i));
        }
    }
}
