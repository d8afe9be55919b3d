// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketIds } from "../libraries/MarketId.sol";
import { RootWord } from "../libraries/RootWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { Call } from "./Call.sol";
import { Position } from "./Position.sol";
import { Zone } from "./Zone.sol";

/// @title Simplex roots: event markets, and the basket of any number of legs but two
/// @dev Words of 16 legs at most, in the call's zone. Bounds as in Margin.
library Simplex {
    // ------------------------------------------------------------------ the basket

    /// @notice What a change of `lots` of a leg at `price` makes of a trader's word. Lots of the last leg are cash, less as many of
    /// every other leg.
    /// `binding` is the leg that is worth least then, from 1.
    function ofLegs(
        Call memory c,
        TraderWord t,
        uint256 position,
        int256 lots,
        int256 price
    ) internal pure returns (int256 claim, int256 net, int256 binding, bool covered) {
        unchecked {
            uint256 others = c.assetCount - 1;
            uint256 leg = MarketIds.branchOf(c.market) - 1;
            bool isLast = leg == others;
            claim = t.claim() + ((isLast ? c.basketScale : int256(0)) - price) * lots * c.basketTickValue;
            int256 least = type(int256).max; // more than anybody holds
            covered = true;
            for (uint256 k; k < others; ++k) {
                int256 held = Position.lotsOf(position, k);
                if (isLast || k == leg) {
                    bool raises = (lots > 0) != isLast;
                    held = isLast ? held - lots : held + lots;
                    if (raises ? held > c.limit : held < -c.limit) covered = false;
                }
                if (held < least) (least, binding) = (held, int256(k + 1));
            }
            // The last leg has none.
            if (least < 0) net = least;
            else if (least > 0) binding = int256(others + 1);
            if (claim + net * c.lotValue < 0) covered = false;
        }
    }

    /// @notice As many lots, of the sign of these, as the position has room for.
    function room(Call memory c, uint256 position, int256 lots) internal pure returns (int256 most) {
        unchecked {
            uint256 others = c.assetCount - 1;
            uint256 leg = MarketIds.branchOf(c.market) - 1;
            bool isLast = leg == others;
            bool raises = (lots > 0) != isLast;
            most = type(int256).max;
            for (uint256 k; k < others; ++k) {
                if (!isLast && k != leg) continue;
                int256 held = Position.lotsOf(position, k);
                int256 left = raises ? c.limit - held : c.limit + held;
                if (left < most) most = left;
            }
        }
    }

    /// @notice Makes a change that `ofLegs` found good.
    function storeLegs(Call memory c, uint256 position, int256 lots) internal {
        unchecked {
            uint256 others = c.assetCount - 1;
            uint256 leg = MarketIds.branchOf(c.market) - 1;
            if (leg != others) {
                Position.store(position, Position.add(position, leg, lots));
                return;
            }
            for (uint256 k; k < others; ++k) {
                Position.add(position, k, -lots);
            }
            Position.storeAll(position, Position.words(others));
        }
    }

    // ------------------------------------------------------------------ events

    /// @notice The bounds of a root's legs, from where they are stored: lower 32 | upper 32 of each, four to a word, lowest bits first.
    function loadBounds(Call memory c, uint256 slot) internal view {
        (uint256 lower, uint256 upper) = (Zone.lower(c.zone), Zone.upper(c.zone));
        uint256 branches = RootWord.wrap(c.root).branches();
        assembly ("memory-safe") {
            let word
            for {
                let k := 0
            } lt(k, branches) {
                k := add(k, 1)
            } {
                if iszero(and(k, 3)) {
                    word := sload(add(slot, shr(2, k)))
                }
                mstore(add(lower, shl(5, k)), signextend(3, shr(32, word)))
                mstore(add(upper, shl(5, k)), signextend(3, word))
                word := shr(64, word)
            }
        }
    }

    /// @notice R12: the least that a position with `lots` more of the market's leg is worth, and the binding leg, from 1.
    function worstOf(
        Call memory c,
        uint256 position,
        int256 lots
    ) internal pure returns (int256 worst, int256 binding) {
        RootWord root = RootWord.wrap(c.root);
        uint256 count = root.branches();
        uint256 held = Zone.lots(c.zone);
        unchecked {
            uint256 leg = MarketIds.branchOf(c.market) - 1;
            for (uint256 k; k < count; ++k) {
                int256 entry = Position.lotsOf(position, k);
                _set(held, k, k == leg ? entry + lots : entry);
            }
            if (root.bounded()) return _pour(c, held, count, root.hi());
            // The least of a linear function over a simplex is at a vertex.
            (worst, binding) = (_get(held, 0), 1);
            for (uint256 k = 1; k < count; ++k) {
                int256 entry = _get(held, k);
                if (entry < worst) (worst, binding) = (entry, int256(k + 1));
            }
            worst *= root.hi();
        }
    }

    /// @notice What a lot of the market's leg pays where the position with `lots` more of it is worst.
    /// @param binding the leg that `worstOf` has named
    function paidAt(Call memory c, uint256 position, int256 lots, int256 binding) internal pure returns (int256) {
        unchecked {
            uint256 leg = MarketIds.branchOf(c.market) - 1;
            RootWord root = RootWord.wrap(c.root);
            if (c.kind == Zone.EVENT && root.bounded()) {
                worstOf(c, position, lots);
                return _get(Zone.weights(c.zone), leg);
            }
            if (uint256(binding) != leg + 1) return 0;
            return c.kind == Zone.LEGS ? c.basketScale : root.hi();
        }
    }

    /// @notice What a leg can still weigh, given the bounds of all (R38).
    function spanOf(Call memory c, uint256 leg) internal pure returns (int256 min, int256 max) {
        RootWord root = RootWord.wrap(c.root);
        if (!root.bounded()) return (0, root.hi());
        (uint256 lower, uint256 upper) = (Zone.lower(c.zone), Zone.upper(c.zone));
        unchecked {
            (int256 forced, int256 allowed) = (root.hi(), root.hi());
            for (uint256 k; k < root.branches(); ++k) {
                if (k == leg) continue;
                forced -= _get(upper, k);
                allowed -= _get(lower, k);
            }
            (min, max) = (_get(lower, leg), _get(upper, leg));
            if (forced > min) min = forced;
            if (allowed < max) max = allowed;
        }
    }

    /// @notice Least and greatest weights of all legs.
    function boundsOf(Call memory c) internal pure returns (int256[] memory lower, int256[] memory upper) {
        RootWord root = RootWord.wrap(c.root);
        uint256 count = c.kind == Zone.EVENT ? root.branches() : c.assetCount;
        (lower, upper) = (new int256[](count), new int256[](count));
        bool bounded = c.kind == Zone.EVENT && root.bounded();
        for (uint256 k; k < count; ++k) {
            lower[k] = bounded ? _get(Zone.lower(c.zone), k) : int256(0);
            upper[k] =
                bounded
                    ? _get(Zone.upper(c.zone), k)
                    : c.kind == Zone.EVENT
                        ? root.hi()
                        : c.basketScale;
        }
    }

    /// @dev Bounds l <= w <= u: every leg starts at l, and what is left of the scale is poured into the legs by rising lots.
    function _pour(
        Call memory c,
        uint256 held,
        uint256 count,
        int256 scale
    ) private pure returns (int256 worst, int256 binding) {
        (uint256 lower, uint256 upper) = (Zone.lower(c.zone), Zone.upper(c.zone));
        uint256 weights = Zone.weights(c.zone);
        unchecked {
            for (uint256 k; k < count; ++k) {
                int256 least = _get(lower, k);
                _set(weights, k, least);
                worst += _get(held, k) * least;
                scale -= least;
            }
            uint256 poured; // bit k: leg k has had its turn
            for (uint256 turn; turn < count; ++turn) {
                uint256 k = _leastLeg(held, count, poured);
                poured |= 1 << k;
                int256 weight = _get(upper, k) - _get(lower, k);
                if (weight > scale) weight = scale;
                _set(weights, k, _get(lower, k) + weight);
                worst += _get(held, k) * weight;
                scale -= weight;
                if (binding == 0 || weight > 0) binding = int256(k + 1);
                if (scale == 0) break;
            }
        }
    }

    /// @dev The first leg with the fewest lots among those whose bit in `done` is not set; one is left.
    function _leastLeg(uint256 held, uint256 count, uint256 done) private pure returns (uint256 least) {
        int256 fewest = type(int256).max; // more than anybody holds
        unchecked {
            for (uint256 k; k < count; ++k) {
                int256 entry = _get(held, k);
                if (entry < fewest && (done >> k) & 1 == 0) (fewest, least) = (entry, k);
            }
        }
    }

    function _get(uint256 ptr, uint256 index) private pure returns (int256 value) {
        assembly ("memory-safe") {
            value := mload(add(ptr, shl(5, index)))
        }
    }

    function _set(uint256 ptr, uint256 index, int256 value) private pure {
        assembly ("memory-safe") {
            mstore(add(ptr, shl(5, index)), value)
        }
    }
}
