// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { Ladder } from "../libraries/Ladder.sol";
import { MarketIds } from "../libraries/MarketId.sol";
import { MarketWord } from "../libraries/MarketWord.sol";
import { RootWord } from "../libraries/RootWord.sol";
import { WorstCase } from "../libraries/WorstCase.sol";
import { BASKET_ROOT_ID } from "../Types.sol";
import { Call } from "./Call.sol";
import { Markets } from "./Markets.sol";
import { Position } from "./Position.sol";
import { Queues } from "./Queues.sol";
import { Simplex } from "./Simplex.sol";
import { Store } from "./Store.sol";
import { Zone } from "./Zone.sol";

/// @title The market that a call works on
/// @notice What holds for a market is found out once, when the call turns to it; what has changed is stored when it leaves.
library Desk {
    /// @dev No market at all. Ids have 24 bits.
    uint256 internal constant NO_MARKET = type(uint256).max;

    /// @dev What a trader's word holds of the basket of two legs.
    int256 private constant MAX_NET = 2 ** 47 - 1;

    /// @notice Turns to a market, unless the call is at work on it.
    function enter(Markets.State storage s, Call memory c, uint256 rootId, uint256 branchId) internal {
        // A branch beyond its bits is none.
        if (branchId > MarketIds.MAX_BRANCH_ID || c.market != MarketIds.from(rootId, branchId))
            _turn(s, c, rootId, branchId);
    }

    function _turn(Markets.State storage s, Call memory c, uint256 rootId, uint256 branchId) private {
        if (c.market != NO_MARKET) close(c);
        bool exists = look(s, c, rootId, branchId);
        if (exists) {
            MarketWord word = Store.market(c.market);
            (c.word, c.stored) = (word, word);
        }
        c.refusal = _refusal(c, exists);
    }

    /// @notice Stores what has changed of the market.
    function close(Call memory c) internal {
        if (c.market != NO_MARKET) {
            Queues.release(c);
            if (MarketWord.unwrap(c.word) != MarketWord.unwrap(c.stored)) Store.setMarket(c.market, c.word);
            c.market = NO_MARKET;
        }
    }

    /// @notice Finds out what holds for a market, but for its queues.
    /// @return exists false if there is none of that number; then the call has none
    function look(
        Markets.State storage s,
        Call memory c,
        uint256 rootId,
        uint256 branchId
    ) internal view returns (bool exists) {
        c.market = NO_MARKET;
        (c.loaded, c.coverLots) = (false, 0);
        if (branchId == 0 || branchId > MarketIds.MAX_BRANCH_ID) return false;
        if (rootId == BASKET_ROOT_ID) {
            if (branchId > c.assetCount) return false;
            _lookAtBasket(c);
        } else {
            if (rootId > MarketIds.MAX_ROOT_ID) return false;
            RootWord root = RootWord.wrap(Store.root(rootId));
            if (branchId > root.branches()) return false;
            _lookAtRoot(s, c, rootId, branchId, root);
        }
        c.market = MarketIds.from(rootId, branchId);
        return true;
    }

    function _lookAtBasket(Call memory c) private pure {
        uint256 legs = c.assetCount;
        (c.marketMin, c.marketMax, c.tickValue) = (0, c.basketScale, c.basketTickValue);
        if (legs == 2) {
            (c.kind, c.limit) = (Zone.TWO_LEGS, _limit(c, MAX_NET));
            return;
        }
        // A single leg has all the weight.
        if (legs == 1) c.marketMin = c.basketScale;
        unchecked {
            (c.kind, c.positionBranches) = (Zone.LEGS, legs - 1);
        }
        c.limit = _limit(c, Position.MAX_LOTS);
        Zone.take(c);
    }

    function _lookAtRoot(
        Markets.State storage s,
        Call memory c,
        uint256 rootId,
        uint256 branchId,
        RootWord root
    ) private view {
        Zone.take(c);
        c.root = RootWord.unwrap(root);
        c.positionBranches = root.branches();
        // Cast: a uint64 fits.
        c.tickValue = int256(root.tickValue());
        c.limit = _limit(c, Position.MAX_LOTS);
        unchecked {
            if (root.isInterval()) {
                c.kind = Zone.INTERVAL;
                uint256 ladder = Zone.ladder(c.zone);
                Ladder.load(ladder, root.ladder());
                (int256 lower, int256 upper) = Ladder.strikesOf(ladder, branchId - 1);
                c.marketMin = WorstCase.clamp(root.lo(), lower, upper);
                c.marketMax = WorstCase.clamp(root.hi(), lower, upper);
                return;
            }
            c.kind = Zone.EVENT;
            if (root.bounded()) Simplex.loadBounds(c, Markets.spansSlot(s, rootId));
            (c.marketMin, c.marketMax) = Simplex.spanOf(c, branchId - 1);
        }
    }

    /// @dev How many lots of a market a trader may have, either way: the session's term, if it has one, and what can be stored.
    function _limit(Call memory c, int256 most) private pure returns (int256) {
        int256 term = c.maxLots;
        return term == 0 || term > most ? most : term;
    }

    /// @dev R27: the session trades; the market exists, is not closed, and can still pay more than one amount.
    function _refusal(Call memory c, bool exists) private view returns (bytes32 refusal) {
        if (block.timestamp < c.t1 || block.timestamp >= c.t2) {
            refusal = IBookRecords.Book_NotTrading.selector;
        } else if (!exists) {
            refusal = IBookRecords.Book_MarketUnknown.selector;
        } else if (c.kind >= Zone.INTERVAL && block.timestamp >= RootWord.wrap(c.root).closesAt()) {
            // The basket trades as long as the session does.
            refusal = IBookRecords.Book_MarketClosed.selector;
        } else if (c.marketMin == c.marketMax) {
            refusal = IBookRecords.Book_MarketDetermined.selector;
        }
    }
}
