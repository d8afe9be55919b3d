// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Margin } from "../../../contracts/book/Margin.sol";
import { Position } from "../../../contracts/book/Position.sol";
import { Zone } from "../../../contracts/book/Zone.sol";
import { randomFrom } from "../support/Random.sol";
import { MarginCases } from "./MarginCases.sol";

/// @title Given any trader in a market of any kind, when a change is looked at, then it is what all outcomes say (R11 to R13, R15)
contract MarginCheckTest is MarginCases {
    function testFuzz_TheCheck_IsTheLeastOverEveryOutcome(uint256 seed, uint256 kind) external {
        Case memory k = _case(randomFrom(seed), kind);
        (int256 claim, int256 net, int256 worst, bool covered) = Margin.check(k.c, k.t, k.c.position, k.lots, k.price);
        int256 least = _plainSlack(k, k.lots, k.price);
        assertEq(net < 0 ? claim + net * k.c.lotValue : claim, least, "slack");
        assertEq(covered, least >= 0 && _plainFits(k, k.lots), "covered");
        if (k.kind > Zone.LEGS) {
            assertEq(net, k.t.net(), "net lots");
            int256 rootWorst = least - k.money - k.otherWorst + k.price * k.lots * k.tickValue;
            assertEq(worst * k.tickValue, rootWorst, "worst of the root");
        }
    }

    function testFuzz_TheBindingOutcome_IsWhereItIsWorst(uint256 seed, uint256 kind) external {
        Case memory k = _case(randomFrom(seed), kind);
        (int256 slack, int256 binding) = Margin.slackAfter(k.c, k.t, k.c.position, k.lots, k.price);
        assertEq(slack, _plainSlack(k, k.lots, k.price), "slack");
        if (k.kind == Zone.EVENT) return;
        // The outcome itself, or the leg that has all the weight.
        int256 first = k.kind == Zone.INTERVAL ? k.outcomes[0][0] : int256(1);
        int256[] memory outcome = k.outcomes[uint256(binding - first)];
        assertEq(_plainValue(k, outcome, k.lots, k.price), slack, "value at the binding outcome");
    }

    function testFuzz_TheCheck_ChangesNothing(uint256 seed, uint256 kind) external {
        Case memory k = _case(randomFrom(seed), kind);
        bytes32 before = _fingerprint(k);
        Margin.check(k.c, k.t, k.c.position, k.lots, k.price);
        Margin.partOf(k.c, k.t, k.c.position, k.lots, k.price);
        assertEq(_fingerprint(k), before, "position");
    }

    /// @dev So that a fill in parts needs no other check than the whole (R13: the minimum is concave in the filled size).
    function testFuzz_BetweenNothingAndAll_ItIsOnOrAboveTheLine(uint256 seed, uint256 kind, uint256 part) external {
        Case memory k = _case(randomFrom(seed), kind);
        int256 all = k.lots < 0 ? -k.lots : k.lots;
        int256 some = int256(bound(part, 0, uint256(all)));
        int256 sign = k.lots < 0 ? int256(-1) : int256(1);
        int256 atNone = _slackAfter(k, 0);
        int256 atAll = _slackAfter(k, k.lots);
        assertGe(_slackAfter(k, some * sign) * all, atNone * (all - some) + atAll * some, "line");
    }

    /// @dev The lemma of R15: whoever has an order's need free is covered, whatever else it holds.
    function testFuzz_TheNeed_IsNeverLessThanWhatAnOrderTakes(uint256 seed, uint256 kind) external {
        Case memory k = _case(randomFrom(seed), kind);
        int256 need = Margin.needOf(k.c, k.lots, k.price);
        assertGe(need, 0, "need");
        assertGe(_plainSlack(k, k.lots, k.price), _plainSlack(k, 0, 0) - need, "what is left");
        if (k.t.slack(k.c.lotValue) >= need) assertTrue(_plainSlack(k, k.lots, k.price) >= 0, "covered");
    }

    function testFuzz_TheNeed_IsWhatTheOrderTakesFromAnEmptyAccount(uint256 seed, uint256 kind) external {
        Case memory k = _case(randomFrom(seed), kind);
        for (uint256 b; b < k.held.length; ++b) {
            k.held[b] = 0;
        }
        (k.money, k.otherWorst) = (0, 0);
        assertEq(Margin.needOf(k.c, k.lots, k.price), -_plainSlack(k, k.lots, k.price), "need");
    }

    function _slackAfter(Case memory k, int256 lots) private pure returns (int256 slack) {
        (slack, ) = Margin.slackAfter(k.c, k.t, k.c.position, lots, k.price);
    }

    function _fingerprint(Case memory k) private pure returns (bytes32) {
        uint256[7] memory words;
        uint256 position = k.c.position;
        if (position == 0) return 0;
        for (uint256 i; i < Position.MEMORY_BYTES / 32; ++i) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(position, shl(5, i)))
            }
            words[i] = word;
        }
        return keccak256(abi.encode(words));
    }
}
