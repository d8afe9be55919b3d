// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { Ladder } from "../libraries/Ladder.sol";
import { MarketIds } from "../libraries/MarketId.sol";
import { RootWord } from "../libraries/RootWord.sol";
import { TraderWord, TraderWords } from "../libraries/TraderWord.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { Call } from "./Call.sol";
import { Position } from "./Position.sol";
import { Simplex } from "./Simplex.sol";
import { Zone } from "./Zone.sol";

/// @title What a trader must be able to bear
/// @notice R11, the hard rule: the least of a trader's claims stays at or above zero after every change. A change of `lots` of the
/// call's market at `price` is looked at without being made; the answer is what the trader's word would say then.
/// @dev The basket of two legs is by far the commonest root and needs the trader's word alone: its path stands by itself, and is
/// short enough for the compiler to put where it is used.
/// Bounds: |price| <= 2^31, |lots| < 2^40, tickValue < 2^64, worst cases below 2^75 ticks * lots, net lots below 2^48, lotValue < 2^96:
/// every sum here stays below 2^146.
library Margin {
    // ------------------------------------------------------------------ the check (paper: checkCollateral)

    /// @notice In the call's root. `position` is in memory, unless the root is the basket of two legs.
    /// @return claim the claim on the last leg then
    /// @return net as the trader's word has it then
    /// @return worst of the position in this root then, ticks times lots
    /// @return covered whether R13 holds
    function check(
        Call memory c,
        TraderWord t,
        uint256 position,
        int256 lots,
        int256 price
    ) internal pure returns (int256 claim, int256 net, int256 worst, bool covered) {
        if (c.kind == Zone.TWO_LEGS) (claim, net, covered) = ofTwoLegs(c, t, lots, price);
        else (claim, net, worst, , covered) = ofRoot(c, t, position, lots, price);
    }

    /// @notice In the basket of two legs. Buying leg 2 is selling leg 1 at what is left of the scale.
    function ofTwoLegs(
        Call memory c,
        TraderWord t,
        int256 lots,
        int256 price
    ) internal pure returns (int256 claim, int256 net, bool covered) {
        unchecked {
            // Market 1 << 6 | leg.
            if (c.market & 1 == 0) (lots, price) = (-lots, c.basketScale - price);
            claim = t.claim() - price * lots * c.basketTickValue;
            net = t.net() + lots;
            int256 limit = c.limit;
            covered = (net < 0 ? claim + net * c.lotValue : claim) >= 0 && (lots > 0 ? net <= limit : net >= -limit);
        }
    }

    /// @notice In any root but the basket of two legs. `binding` is where it is worst, as worstOf names it.
    function ofRoot(
        Call memory c,
        TraderWord t,
        uint256 position,
        int256 lots,
        int256 price
    ) internal pure returns (int256 claim, int256 net, int256 worst, int256 binding, bool covered) {
        unchecked {
            if (c.kind == Zone.LEGS) {
                (claim, net, binding, covered) = Simplex.ofLegs(c, t, position, lots, price);
                return (claim, net, 0, binding, covered);
            }
            (worst, binding) = worstOf(c, position, lots);
            claim = t.claim() + (worst - Position.worst(position) - price * lots) * c.tickValue;
            net = t.net();
            int256 held = Position.lotsOf(position, branchOf(c)) + lots;
            covered =
                (net < 0 ? claim + net * c.lotValue : claim) >= 0 &&
                (lots > 0 ? held <= c.limit : held >= -c.limit);
        }
    }

    /// @notice R12: the least that a position with `lots` more of the market can be worth, ticks times lots, and where: the outcome
    /// of an interval root, the leg of a simplex root.
    function worstOf(
        Call memory c,
        uint256 position,
        int256 lots
    ) internal pure returns (int256 worst, int256 binding) {
        (uint256 zone, RootWord root) = (c.zone, RootWord.wrap(c.root));
        if (c.kind == Zone.INTERVAL) {
            return Ladder.worstOf(root, Zone.ladder(zone), Zone.steps(zone), position, branchOf(c), lots);
        }
        return Simplex.worstOf(c, position, lots);
    }

    /// @notice The most an order can cost its trader, whatever else the trader holds: its price less its own worst case, wei (R15). That
    /// is where the market pays least to a buyer, most to a seller. Never below zero for a price within the bounds.
    function needOf(Call memory c, int256 lots, int256 price) internal pure returns (int256) {
        unchecked {
            return (price - (lots > 0 ? c.marketMin : c.marketMax)) * lots * c.tickValue;
        }
    }

    /// @notice Net collateral after a change, in the worst joint outcome, and where that is in the call's root: the outcome of an
    /// interval root, the leg of a simplex root.
    function slackAfter(
        Call memory c,
        TraderWord t,
        uint256 position,
        int256 lots,
        int256 price
    ) internal pure returns (int256 slack, int256 binding) {
        int256 claim;
        int256 net;
        if (c.kind == Zone.TWO_LEGS) {
            (claim, net, ) = ofTwoLegs(c, t, lots, price);
            binding = net > 0 ? int256(2) : int256(1);
        } else {
            (claim, net, , binding, ) = ofRoot(c, t, position, lots, price);
        }
        slack = net < 0 ? claim + net * c.lotValue : claim;
    }

    /// @notice Lots of the call's market that a trader has, as maxLots counts them for a change of `lots`: of a basket those of the leg
    /// more than of the last, or of the last more than of the leg that the change takes it furthest from.
    function heldOf(Call memory c, TraderWord t, uint256 position, int256 lots) internal pure returns (int256) {
        if (c.kind == Zone.TWO_LEGS) return c.market & 1 == 1 ? t.net() : -t.net();
        if (c.kind != Zone.LEGS) return Position.lotsOf(position, branchOf(c));
        int256 room = Simplex.room(c, position, lots);
        return lots > 0 ? c.limit - room : room - c.limit;
    }

    // ------------------------------------------------------------------ the part that can be borne (R32)

    /// @notice The greatest part of `lots` (of their sign) that the trader can bear at `price`. In a root besides a basket of two legs
    /// the position is in memory.
    /// @return part of their sign
    /// @return known false if the gas has run low before it was found, see Call
    function partOf(
        Call memory c,
        TraderWord t,
        uint256 position,
        int256 lots,
        int256 price
    ) internal view returns (int256 part, bool known) {
        unchecked {
            part = roomFor(c, t, position, lots);
            // Net collateral is concave in the lots, so its tangent at the binding outcome lies above it: from the whole down to where
            // the tangent meets zero nothing can be borne, and so on from there. It is flatter each time, so each outcome binds at
            // most once: at most 66 rounds, and very few in fact. For no lots net collateral is not negative (R11, R12).
            while (part != 0) {
                if (gasleft() < c.gasToKeep) return (0, false);
                (int256 slack, int256 perLot) = _tangent(c, t, position, part, price);
                if (slack >= 0) break;
                int256 excess = (-slack - 1) / -perLot + 1;
                part = lots > 0 ? part - excess : part + excess;
            }
        }
        known = true;
    }

    /// @dev Net collateral after the change at its worst outcome, and what one more lot, bought or sold as these, changes there.
    function _tangent(
        Call memory c,
        TraderWord t,
        uint256 position,
        int256 lots,
        int256 price
    ) private pure returns (int256 slack, int256 perLot) {
        unchecked {
            int256 claim;
            int256 net;
            int256 paid;
            if (c.kind == Zone.TWO_LEGS) {
                (claim, net, ) = ofTwoLegs(c, t, lots, price);
                // Leg 1 is worth least if there is less of it.
                paid = (net < 0) == (c.market & 1 == 1) ? c.basketScale : int256(0);
            } else {
                int256 binding;
                (claim, net, , binding, ) = ofRoot(c, t, position, lots, price);
                paid = _paidAt(c, position, lots, binding);
            }
            slack = net < 0 ? claim + net * c.lotValue : claim;
            perLot = (lots > 0 ? paid - price : price - paid) * c.tickValue;
        }
    }

    /// @dev What a lot of the market pays at the binding outcome, ticks.
    function _paidAt(Call memory c, uint256 position, int256 lots, int256 binding) private pure returns (int256) {
        if (c.kind == Zone.INTERVAL) {
            (int256 lower, int256 upper) = Ladder.strikesOf(Zone.ladder(c.zone), branchOf(c));
            return WorstCase.clamp(binding, lower, upper);
        }
        return Simplex.paidAt(c, position, lots, binding);
    }

    /// @dev As many of these lots as the trader's word has room for.
    function _roomOfTwoLegs(Call memory c, TraderWord t, int256 lots) private pure returns (int256) {
        unchecked {
            int256 net = t.net();
            bool raises = (lots > 0) == (c.market & 1 == 1);
            return _atMost(lots, raises ? c.limit - net : c.limit + net);
        }
    }

    /// @dev As many of these lots as the position has room for.
    function _room(Call memory c, uint256 position, int256 lots) private pure returns (int256) {
        unchecked {
            if (c.kind == Zone.LEGS) return _atMost(lots, Simplex.room(c, position, lots));
            int256 held = Position.lotsOf(position, branchOf(c));
            return _atMost(lots, lots > 0 ? c.limit - held : c.limit + held);
        }
    }

    /// @dev `lots`, but no more than `most` of them, whatever their sign.
    function _atMost(int256 lots, int256 most) private pure returns (int256) {
        unchecked {
            if (most <= 0) return 0;
            if (lots > 0) return lots < most ? lots : most;
            return lots > -most ? lots : -most;
        }
    }

    // ------------------------------------------------------------------ why not

    /// @notice The error of an order that its trader is not covered for, which `coverLots` and what goes with it belong to.
    function refusal(Call memory c, TraderWord t, int256 lots) internal pure returns (bytes32) {
        if (roomFor(c, t, c.position, lots) == lots) return IBookRecords.Book_Uncovered.selector;
        return c.maxLots == 0 ? IBookRecords.Book_PositionOverflow.selector : IBookRecords.Book_TooManyLots.selector;
    }

    /// @notice As many of these lots as can be stored and the session's maxLots allows, of their sign.
    function roomFor(Call memory c, TraderWord t, uint256 position, int256 lots) internal pure returns (int256) {
        return c.kind == Zone.TWO_LEGS ? _roomOfTwoLegs(c, t, lots) : _room(c, position, lots);
    }

    // ------------------------------------------------------------------ making a change

    /// @notice Writes what `ofRoot` has found out into the position in memory and in storage.
    function storeRoot(Call memory c, uint256 position, int256 lots, int256 worst) internal {
        unchecked {
            if (c.kind == Zone.LEGS) {
                Simplex.storeLegs(c, position, lots);
                return;
            }
            uint256 branch = branchOf(c);
            int256 base;
            if (c.kind == Zone.INTERVAL) {
                (int256 lower, ) = Ladder.strikesOf(Zone.ladder(c.zone), branch);
                base = Position.baseOf(position) + lots * lower;
            }
            uint256 word = Position.add(position, branch, lots);
            Position.setSums(position, base, worst);
            Position.store(position, word);
        }
    }

    /// @notice The trader's word with that money. Every claim is at least zero and by R14 no more than N: what does not fit is a fault
    /// of this code, and nothing may be cut off.
    function withMoney(TraderWord t, int256 claim, int256 net) internal pure returns (TraderWord) {
        assert(TraderWords.fits(claim, net));
        return t.withMoney(claim, net);
    }

    /// @notice Whether a trader's word has room for that money.
    function fits(int256 claim, int256 net) internal pure returns (bool) {
        return TraderWords.fits(claim, net);
    }

    /// @dev The market's branch, from 0.
    function branchOf(Call memory c) internal pure returns (uint256) {
        unchecked {
            return MarketIds.branchOf(c.market) - 1;
        }
    }
}
