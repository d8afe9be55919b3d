// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TraderWord } from "../libraries/TraderWord.sol";
import { Call } from "./Call.sol";
import { Margin } from "./Margin.sol";
import { Position } from "./Position.sol";
import { Zone } from "./Zone.sol";

/// @title What a fill makes of the two traders
/// @notice R32: both must be covered after it. `m` is the maker's trader's word; `lots` are signed as the taker's. The answer is the
/// words of both as they are then; no words if one of them cannot bear it.
library Trades {
    /// @notice In the basket of two legs. Changes nothing.
    function ofTwoLegs(
        Call memory c,
        TraderWord m,
        int256 lots,
        int256 price
    ) internal pure returns (TraderWord maker, TraderWord taker) {
        // Below 2^40.
        int256 given;
        unchecked {
            given = -lots;
        }
        TraderWord t = c.t;
        (int256 makerClaim, int256 makerNet, bool makerCovered) = Margin.ofTwoLegs(c, m, given, price);
        (int256 claim, int256 net, bool covered) = Margin.ofTwoLegs(c, t, lots, price);
        if (!makerCovered || !covered) return (maker, taker);
        maker = Margin.withMoney(m, makerClaim, makerNet);
        taker = Margin.withMoney(t, claim, net);
    }

    /// @notice In any other root: the positions change too, in memory and in storage. What was found out at admission about as many
    /// lots at that price still holds. Afterwards the maker's position is in memory, whatever the answer.
    function ofRoot(
        Call memory c,
        TraderWord m,
        int256 lots,
        int256 price,
        bool isHeld
    ) internal returns (TraderWord maker, TraderWord taker) {
        if (!_makerBears(c, m, lots, price, isHeld) || !_takerBears(c, lots, price)) return (maker, taker);
        maker = Margin.withMoney(m, c.makerClaim, c.makerNet);
        taker = Margin.withMoney(c.t, c.coverClaim, c.coverNet);
        (c.coverLots, c.makerLots) = (0, 0);
        // Below 2^40.
        unchecked {
            Margin.storeRoot(c, c.makerPosition, -lots, c.makerWorst);
        }
        Margin.storeRoot(c, c.position, lots, c.coverWorst);
    }

    /// @notice The greatest part of `lots` that the taker can bear.
    function partOfTaker(Call memory c, int256 lots, int256 price) internal view returns (int256) {
        if (c.kind != Zone.TWO_LEGS) loadTaker(c);
        return Margin.partOf(c, c.t, c.position, lots, price);
    }

    /// @notice Reads the taker's position, unless it is in memory.
    function loadTaker(Call memory c) internal view {
        if (c.loaded) return;
        c.loaded = true;
        _load(c, c.position, c.t);
    }

    /// @notice Reads a trader's position in the call's root.
    function _load(Call memory c, uint256 position, TraderWord t) private view {
        Position.load(position, t.number(), c.market >> 6, c.positionBranches);
    }

    /// @dev Held orders are looked at in full as their takers were, at their own price.
    function _makerBears(
        Call memory c,
        TraderWord m,
        int256 lots,
        int256 price,
        bool isHeld
    ) private view returns (bool covered) {
        unchecked {
            if (isHeld && c.makerLots == -lots) return true;
            if (!isHeld || !c.makerLoaded) {
                _load(c, c.makerPosition, m);
                c.makerLoaded = isHeld;
            }
            (c.makerClaim, c.makerNet, c.makerWorst, covered) = Margin.ofRoot(c, m, c.makerPosition, -lots, price);
        }
    }

    /// @dev The taker's position is read only if the maker can bear the fill.
    function _takerBears(Call memory c, int256 lots, int256 price) private view returns (bool covered) {
        if (c.coverLots == lots && c.bound == price) return true;
        loadTaker(c);
        (c.coverClaim, c.coverNet, c.coverWorst, covered) = Margin.ofRoot(c, c.t, c.position, lots, price);
        // What was found out at the limit is overwritten.
        c.coverLots = 0;
    }
}
