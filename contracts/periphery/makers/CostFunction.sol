// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { exp, ln } from "@prb/math/src/sd59x18/Math.sol";
import { sd } from "@prb/math/src/sd59x18/Casting.sol";

/// @dev What a maker owes at each vertex that is still possible.
/// @param beta ticks · lots, above 0, below 2^68
/// @param weights of the prior; whole numbers whose sum is at most 128 times the least of them
/// @param owed s_i, ticks · lots: what it has to pay at the vertex for what it has sold; of either sign, below 2^80
/// @param pays a_i, ticks: what a lot of the branch that is asked about pays there; int32
struct Vertices {
    int256 beta;
    int256[] weights;
    int256[] owed;
    int256[] pays;
}

/// @dev The cost function at some position.
/// @param top the largest s_i
/// @param masses w_i · exp((s_i - top) / beta), in 10^-18
/// @param sum of the masses: from 10^18, for the largest s_i has at least that, to 128 times the least weight
struct Point {
    int256 top;
    int256[] masses;
    int256 sum;
}

/// @title The maker's cost function, C(Q) = beta · ln sum_i p_i · exp(s_i / beta), in integers
/// @notice Exponents are taken from the largest s_i, so they are never above zero and their sum is never below one: nothing overflows,
/// nothing vanishes. A difference is beta times that of the largest s_i, and the logarithm of the sums' quotient, the larger by the
/// smaller: so ln is only asked from one on, where it errs downwards. Twin of `src/protocol/maker/cost-function.ts`, to the last digit.
/// @dev With @prb/math 4.2.0, in units of 10^-18: exp errs by -1.00 to +1.59, ln by -14.8 to 0. A sum of masses lacks at most 128 of its
/// own 10^-18, where all weight but the top's is on vertices that have nearly vanished. So a difference is never short by more than
/// MARGIN.
library CostFunction {
    int256 internal constant ONE = 1e18;
    /// @dev 2e-16: added to every difference of C / beta.
    int256 internal constant MARGIN = 200;
    /// @dev The sum of weights is at most so many times the least one: what an exp lacks is multiplied by no more.
    uint256 internal constant MOST_LOPSIDED = 128;
    /// @dev Halvings in a search for lots: what is found is short by less than a 65 536th of what was asked for.
    uint256 private constant HALVINGS = 16;

    /// @notice The function when `lots` more of the branch are sold (or, below zero, bought back).
    function at(Vertices memory v, int256 lots) internal pure returns (Point memory p) {
        p.top = _top(v, lots);
        uint256 count = v.owed.length;
        p.masses = new int256[](count);
        for (uint256 i; i < count; ++i) {
            p.masses[i] = _mass(v, i, lots, p.top);
            p.sum += p.masses[i];
        }
    }

    /// @notice The same as `at`, by what is known of the point with no lots: where neither top nor s_i change the mass is the same.
    function moved(Vertices memory v, Point memory from, int256 lots) internal pure returns (Point memory p) {
        p.top = _top(v, lots);
        if (p.top != from.top) return at(v, lots);
        uint256 count = v.owed.length;
        p.masses = new int256[](count);
        for (uint256 i; i < count; ++i) {
            p.masses[i] = v.pays[i] == 0 ? from.masses[i] : _mass(v, i, lots, p.top);
            p.sum += p.masses[i];
        }
    }

    /// @notice What it costs to come from one point to another: ticks · lots, rounded up; never below the exact cost, and above it by no
    /// more than 1 + 4e-16 · beta.
    function costBetween(Vertices memory v, Point memory from, Point memory to) internal pure returns (int256) {
        int256 grown =
            to.sum < from.sum
                ? -ln(sd((from.sum * ONE) / to.sum)).unwrap()
                : ln(sd((to.sum * ONE) / from.sum)).unwrap();
        return to.top - from.top + divUp((grown + MARGIN) * v.beta, ONE);
    }

    /// @notice The greatest loss there can be: beta · ln(sum of weights / least weight), ticks · lots, rounded up.
    function worstLoss(uint256 least, uint256 total, int256 beta) internal pure returns (int256) {
        // Casts: weights are small.
        int256 ratio = divUp(int256(total) * ONE, int256(least));
        return divUp((ln(sd(ratio)).unwrap() + MARGIN) * beta, ONE);
    }

    /// @notice Price of the branch at a point, in 10^-18 ticks, rounded down.
    function priceAt(Vertices memory v, Point memory p) internal pure returns (int256) {
        int256 weighted;
        for (uint256 i; i < p.masses.length; ++i) {
            weighted += p.masses[i] * v.pays[i];
        }
        return divDown(weighted * ONE, p.sum);
    }

    /// @notice Whether the price at a point lies on the far side of `limit` ticks: above, for a taker who buys; below, for one who sells.
    function isBeyond(Vertices memory v, Point memory p, int256 limit, bool buys) internal pure returns (bool) {
        int256 excess;
        for (uint256 i; i < p.masses.length; ++i) {
            excess += p.masses[i] * (v.pays[i] - limit);
        }
        return buys ? excess > 0 : excess < 0;
    }

    /// @notice How many lots can be sold (or bought back) until the price reaches `limit`; no more than `lots`, both magnitudes.
    /// The price of all `lots` lies beyond the limit. A few lots less than exact.
    function reach(
        Vertices memory v,
        Point memory from,
        int256 lots,
        int256 limit,
        bool buys
    ) internal pure returns (int256) {
        if (isBeyond(v, from, limit, buys)) return 0;
        (int256 least, int256 most) = paysBetween(v);
        for (uint256 i; i < v.pays.length; ++i) {
            if (v.pays[i] != least && v.pays[i] != most) return _search(v, lots, limit, buys);
        }
        int256 found = _inClosedForm(v, from, limit, buys, least, most);
        return found < lots ? found : lots;
    }

    /// @notice The least and the most that a lot pays at any vertex, ticks.
    function paysBetween(Vertices memory v) internal pure returns (int256 least, int256 most) {
        (least, most) = (v.pays[0], v.pays[0]);
        for (uint256 i = 1; i < v.pays.length; ++i) {
            if (v.pays[i] < least) least = v.pays[i];
            if (v.pays[i] > most) most = v.pays[i];
        }
    }

    /// @notice a / b, rounded up; b above zero.
    function divUp(int256 a, int256 b) internal pure returns (int256) {
        return a > 0 ? (a - 1) / b + 1 : a / b;
    }

    /// @notice a / b, rounded down; b above zero.
    function divDown(int256 a, int256 b) internal pure returns (int256) {
        return a < 0 ? (a + 1) / b - 1 : a / b;
    }

    // ------------------------------------------------------------------ in detail

    function _top(Vertices memory v, int256 lots) private pure returns (int256 top) {
        top = type(int256).min;
        for (uint256 i; i < v.owed.length; ++i) {
            int256 owed = v.owed[i] + lots * v.pays[i];
            if (owed > top) top = owed;
        }
    }

    function _mass(Vertices memory v, uint256 i, int256 lots, int256 top) private pure returns (int256) {
        int256 below = v.owed[i] + lots * v.pays[i] - top;
        return v.weights[i] * exp(sd((below * ONE) / v.beta)).unwrap();
    }

    /// @dev A branch that pays one of two amounts is priced by its odds, and `lots` multiply them by exp(lots · (most - least) / beta).
    /// Masses that have vanished count as the least there is, which gives fewer lots.
    function _inClosedForm(
        Vertices memory v,
        Point memory from,
        int256 limit,
        bool buys,
        int256 least,
        int256 most
    ) private pure returns (int256) {
        (int256 low, int256 high) = (1, 1);
        for (uint256 i; i < from.masses.length; ++i) {
            if (v.pays[i] == most) high += from.masses[i];
            else low += from.masses[i];
        }
        // The price is within the limit, and that of more lots is not: so the limit lies between the two.
        (int256 up, int256 down) = ((limit - least) * low, (most - limit) * high);
        int256 ratio = buys ? (up * ONE) / down : (down * ONE) / up;
        if (ratio <= ONE) return 0;
        return (ln(sd(ratio)).unwrap() * v.beta) / ((most - least) * ONE);
    }

    function _search(Vertices memory v, int256 lots, int256 limit, bool buys) private pure returns (int256 within) {
        int256 beyond = lots;
        for (uint256 i; i < HALVINGS && beyond - within > 1; ++i) {
            int256 middle = (within + beyond) / 2;
            if (isBeyond(v, at(v, buys ? middle : -middle), limit, buys)) beyond = middle;
            else within = middle;
        }
    }
}
