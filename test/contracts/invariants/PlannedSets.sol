// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { BASKET_ROOT_ID, TradePackage } from "../../../contracts/Types.sol";
import { Packing } from "../support/Packing.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { DrawnBatch, DrawnBatches } from "./DrawnBatches.sol";
import { Reference } from "./Reference.sol";

/// @dev A tick below `middle` they buy and a tick above it they sell so many lots of that leg.
struct PlannedQuotes {
    uint16 leg;
    int32 middle;
    int64 lots;
}

/// @title What a market maker does: all of its orders on a leg go, and a set comes in their places
/// @dev Of its three quotes two stand, whoever else is in the book, and the last is more than anybody may hold.
abstract contract PlannedSets is DrawnBatches {
    uint256 private constant QUOTES = 3;

    /// @param trader one with a key
    function _requoting(uint256 trader, PlannedQuotes memory plan) internal view returns (DrawnBatch memory b) {
        Random memory random = randomFrom(trader);
        (b.maxMatches, b.maxWalk) = (20, 50);
        b.sets = new Reference.QuoteSet[](1);
        uint32[] memory places = _placesOf(accounts[trader], plan.leg);
        bytes memory head = _leavePlaces(random, b, trader, places);
        bytes memory set = _plannedSet(random, b, trader, plan, places);
        b.packed = BatchPacker.header(false, b.maxMatches, b.maxWalk, 0, 0, 1, 0);
        Packing.withCancellations(b.packed, uint8(b.cancellations.length));
        b.packed = bytes.concat(b.packed, head, set);
    }

    /// @dev Where its orders rest.
    function _placesOf(address trader, uint16 leg) private view returns (uint32[] memory places) {
        places = new uint32[](MAX_OPEN_ORDERS);
        uint256 count;
        for (uint256 side; side < 2; ++side) {
            uint32[] memory list = model.listOf(leg, side == 0);
            for (uint256 i; i < list.length; ++i) {
                if (model.entryOf(list[i]).trader == trader) places[count++] = model.entryOf(list[i]).place;
            }
        }
        assembly ("memory-safe") {
            mstore(places, count)
        }
    }

    function _leavePlaces(
        Random memory random,
        DrawnBatch memory b,
        uint256 trader,
        uint32[] memory places
    ) private view returns (bytes memory packed) {
        b.cancellations = new Reference.Cancellation[](places.length == 0 ? 0 : 1);
        if (places.length == 0) return "";
        Reference.Cancellation memory asked = b.cancellations[0];
        (asked.c.trader, asked.c.toTradeRootId) = (accounts[trader], model.trades());
        (asked.c.deadline, asked.genuine, asked.places) = (uint40(block.timestamp), true, places);
        return Packing.cancellation(asked.c, _sign(random, keyOf(trader), _hashOf(asked.c)), places);
    }

    function _plannedSet(
        Random memory random,
        DrawnBatch memory b,
        uint256 trader,
        PlannedQuotes memory plan,
        uint32[] memory places
    ) private view returns (bytes memory) {
        b.sets[0].quotes = new Reference.Submission[](QUOTES);
        for (uint256 i; i < QUOTES; ++i) {
            b.sets[0].quotes[i].order.tradePackage = _plannedQuote(accounts[trader], plan, i);
            if (i < places.length) b.sets[0].quotes[i].order.place = places[i];
        }
        b.sets[0].genuine = true;
        (bytes memory quotes, bytes memory links) = _packQuotes(b, b.sets[0]);
        TradePackage memory common = b.sets[0].quotes[0].order.tradePackage;
        return bytes.concat(_headOfSet(random, keyOf(trader), common, QUOTES, links), quotes);
    }

    function _plannedQuote(
        address trader,
        PlannedQuotes memory plan,
        uint256 i
    ) private view returns (TradePackage memory p) {
        (p.marketRootId, p.marketBranchId, p.trader) = (BASKET_ROOT_ID, plan.leg, trader);
        (p.previousLink, p.deadline) = (model.link(), uint40(block.timestamp + 1 days));
        p.nonce = model.nonceFloorOf(trader);
        while (model.nonceUsed(trader, p.nonce)) ++p.nonce;
        if (i == 0) (p.priceTicks, p.quantityLots) = (plan.middle - 1, plan.lots);
        else if (i == 1) (p.priceTicks, p.quantityLots) = (plan.middle + 1, -plan.lots);
        else (p.priceTicks, p.quantityLots) = (plan.middle - 2, int64(MAX_LOTS) + 1);
    }
}
