// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { Check } from "./Check.sol";
import { Tally } from "./MarketActions.sol";
import { MarketSteps } from "./MarketSteps.sol";
import { PlainMarkets, PlainRoot } from "./PlainMarkets.sol";
import { Random, randomFrom } from "./Random.sol";

/// @title Whole stories: many random steps, and an end
contract MarketStory is MarketSteps {
    using PlainMarkets for PlainRoot;

    constructor(address markets, uint256 seed) MarketSteps(markets, seed) {}

    /// @notice One step of any kind, trades more often than others.
    function step(uint256 seed) public {
        uint256 kind = seed % 24;
        if (kind < 10) return trade(seed);
        if (kind < 12) return newSubMarket(seed);
        if (kind < 15) return tighten(seed);
        if (kind == 15) return newRoot(seed);
        if (kind == 16) return badRecord(seed);
        if (kind == 17) return fallback_(seed);
        if (kind == 18) return offset(seed);
        if (kind == 19) return refresh(seed);
        if (kind == 20) return realise(seed);
        if (kind == 21) return withdraw(seed);
        if (kind == 22) return exit(seed);
        passTime(seed);
    }

    /// @notice `steps` random steps, judged after each.
    function run(uint256 seed, uint256 steps) external {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < steps; ++i) {
            // From outside, so that each step starts with empty memory.
            this.step(rand.next());
            this.judge(rand.next());
        }
    }

    /// @notice Settles what is open, turns every position into cash, pays every claim: nothing is left in the book.
    function finish(uint256 seed) external {
        Random memory rand = randomFrom(seed);
        _warp(t2);
        for (uint256 i; i < 4; ++i) {
            this.exit(rand.next()); // before anything is settled: the worst case stays behind
            this.tighten(rand.next());
            this.judge(rand.next());
        }
        _warp(settleLimit);
        for (uint256 i; i < roots.length; ++i) {
            // Casts: small.
            if (!_model(i).isSettled()) this.settleByFallback(i);
            book.realise(uint32(i + 2), traders);
        }
        this.judge(rand.next());
        for (uint256 i; i < TRADERS; ++i) {
            this.leave(i);
        }
        Check.equal(session.balanceOf(address(book)), 0, "no session token is left behind");
        for (uint256 k = 1; k <= LEGS; ++k) {
            Check.equal(IERC20(session.legToken(k)).balanceOf(address(book)), 0, "no leg token is left behind");
        }
    }

    function settleByFallback(uint256 root) external {
        require(msg.sender == address(this), "part of finish");
        _fallbackOf(root);
    }

    function leave(uint256 trader) external {
        require(msg.sender == address(this), "part of finish");
        _exitOf(trader, trader % 2 == 0);
    }

    function tallied() external view returns (Tally memory sum) {
        sum = tally;
        for (uint256 r; r < roots.length; ++r) {
            for (uint256 i; i < TRADERS; ++i) {
                int256[] memory lots = book.positionOf(traders[i], uint32(r + 2));
                for (uint256 b; b < lots.length; ++b) {
                    if (lots[b] > 0) sum.filledLots += uint256(lots[b]);
                }
            }
        }
    }
}
