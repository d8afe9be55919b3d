// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { Placed, RootInfo, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { Packing } from "../support/Packing.sol";
import { Random } from "../support/Random.sol";
import { SignedPackage as OldSigned, TradePackage as OldPackage } from "./frozen/Types.sol";
import { SameState } from "./SameState.sol";

/// @dev One order as it is said to each book.
struct Drawn {
    TradePackage p; // over the new book's link
    bytes32 oldLink;
    uint256 key;
    bool byWallet;
    uint32 hintId; // of a resting order, or 0
    uint32 place; // to rest at; the old book has none
    bool fabricated; // it names no checkpoint
}

/// @title Orders for two books: mostly good, and every rare case often
abstract contract DrawnOrders is SameState {
    bytes32 internal constant TYPE_HASH = keccak256(
        "TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
    );

    /// @dev Whether no link is at the edge of the window: where one call of the new book is several of the old one.
    bool internal _youngLinks;

    function _signed(Drawn memory d) internal view returns (SignedPackage memory) {
        bytes memory signature = _sign(d.key, 0, keccak256(abi.encode(TYPE_HASH, d.p)));
        return SignedPackage(d.p, signature, _placeNow(d.hintId), d.place, uint32(uint256(d.p.previousLink)));
    }

    function _signedOld(Drawn memory d) internal view returns (OldSigned memory) {
        TradePackage memory p = d.p;
        OldPackage memory o = OldPackage(
            p.marketRootId,
            p.marketBranchId,
            p.trader,
            p.priceTicks,
            p.quantityLots,
            d.oldLink,
            p.nonce,
            p.deadline,
            p.timeInForce
        );
        return OldSigned(o, _sign(d.key, 1, keccak256(abi.encode(TYPE_HASH, o))), d.hintId);
    }

    function _packed(Drawn memory d) internal view returns (bytes memory order, bytes memory signature) {
        SignedPackage memory s = _signed(d);
        if (!d.byWallet) return (Packing.order(s), "");
        return (BatchPacker.orderOfWallet(d.p, s.signature.length, s.insertAfter, s.place), s.signature);
    }

    /// @dev Where an order rests now; 0 if it does not.
    function _placeNow(uint32 id) internal view returns (uint32 place) {
        place = placeOf[id];
        (uint32 there, , , , , , , ) = book.orderAt(place);
        if (there != id) place = 0;
    }

    /// @dev One that a batch can say.
    function _drawForBatch(Random memory random) internal view returns (Drawn memory d) {
        do d = _draw(random); while (!_fits(d));
    }

    function _draw(Random memory random) internal view returns (Drawn memory d) {
        uint256 trader = random.below(TRADERS);
        TradePackage memory p = d.p;
        (p.trader, d.key, d.byWallet) = (traders[trader], _keys[trader], trader == WALLET);
        (p.marketRootId, p.marketBranchId) = _market(random);
        bool buys = random.chance(trader % 2 == 0 ? 70 : 30);
        (int32 min, int32 max, uint64 tick, uint32 bid, uint32 ask, ) = book.marketOf(p.marketRootId, p.marketBranchId);
        p.priceTicks = _price(random, p.marketRootId, min, max, buys ? ask : bid);
        int256 need = buys ? int256(p.priceTicks) - min : int256(max) - p.priceTicks;
        int256 lots = _lots(random, p.trader, need * int256(uint256(tick)));
        // Casts: small.
        p.quantityLots = int64(buys ? lots : -lots);
        p.nonce = _nonce(random, p.trader);
        p.deadline = uint40(block.timestamp + (random.chance(12) ? 0 : random.below(4 days)));
        uint256 force = random.below(10);
        p.timeInForce = uint8(
            force < 4
                ? force
                : force < 6
                    ? 1
                    : 0
        );
        _drawLink(random, d);
        _drawHints(random, d);
        if (random.chance(15)) _spoil(random, d);
    }

    /// @dev One of the next; seldom one that was used, or one that is far ahead.
    function _nonce(Random memory random, address trader) private view returns (uint64 nonce) {
        (uint64 floor, uint64 used) = book.noncesOf(trader);
        uint256 ahead = random.below(random.chance(95) ? 12 : 66);
        while (ahead < 32 && (used >> ahead) & 1 == 1 && random.chance(95)) {
            ++ahead;
        }
        // Cast: small.
        nonce = floor + uint64(ahead);
    }

    /// @dev Roots that are open more often than others.
    function _market(Random memory random) internal view returns (uint32 root, uint16 branch) {
        uint32 created = book.createdRoots();
        bool basket = created == 0 || random.chance(legs == 1 ? 10 : 55);
        // Casts: few roots and branches.
        root = basket ? 1 : uint32(random.between(2, created + 1));
        for (uint256 i; i < 4 && root != 1; ++i) {
            RootInfo memory info = book.rootOf(root);
            if (!info.settled && info.closesAt > block.timestamp) break;
            root = uint32(random.between(2, created + 1));
        }
        branch = uint16(random.between(1, root == 1 ? legs : book.rootOf(root).branchCount));
    }

    function _price(
        Random memory random,
        uint32 root,
        int32 min,
        int32 max,
        uint32 opposite
    ) private view returns (int32 price) {
        if (opposite != 0 && random.chance(45)) {
            (, , , , price, , , ) = book.orderAt(opposite);
            return price;
        }
        // Casts: prices.
        if (root == 1 && random.chance(90)) return int32(random.betweenInt(47, 53));
        return int32(random.betweenInt(min, max));
    }

    /// @dev Few, or as many as the trader can just bear, which leaves nothing for other orders; now and then far too many.
    function _lots(Random memory random, address trader, int256 need) private view returns (int256) {
        uint256 kind = random.below(20);
        if (kind == 0) return random.betweenInt(1, 600);
        if (kind < 15 || need <= 0) return random.betweenInt(1, 20);
        (int256 claim, int256 less, , ) = book.accountOf(trader);
        int256 most = (claim + less) / need;
        if (most < 1) return 1;
        return most < 400 ? most : int256(400);
    }

    /// @dev One of the last checkpoints, mostly of the window; now and then it never was.
    function _drawLink(Random memory random, Drawn memory d) internal view {
        (, uint32 last, ) = book.chainState();
        uint32 age = uint32(random.below(random.chance(85) || _youngLinks ? WINDOW - 1 : WINDOW + 4));
        uint32 number = age < last ? last - age : 0;
        d.fabricated = random.chance(2);
        d.p.previousLink = d.fabricated ? bytes32(random.next()) : book.checkpointAt(number);
        d.oldLink = d.fabricated ? d.p.previousLink : old.checkpointAt(number);
    }

    /// @dev Of the same side, of any market, or none; places that were used, or not.
    function _drawHints(Random memory random, Drawn memory d) private view {
        if (random.chance(40)) {
            d.hintId = _resting(random, d.p.marketRootId, d.p.marketBranchId, d.p.quantityLots > 0);
        } else if (random.chance(30)) {
            (uint32 root, uint16 branch) = _market(random);
            d.hintId = _resting(random, root, branch, random.chance(50));
        }
        (, , uint32 trades) = book.chainState();
        // Cast: few orders. It may be dead, in use, or never have been.
        if (random.chance(70)) d.place = uint32(random.below(uint256(trades) + 3));
    }

    function _resting(Random memory random, uint32 root, uint16 branch, bool bids) internal view returns (uint32) {
        (Placed[] memory orders, , ) = book.depthOf(root, branch, bids, 20);
        return orders.length == 0 ? 0 : orders[random.below(orders.length)].tradeRootId;
    }

    function _spoil(Random memory random, Drawn memory d) private view {
        TradePackage memory p = d.p;
        uint256 kind = random.below(10);
        if (kind == 0) p.marketRootId = uint32(random.between(8, type(uint32).max));
        else if (kind == 1) p.marketBranchId = random.chance(50) ? 0 : uint16(random.between(40, 65_535));
        else if (kind == 2) p.priceTicks = random.chance(50) ? type(int32).min : type(int32).max;
        else if (kind == 3) p.quantityLots = random.chance(50) ? int64(0) : -(2 ** 39);
        else if (kind == 4) p.quantityLots = random.chance(50) ? type(int64).max : int64(2 ** 39);
        else if (kind == 5) p.nonce += random.chance(50) ? 64 : 2 ** 24;
        else if (kind == 6 && p.nonce != 0) p.nonce = uint64(random.below(p.nonce));
        else if (kind == 7) p.deadline = uint40(block.timestamp - 1);
        else if (kind == 8) p.timeInForce = uint8(random.between(4, 255));
        else if (random.chance(50)) d.key += 1;
        else p.trader = address(uint160(random.next()));
    }

    /// @dev What a batch cannot say, and a link that is none, which it says by its last byte (see the README).
    function _fits(Drawn memory d) private pure returns (bool) {
        TradePackage memory p = d.p;
        return
            p.marketRootId < 2 ** 18 &&
            p.marketBranchId < 64 &&
            p.quantityLots == int40(p.quantityLots) &&
            p.nonce < 2 ** 24 &&
            p.timeInForce < 4 &&
            !d.fabricated;
    }
}
