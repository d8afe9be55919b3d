// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ISession } from "../../../../contracts/interfaces/ISession.sol";
import { ISessionFactory } from "../../../../contracts/interfaces/ISessionFactory.sol";
import { IRoller, RollTerms } from "../../../../contracts/periphery/rolling/IRoller.sol";
import { RollerFactory } from "../../../../contracts/periphery/rolling/RollerFactory.sol";
import { Baskets } from "../../support/Baskets.sol";
import { Random } from "../../support/Random.sol";
import { VM } from "../../support/Vm.sol";

/// @title Five holders of a session in settlement, a roller, and a plain account of what each has given
abstract contract RollWorld is Baskets {
    uint256 internal constant HOLDERS = 5;

    RollerFactory internal _rollers;
    IRoller internal _roller;
    uint256 internal _legs;
    uint256 internal _minimum;

    /// @dev Wei of claims on each asset that a holder has, wherever; they never change until the roll.
    mapping(uint256 holder => mapping(uint256 leg => uint256)) internal _has;
    /// @dev Of these what it has given.
    mapping(uint256 holder => mapping(uint256 leg => uint256)) internal _gave;

    function setUp() public virtual {
        _rollers = new RollerFactory(ISessionFactory(address(_deployment.FACTORY())));
    }

    /// @dev A session of 1 to 4 assets, whose tokens are spread, some of them split, and a roller for it.
    function _open(Random memory random) internal {
        _legs = random.between(1, 4);
        uint256 supply = random.between(1e15, type(uint96).max) >> random.below(40);
        if (supply < 1e15) supply = 1e15;
        uint128[] memory quantities = new uint128[](_legs);
        for (uint256 k; k < _legs; ++k) {
            // From about one unit for a thousandth of the supply on.
            quantities[k] = uint128(random.between(1_000, type(uint128).max) >> random.below(118)) | 1_000;
        }
        _openSession(quantities, supply);
        _spread(random, supply);
        VM.warp(block.timestamp + 10 days);
        _minimum = _rollers.leastMinimum(_session);
        _roller = IRoller(_rollers.create(_termsFrom(block.timestamp)));
    }

    function _termsFrom(uint256 t2) internal view returns (RollTerms memory) {
        return
            RollTerms({
                from: _session,
                givesUntil: uint40(t2 + 1 days),
                t1: uint40(t2 + 2 days),
                t2: uint40(t2 + 12 days),
                settleLimit: uint40(t2 + 20 days),
                policy: address(0),
                openMarkets: true,
                minimum: uint96(_minimum),
                name: "Next session",
                symbol: "NXT"
            });
    }

    function _spread(Random memory random, uint256 supply) private {
        uint256 left = supply;
        for (uint256 i; i < HOLDERS; ++i) {
            uint256 amount = i + 1 == HOLDERS ? left : random.below(left);
            left -= amount;
            _session.transfer(_holder(i), amount);
            for (uint256 k = 1; k <= _legs; ++k) {
                _has[i][k] += amount;
            }
            if (amount == 0 || random.chance(30)) continue;
            VM.prank(_holder(i));
            _session.split(random.between(1, amount));
            _shift(random, i);
        }
    }

    /// @dev As trade does: some of its legs become somebody else's.
    function _shift(Random memory random, uint256 i) private {
        uint256 k = random.between(1, _legs);
        IERC20 leg = IERC20(_session.legToken(k));
        uint256 other = random.below(HOLDERS);
        uint256 amount = random.below(leg.balanceOf(_holder(i)) + 1);
        VM.prank(_holder(i));
        leg.transfer(_holder(other), amount);
        _has[i][k] -= amount;
        _has[other][k] += amount;
    }

    /// @dev Gives some or all of what the holder still has outside, by allowance or through its inbox; less than the least is refused.
    function _give(Random memory random, uint256 i) internal {
        address holder = _holder(i);
        bool isAll = random.chance(60);
        uint256 tokens = isAll ? _session.balanceOf(holder) : random.below(_session.balanceOf(holder) + 1);
        uint256[] memory legs = new uint256[](_legs);
        bool isEnough;
        for (uint256 k; k < _legs; ++k) {
            uint256 held = IERC20(_session.legToken(k + 1)).balanceOf(holder);
            legs[k] = isAll ? held : random.below(held + 1);
            uint256 given = legs[k] + tokens;
            if (given == 0) continue;
            if (_gave[i][k + 1] + given < _minimum) return;
            isEnough = true;
        }
        if (!isEnough) return;
        for (uint256 k; k < _legs; ++k) {
            _gave[i][k + 1] += legs[k] + tokens;
        }
        address to = random.chance(50) ? _roller.inboxOf(holder) : address(_roller);
        VM.startPrank(holder);
        _hand(_session, to, tokens);
        for (uint256 k; k < _legs; ++k) {
            _hand(IERC20(_session.legToken(k + 1)), to, legs[k]);
        }
        if (to == address(_roller)) _roller.give(tokens, legs);
        VM.stopPrank();
        if (to != address(_roller)) _roller.giveFromInbox(holder);
    }

    function _hand(IERC20 token, address to, uint256 amount) private {
        if (to == address(_roller)) token.approve(to, amount);
        else token.transfer(to, amount);
    }

    function _takeBack(uint256 i) internal {
        if (!_hasGiven(i)) return;
        VM.prank(_holder(i));
        _roller.takeBack(_holder(i));
        for (uint256 k = 1; k <= _legs; ++k) {
            _gave[i][k] = 0;
        }
    }

    function _hasGiven(uint256 i) internal view returns (bool) {
        for (uint256 k = 1; k <= _legs; ++k) {
            if (_gave[i][k] != 0) return true;
        }
        return false;
    }

    function _totalOf(uint256 leg) internal view returns (uint256 total) {
        for (uint256 i; i < HOLDERS; ++i) {
            total += _gave[i][leg];
        }
    }

    /// @dev Wei of claims on asset `leg` of a session that a holder has in its wallet.
    function _claims(ISession session, uint256 i, uint256 leg) internal view returns (uint256) {
        return session.balanceOf(_holder(i)) + IERC20(session.legToken(leg)).balanceOf(_holder(i));
    }

    function _holder(uint256 i) internal pure returns (address) {
        return address(uint160(0xA000 + i));
    }
}
