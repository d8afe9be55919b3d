// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookBase } from "./book/BookBase.sol";
import { Chain } from "./book/Chain.sol";
import { Margin } from "./book/Margin.sol";
import { MarketChain } from "./book/MarketChain.sol";
import { Markets, Root } from "./book/Markets.sol";
import { Exposure, Positions } from "./book/Positions.sol";
import { Traders } from "./book/Traders.sol";
import { IOldBookMarkets } from "./interfaces/IOrderBook.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TypedData } from "./libraries/TypedData.sol";
import { BookTerms, MarketRecord, RootInfo, RootKind, RootOutcome } from "./Types.sol";

/// @title The market table of an order book: records, settlement, and the collateral of any outcome
/// @dev Runs inside a book (see BookBase).
contract OldOrderBookMarkets is BookBase, IOldBookMarkets {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;
    using Markets for Markets.State;
    using Positions for Positions.State;
    using Traders for Traders.State;

    // ------------------------------------------------------------------ records and settlement

    /// @inheritdoc IOldBookMarkets
    function createMarket(
        MarketRecord calldata record,
        bytes calldata signature,
        bytes calldata organiserSignature,
        string calldata description
    ) external nonReentrant returns (uint32 marketRootId) {
        // Check (R36): who speaks
        bytes32 link = TypedData.marketLink(record);
        _requireSaid(record, _hashTypedDataV4(link), signature, organiserSignature);
        _requireDescription(record, description);
        // Check and effect (R36 to R38): what is said
        Chain.Cursor memory chain = _state.chain.open(_domainSeparatorV4());
        marketRootId = _append(chain, record, link);
        emit MarketRecorded(
            marketRootId,
            record.marketBranchId,
            link,
            record,
            signature,
            organiserSignature,
            description
        );
        _state.chain.close(chain);
    }

    /// @inheritdoc IOldBookMarkets
    function applyFallback(uint32 marketRootId) external nonReentrant {
        Root memory root = _state.markets.rootOf(_terms(), marketRootId);
        int32 outcome = MarketChain.applyFallback(_state.markets, root);
        Chain.Cursor memory chain = _state.chain.open(_domainSeparatorV4());
        chain.appendMarket(marketRootId, 0, 0, outcome);
        emit FallbackApplied(marketRootId, outcome);
        _state.chain.close(chain);
    }

    /// @inheritdoc IOldBookMarkets
    function realise(uint32 marketRootId, address[] calldata traders) external nonReentrant {
        Root memory root = _knownRoot(_terms(), marketRootId);
        if (!root.settled) revert Book_MarketNotSettled(marketRootId);
        for (uint256 i; i < traders.length; ++i) {
            _realise(root, traders[i]);
        }
    }

    /// @inheritdoc IOldBookMarkets
    function refresh(uint32 marketRootId, address[] calldata traders) external nonReentrant {
        Root memory root = _knownRoot(_terms(), marketRootId);
        if (root.settled) revert Book_MarketSettled(marketRootId);
        for (uint256 i; i < traders.length; ++i) {
            Exposure memory exposure = _state.positions.load(_state.traders.registered(traders[i]), root);
            (exposure.rootWorst, ) = Margin.worstOf(root, exposure.lots);
            if (!Margin.fitsWorst(exposure.rootWorst) || !Margin.fitsWorst(exposure.otherWorst + exposure.rootWorst)) {
                revert Book_PositionOverflow(traders[i]);
            }
            _state.positions.store(root, exposure, 1);
            emit Refreshed(marketRootId, exposure.traderId, exposure.rootWorst);
        }
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IOldBookMarkets
    function netCollateral(address trader, RootOutcome[] calldata outcomes) external view returns (int256 net) {
        BookTerms memory terms = _terms();
        uint32 traderId = _state.traders.ids[trader];
        net = _state.positions.slackOf(traderId);
        // One after the other in the same memory.
        Root memory root;
        Exposure memory exposure;
        uint32 last;
        for (uint256 i; i < outcomes.length; ++i) {
            uint32 rootId = outcomes[i].marketRootId;
            _knownRootInto(terms, rootId, root);
            if (rootId <= last) revert Book_OutcomeImpossible(rootId);
            last = rootId;
            _state.positions.loadInto(traderId, root, exposure);
            (bool possible, int256 ticks) = Markets.valueAt(root, exposure.lots, outcomes[i].values);
            if (!possible) revert Book_OutcomeImpossible(rootId);
            net += ticks * root.tickValue - exposure.rootWorst;
        }
    }

    /// @inheritdoc IOldBookMarkets
    function checkCollateral(
        address trader,
        uint32[] calldata rootIds
    ) external view returns (int256 slack, int256[] memory bindingOutcomes) {
        BookTerms memory terms = _terms();
        uint32 traderId = _state.traders.ids[trader];
        slack = _state.positions.slackOf(traderId);
        bindingOutcomes = new int256[](rootIds.length);
        // One after the other in the same memory.
        Root memory root;
        Exposure memory exposure;
        uint32 last;
        for (uint256 i; i < rootIds.length; ++i) {
            uint32 rootId = rootIds[i];
            _knownRootInto(terms, rootId, root);
            if (rootId <= last) revert Book_OutcomeImpossible(rootId);
            last = rootId;
            _state.positions.loadInto(traderId, root, exposure);
            int256 worst;
            (worst, bindingOutcomes[i]) = Margin.worstOf(root, exposure.lots);
            slack += worst - exposure.rootWorst;
        }
    }

    /// @inheritdoc IOldBookMarkets
    function createdRoots() external view returns (uint32) {
        return _state.markets.createdRoots;
    }

    /// @inheritdoc IOldBookMarkets
    function rootMadeBy(bytes32 link) external view returns (uint32 marketRootId) {
        return _state.markets.madeBy[link];
    }

    /// @inheritdoc IOldBookMarkets
    function rootOf(uint32 marketRootId) external view returns (RootInfo memory info) {
        Root memory root = _knownRoot(_terms(), marketRootId);
        Markets.Stored storage stored = _state.markets.roots[marketRootId];
        // Casts: all of these are kept as what they are cast to.
        (info.kind, info.branchCount, info.settled) = (root.kind, uint16(root.branchCount), root.settled);
        (info.lo, info.hi) = (int32(root.lo), int32(root.hi));
        (info.tickValue, info.closesAt) = (uint64(uint256(root.tickValue)), uint40(root.closesAt));
        (info.settleBy, info.fallbackOutcome) = (stored.settleBy, stored.fallbackOutcome);
        (info.owner, info.tip) = (stored.owner, stored.tip);
    }

    /// @inheritdoc IOldBookMarkets
    function spansOf(uint32 marketRootId) external view returns (int256[] memory lower, int256[] memory upper) {
        return Markets.spansOf(_knownRoot(_terms(), marketRootId));
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Without the queues of a market, which lie in a slot of their own.
    function _knownRoot(BookTerms memory terms, uint32 rootId) private view returns (Root memory root) {
        _knownRootInto(terms, rootId, root);
    }

    function _knownRootInto(BookTerms memory terms, uint32 rootId, Root memory root) private view {
        _state.markets.rootInto(terms, rootId, root);
        if (root.kind == RootKind.Unknown) revert Book_MarketUnknown(rootId, 1);
    }

    /// @dev R36: the owner speaks, and whoever may permit a root of its own.
    function _requireSaid(
        MarketRecord calldata record,
        bytes32 digest,
        bytes calldata signature,
        bytes calldata organiserSignature
    ) private view {
        _requireSaidBy(record.owner, digest, signature);
        address creator = _terms().marketCreator;
        if (organiserSignature.length != 0) {
            if (record.marketRootId != 0) revert Book_SignatureInvalid(creator, digest);
            _requireSaidBy(creator, digest, organiserSignature);
        } else if (record.marketRootId == 0) {
            bool allowed =
                creator == address(0)
                    ? _state.traders.ids[record.owner] != 0
                    : record.owner == creator || msg.sender == creator;
            if (!allowed) revert Book_MayNotCreateMarkets(record.owner, creator);
        }
    }

    /// @dev No signature means that the speaker calls. Were a wallet asked about an empty one, the log would not show which.
    function _requireSaidBy(address speaker, bytes32 digest, bytes calldata signature) private view {
        bool said = signature.length == 0 ? msg.sender == speaker : Signatures.isValid(speaker, digest, signature);
        if (!said) revert Book_SignatureInvalid(speaker, digest);
    }

    /// @dev Applies a record and folds it. A new root names a link as orders do, whoever made a root meanwhile; no record makes two.
    function _append(
        Chain.Cursor memory chain,
        MarketRecord calldata record,
        bytes32 link
    ) private returns (uint32 marketRootId) {
        BookTerms memory terms = _terms();
        marketRootId = record.marketRootId;
        if (marketRootId == 0) {
            uint32 made = _state.markets.madeBy[link];
            if (made != 0) revert Book_RootExists(link, made);
            if (!_state.chain.accepts(chain, record.previousLink, terms.chainWindow, 0)) {
                revert Book_StaleLink(record.previousLink, chain.checkpoint);
            }
            marketRootId = MarketChain.createRoot(_state.markets, terms, record, link, chain.numberInCall());
        } else MarketChain.append(_state.markets, terms, record, link);
        chain.appendMarket(marketRootId, record.marketBranchId, link, 0);
    }

    /// @dev R36: the text in the log is the one that was signed; a record that makes no root has none.
    function _requireDescription(MarketRecord calldata record, string calldata description) private pure {
        if (record.marketRootId != 0 && bytes(description).length == 0) return;
        bytes32 given = keccak256(bytes(description));
        if (given != record.descriptionHash) revert Book_DescriptionMismatch(given, record.descriptionHash);
    }

    /// @dev R19: one outcome is left, so worst and best case are the same.
    function _realise(Root memory root, address trader) private {
        Exposure memory exposure = _state.positions.load(_state.traders.registered(trader), root);
        (int256 cash, ) = Margin.worstOf(root, exposure.lots);
        if (!Margin.realise(exposure, cash)) revert Book_PositionOverflow(trader);
        _state.positions.storeAll(root, exposure);
        emit Realised(root.id, exposure.traderId, cash);
    }
}
