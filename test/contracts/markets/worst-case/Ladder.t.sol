// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ladder, LADDER_WORDS } from "../../../../contracts/libraries/Ladder.sol";
import { PlainInterval } from "../../reference/PlainInterval.sol";
import { Check } from "../../support/Check.sol";
import { Plain } from "../../support/Plain.sol";
import { Random, randomFrom } from "../../support/Random.sol";

/// @dev A position in an interval root: its branches as they were made, and the ladder that the book keeps of them.
struct Held {
    int256[] lots;
    int256[] lower;
    int256[] upper;
    uint256[] ladder;
    int256 lo;
    int256 hi;
}

/// @title The packed ladder against the plain lists that it stands for
/// @notice given 1 to 32 branches, all but the first within the first (ties, shared strikes, degenerate ones)
///   after each of them the ladder says the strikes of them all
///   it has as many strikes as there are different ones, and no more words than they need
///   its sweep says what the plain sweep says, number and binding outcome, for any lots and any bounds
///   its sweep is the least over every whole outcome
///   the memory behind the free pointer may hold anything
///   when a strike is wrong by one tick, the judge finds it
contract LadderTest {
    function testFuzz_saysTheStrikesOfAllBranches(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        int256 reach = _reach(rand);
        int256[] memory lower = new int256[](32);
        int256[] memory upper = new int256[](32);
        (lower[0], upper[0]) = (-reach, reach);
        uint256[] memory ladder = _first(-reach, reach);
        for (uint256 branch = 1; branch < 32; ++branch) {
            (lower[branch], upper[branch]) = rand.pairOfInts(-reach, reach);
            ladder = _with(ladder, branch, lower[branch], upper[branch]);
            for (uint256 b; b <= branch; ++b) {
                (int256 least, int256 most) = Ladder.strikesOf(ladder, b);
                Check.equal(least, lower[b], "lower strike");
                Check.equal(most, upper[b], "upper strike");
            }
            Check.equal(ladder[0] >> 248, _different(lower, upper, branch + 1), "different strikes");
        }
    }

    function testFuzz_itsSpansAreTheStrikes(uint256 seed) external pure {
        Held memory h = _held(randomFrom(seed));
        (int256[] memory lower, int256[] memory upper) = Ladder.spansOf(h.ladder, h.lots.length);
        for (uint256 b; b < h.lots.length; ++b) {
            Check.equal(lower[b], h.lower[b], "lower strike");
            Check.equal(upper[b], h.upper[b], "upper strike");
        }
        Check.equal(lower.length, h.lots.length, "branches");
    }

    function test_takesOneWordForFourStrikesAndTenForAll() external pure {
        uint256[] memory ladder = _first(0, 1_000);
        ladder = _with(ladder, 1, 10, 20);
        Check.equal(ladder.length, 2, "words of four strikes");
        ladder = _with(ladder, 2, 10, 30);
        Check.equal(ladder.length, 3, "words of five strikes");
        Check.isTrue(!Ladder.hasMoreEnds(11) && Ladder.hasMoreEnds(12), "ends of the twelfth branch");
        for (uint256 branch = 3; branch < 32; ++branch) {
            ladder = _with(ladder, branch, 20 * int256(branch), 20 * int256(branch) + 1);
        }
        // 0, 10, 20, 30, 1 000 and two for each of the other branches
        Check.equal(ladder[0] >> 248, 63, "strikes");
        Check.equal(ladder.length, LADDER_WORDS, "words of all");
    }

    function testFuzz_saysWhatThePlainSweepSays(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 4; ++i) {
            _requireSame(_held(rand));
        }
    }

    function test_saysWhatThePlainSweepSays_withThirtyTwoBranches() external pure {
        for (uint256 seed; seed < 30; ++seed) {
            Random memory rand = randomFrom(seed);
            _requireSame(_heldOf(rand, 32, _reach(rand)));
        }
    }

    function test_saysWhatThePlainSweepSays_whenBoundsCoincide() external pure {
        for (uint256 seed; seed < 100; ++seed) {
            Held memory h = _held(randomFrom(seed));
            h.hi = h.lo;
            _requireSame(h);
        }
    }

    function test_saysWhatThePlainSweepSays_atTheEndsOfTheFields() external pure {
        for (uint256 seed; seed < 30; ++seed) {
            Random memory rand = randomFrom(seed);
            Held memory h = _heldOf(rand, 32, type(int32).max);
            for (uint256 b; b < 32; ++b) {
                // What a check may look at: an int64, and an order's lots more.
                int256 most = 2 * int256(type(int64).max);
                h.lots[b] = rand.oneIn(2) ? most : -most;
            }
            _requireSame(h);
        }
    }

    function testFuzz_isTheLeastOverEveryOutcome(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Held memory h = _heldOf(rand, 1 + rand.below(32), rand.oneIn(2) ? int256(5) : int256(30));
        (int256 worst, int256 binding) = Ladder.worstOf(h.lots, h.ladder, h.lo, h.hi);
        int256 least = type(int256).max;
        int256 where;
        for (int256 y = h.lo; y <= h.hi; ++y) {
            int256 value = Plain.valueOfInterval(h.lots, h.lower, h.upper, y);
            if (value < least) (least, where) = (value, y);
        }
        Check.equal(worst, least, "least over every outcome");
        Check.equal(binding, where, "lowest outcome where it is");
    }

    function testFuzz_doesNotReadWhatLiesInFreeMemory(uint256 seed) external pure {
        Held memory h = _held(randomFrom(seed));
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let i := 0
            } lt(i, 4096) {
                i := add(i, 32)
            } {
                mstore(add(free, i), not(i))
            }
        }
        _requireSame(h);
    }

    /// @dev The judge itself is judged: one strike that is one tick off must not get past it.
    function test_theJudgeCatchesAStrikeThatIsOff() external pure {
        uint256 caught;
        for (uint256 seed; seed < 100; ++seed) {
            Random memory rand = randomFrom(seed);
            Held memory h = _heldOf(rand, 8, 30);
            (int256 before, ) = Ladder.worstOf(h.lots, h.ladder, h.lo, h.hi);
            h.ladder[0] += 1 << 32; // the second strike
            (int256 wrong, ) = Ladder.worstOf(h.lots, h.ladder, h.lo, h.hi);
            if (wrong != before) ++caught;
        }
        Check.atLeast(int256(caught), 10, "strikes that were off were caught");
    }

    function _requireSame(Held memory h) private pure {
        (int256 worst, int256 binding) = Ladder.worstOf(h.lots, h.ladder, h.lo, h.hi);
        (int256 plainWorst, int256 plainBinding) = PlainInterval.worstOf(
            h.lots,
            h.lower,
            h.upper,
            _sorted(h),
            h.lo,
            h.hi
        );
        Check.equal(worst, plainWorst, "worst");
        Check.equal(binding, plainBinding, "binding outcome");
    }

    function _held(Random memory rand) private pure returns (Held memory) {
        return _heldOf(rand, 1 + rand.below(32), _reach(rand));
    }

    /// @dev Few strikes with many ties, some, or any.
    function _reach(Random memory rand) private pure returns (int256) {
        uint256 which = rand.below(3);
        if (which == 0) return 5;
        return which == 1 ? int256(30) : int256(type(int32).max);
    }

    function _heldOf(Random memory rand, uint256 branches, int256 reach) private pure returns (Held memory h) {
        (h.lots, h.lower, h.upper) = (new int256[](branches), new int256[](branches), new int256[](branches));
        h.ladder = _first(-reach, reach);
        for (uint256 b; b < branches; ++b) {
            h.lots[b] = rand.lots();
            (h.lower[b], h.upper[b]) = b == 0 ? (-reach, reach) : rand.pairOfInts(-reach, reach);
            if (b != 0) h.ladder = _with(h.ladder, b, h.lower[b], h.upper[b]);
        }
        (h.lo, h.hi) = rand.oneIn(3) ? (-reach, reach) : rand.pairOfInts(-reach, reach);
    }

    function _first(int256 lower, int256 upper) private pure returns (uint256[] memory ladder) {
        ladder = new uint256[](2);
        ladder[0] = Ladder.start(lower, upper);
    }

    /// @dev What the book stores and reads again.
    function _with(
        uint256[] memory ladder,
        uint256 branches,
        int256 lower,
        int256 upper
    ) private pure returns (uint256[] memory read) {
        uint256[LADDER_WORDS] memory words = Ladder.withBranch(ladder, branches, lower, upper);
        read = new uint256[](Ladder.lengthOf(words[0]));
        for (uint256 i; i < read.length; ++i) {
            read[i] = words[i];
        }
        for (uint256 i = read.length; i < LADDER_WORDS; ++i) {
            Check.equal(words[i], 0, "words that are not read");
        }
        if (!Ladder.hasMoreEnds(branches + 1)) Check.equal(words[1], 0, "ends that are not read");
    }

    /// @dev Strikes by rising value, as PlainInterval takes them.
    function _sorted(Held memory h) private pure returns (uint8[] memory sorted) {
        sorted = new uint8[](2 * h.lots.length);
        for (uint256 i; i < sorted.length; ++i) {
            uint256 place = i;
            while (place > 0 && _strike(h, sorted[place - 1]) > _strike(h, i)) {
                sorted[place] = sorted[place - 1];
                --place;
            }
            // Cast: at most 63.
            sorted[place] = uint8(i);
        }
    }

    function _strike(Held memory h, uint256 entry) private pure returns (int256) {
        return entry % 2 == 0 ? h.lower[entry / 2] : h.upper[entry / 2];
    }

    function _different(
        int256[] memory lower,
        int256[] memory upper,
        uint256 branches
    ) private pure returns (uint256 count) {
        int256[] memory seen = new int256[](2 * branches);
        for (uint256 i; i < 2 * branches; ++i) {
            int256 strike = i % 2 == 0 ? lower[i / 2] : upper[i / 2];
            bool isNew = true;
            for (uint256 k; k < count; ++k) {
                if (seen[k] == strike) isNew = false;
            }
            if (isNew) seen[count++] = strike;
        }
    }
}
