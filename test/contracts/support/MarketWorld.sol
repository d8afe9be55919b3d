// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { LegToken } from "../../../contracts/LegToken.sol";
import { Session } from "../../../contracts/Session.sol";
import { MarketRecord, Placed, SessionParams, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { TestAsset } from "../../../contracts/mocks/TestAsset.sol";
import { createMarkets, factoryWith } from "./Deployment.sol";
import { separatorOf } from "./Orders.sol";
import { Packing } from "./Packing.sol";
import { Plain } from "./Plain.sol";
import { PlainMarkets, PlainRoot } from "./PlainMarkets.sol";
import { VM } from "./Vm.sol";

/// @title A funded session of two assets with four traders who sign with keys, and the plain model of its markets
/// @dev The organiser is this contract. Every registered trader may own markets.
abstract contract MarketWorld {
    using PlainMarkets for PlainRoot;

    uint256 internal constant TRADERS = 4;
    uint256 internal constant LEGS = 2;
    int256 internal constant LOT_VALUE = 1e15; // of the basket root: scale 10 000, tick 1e11 wei
    uint256 internal constant SUPPLY = 1000e18;
    uint256 internal constant NEVER = type(uint32).max; // the last that a batch can say

    IOrderBook internal book;
    Session internal session;
    bytes32 internal domain;
    address[] internal traders;
    uint256[] internal keys;
    uint64[] internal nonces;
    PlainRoot[] internal roots; // entry i is root number i + 2
    MarketRecord internal lastRoot; // that made the last root
    uint256 internal clock;
    uint256 internal t1;
    uint256 internal t2;
    uint256 internal settleLimit;

    // ------------------------------------------------------------------ opening

    /// @param markets the code of the market table: the real one, or a broken twin of it
    function _open(address markets) internal {
        clock = 1_000_000;
        VM.warp(clock);
        (t1, t2, settleLimit) = (clock + 1 hours, clock + 30 days, clock + 60 days);
        SessionParams memory params = _params();
        session = Session(factoryWith(markets).createSession(params, bytes32(0)));
        book = IOrderBook(session.orderBook());
        domain = separatorOf(address(book));
        for (uint256 k; k < LEGS; ++k) {
            TestAsset(params.assets[k]).mint(address(this), params.quantities[k]);
            TestAsset(params.assets[k]).approve(address(session), params.quantities[k]);
        }
        session.fund();
        session.approve(address(book), type(uint256).max);
        for (uint256 i; i < TRADERS; ++i) {
            keys.push(0xA11CE + i);
            traders.push(VM.addr(keys[i]));
            nonces.push(0);
            book.createUser(traders[i]);
        }
        _warp(t1);
    }

    function _openReal() internal {
        _open(createMarkets());
    }

    function _params() private returns (SessionParams memory p) {
        (p.name, p.symbol, p.supply) = ("Session", "S", SUPPLY);
        (p.assets, p.quantities) = (new address[](LEGS), new uint128[](LEGS));
        for (uint256 k; k < LEGS; ++k) {
            p.assets[k] = address(new TestAsset("Asset", "A", 18));
            p.quantities[k] = 100e18;
        }
        // Casts: times are small.
        (p.t1, p.t2, p.settleLimit) = (uint40(t1), uint40(t2), uint40(settleLimit));
        (p.openMarkets, p.chainWindow, p.maxOpenOrders) = (true, 16, 255);
        (p.basketScale, p.basketTickValue) = (10_000, 1e11);
    }

    function _warp(uint256 to) internal {
        clock = to;
        VM.warp(to);
    }

    // ------------------------------------------------------------------ records

    function _newInterval(
        uint256 owner,
        int256 first,
        int256 last,
        int256 tickValue
    ) internal view returns (MarketRecord memory r) {
        r = _newRoot(owner, 2, tickValue);
        // Casts: outcomes in these tests are small.
        (r.marketMin, r.marketMax, r.fallbackOutcome) = (int32(first), int32(last), int32(first));
    }

    function _newEvent(
        uint256 owner,
        uint256 outcomes,
        int256 scale,
        int256 tickValue
    ) internal view returns (MarketRecord memory r) {
        r = _newRoot(owner, 1, tickValue);
        // Casts: small.
        (r.outcomes, r.marketMax, r.fallbackOutcome) = (uint16(outcomes), int32(scale), 1);
    }

    function _newRoot(uint256 owner, uint8 kind, int256 tickValue) private view returns (MarketRecord memory r) {
        // Casts: small.
        (r.marketBranchId, r.owner) = (1, traders[owner]);
        (r.kind, r.tickValue) = (kind, uint128(uint256(tickValue)));
        (r.closesAt, r.settleBy) = (uint40(t2), uint40(settleLimit));
        r.descriptionHash = keccak256("a market");
        (r.previousLink, , ) = book.chainState();
    }

    function _newBranch(
        uint256 root,
        uint256 parent,
        int256 lower,
        int256 upper
    ) internal view returns (MarketRecord memory r) {
        r = _bounds(root, roots[root].lower.length, lower, upper);
        // Cast: a branch number.
        r.parentBranchId = uint16(parent + 1);
    }

    /// @param root index of the root in the model, @param branch from 0
    function _bounds(
        uint256 root,
        uint256 branch,
        int256 min,
        int256 max
    ) internal view returns (MarketRecord memory r) {
        // Casts: small.
        (r.marketRootId, r.marketBranchId) = (uint32(root + 2), uint16(branch + 1));
        (r.owner, r.previousLink) = (traders[roots[root].owner], roots[root].tip);
        (r.marketMin, r.marketMax) = (int32(min), int32(max));
    }

    /// @notice Sends a record: by its owner, or signed by key `signer` and sent by somebody else.
    /// @return refusal what the book answered; empty if it took the record
    function _send(MarketRecord memory r, uint256 signer, bool byOwner) internal returns (bytes memory refusal) {
        string memory description = r.marketRootId == 0 ? "a market" : "";
        uint256 number = r.marketRootId == 0 ? _nextRootId() : r.marketRootId;
        bytes memory signature;
        if (byOwner) VM.prank(r.owner);
        else signature = _sign(keys[signer], _linkOf(r));
        try book.createMarket(r, signature, "", description) returns (uint32 given) {
            require(given == number, "the number of the root");
            return "";
        } catch (bytes memory reason) {
            return reason;
        }
    }

    function _nextRootId() internal view returns (uint256) {
        return roots.length + 2;
    }

    function _linkOf(MarketRecord memory r) internal pure returns (bytes32) {
        return keccak256(abi.encode(TypedData.MARKET_TYPEHASH, r));
    }

    /// @dev Sends a record that must be taken, and lets the model follow.
    function _require(MarketRecord memory r, uint256 owner) internal {
        bytes memory refusal = _send(r, owner, false);
        if (refusal.length != 0) {
            assembly ("memory-safe") {
                revert(add(refusal, 0x20), mload(refusal))
            }
        }
        _follow(r, owner);
    }

    /// @notice What a record that was taken means for the model.
    function _follow(MarketRecord memory r, uint256 owner) internal {
        bytes32 link = _linkOf(r);
        uint256 root = r.marketRootId == 0 ? roots.length : r.marketRootId - 2;
        if (root == roots.length) {
            _modelRoot(r, owner);
            lastRoot = r;
        } else if (r.marketBranchId > roots[root].lower.length) {
            uint256 parent = r.parentBranchId - 1;
            (int256 low, int256 high) = (roots[root].lower[parent], roots[root].upper[parent]);
            roots[root].lower.push(Plain.clamped(r.marketMin, low, high));
            roots[root].upper.push(Plain.clamped(r.marketMax, low, high));
        } else {
            PlainRoot memory copy = roots[root];
            copy.tighten(r.marketBranchId - 1, r.marketMin, r.marketMax);
            (roots[root].lower, roots[root].upper, roots[root].alive) = (copy.lower, copy.upper, copy.alive);
        }
        roots[root].tip = link;
    }

    function _modelRoot(MarketRecord memory r, uint256 owner) private {
        // Cast: few roots.
        uint32 id = uint32(_nextRootId());
        PlainRoot storage root = roots.push();
        (root.isEvent, root.id, root.owner) = (r.kind == 1, id, owner);
        // Cast: small.
        (root.tickValue, root.closesAt) = (int256(uint256(r.tickValue)), r.closesAt);
        (root.settleBy, root.fallbackOutcome) = (r.settleBy, r.fallbackOutcome);
        int256[][] memory all = root.isEvent ? Plain.allWeights(r.outcomes, r.marketMax) : _range(r);
        for (uint256 i; i < all.length; ++i) {
            root.outcomes.push(all[i]);
            root.alive.push(true);
        }
        uint256 branches = root.isEvent ? r.outcomes : 1;
        for (uint256 b; b < branches; ++b) {
            root.lower.push(r.marketMin);
            root.upper.push(r.marketMax);
        }
    }

    function _range(MarketRecord memory r) private pure returns (int256[][] memory all) {
        int256 first = r.marketMin;
        // Cast: the range is small and not empty.
        all = new int256[][](uint256(r.marketMax - first) + 1);
        for (uint256 i; i < all.length; ++i) {
            all[i] = new int256[](1);
            all[i][0] = first + int256(i);
        }
    }

    // ------------------------------------------------------------------ orders and money

    /// @notice An order good till cancelled, signed.
    function _order(
        uint256 trader,
        uint256 rootId,
        uint256 branch,
        int256 price,
        int256 lots
    ) internal returns (SignedPackage memory) {
        return _orderInForce(trader, rootId, branch, price, lots, 0);
    }

    function _orderInForce(
        uint256 trader,
        uint256 rootId,
        uint256 branch,
        int256 price,
        int256 lots,
        uint8 timeInForce
    ) internal returns (SignedPackage memory order) {
        TradePackage memory p;
        // Casts: small.
        (p.marketRootId, p.marketBranchId, p.trader) = (uint32(rootId), uint16(branch + 1), traders[trader]);
        (p.priceTicks, p.quantityLots, p.timeInForce) = (int32(price), int64(lots), timeInForce);
        (p.previousLink, , ) = book.chainState();
        (p.nonce, p.deadline) = (nonces[trader]++, uint40(NEVER));
        order.tradePackage = p;
        order.signature = _sign(keys[trader], keccak256(abi.encode(TypedData.TRADE_PACKAGE_TYPEHASH, p)));
    }

    /// @notice Two orders that must trade with each other: `seller` rests, `buyer` takes.
    function _deal(uint256 buyer, uint256 seller, uint256 rootId, uint256 branch, int256 price, int256 lots) internal {
        SignedPackage[] memory orders = new SignedPackage[](2);
        orders[0] = _order(seller, rootId, branch, price, -lots);
        orders[1] = _order(buyer, rootId, branch, price, lots);
        Placed[] memory placed = book.createTrades(Packing.batch(orders, 10, 10));
        require(placed[0].tradeRootId != 0 && placed[1].tradeRootId != 0 && placed[1].place == 0, "a deal");
    }

    function _deposit(uint256 trader, uint256 amount) internal {
        book.deposit(traders[trader], amount);
    }

    function _depositAll(uint256 amount) internal {
        for (uint256 i; i < TRADERS; ++i) {
            _deposit(i, amount);
        }
    }

    function _depositLeg(uint256 trader, uint256 leg, uint256 lots) internal {
        // Casts: small.
        session.split(lots * uint256(LOT_VALUE));
        LegToken token = LegToken(session.legToken(leg + 1));
        token.approve(address(book), type(uint256).max);
        book.depositLeg(traders[trader], uint16(leg + 1), uint64(lots));
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }
}
