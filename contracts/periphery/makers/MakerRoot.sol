// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { BASKET_ROOT_ID, RootInfo } from "../../Types.sol";
import { TransientSigner } from "../House.sol";
import { CostFunction, Vertices } from "./CostFunction.sol";
import { ILmsrMaker, MakerTerms } from "./ILmsrMaker.sol";
import { MakerCode, MakerCodes } from "./MakerCode.sol";

/// @dev What follows from a maker's terms and its root, and never changes. One word of storage.
/// @param id the root's number in the book
/// @param span scale of a simplex root, hi - lo of an interval root as it was made: ticks
/// @param maxLots of a market that the maker may hold, up or down (R13)
/// @param t2 first second of settlement
/// @param isSimplex whether its vertices are legs
struct MadeFor {
    uint32 id;
    uint32 span;
    uint40 maxLots;
    uint40 t2;
    bool isSimplex;
}

/// @dev Both together, for the time of a call.
struct Known {
    IOrderBook book;
    uint32 root;
    int256 span;
    int256 maxLots;
    uint256 t2;
    bool isSimplex;
    int256 beta;
    MakerCode code;
}

/// @title What a maker knows of its root: fixed vertices, and which of them the book still holds for possible
/// @notice At every outcome a branch of an interval root pays a mean of what it pays at the two breakpoints around it, with the same
/// shares for all branches, as long as all strikes are breakpoints. So one cost function over the breakpoints prices root and
/// sub-markets together, without arbitrage. Vertices that records have ruled out are left out: that makes C smaller, and nothing
/// that the maker holds worth less.
abstract contract MakerRoot is TransientSigner, ILmsrMaker {
    address private immutable FACTORY;

    MadeFor private _madeFor;

    /// @dev Of what is cloned. A clone has its terms in its code.
    constructor(address factory) {
        FACTORY = factory;
    }

    /// @notice Tells a clone what the factory has found out about its root. Once, in the transaction that makes it.
    function begin(MadeFor calldata madeFor) external {
        if (msg.sender != FACTORY) revert Maker_OnlyFactory(msg.sender, FACTORY);
        _madeFor = madeFor;
    }

    /// @inheritdoc ILmsrMaker
    function terms() external view returns (MakerTerms memory) {
        Known memory k = _known();
        return k.code.unpacked(!k.isSimplex);
    }

    /// @inheritdoc ILmsrMaker
    function root() external view returns (uint32) {
        return _madeFor.id;
    }

    /// @inheritdoc ILmsrMaker
    function depositNeeded() external view returns (uint256) {
        return _depositNeeded(_known());
    }

    function _depositNeeded(Known memory k) internal view returns (uint256) {
        (uint256 least, uint256 total) = k.code.priorOf();
        // Cast: above zero.
        return uint256(CostFunction.worstLoss(least, total, k.beta)) * k.book.rootOf(k.root).tickValue;
    }

    function _book() internal view override returns (IOrderBook) {
        return MakerCodes.read().book;
    }

    function _known() internal view returns (Known memory k) {
        k.code = MakerCodes.read();
        MadeFor memory m = _madeFor;
        (k.book, k.root, k.isSimplex, k.t2) = (k.code.book, m.id, m.isSimplex, m.t2);
        // Casts: widening; liquidity is below 2^36.
        (k.span, k.maxLots) = (int256(uint256(m.span)), int256(uint256(m.maxLots)));
        k.beta = int256(k.code.liquidity) * k.span;
    }

    /// @dev The vertices that are possible by today's bounds, what the maker owes there, and what the branch pays there.
    /// @param lots the maker's position in each branch of the root
    function _vertices(
        Known memory k,
        uint16 branchId,
        int256[] memory lots
    ) internal view returns (Vertices memory v) {
        if (branchId == 0 || branchId > lots.length) revert Maker_BranchUnknown(branchId, lots.length);
        v.beta = k.beta;
        if (k.isSimplex) _fromLegs(v, k, branchId, lots);
        else _fromPoints(v, k, branchId, lots);
    }

    // ------------------------------------------------------------------ simplex

    /// @dev A leg that can weigh nothing any more is no vertex. The basket has no records.
    function _fromLegs(Vertices memory v, Known memory k, uint16 branchId, int256[] memory lots) private view {
        int256[] memory most;
        bool all = k.root == BASKET_ROOT_ID;
        if (!all) (, most) = k.book.spansOf(k.root);
        uint256 left;
        for (uint256 leg; leg < lots.length; ++leg) {
            if (all || most[leg] != 0) ++left;
        }
        _allocate(v, left);
        uint256 i;
        for (uint256 leg; leg < lots.length; ++leg) {
            if (!all && most[leg] == 0) continue;
            v.weights[i] = k.code.weightOf(leg);
            v.owed[i] = -lots[leg] * k.span;
            if (leg + 1 == branchId) v.pays[i] = k.span;
            ++i;
        }
    }

    // ------------------------------------------------------------------ interval

    function _fromPoints(Vertices memory v, Known memory k, uint16 branchId, int256[] memory lots) private view {
        (int256[] memory lower, int256[] memory upper) = k.book.spansOf(k.root);
        _requireStrikes(k, branchId, lower[branchId - 1], upper[branchId - 1]);
        (uint256 first, uint256 last) = _around(k);
        _allocate(v, last - first + 1);
        for (uint256 i; i < v.owed.length; ++i) {
            int256 y = k.code.pointOf(first + i);
            v.weights[i] = k.code.weightOf(first + i);
            for (uint256 b; b < lots.length; ++b) {
                if (lots[b] != 0) v.owed[i] -= lots[b] * _clamp(y, lower[b], upper[b]);
            }
            v.pays[i] = _clamp(y, lower[branchId - 1], upper[branchId - 1]);
        }
    }

    /// @dev The breakpoints between which the outcome lies: from the last one up to lo, to the first one from hi on.
    function _around(Known memory k) private view returns (uint256 first, uint256 last) {
        RootInfo memory info = k.book.rootOf(k.root);
        last = k.code.count - 1;
        while (first + 1 < last && k.code.pointOf(first + 1) <= info.lo) ++first;
        while (last > first + 1 && k.code.pointOf(last - 1) >= info.hi) --last;
    }

    function _requireStrikes(Known memory k, uint16 branchId, int256 lower, int256 upper) private pure {
        uint256 found;
        for (uint256 i; i < k.code.count; ++i) {
            int256 y = k.code.pointOf(i);
            if (y == lower) found |= 1;
            if (y == upper) found |= 2;
        }
        if (found != 3) revert Maker_StrikeBetweenPoints(branchId, found & 1 == 0 ? lower : upper);
    }

    function _allocate(Vertices memory v, uint256 count) private pure {
        (v.weights, v.owed, v.pays) = (new int256[](count), new int256[](count), new int256[](count));
    }

    function _clamp(int256 y, int256 lower, int256 upper) private pure returns (int256) {
        if (y < lower) return lower;
        return y > upper ? upper : y;
    }
}
