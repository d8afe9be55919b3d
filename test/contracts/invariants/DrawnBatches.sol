// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders } from "../../../contracts/interfaces/IOrderBook.sol";
import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { BASKET_ROOT_ID, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { Packing } from "../support/Packing.sol";
import { Random } from "../support/Random.sol";
import { Packages } from "./Packages.sol";
import { Reference } from "./Reference.sol";

/// @dev A batch as it is sent: the submissions are what the book makes of its bytes.
struct DrawnBatch {
    Reference.Cancellation[] cancellations;
    Reference.Submission[] orders;
    Reference.QuoteSet[] sets;
    bool strict;
    uint16 maxMatches;
    uint16 maxWalk;
    bytes packed;
}

/// @title Batches at random: cancellations, orders, quote sets, and whatever may be wrong with them
abstract contract DrawnBatches is Packages {
    bytes32 internal constant SET_TYPE_HASH = keccak256(
        "QuoteSet(TradePackage[] quotes)TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
    );

    function _dataOf(DrawnBatch memory b) internal pure returns (bytes memory) {
        return abi.encodeCall(IBookOrders.createTrades, (b.packed));
    }

    /// @dev Up to five orders behind up to two cancellations; now and then one refusal is to refuse everything.
    /// @param sets that follow
    function _batch(Random memory random, uint256 sets) internal view returns (DrawnBatch memory b) {
        b.strict = random.chance(20);
        b.maxMatches = uint16(random.chance(80) ? random.below(3) : 20);
        b.maxWalk = uint16(random.chance(80) ? 50 : random.below(3));
        b.cancellations = new Reference.Cancellation[](random.chance(70) ? 0 : random.between(1, 2));
        b.orders = new Reference.Submission[](random.chance(sets == 0 ? 5 : 50) ? 0 : random.between(1, 5));
        b.sets = new Reference.QuoteSet[](sets);
        bytes memory cancellations;
        for (uint256 i; i < b.cancellations.length; ++i) {
            bytes memory signature;
            (b.cancellations[i], signature) = _cancellation(random, true);
            Reference.Cancellation memory asked = b.cancellations[i];
            cancellations = bytes.concat(cancellations, Packing.cancellation(asked.c, signature, asked.places));
        }
        (bytes memory orders, bytes memory signatures, uint8 wallets) = _drawOrders(random, b);
        bytes memory quotes;
        for (uint256 i; i < sets; ++i) {
            quotes = bytes.concat(quotes, _drawSet(random, b, i));
        }
        // Casts: few of each.
        b.packed = BatchPacker.header(
            b.strict,
            b.maxMatches,
            b.maxWalk,
            _newest(random),
            uint16(b.orders.length),
            uint8(sets),
            wallets
        );
        Packing.withCancellations(b.packed, uint8(b.cancellations.length));
        b.packed = bytes.concat(b.packed, cancellations, orders, quotes, signatures);
    }

    // ------------------------------------------------------------------ orders

    function _drawOrders(
        Random memory random,
        DrawnBatch memory b
    ) private view returns (bytes memory orders, bytes memory signatures, uint8 wallets) {
        for (uint256 i; i < b.orders.length; ++i) {
            bytes memory packed;
            bytes memory signature;
            (b.orders[i], packed, signature) = _packed(random);
            (b.orders[i].maxMatches, b.orders[i].maxWalk) = (b.maxMatches, b.maxWalk);
            if (signature.length != 0) ++wallets;
            (orders, signatures) = (bytes.concat(orders, packed), bytes.concat(signatures, signature));
        }
    }

    /// @dev An order in few bytes. Its link is the checkpoint of the number that ends like that of the one it was signed over.
    /// @return s what the book makes of it
    /// @return packed its bytes
    /// @return signature what comes behind all orders: a wallet's
    function _packed(
        Random memory random
    ) private view returns (Reference.Submission memory s, bytes memory packed, bytes memory signature) {
        do s = _submission(random); while (!_fits(s.order.tradePackage));
        TradePackage memory p = s.order.tradePackage;
        bool isWallet = p.trader == accounts[WALLET];
        if (isWallet != random.chance(5)) {
            signature = s.order.signature;
            packed = BatchPacker.orderOfWallet(p, signature.length, s.order.insertAfter, s.order.place);
        } else {
            packed = Packing.order(s.order);
        }
        if (isWallet != (signature.length != 0)) s.genuine = false;
        bytes32 link = _linkBack(uint8(uint256(p.previousLink)));
        if (link != p.previousLink) (s.order.tradePackage.previousLink, s.genuine) = (link, false);
    }

    function _fits(TradePackage memory p) private pure returns (bool) {
        return
            p.marketRootId < 2 ** 18 &&
            p.marketBranchId < 64 &&
            p.quantityLots == int40(p.quantityLots) &&
            p.nonce < 2 ** 24 &&
            p.timeInForce < 4;
    }

    /// @dev The newest checkpoint whose number ends like that; none if there never was one.
    function _linkBack(uint8 end) private view returns (bytes32) {
        bytes32[] memory checkpoints = model.checkpoints();
        for (uint256 i = checkpoints.length; i != 0; --i) {
            if (uint8(i - 1) == end) return checkpoints[i - 1];
        }
        return 0;
    }

    // ------------------------------------------------------------------ quote sets

    /// @dev Set `at_` of the batch. Now and then it has the trader and the nonce of the one before.
    /// @return packed its bytes
    function _drawSet(
        Random memory random,
        DrawnBatch memory b,
        uint256 at_
    ) private view returns (bytes memory packed) {
        uint256 trader = random.below(TRADERS);
        TradePackage memory common = _goodPackage(random, trader);
        if (at_ != 0 && random.chance(25)) {
            TradePackage memory before = b.sets[at_ - 1].quotes[0].order.tradePackage;
            (common.trader, common.nonce) = (before.trader, before.nonce);
            trader = _indexOf(before.trader);
        }
        uint256 key = keyOf(trader);
        if (random.chance(20)) key = _spoilSet(random, common, key);
        // Few as a rule; now and then more than a trader may have open.
        uint256 count = random.chance(90) ? random.between(1, 4) : MAX_OPEN_ORDERS + random.below(3);
        (bytes memory quotes, bytes memory links) = _drawQuotes(random, b, b.sets[at_], common, count);
        // Sets are of keys.
        b.sets[at_].genuine = key == keyOf(trader) && trader != WALLET;
        _seeLink(b.sets[at_], common.previousLink);
        return bytes.concat(_headOfSet(random, key, common, count, links), quotes);
    }

    /// @param links those of the quotes, one behind the other
    function _headOfSet(
        Random memory random,
        uint256 key,
        TradePackage memory common,
        uint256 count,
        bytes memory links
    ) internal view returns (bytes memory) {
        (bytes32 r, bytes32 vs) = Packing.compact(
            _sign(random, key, keccak256(abi.encode(SET_TYPE_HASH, keccak256(links))))
        );
        // Cast: few.
        return BatchPacker.quoteSet(common, uint8(count), r, vs);
    }

    function _drawQuotes(
        Random memory random,
        DrawnBatch memory b,
        Reference.QuoteSet memory set,
        TradePackage memory common,
        uint256 count
    ) private view returns (bytes memory quotes, bytes memory links) {
        set.quotes = new Reference.Submission[](count);
        for (uint256 i; i < count; ++i) {
            set.quotes[i].order = _quote(random, common);
        }
        return _packQuotes(b, set);
    }

    function _packQuotes(
        DrawnBatch memory b,
        Reference.QuoteSet memory set
    ) internal pure returns (bytes memory quotes, bytes memory links) {
        for (uint256 i; i < set.quotes.length; ++i) {
            Reference.Submission memory q = set.quotes[i];
            (q.genuine, q.maxMatches, q.maxWalk) = (true, b.maxMatches, b.maxWalk);
            q.link = keccak256(abi.encode(TYPE_HASH, q.order.tradePackage));
            links = bytes.concat(links, q.link);
            quotes = bytes.concat(quotes, BatchPacker.quote(q.order.tradePackage, q.order.insertAfter, q.order.place));
        }
    }

    /// @dev A set names its link as an order of a batch does.
    function _seeLink(Reference.QuoteSet memory set, bytes32 named) private view {
        bytes32 link = _linkBack(uint8(uint256(named)));
        if (link == named) return;
        set.genuine = false;
        for (uint256 i; i < set.quotes.length; ++i) {
            TradePackage memory p = set.quotes[i].order.tradePackage;
            p.previousLink = link;
            set.quotes[i].link = keccak256(abi.encode(TYPE_HASH, p));
        }
    }

    /// @dev Market, price and lots are its own; most are good.
    function _quote(Random memory random, TradePackage memory common) private view returns (SignedPackage memory q) {
        TradePackage memory p = q.tradePackage;
        (p.marketRootId, p.trader, p.previousLink) = (BASKET_ROOT_ID, common.trader, common.previousLink);
        (p.nonce, p.deadline, p.timeInForce) = (common.nonce, common.deadline, common.timeInForce);
        p.marketBranchId = uint16(random.chance(60) ? common.marketBranchId : random.between(1, legCount));
        p.priceTicks = int32(random.betweenInt(46, 54));
        bool buys = random.chance(50);
        if (random.chance(70)) p.quantityLots = int64(random.betweenInt(1, 12) * (buys ? int256(1) : -1));
        else _drawLots(random, p, buys);
        if (random.chance(8)) _spoilQuote(random, p);
        (q.insertAfter, q.place) = (_hint(random, p), _place(random));
    }

    function _spoilQuote(Random memory random, TradePackage memory p) private view {
        uint256 kind = random.below(4);
        if (kind == 0) p.marketRootId = uint32(random.between(2, 2 ** 18 - 1));
        else if (kind == 1) p.marketBranchId = uint16(random.chance(50) ? 0 : random.between(legCount + 1, 63));
        else if (kind == 2) p.priceTicks = random.chance(50) ? int32(-1) : SCALE + 1;
        else p.quantityLots = random.chance(50) ? int64(0) : -(2 ** 39);
    }

    /// @dev Makes one thing wrong of what all quotes have in common.
    /// @return the key that signs
    function _spoilSet(Random memory random, TradePackage memory p, uint256 key) private view returns (uint256) {
        uint256 kind = random.below(6);
        if (kind == 0) p.deadline = uint40(block.timestamp - 1);
        else if (kind == 1) p.previousLink = bytes32(random.next());
        else if (kind == 2) p.nonce += 64;
        else if (kind == 3 && p.nonce != 0) p.nonce = uint64(random.below(p.nonce));
        else if (kind == 4) p.trader = address(uint160(random.next()));
        else return key + 1;
        return key;
    }

    function _indexOf(address trader) private view returns (uint256 index) {
        for (index = 0; index < TRADERS; ++index) {
            if (accounts[index] == trader) return index;
        }
        // Of somebody who does not exist: no key of ours is good.
        return 0;
    }
}
