// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { Markets, Root } from "./Markets.sol";
import { Accounts, Exposure, Positions } from "./Positions.sol";

/// @dev What a change would do to a trader.
struct Cover {
    int256 lots; // the change; 0 once it was made
    int256 slack; // net collateral in the worst joint outcome, wei
    int256 cash;
    int256 rootWorst;
    int256 bindingOutcome; // where this root is worst
    bool fits; // whether the book can store it
    bool withinLimit; // whether it takes the market's lots no further than the session lets them go
}

/// @title What a trader must be able to bear
/// @notice R11, the hard rule: cash + W >= 0 for every trader after every change. As roots are independent, W is a sum, and a
/// change of one root needs that root alone.
library Margin {
    using SafeCast for int256;

    /// @dev Far above any session's supply (2^96), far below an int128.
    int256 private constant MAX_WORST = 2 ** 125;

    // ------------------------------------------------------------------ the check (paper: checkCollateral)

    /// @notice What it would mean to buy `lots` (negative: sell) of a branch at `price`. Changes nothing.
    function checkCollateral(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price
    ) internal pure returns (Cover memory cover) {
        checkInto(root, e, branchId, lots, price, cover);
    }

    /// @dev |price| <= 2^31, |lots| <= 2^63, tickValue < 2^64: the cost stays below 2^158.
    function checkInto(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price,
        Cover memory cover
    ) internal pure {
        // Bounds: as above; worst cases of 32 branches below 2^101 ticks * lots, so below 2^165.
        unchecked {
            cover.lots = lots;
            uint256 entry = Positions.entryOf(e, branchId);
            int256 before = Positions.lotsAt(entry);
            int256 held = before + lots;
            Positions.setLotsAt(entry, held);
            (cover.rootWorst, cover.bindingOutcome) = worstOf(root, e.lots);
            cover.withinLimit =
                root.maxLots == 0 ||
                _isWithin(root.maxLots, lots, Markets.lotsOf(root, e.lots, branchId));
            Positions.setLotsAt(entry, before);

            cover.cash = e.cash - price * lots * root.tickValue;
            int256 worst = e.otherWorst + cover.rootWorst;
            cover.slack = cover.cash + worst;
            // Casts: whoever is changed by one does not fit.
            cover.fits =
                int64(held) == held &&
                Accounts.fits(cover.cash) &&
                fitsWorst(cover.rootWorst) &&
                fitsWorst(worst);
        }
    }

    /// @notice Applies what `checkCollateral` found acceptable. The cover says nothing about the exposure as it is then.
    function apply_(Exposure memory e, Cover memory cover, uint16 branchId) internal pure {
        uint256 entry = Positions.entryOf(e, branchId);
        // `fits` says that it is an int64.
        unchecked {
            Positions.setLotsAt(entry, Positions.lotsAt(entry) + cover.lots);
        }
        (e.cash, e.rootWorst, cover.lots) = (cover.cash, cover.rootWorst, 0);
    }

    /// @notice R13: covered means solvent in every joint outcome, storable, and within the session's limit of lots.
    function isCovered(Cover memory cover) internal pure returns (bool) {
        return cover.slack >= 0 && cover.fits && cover.withinLimit;
    }

    /// @notice R32: the greatest number of lots, at most `lots`, after which R11 holds and the position is within the limit of lots and
    /// fits an int64; 0 if the book could not store the amounts that follow.
    /// @dev Net collateral is concave in the lots, so the line through its values at any two neighbouring sizes lies above it at all
    /// smaller ones: from the whole down to where that line meets zero nothing can be borne, and so on from there. Each line is flatter
    /// than the last, so there are at most two for each kink; and as shortfall times slope falls to a quarter each time, at most 95.
    /// At zero lots net collateral is not negative (R11, R12).
    /// @param cover what checkInto found out about `lots`; then about what is given
    function bearable(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price,
        Cover memory cover
    ) internal pure returns (int256) {
        // Lots fit an int64; amounts below 2^166.
        unchecked {
            int256 held = Positions.lotsAt(Positions.entryOf(e, branchId));
            int256 one = lots > 0 ? int256(1) : int256(-1);
            int256 room = one > 0 ? type(int64).max - held : held - type(int64).min;
            if (root.maxLots != 0) {
                int256 limit = root.maxLots - one * Markets.lotsOf(root, e.lots, branchId);
                if (limit < room) room = limit < 0 ? int256(0) : limit;
            }
            if (lots * one > room) {
                lots = room * one;
                checkInto(root, e, branchId, lots, price, cover);
            }
            while (cover.slack < 0) {
                int256 missing = -cover.slack;
                checkInto(root, e, branchId, lots - one, price, cover);
                int256 perLot = cover.slack + missing;
                lots -= one * ((missing + perLot - 1) / perLot);
                checkInto(root, e, branchId, lots, price, cover);
            }
            return cover.fits ? lots : int256(0);
        }
    }

    /// @notice The most an order can cost its trader, whatever else the trader holds: its price less its own worst case (R15). That
    /// is where the market pays least to a buyer, most to a seller.
    /// @param lots |lots| <= 2^63
    /// @param marketMin the least that the market can still pay, and
    /// @param marketMax the most; int32, as the price
    /// @param tickValue below 2^64
    function needOf(
        int256 lots,
        int256 price,
        int256 marketMin,
        int256 marketMax,
        int256 tickValue
    ) internal pure returns (uint256) {
        // Below 2^159.
        unchecked {
            int256 need = (price - (lots > 0 ? marketMin : marketMax)) * lots * tickValue;
            return need > 0 ? uint256(need) : 0;
        }
    }

    /// @notice Whether a worst case, of one root or of all, keeps enough distance from an int128 that what follows from it (all
    /// roots but one, the cash after an exit or a settlement) fits one too.
    function fitsWorst(int256 worst) internal pure returns (bool) {
        return worst >= -MAX_WORST && worst <= MAX_WORST;
    }

    /// @notice Worst case of a position in one root, wei, and the outcome where it is.
    function worstOf(
        Root memory root,
        int256[] memory lots
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        (worst, bindingOutcome) = Markets.worstOf(root, lots);
        // Below 2^101 and below 2^64.
        unchecked {
            worst *= root.tickValue;
        }
    }

    /// @dev R13: what is bought may take the market's lots up to the limit, what is sold down to its opposite. So a position that
    /// is beyond it already may shrink and may not grow.
    function _isWithin(int256 maxLots, int256 change, int256 afterIt) private pure returns (bool) {
        return change > 0 ? afterIt <= maxLots : afterIt >= -maxLots;
    }

    // ------------------------------------------------------------------ claims on the basket (R16)

    /// @notice Net collateral at each vertex of the basket simplex, every other root at its worst: the trader's claim on each
    /// asset, wei of claim tokens.
    /// @dev R11 keeps every one of them from being negative.
    function claimsOf(Root memory basket, Exposure memory e) internal pure returns (uint256[] memory claims) {
        int256 lotValue = basket.hi * basket.tickValue;
        claims = new uint256[](e.lots.length);
        for (uint256 k; k < claims.length; ++k) {
            claims[k] = (e.cash + e.otherWorst + e.lots[k] * lotValue).toUint256();
        }
    }

    /// @notice R19: the position becomes `value` wei of cash.
    /// @return whether the book can store that
    function realise(Exposure memory e, int256 value) internal pure returns (bool) {
        e.cash += value;
        e.rootWorst = 0;
        e.lots = new int256[](e.lots.length);
        return Accounts.fits(e.cash) && Accounts.fits(e.otherWorst);
    }

    /// @notice What is left of an exposure when all its claims are paid.
    function empty(Exposure memory e) internal pure {
        e.cash = -e.otherWorst;
        e.rootWorst = 0;
        e.lots = new int256[](e.lots.length);
    }
}
