// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { Basket } from "./book/Basket.sol";
import { BookBase } from "./book/BookBase.sol";
import { Call } from "./book/Call.sol";
import { Chain } from "./book/Chain.sol";
import { Desk } from "./book/Desk.sol";
import { Explaining } from "./book/Explaining.sol";
import { Forwarding } from "./book/Forwarding.sol";
import { Position } from "./book/Position.sol";
import { Queues } from "./book/Queues.sol";
import { Store } from "./book/Store.sol";
import { IBookViews } from "./interfaces/IOrderBook.sol";
import { CheckpointWord, CheckpointWords } from "./libraries/CheckpointWord.sol";
import { Domain } from "./libraries/Domain.sol";
import { MarketIds } from "./libraries/MarketId.sol";
import { OrderWord } from "./libraries/OrderWord.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TraderWord } from "./libraries/TraderWord.sol";
import { TypedData } from "./libraries/TypedData.sol";
import { BASKET_ROOT_ID, Placed, SignedPackage, TradePackage } from "./Types.sol";

/// @title What can be asked of an order book about traders, the chain and the queues
/// @dev Runs inside a book (see BookBase).
contract OrderBookViews is BookBase, Forwarding, EIP712, IBookViews {
    constructor(address markets) Forwarding(markets) EIP712(Domain.NAME, Domain.VERSION) {}

    // ------------------------------------------------------------------ the chain

    /// @inheritdoc IBookViews
    function session() external view returns (address) {
        Call memory c;
        _look(c);
        // Cast: an address as the factory has encoded it.
        return address(uint160(c.session));
    }

    /// @inheritdoc IBookViews
    function chainState() external view returns (bytes32 link, uint32 checkpoints, uint32 trades) {
        CheckpointWord word = _newest();
        // Casts: fields of 32 bits.
        return (word.link(), uint32(word.number()), uint32(word.trades()));
    }

    /// @inheritdoc IBookViews
    function linkToSign() external view returns (bytes32 link) {
        CheckpointWord word = _newest();
        // One a block: the one before is of an earlier block. The genesis has no block.
        if (word.mark() == block.number) word = Chain.checkpointAt(_genesis(), word.number() - 1);
        return word.link();
    }

    /// @inheritdoc IBookViews
    function checkpointAt(uint32 number) external view returns (bytes32) {
        uint256 last = _newest().number();
        if (number > last || last - number >= Store.RING) return 0;
        return Chain.checkpointAt(_genesis(), number).link();
    }

    /// @inheritdoc IBookViews
    function linksOf(
        TradePackage calldata order
    ) external view returns (bytes32 primaryLink, bytes32 offsetLink, bytes32 matchLink, bytes32 digest) {
        primaryLink = TypedData.primaryLink(order);
        offsetLink = TypedData.offsetLink(primaryLink);
        matchLink = TypedData.matchLink(offsetLink);
        digest = Signatures.typedDigest(Domain.separator(), primaryLink);
    }

    // ------------------------------------------------------------------ traders

    /// @inheritdoc IBookViews
    function traderIdOf(address trader) external view returns (uint32) {
        // Cast: numbers are uint32.
        return uint32(Store.trader(uint160(trader)).number());
    }

    /// @inheritdoc IBookViews
    function accountOf(
        address trader
    ) external view returns (int256 claim, int256 worst, uint256 openOrders, uint256 reserved) {
        Call memory c;
        _look(c);
        TraderWord t = Store.trader(uint160(trader));
        claim = t.claim();
        return (claim, t.slack(c.lotValue) - claim, t.openOrders(), t.reservedWei(c.reserveShift));
    }

    /// @inheritdoc IBookViews
    function positionOf(address trader, uint32 marketRootId) external view returns (int256[] memory lots) {
        Call memory c;
        _lookAt(c, marketRootId, 1);
        TraderWord t = Store.trader(uint160(trader));
        if (marketRootId == BASKET_ROOT_ID) return Basket.lotsOf(c, t);
        lots = new int256[](c.positionBranches);
        for (uint256 b; b < lots.length; ++b) {
            lots[b] = Position.storedLotsOf(t.number(), marketRootId, b);
        }
    }

    /// @inheritdoc IBookViews
    function claimsOf(address trader) external view returns (uint256[] memory claims) {
        Call memory c;
        _look(c);
        return Basket.claimsOf(c, Store.trader(uint160(trader)));
    }

    /// @inheritdoc IBookViews
    function noncesOf(address trader) external view returns (uint64 nonceFloor, uint64 used) {
        TraderWord t = Store.trader(uint160(trader));
        // Casts: fields of 24 and 32 bits.
        return (uint64(t.nonceFloor()), uint64(t.usedNonces()));
    }

    // ------------------------------------------------------------------ queues

    /// @inheritdoc IBookViews
    function marketOf(
        uint32 marketRootId,
        uint16 marketBranchId
    )
        external
        view
        returns (int32 marketMin, int32 marketMax, uint64 tickValue, uint32 bestBid, uint32 bestAsk, bool crossed)
    {
        Call memory c;
        _lookAt(c, marketRootId, marketBranchId);
        // Casts: bounds are int32, tick values uint64 and places uint32 where they are kept.
        (marketMin, marketMax, tickValue) = (int32(c.marketMin), int32(c.marketMax), uint64(uint256(c.tickValue)));
        return (
            marketMin,
            marketMax,
            tickValue,
            uint32(c.word.best(true)),
            uint32(c.word.best(false)),
            c.word.crossed()
        );
    }

    /// @inheritdoc IBookViews
    function orderAt(
        uint32 place
    )
        external
        view
        returns (
            uint32 tradeRootId,
            uint32 marketRootId,
            uint16 marketBranchId,
            uint32 traderId,
            int32 price,
            int64 lots,
            uint40 deadline,
            uint32 nextPlace
        )
    {
        OrderWord o = Store.order(place);
        if (!o.isOpen()) return (0, 0, 0, 0, 0, 0, 0, 0);
        uint256 market = o.market();
        // Casts: each is of its field's width.
        (tradeRootId, marketRootId, marketBranchId) = (
            uint32(o.id()),
            uint32(MarketIds.rootOf(market)),
            uint16(MarketIds.branchOf(market))
        );
        (traderId, price, lots) = (uint32(o.traderNumber()), int32(o.price()), int64(o.lots()));
        (deadline, nextPlace) = (uint40(o.deadline()), uint32(o.next()));
    }

    /// @inheritdoc IBookViews
    function depthOf(
        uint32 marketRootId,
        uint16 marketBranchId,
        bool bids,
        uint256 limit
    ) external view returns (Placed[] memory orders, int32[] memory prices, int64[] memory lots) {
        Call memory c;
        _lookAt(c, marketRootId, marketBranchId);
        uint256 first = c.word.best(bids);
        uint256 count;
        for (uint256 place = first; place != 0 && count < limit; place = Store.order(place).next()) {
            ++count;
        }
        (orders, prices, lots) = (new Placed[](count), new int32[](count), new int64[](count));
        uint256 current = first;
        for (uint256 i; i < count; ++i) {
            OrderWord order = Store.order(current);
            // Casts: each is of its field's width.
            orders[i] = Placed(uint32(order.id()), uint32(current));
            (prices[i], lots[i]) = (int32(order.price()), int64(order.lots()));
            current = order.next();
        }
    }

    /// @inheritdoc IBookViews
    function insertionHint(
        uint32 marketRootId,
        uint16 marketBranchId,
        bool bids,
        int32 price
    ) external view returns (uint32 place) {
        Call memory c;
        _lookAt(c, marketRootId, marketBranchId);
        c.maxWalk = type(uint256).max;
        if (c.word.best(bids) == 0) return 0;
        (uint256 prev, ) = Queues.placeOf(c, bids, price);
        // Cast: places are uint32.
        return uint32(prev);
    }

    // ------------------------------------------------------------------ refusals

    /// @inheritdoc IBookViews
    function explain(bytes4 refusal, int256 detail, SignedPackage calldata order) external view {
        Call memory c;
        _look(c);
        Explaining.explain(_state().markets, c, refusal, detail, order);
    }

    /// @inheritdoc IBookViews
    function explainMarket(bytes4 refusal, int256, uint32 marketRootId, uint16 marketBranchId) external view {
        Call memory c;
        _look(c);
        Explaining.explainMarket(_state().markets, c, refusal, marketRootId, marketBranchId);
    }

    // ------------------------------------------------------------------ in detail

    function _lookAt(Call memory c, uint32 rootId, uint16 branchId) private view {
        _look(c);
        if (!Desk.look(_state().markets, c, rootId, branchId)) revert Book_MarketUnknown(rootId, branchId);
        c.word = Store.market(c.market);
    }

    function _newest() private view returns (CheckpointWord) {
        return Chain.newest(_genesis(), 0);
    }

    function _genesis() private view returns (CheckpointWord) {
        return CheckpointWords.genesis(Domain.separator());
    }
}
