// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { ISession } from "../../interfaces/ISession.sol";
import { MarketRecord, RootInfo, RootKind } from "../../Types.sol";
import { IRootSettler, Strikes } from "./IRootSettler.sol";

/// @title What contracts that settle roots have in common: they make them, as the owner, and record an outcome, as the owner
/// @dev The book takes this contract as the owner because it calls (R36). So whoever can make it call speaks in its name: it calls
/// createMarket from `_open` and `_settle` alone.
abstract contract RootSettler is IRootSettler {
    /// @dev What is left between the moment when an outcome can be there at the earliest and settleBy, at least.
    uint256 internal constant MIN_TIME_TO_SETTLE = 604_800; // seconds: seven days

    IOrderBook internal immutable BOOK;

    mapping(uint32 marketRootId => bytes32) private _descriptions;

    constructor(IOrderBook book_) {
        BOOK = book_;
    }

    /// @inheritdoc IRootSettler
    function book() external view returns (IOrderBook) {
        return BOOK;
    }

    /// @inheritdoc IRootSettler
    function descriptionHashOf(uint32 marketRootId) public view returns (bytes32) {
        return _descriptions[marketRootId];
    }

    /// @dev Makes a root and its sub-markets.
    function _open(
        MarketRecord calldata record_,
        Strikes[] calldata strikes,
        bytes calldata organiserSignature,
        string calldata description
    ) internal returns (uint32 rootId) {
        // Checks. That it is the owner, and all else of the record, the book looks at.
        if (record_.marketRootId != 0) revert Settler_NotANewRoot(record_.marketRootId);
        if (organiserSignature.length != 0) _requireOrganiser();
        // Interaction: the book calls nobody but wallets, by static calls (R41). The number is known afterwards only.
        rootId = BOOK.createMarket(record_, "", organiserSignature, description);
        // Effect.
        _descriptions[rootId] = record_.descriptionHash;
        emit RootOpened(rootId, record_.descriptionHash);
        for (uint256 i; i < strikes.length; ++i) {
            // Cast: the book refuses a branch above 32.
            _say(rootId, uint16(i + 2), 1, strikes[i].lower, strikes[i].upper);
        }
    }

    /// @param from when an outcome can be there at the earliest
    function _requireTimeToSettle(MarketRecord calldata record_, uint256 from) internal pure {
        uint256 earliest = from + MIN_TIME_TO_SETTLE;
        if (record_.settleBy < earliest) revert Settler_SettleByTooEarly(record_.settleBy, earliest);
    }

    /// @dev Says what is known, until the root is settled: an interval's number at once, an event's weights one after the other, but for
    /// those of zero, which follow from the others. The book refuses a root that is settled already.
    function _settle(uint32 rootId, int32[] memory values) internal {
        RootInfo memory root = _requireOutcome(rootId, values);
        if (root.kind == RootKind.Interval) {
            _say(rootId, 1, 0, values[0], values[0]);
        } else {
            bool isSettled;
            for (uint256 k; k < values.length && !isSettled; ++k) {
                if (values[k] == 0) continue;
                // Cast: at most 16 outcomes.
                _say(rootId, uint16(k + 1), 0, values[k], values[k]);
                isSettled = BOOK.rootOf(rootId).settled;
            }
        }
        emit RootSettled(rootId, values);
    }

    /// @dev Whether this is an outcome that the root can have, but for an interval's bounds.
    function _requireOutcome(uint32 rootId, int32[] memory values) internal view returns (RootInfo memory root) {
        if (_descriptions[rootId] == 0) revert Settler_UnknownRoot(rootId);
        root = BOOK.rootOf(rootId);
        uint256 expected = root.kind == RootKind.Interval ? 1 : root.branchCount;
        if (values.length != expected) revert Settler_OutcomeLength(rootId, values.length, expected);
        if (root.kind == RootKind.Interval) return root;
        int256 sum;
        bool isBelow;
        for (uint256 k; k < values.length; ++k) {
            sum += values[k];
            if (values[k] < 0) isBelow = true;
        }
        if (isBelow || sum != root.hi) revert Settler_WeightsOffScale(rootId, sum, root.hi);
    }

    /// @dev A later record of a root, behind its last one.
    function _say(uint32 rootId, uint16 branchId, uint16 parentId, int32 lower, int32 upper) private {
        MarketRecord memory r;
        (r.marketRootId, r.marketBranchId, r.parentBranchId) = (rootId, branchId, parentId);
        (r.owner, r.marketMin, r.marketMax) = (address(this), lower, upper);
        r.previousLink = BOOK.rootOf(rootId).tip;
        BOOK.createMarket(r, "", "", "");
    }

    function _requireOrganiser() private view {
        address organiser = ISession(BOOK.session()).organiser();
        if (msg.sender != organiser) revert Settler_OnlyOrganiser(msg.sender, organiser);
    }
}
