// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketIds } from "../libraries/MarketId.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { Call } from "./Call.sol";
import { Margin } from "./Margin.sol";
import { Position } from "./Position.sol";
import { Zone } from "./Zone.sol";

/// @title What a fill makes of the two traders
/// @notice R32: both must be covered after it. `m` is the maker's trader's word; `lots` are signed as the taker's.
/// @dev What was found out at admission about as many lots at the same price still holds, as long as its trader has not traded.
library Trades {
    /// @notice Whether both bear the fill. What it makes of them is in the call then, see `make`.
    function areCovered(
        Call memory c,
        TraderWord m,
        int256 lots,
        int256 price,
        bool isHeld
    ) internal view returns (bool covered) {
        int256 given;
        // Below 2^40.
        unchecked {
            given = -lots;
        }
        covered = true;
        // A held order was looked at in full as the taker that it was, at its own price.
        if (!isHeld || c.makerLots != given) {
            if (c.kind != Zone.TWO_LEGS) _loadMaker(c, m, isHeld);
            (c.makerClaim, c.makerNet, c.makerWorst, covered) = Margin.check(c, m, c.makerPosition, given, price);
        }
        if (covered && (c.coverLots != lots || c.bound != price)) {
            loadTaker(c);
            (c.coverClaim, c.coverNet, c.coverWorst, covered) = Margin.check(c, c.t, c.position, lots, price);
            // What was found out at the limit is overwritten.
            c.coverLots = 0;
        }
    }

    /// @notice Makes the fill that `areCovered` found good: the positions in memory and in storage, the taker's word in the call.
    /// @return maker the maker's trader's word then
    function make(Call memory c, TraderWord m, int256 lots) internal returns (TraderWord maker) {
        maker = Margin.withMoney(m, c.makerClaim, c.makerNet);
        c.t = Margin.withMoney(c.t, c.coverClaim, c.coverNet);
        (c.coverLots, c.makerLots) = (0, 0);
        if (c.kind != Zone.TWO_LEGS) {
            // Below 2^40.
            unchecked {
                Margin.storeRoot(c, c.makerPosition, -lots, c.makerWorst);
            }
            Margin.storeRoot(c, c.position, lots, c.coverWorst);
        }
    }

    /// @notice Reads the taker's position, unless it is in memory or there is none.
    function loadTaker(Call memory c) internal view {
        if (c.kind != Zone.TWO_LEGS && !c.loaded) {
            c.loaded = true;
            _load(c, c.position, c.t);
        }
    }

    function _loadMaker(Call memory c, TraderWord m, bool isHeld) private view {
        if (!isHeld || !c.makerLoaded) {
            c.makerLoaded = isHeld;
            _load(c, c.makerPosition, m);
        }
    }

    /// @dev Reads a trader's position in the call's root.
    function _load(Call memory c, uint256 position, TraderWord t) private view {
        Position.load(position, t.number(), MarketIds.rootOf(c.market), c.positionBranches);
    }
}
