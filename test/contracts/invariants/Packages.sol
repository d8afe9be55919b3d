// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BASKET_ROOT_ID, CancelTrades, Placed, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { Random } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { Judge } from "./Judge.sol";
import { Reference } from "./Reference.sol";
import { Entry } from "./ReferenceAccounts.sol";

/// @title Signed packages at random: mostly good, some with one thing wrong
abstract contract Packages is Judge {
    bytes32 internal constant TYPE_HASH = keccak256(
        "TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
    );

    bytes32 private constant CANCEL_TYPE_HASH = keccak256(
        "CancelTrades(address trader,uint32 fromTradeRootId,uint32 toTradeRootId,uint64 nonceFloor,uint40 deadline)"
    );

    /// @dev Of anybody who trades; over a range of numbers that may reach beyond those that are given. The places are mostly of
    /// the trader's own orders.
    /// @param inBatch it fits the bytes of a batch, and a wallet's is not good there
    /// @return asked as the reference book is told
    /// @return signature somebody's
    function _cancellation(
        Random memory random,
        bool inBatch
    ) internal view returns (Reference.Cancellation memory asked, bytes memory signature) {
        uint256 trader = random.below(TRADERS);
        uint256 trades = model.trades();
        CancelTrades memory c = asked.c;
        c.trader = accounts[trader];
        c.fromTradeRootId = uint32(random.chance(60) ? random.below(trades + 2) : 0);
        c.toTradeRootId = uint32(random.chance(40) ? type(uint32).max : c.fromTradeRootId + random.below(trades + 2));
        uint64 floor = model.nonceFloorOf(c.trader);
        if (random.chance(50)) c.nonceFloor = floor + uint64(random.below(3));
        else if (random.chance(20)) c.nonceFloor = floor / 2;
        else if (random.chance(5) && !inBatch) c.nonceFloor = uint64(random.between(2 ** 24 - 1, type(uint64).max));
        c.deadline = uint40(random.chance(90) ? block.timestamp + random.below(9) : block.timestamp - 1);
        asked.genuine = random.chance(90);
        signature = _sign(random, asked.genuine ? keyOf(trader) : keyOf(trader) + 1, _hashOf(c));
        if (inBatch && c.trader == accounts[WALLET]) asked.genuine = false;
        asked.places = new uint32[](random.below(5));
        for (uint256 i; i < asked.places.length; ++i) {
            asked.places[i] = (random.chance(70) ? _anOrderOf(random, c.trader) : _anOrder(random)).place;
        }
    }

    function _hashOf(CancelTrades memory c) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL_TYPE_HASH, c));
    }

    /// @dev One of that trader's, if any of a side of a leg is.
    function _anOrderOf(Random memory random, address trader) private view returns (Placed memory) {
        uint32[] memory list = model.listOf(random.between(1, legCount), random.chance(50));
        for (uint256 i; i < list.length; ++i) {
            Entry memory entry = model.entryOf(list[i]);
            if (entry.trader == trader) return Placed(list[i], entry.place);
        }
        return _anOrder(random);
    }

    /// @dev Most often one that rests; now and then at another place, or none at all.
    function _anOrder(Random memory random) internal view returns (Placed memory) {
        uint32[] memory list = model.listOf(random.between(1, legCount), random.chance(50));
        if (list.length != 0 && random.chance(80)) {
            uint32 id = list[random.below(list.length)];
            uint32 place = model.entryOf(id).place;
            return Placed(id, random.chance(95) ? place : uint32(random.below(uint256(model.trades()) + 1)));
        }
        uint32 any = uint32(random.chance(50) ? random.below(uint256(model.trades()) + 2) : random.next());
        return Placed(any, any);
    }

    function _submission(Random memory random) internal view returns (Reference.Submission memory s) {
        uint256 trader = random.below(TRADERS);
        TradePackage memory p = _goodPackage(random, trader);
        bool genuine = true;
        if (random.chance(15)) genuine = _spoil(random, p);
        s = _submit(random, p, genuine ? keyOf(trader) : keyOf(trader) + 1);
        s.genuine = genuine;
        s.maxMatches = random.chance(80) ? random.below(3) : 20;
        s.maxWalk = random.chance(80) ? 50 : random.below(3);
    }

    /// @dev A good order of all that the trader can bear, against the best offer of the leg if there is one.
    function _allIn(
        Random memory random,
        uint256 trader,
        uint16 leg,
        uint256 maxMatches
    ) internal view returns (Reference.Submission memory s) {
        TradePackage memory p = _goodPackage(random, trader);
        uint32[] memory asks = model.listOf(leg, false);
        p.marketBranchId = leg;
        if (asks.length != 0) p.priceTicks = int32(model.entryOf(asks[0]).price);
        p.quantityLots = int64(_most(p.trader, p.priceTicks));
        p.previousLink = model.link();
        p.deadline = uint40(block.timestamp + 1 days);
        p.timeInForce = 0;
        s = _submit(random, p, keyOf(trader));
        (s.genuine, s.maxMatches, s.maxWalk) = (true, maxMatches, 50);
    }

    function _submit(
        Random memory random,
        TradePackage memory p,
        uint256 key
    ) private view returns (Reference.Submission memory s) {
        s.link = keccak256(abi.encode(TYPE_HASH, p));
        s.order = SignedPackage(p, _sign(random, key, s.link), _hint(random, p), _place(random), _newest(random));
    }

    function _goodPackage(Random memory random, uint256 trader) internal view returns (TradePackage memory p) {
        p.marketRootId = BASKET_ROOT_ID;
        p.marketBranchId = uint16(random.between(1, legCount));
        p.trader = accounts[trader];
        p.priceTicks = int32(random.chance(90) ? random.betweenInt(47, 53) : random.betweenInt(0, SCALE));
        // Each trader leans to one side, so that its orders add up to more than it can bear.
        _drawLots(random, p, random.chance(trader % 2 == 0 ? 75 : 25));
        bytes32[] memory checkpoints = model.checkpoints();
        uint256 age = random.chance(95) ? random.below(4) : random.below(8);
        p.previousLink = checkpoints[checkpoints.length - 1 - (age < checkpoints.length ? age : 0)];
        p.nonce = model.nonceFloorOf(p.trader) + uint64(random.below(random.chance(95) ? 20 : 63));
        while (model.nonceUsed(p.trader, p.nonce) && random.chance(90)) ++p.nonce;
        // Now and then this very second is the last.
        p.deadline = uint40(block.timestamp + (random.chance(15) ? 0 : random.below(5 days)));
        uint256 kind = random.below(10);
        p.timeInForce = uint8(
            kind < 4
                ? kind
                : kind < 6
                    ? 1
                    : 0
        );
    }

    function _drawLots(Random memory random, TradePackage memory p, bool buys) internal view {
        int256 lots = _lots(random, p.trader, buys ? p.priceTicks : SCALE - p.priceTicks);
        p.quantityLots = int64(buys ? lots : -lots);
    }

    /// @dev Some, far too many, or as many as the trader can just bear, which leaves nothing for other orders.
    function _lots(Random memory random, address trader, int32 ticks) private view returns (int256) {
        uint256 kind = random.below(20);
        if (kind == 0) return random.betweenInt(1, 400);
        return kind < 12 ? random.betweenInt(1, 30) : _most(trader, ticks);
    }

    /// @dev Lots that the trader can bear at that cost a lot, at least one and at most 400.
    function _most(address trader, int32 ticks) private view returns (int256) {
        if (ticks <= 0) return 1;
        int256 most = model.slackAfter(trader, 1, 0, 0) / (ticks * int64(TICK_VALUE));
        if (most < 1) return 1;
        return most < 400 ? most : int256(400);
    }

    /// @dev Makes one thing wrong. Most are lies that are signed all the same.
    /// @return genuine whether the trader signed this
    function _spoil(Random memory random, TradePackage memory p) private view returns (bool genuine) {
        uint256 kind = random.below(11);
        if (kind == 0) p.marketRootId = uint32(random.between(2, type(uint32).max));
        else if (kind == 1) p.marketBranchId = random.chance(50) ? 0 : uint16(random.between(legCount + 1, 65_535));
        else if (kind == 2) p.priceTicks = random.chance(50) ? int32(-1) : SCALE + 1;
        else if (kind == 3) p.quantityLots = _noQuantity(random);
        else if (kind == 4) p.previousLink = _noLink(random.next());
        else if (kind == 5) p.nonce += random.chance(50) ? 64 : 2 ** 24;
        else if (kind == 6 && p.nonce != 0) p.nonce = uint64(random.below(p.nonce));
        else if (kind == 7) p.deadline = uint40(block.timestamp - 1);
        else if (kind == 8) p.timeInForce = uint8(random.between(4, 255));
        else if (kind == 9) p.trader = address(uint160(random.next()));
        genuine = kind < 9;
    }

    /// @dev None, and just or far too much of either sign.
    function _noQuantity(Random memory random) internal pure returns (int64) {
        int64 most = 2 ** 39;
        int64[5] memory wrong = [int64(0), most, -most, type(int64).min, type(int64).max];
        return wrong[random.below(5)];
    }

    /// @dev One that never was, or one that another call of its block has overwritten.
    function _noLink(uint256 word) private view returns (bytes32) {
        return word % 2 == 0 ? bytes32(word) : model.overwritten();
    }

    function _sign(Random memory random, uint256 key, bytes32 link) internal view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain, link));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        // The contract wallet takes the long form only.
        if (key == keyOf(TRADERS - 1) || random.chance(50)) return abi.encodePacked(r, s, v);
        return abi.encodePacked(r, s | bytes32(uint256(v - 27) << 255));
    }

    /// @dev Most often one where an order rested and is gone; else any that was ever given.
    function _place(Random memory random) internal view returns (uint32 place) {
        if (random.chance(40)) return 0;
        uint256 count = model.deadPlacesCount();
        if (count != 0 && random.chance(85)) return model.deadPlaces(random.below(count));
        place = uint32(random.below(uint256(model.trades()) + 1));
        // Whether an order that came and went in one call was ever stored is the book's own affair.
        if (model.isUnsure(place)) place = 0;
    }

    /// @dev Of the newest checkpoint, of an older one, of none; it only costs gas.
    function _newest(Random memory random) internal view returns (uint32) {
        if (random.chance(40)) return 0;
        uint256 last = model.checkpoints().length - 1;
        if (random.chance(80)) return uint32(last - random.below(last < 5 ? last + 1 : 5));
        return uint32(random.next());
    }

    function _hint(Random memory random, TradePackage memory p) internal view returns (uint32) {
        if (random.chance(30) || p.marketRootId != BASKET_ROOT_ID) return 0;
        if (random.chance(50)) return uint32(random.below(uint256(model.trades()) + 2));
        if (p.marketBranchId == 0 || p.marketBranchId > legCount) return 0;
        return book.insertionHint(p.marketRootId, p.marketBranchId, p.quantityLots > 0, p.priceTicks);
    }
}
