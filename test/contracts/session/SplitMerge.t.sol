// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ILegToken } from "../../../contracts/interfaces/ILegToken.sol";
import { Baskets } from "../support/Baskets.sol";
import { Random, randomFrom } from "../support/Random.sol";

/// @title Given a funded session, when tokens are split and merged at random, then legSupply_k + sessionSupply = N
contract SplitMergeTest is Baskets {
    uint256 private constant SUPPLY = 1e21;

    function testFuzz_SplitAndMerge_KeepEverySumAndBalance(uint256 seed, uint256 legs) external {
        Random memory random = randomFrom(seed);
        _openSession(_quantities(bound(legs, 1, 16)), SUPPLY);
        uint256 split;
        for (uint256 i; i < 12; ++i) {
            if (split != 0 && random.chance(45)) {
                uint256 amount = random.between(1, split);
                _session.merge(amount);
                split -= amount;
            } else {
                uint256 amount = random.between(1, SUPPLY - split);
                _session.split(amount);
                split += amount;
            }
            _assertSupplies(split);
        }
    }

    function testFuzz_RevertWhen_MoreIsMergedThanHeldOfOneLeg(uint256 amount, uint256 leg) external {
        _openSession(_quantities(3), SUPPLY);
        amount = bound(amount, 1, SUPPLY);
        _session.split(amount);
        ILegToken(_session.legToken(bound(leg, 1, 3))).transfer(address(1), 1);
        try _session.merge(amount) {
            assertTrue(false, "merged a leg that was not there");
        } catch {}
        _assertSupplies(amount);
    }

    function _assertSupplies(uint256 split) private view {
        assertEq(_session.totalSupply(), SUPPLY - split, "session tokens");
        for (uint256 leg = 1; leg <= _assets.length; ++leg) {
            assertEq(ILegToken(_session.legToken(leg)).totalSupply(), split, "leg tokens");
            assertEq(_session.outstandingClaims(leg), SUPPLY, "claims");
        }
    }

    function _quantities(uint256 legs) private pure returns (uint128[] memory quantities) {
        quantities = new uint128[](legs);
        for (uint256 k; k < legs; ++k) {
            quantities[k] = uint128(1e18 + k);
        }
    }
}
