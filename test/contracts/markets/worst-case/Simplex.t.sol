// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainSimplex } from "../../reference/PlainSimplex.sol";
import { Check } from "../../support/Check.sol";
import { Plain } from "../../support/Plain.sol";
import { Random, randomFrom } from "../../support/Random.sol";

/// @dev A position in a simplex root with bounds that leave at least one choice of weights.
struct Bag {
    int256[] lots;
    int256[] lower;
    int256[] upper;
    int256 scale;
}

/// @title WorstCase.simplex and WorstCase.boundedSimplex against every choice of weights (R12)
/// @notice given few legs and a small scale: the least over all whole weights within the bounds
///   given up to 16 legs and any scale: no possible weights are worth less, and the dual program says the same number
///   without bounds both say the same
///   when bounds tighten, it does not fall; when a leg is filled step by step, it is concave
contract SimplexTest {
    function testFuzz_isTheLeastOverEveryChoiceOfWeights(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 4; ++i) {
            _requireLeast(_bag(rand, 1 + rand.below(4), rand.betweenInt(1, 6)));
        }
    }

    function testFuzz_noPossibleWeightsAreWorthLess(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Bag memory bag = _bag(rand, 1 + rand.below(16), rand.betweenInt(1, type(int32).max));
        int256 worst = _worst(bag);
        for (uint256 i; i < 10; ++i) {
            int256[] memory weights = _possible(rand, bag);
            Check.isTrue(Plain.within(weights, bag.lower, bag.upper), "within the bounds");
            Check.equal(Plain.sum(weights), bag.scale, "sum of weights");
            Check.atLeast(Plain.dot(bag.lots, weights), worst, "possible weights");
        }
    }

    /// @dev Strong duality: the minimum is the maximum over one price for a tick, and that is one of the lots.
    function testFuzz_isWhatTheDualProgramSays(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 4; ++i) {
            Bag memory bag = _bag(rand, 1 + rand.below(16), rand.betweenInt(1, type(int32).max));
            Check.equal(_worst(bag), _dual(bag), "dual program");
        }
    }

    function testFuzz_withoutBoundsItIsTheFewestLots(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Bag memory bag = _bag(rand, 1 + rand.below(16), rand.betweenInt(1, type(int32).max));
        int256 fewest = bag.lots[0];
        for (uint256 k; k < bag.lots.length; ++k) {
            if (bag.lots[k] < fewest) fewest = bag.lots[k];
            (bag.lower[k], bag.upper[k]) = (0, bag.scale);
        }
        (int256 worst, int256 leg) = PlainSimplex.simplex(bag.lots, bag.scale);
        Check.equal(worst, fewest * bag.scale, "all on the fewest lots");
        // Cast: a leg number.
        Check.equal(bag.lots[uint256(leg) - 1], fewest, "the binding leg");
        (int256 bounded, int256 boundedLeg) = PlainSimplex.boundedSimplex(bag.lots, bag.lower, bag.upper, bag.scale);
        Check.equal(bounded, worst, "the bounded one without bounds");
        Check.equal(boundedLeg, leg, "its leg");
    }

    function testFuzz_tighterBoundsNeverLowerIt(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Bag memory bag = _bag(rand, 2 + rand.below(15), rand.betweenInt(1, 1000));
        int256 before = _worst(bag);
        int256[] memory left = _possible(rand, bag); // stays possible
        for (uint256 k; k < bag.lots.length; ++k) {
            if (rand.oneIn(2)) bag.lower[k] = rand.betweenInt(bag.lower[k], left[k]);
            if (rand.oneIn(2)) bag.upper[k] = rand.betweenInt(left[k], bag.upper[k]);
        }
        Check.atLeast(_worst(bag), before, "worst after tightening");
    }

    function testFuzz_isConcaveInTheFilledSize(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Bag memory bag = _bag(rand, 2 + rand.below(15), rand.betweenInt(1, 1000));
        uint256 k = rand.below(bag.lots.length);
        (int256 held, int256 size) = (bag.lots[k], rand.betweenInt(1, 20));
        int256 side = rand.oneIn(2) ? int256(1) : int256(-1);
        int256 none = _worst(bag);
        bag.lots[k] = held + side * size;
        int256 all = _worst(bag);
        for (int256 part = 1; part < size; ++part) {
            bag.lots[k] = held + side * part;
            Check.atLeast(size * _worst(bag), (size - part) * none + part * all, "a part of the fill");
        }
    }

    /// @dev The judge itself is judged: the unbounded minimum on a bounded root must not get past it.
    function test_theJudgeCatchesBoundsThatAreLeftOut() external pure {
        uint256 caught;
        for (uint256 seed; seed < 30; ++seed) {
            Bag memory bag = _bag(randomFrom(seed), 4, 6);
            (int256 careless, ) = PlainSimplex.simplex(bag.lots, bag.scale);
            if (careless != _leastByEnumeration(bag)) ++caught;
        }
        Check.atLeast(int256(caught), 10, "left-out bounds were caught");
    }

    function _requireLeast(Bag memory bag) private pure {
        (int256 worst, int256 leg) = PlainSimplex.boundedSimplex(bag.lots, bag.lower, bag.upper, bag.scale);
        Check.equal(worst, _leastByEnumeration(bag), "least over all weights");
        // Casts: legs are few.
        Check.isTrue(leg >= 1 && leg <= int256(bag.lots.length), "binding leg is a leg");
        if (Plain.sum(bag.lower) == bag.scale) return;
        // The binding leg got something in one of the worst choices.
        uint256 k = uint256(leg) - 1;
        int256[][] memory all = Plain.possible(Plain.allWeights(bag.lots.length, bag.scale), bag.lower, bag.upper);
        for (uint256 i; i < all.length; ++i) {
            if (Plain.dot(bag.lots, all[i]) == worst && all[i][k] > bag.lower[k]) return;
        }
        Check.isTrue(false, "binding leg was poured into");
    }

    function _leastByEnumeration(Bag memory bag) private pure returns (int256 least) {
        int256[][] memory all = Plain.possible(Plain.allWeights(bag.lots.length, bag.scale), bag.lower, bag.upper);
        Check.isTrue(all.length > 0, "some weights are possible");
        least = type(int256).max;
        for (uint256 i; i < all.length; ++i) {
            int256 value = Plain.dot(bag.lots, all[i]);
            if (value < least) least = value;
        }
    }

    function _dual(Bag memory bag) private pure returns (int256 most) {
        most = type(int256).min;
        for (uint256 i; i < bag.lots.length; ++i) {
            int256 tick = bag.lots[i];
            int256 value = tick * bag.scale;
            for (uint256 k; k < bag.lots.length; ++k) {
                int256 excess = bag.lots[k] - tick;
                value += excess * (excess > 0 ? bag.lower[k] : bag.upper[k]);
            }
            if (value > most) most = value;
        }
    }

    function _worst(Bag memory bag) private pure returns (int256 worst) {
        (worst, ) = PlainSimplex.boundedSimplex(bag.lots, bag.lower, bag.upper, bag.scale);
    }

    /// @dev Bounds around some weights, so that those at least are possible. Scale may be met by the bounds exactly.
    function _bag(Random memory rand, uint256 legs, int256 scale) private pure returns (Bag memory bag) {
        bag = Bag(new int256[](legs), new int256[](legs), new int256[](legs), scale);
        int256 rest = scale;
        for (uint256 k; k < legs; ++k) {
            bag.lots[k] = rand.lots();
            int256 weight = k + 1 == legs ? rest : rand.betweenInt(0, rest);
            rest -= weight;
            bag.lower[k] = rand.oneIn(4) ? weight : rand.betweenInt(0, weight);
            bag.upper[k] = rand.oneIn(4) ? weight : rand.betweenInt(weight, scale);
        }
    }

    /// @dev Starts at the lower bounds and hands the rest out at random, what is left then in order.
    function _possible(Random memory rand, Bag memory bag) private pure returns (int256[] memory weights) {
        uint256 legs = bag.lots.length;
        weights = Plain.copy(bag.lower);
        int256 rest = bag.scale - Plain.sum(weights);
        for (uint256 turn; turn < 3 * legs; ++turn) {
            bool atRandom = turn < 2 * legs;
            uint256 k = atRandom ? rand.below(legs) : turn - 2 * legs;
            int256 room = bag.upper[k] - weights[k];
            if (room > rest) room = rest;
            int256 given = atRandom ? rand.betweenInt(0, room) : room;
            weights[k] += given;
            rest -= given;
        }
    }
}
