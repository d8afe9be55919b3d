// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { BASKET_ROOT_ID } from "../Types.sol";
import { Call } from "./Call.sol";
import { Desk } from "./Desk.sol";
import { Margin } from "./Margin.sol";
import { Markets } from "./Markets.sol";
import { Position } from "./Position.sol";
import { Store } from "./Store.sol";
import { Zone } from "./Zone.sol";

/// @title What traders hold of the basket: claims, and lots that come and go as leg tokens (R16 to R18)
library Basket {
    /// @notice Looks at a leg, for money: the session's maxLots is about trading.
    function lookAt(Markets.State storage s, Call memory c, uint256 leg) internal view {
        c.maxLots = 0;
        // Cast: a leg as it was given, a uint16.
        if (!Desk.look(s, c, BASKET_ROOT_ID, leg)) revert IBookRecords.Book_MarketUnknown(BASKET_ROOT_ID, uint16(leg));
    }

    /// @notice Net collateral at each vertex of the basket simplex, every other root at its worst: the trader's claim on each
    /// asset, wei of claim tokens.
    /// @dev R11 keeps every one of them from being negative.
    function claimsOf(Call memory c, TraderWord t) internal view returns (uint256[] memory claims) {
        claims = new uint256[](c.assetCount);
        int256[] memory lots = lotsOf(c, t);
        for (uint256 k; k < claims.length; ++k) {
            // Cast: not negative, by R11.
            claims[k] = uint256(t.claim() + lots[k] * c.lotValue);
        }
    }

    /// @notice Lots of each leg less those of the last.
    function lotsOf(Call memory c, TraderWord t) internal view returns (int256[] memory lots) {
        uint256 legs = c.assetCount;
        lots = new int256[](legs);
        if (legs == 2) {
            lots[0] = t.net();
            return lots;
        }
        for (uint256 k; k + 1 < legs; ++k) {
            lots[k] = Position.storedLotsOf(t.number(), BASKET_ROOT_ID, k);
        }
    }

    /// @notice Adds lots of the leg that was looked at, or takes away as many as its claim bears.
    /// @return changed the trader's word then
    function moveLots(Call memory c, TraderWord t, int256 lots, address trader) internal returns (TraderWord changed) {
        if (c.kind == Zone.LEGS) Position.load(c.position, t.number(), BASKET_ROOT_ID, c.positionBranches);
        (int256 claim, int256 net, int256 worst, bool covered) = Margin.check(c, t, c.position, lots, 0);
        if (!covered) revert IBookRecords.Book_PositionOverflow(trader);
        if (c.kind == Zone.LEGS) Margin.storeRoot(c, c.position, lots, worst);
        return withMoney(t, claim, net, trader);
    }

    /// @notice The trader's word with that money, if it has room for it.
    function withMoney(TraderWord t, int256 claim, int256 net, address trader) internal pure returns (TraderWord) {
        if (!Margin.fits(claim, net)) revert IBookRecords.Book_PositionOverflow(trader);
        return t.withMoney(claim, net);
    }

    /// @notice What is left of a trader when all its claims are paid.
    function empty(Call memory c, TraderWord t) internal returns (TraderWord) {
        uint256 words = c.assetCount > 2 ? Position.words(c.assetCount - 1) : 0;
        uint256 key = Store.positionKey(t.number(), BASKET_ROOT_ID);
        for (uint256 i; i < words; ++i) {
            assembly ("memory-safe") {
                sstore(add(key, i), 0)
            }
        }
        return t.withMoney(0, 0);
    }
}
