// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookBase } from "./book/BookBase.sol";
import { Call } from "./book/Call.sol";
import { Chain } from "./book/Chain.sol";
import { Desk } from "./book/Desk.sol";
import { Holdings } from "./book/Holdings.sol";
import { MarketChain } from "./book/MarketChain.sol";
import { Markets } from "./book/Markets.sol";
import { Simplex } from "./book/Simplex.sol";
import { Store } from "./book/Store.sol";
import { Traders } from "./book/Traders.sol";
import { Zone } from "./book/Zone.sol";
import { IBookMarkets } from "./interfaces/IOrderBook.sol";
import { Ladder } from "./libraries/Ladder.sol";
import { RootWord } from "./libraries/RootWord.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TraderWord } from "./libraries/TraderWord.sol";
import { TypedData } from "./libraries/TypedData.sol";
import { BASKET_ROOT_ID, MarketRecord, RootInfo, RootKind, RootOutcome } from "./Types.sol";

/// @title The market table of an order book: records, settlement, and the collateral of any outcome
/// @dev Runs inside a book (see BookBase).
contract OrderBookMarkets is BookBase, IBookMarkets {
    // ------------------------------------------------------------------ records and settlement

    /// @inheritdoc IBookMarkets
    function createMarket(
        MarketRecord calldata record,
        bytes calldata signature,
        bytes calldata organiserSignature,
        string calldata description
    ) external nonReentrant returns (uint32 marketRootId) {
        // Check (R36): who speaks
        Call memory c;
        _look(c);
        bytes32 link = TypedData.marketLink(record);
        _requireSaid(c, record, Signatures.typedDigest(c.domain, link), signature, organiserSignature);
        _requireDescription(record, description);
        // Check and effect (R36 to R38): what is said. The link of a new root says where the newest checkpoint is not far from.
        // Cast cuts out the number.
        Chain.find(c, record.marketRootId == 0 ? uint32(uint256(record.previousLink)) : 0);
        marketRootId = _append(c, record, link);
        Chain.begin(c);
        Chain.appendMarket(marketRootId, record.marketBranchId, link, 0);
        emit MarketRecorded(
            marketRootId,
            record.marketBranchId,
            link,
            record,
            signature,
            organiserSignature,
            description
        );
        Chain.close(c);
    }

    /// @inheritdoc IBookMarkets
    function applyFallback(uint32 marketRootId) external nonReentrant {
        Call memory c;
        _look(c);
        Chain.find(c, 0);
        int32 outcome = MarketChain.applyFallback(_state().markets, c, marketRootId);
        Chain.begin(c);
        Chain.appendMarket(marketRootId, 0, 0, outcome);
        emit FallbackApplied(marketRootId, outcome);
        Chain.close(c);
    }

    /// @inheritdoc IBookMarkets
    function realise(uint32 marketRootId, address[] calldata traders) external nonReentrant {
        Call memory c;
        _lookAtRoot(c, marketRootId);
        if (!_isSettled(c)) revert Book_MarketNotSettled(marketRootId);
        for (uint256 i; i < traders.length; ++i) {
            TraderWord t = Traders.registered(traders[i]);
            int256 cash;
            (t, cash) = Holdings.realise(c, t, marketRootId);
            Store.setTrader(uint160(traders[i]), t);
            // Cast: numbers are uint32.
            emit Realised(marketRootId, uint32(t.number()), cash);
        }
    }

    /// @inheritdoc IBookMarkets
    function refresh(uint32 marketRootId, address[] calldata traders) external nonReentrant {
        Call memory c;
        _lookAtRoot(c, marketRootId);
        if (_isSettled(c)) revert Book_MarketSettled(marketRootId);
        for (uint256 i; i < traders.length; ++i) {
            TraderWord t = Traders.registered(traders[i]);
            int256 worst;
            (t, worst) = Holdings.refresh(c, t, marketRootId);
            Store.setTrader(uint160(traders[i]), t);
            // Cast: numbers are uint32.
            emit Refreshed(marketRootId, uint32(t.number()), worst);
        }
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IBookMarkets
    function netCollateral(address trader, RootOutcome[] calldata outcomes) external view returns (int256 net) {
        Call memory c;
        _look(c);
        TraderWord t = Store.trader(uint160(trader));
        net = t.slack(c.lotValue);
        uint32 last;
        for (uint256 i; i < outcomes.length; ++i) {
            uint32 rootId = outcomes[i].marketRootId;
            _knownRoot(c, rootId);
            if (rootId <= last) revert Book_OutcomeImpossible(rootId);
            last = rootId;
            (bool possible, int256 gain) = Holdings.valueAt(c, t, rootId, outcomes[i].values);
            if (!possible) revert Book_OutcomeImpossible(rootId);
            net += gain;
        }
    }

    /// @inheritdoc IBookMarkets
    function checkCollateral(
        address trader,
        uint32[] calldata rootIds
    ) external view returns (int256 slack, int256[] memory bindingOutcomes) {
        Call memory c;
        _look(c);
        TraderWord t = Store.trader(uint160(trader));
        slack = t.slack(c.lotValue);
        bindingOutcomes = new int256[](rootIds.length);
        uint32 last;
        for (uint256 i; i < rootIds.length; ++i) {
            uint32 rootId = rootIds[i];
            _knownRoot(c, rootId);
            if (rootId <= last) revert Book_OutcomeImpossible(rootId);
            last = rootId;
            int256 gain;
            (gain, bindingOutcomes[i]) = Holdings.afresh(c, t, rootId);
            slack += gain;
        }
    }

    /// @inheritdoc IBookMarkets
    function createdRoots() external view returns (uint32) {
        return _state().markets.createdRoots;
    }

    /// @inheritdoc IBookMarkets
    function rootMadeBy(bytes32 link) external view returns (uint32 marketRootId) {
        return _state().markets.madeBy[link];
    }

    /// @inheritdoc IBookMarkets
    function rootOf(uint32 marketRootId) external view returns (RootInfo memory info) {
        Call memory c;
        _lookAtRoot(c, marketRootId);
        // Casts: all of these are kept as what they are cast to.
        if (marketRootId == BASKET_ROOT_ID) {
            (info.kind, info.branchCount, info.hi) = (RootKind.Simplex, uint16(c.assetCount), int32(c.basketScale));
            (info.tickValue, info.closesAt) = (uint64(uint256(c.basketTickValue)), uint40(c.t2));
            return info;
        }
        RootWord root = RootWord.wrap(c.root);
        Markets.Stored storage stored = _state().markets.roots[marketRootId];
        (info.kind, info.branchCount, info.settled) = (root.kind(), uint16(root.branches()), root.settled());
        (info.lo, info.hi) = (int32(root.lo()), int32(root.hi()));
        (info.tickValue, info.closesAt) = (uint64(root.tickValue()), uint40(root.closesAt()));
        (info.settleBy, info.fallbackOutcome) = (stored.settleBy, stored.fallbackOutcome);
        (info.owner, info.tip) = (stored.owner, stored.tip);
    }

    /// @inheritdoc IBookMarkets
    function spansOf(uint32 marketRootId) external view returns (int256[] memory lower, int256[] memory upper) {
        Call memory c;
        _lookAtRoot(c, marketRootId);
        if (c.kind != Zone.INTERVAL) return Simplex.boundsOf(c);
        uint256 branches = RootWord.wrap(c.root).branches();
        (lower, upper) = (new int256[](branches), new int256[](branches));
        for (uint256 b; b < branches; ++b) {
            (lower[b], upper[b]) = Ladder.strikesOf(Zone.ladder(c.zone), b);
        }
    }

    // ------------------------------------------------------------------ in detail

    function _lookAtRoot(Call memory c, uint32 rootId) private view {
        _look(c);
        _knownRoot(c, rootId);
    }

    function _knownRoot(Call memory c, uint32 rootId) private view {
        if (!Desk.look(_state().markets, c, rootId, 1)) revert Book_MarketUnknown(rootId, 1);
    }

    /// @dev The basket never is.
    function _isSettled(Call memory c) private pure returns (bool) {
        return c.kind >= Zone.INTERVAL && RootWord.wrap(c.root).settled();
    }

    /// @dev R36: the owner speaks, and whoever may permit a root of its own.
    function _requireSaid(
        Call memory c,
        MarketRecord calldata record,
        bytes32 digest,
        bytes calldata signature,
        bytes calldata organiserSignature
    ) private view {
        _requireSaidBy(record.owner, digest, signature);
        // Cast: an address as the factory has encoded it.
        address creator = address(uint160(c.marketCreator));
        if (organiserSignature.length != 0) {
            if (record.marketRootId != 0) revert Book_SignatureInvalid(creator, digest);
            _requireSaidBy(creator, digest, organiserSignature);
        } else if (record.marketRootId == 0) {
            bool allowed =
                creator == address(0)
                    ? !Store.trader(uint160(record.owner)).isNone()
                    : record.owner == creator || msg.sender == creator;
            if (!allowed) revert Book_MayNotCreateMarkets(record.owner, creator);
        }
    }

    /// @dev No signature means that the speaker calls. Were a wallet asked about an empty one, the log would not show which.
    function _requireSaidBy(address speaker, bytes32 digest, bytes calldata signature) private view {
        bool said = signature.length == 0 ? msg.sender == speaker : Signatures.isValid(speaker, digest, signature);
        if (!said) revert Book_SignatureInvalid(speaker, digest);
    }

    /// @dev Applies a record. A new root names a link as orders do, whoever made a root meanwhile; no record makes two.
    function _append(Call memory c, MarketRecord calldata record, bytes32 link) private returns (uint32 marketRootId) {
        Markets.State storage s = _state().markets;
        if (record.marketRootId != 0) {
            MarketChain.append(s, c, record, link);
            return record.marketRootId;
        }
        uint32 made = s.madeBy[link];
        if (made != 0) revert Book_RootExists(link, made);
        if (!Chain.accepts(c, uint256(record.previousLink), 0)) {
            revert Book_StaleLink(record.previousLink, c.newest.link());
        }
        return MarketChain.createRoot(s, c, record, link);
    }

    /// @dev R36: the text in the log is the one that was signed; a record that makes no root has none.
    function _requireDescription(MarketRecord calldata record, string calldata description) private pure {
        if (record.marketRootId != 0 && bytes(description).length == 0) return;
        bytes32 given = keccak256(bytes(description));
        if (given != record.descriptionHash) revert Book_DescriptionMismatch(given, record.descriptionHash);
    }
}
