// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketRecord } from "../../../contracts/Types.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Check } from "./Check.sol";
import { MarketActions } from "./MarketActions.sol";
import { Plain } from "./Plain.sol";
import { PlainMarkets, PlainRoot } from "./PlainMarkets.sol";
import { Random } from "./Random.sol";

/// @title Random records: good ones that the model follows, bad ones whose error is foreseen
abstract contract MarketRecordActions is MarketActions {
    using PlainMarkets for PlainRoot;

    uint256 internal constant MAX_ROOTS = 4;
    uint256 internal constant MAX_MODEL_BRANCHES = 8;

    // ------------------------------------------------------------------ good records

    function _createRoot(Random memory rand) internal {
        if (roots.length == MAX_ROOTS || clock + 1 >= t2) return;
        uint256 owner = rand.below(TRADERS);
        MarketRecord memory r;
        if (rand.oneIn(2)) {
            int256 first = rand.betweenInt(-10, 10);
            r = _newInterval(owner, first, first + rand.betweenInt(1, 20), rand.betweenInt(1, 1e15));
            // Cast: small.
            r.fallbackOutcome = int32(rand.betweenInt(r.marketMin, r.marketMax));
        } else {
            r = _newEvent(owner, 2 + rand.below(3), rand.betweenInt(1, 5), rand.betweenInt(1, 4e15));
            // Cast: small.
            r.fallbackOutcome = int32(rand.betweenInt(1, int256(uint256(r.outcomes))));
        }
        if (rand.oneIn(3)) {
            // Casts: times are small.
            r.closesAt = uint40(uint256(rand.betweenInt(int256(clock + 1), int256(t2))));
            r.settleBy = uint40(uint256(rand.betweenInt(int256(uint256(r.closesAt)), int256(settleLimit))));
        }
        _sendAsForeseen(rand, r, owner, 0);
    }

    function _subMarket(Random memory rand) internal {
        uint256 root = rand.below(roots.length);
        PlainRoot memory model = _model(root);
        uint256 branches = model.lower.length;
        if (model.isEvent || branches == MAX_MODEL_BRANCHES) return;
        uint256 parent = rand.below(branches);
        (int256 min, int256 max) = rand.pairOfInts(model.lower[0] - 3, model.upper[0] + 3);
        MarketRecord memory r = _newBranch(root, parent, min, max);
        bytes4 expected = bytes4(0);
        if (model.isSettled()) {
            expected = IBookRecords.Book_MarketSettled.selector;
        } else {
            model.lower[parent] = Plain.clamped(min, model.lower[parent], model.upper[parent]);
            model.upper[parent] = Plain.clamped(max, model.lower[parent], model.upper[parent]);
            (int256 least, int256 most) = model.boundsOf(parent);
            if (least == most) expected = IBookRecords.Book_NoRoom.selector;
        }
        _sendAsForeseen(rand, r, model.owner, expected);
    }

    /// @dev Any record on any branch, also beyond what it can still pay; small steps more often than settlements.
    function _tighten(Random memory rand) internal {
        uint256 root = rand.below(roots.length);
        PlainRoot memory model = _model(root);
        uint256 branch = rand.below(model.lower.length);
        (int256 min, int256 max) = model.boundsOf(branch);
        if (rand.oneIn(8)) {
            min = rand.betweenInt(min - 2, max + 2);
            max = rand.oneIn(3) ? rand.betweenInt(min, min + 3) : min;
        } else {
            min += rand.betweenInt(-2, 1);
            max += rand.betweenInt(-1, 2);
            if (min > max) (min, max) = (max, min);
        }
        _tightenTo(rand, root, branch, min, max);
    }

    /// @notice A record of new bounds whose fate is foreseen.
    function _tightenTo(Random memory rand, uint256 root, uint256 branch, int256 min, int256 max) internal {
        PlainRoot memory model = _model(root);
        bytes4 expected = bytes4(0);
        if (model.isSettled()) {
            expected = IBookRecords.Book_MarketSettled.selector;
        } else {
            model.tighten(branch, min, max);
            if (model.left() == 0) expected = IBookRecords.Book_NoOutcomeLeft.selector;
        }
        _sendTighter(rand, _bounds(root, branch, min, max), model.owner, expected);
    }

    /// @dev Settles what the owner left open; before its time the book says no.
    function _applyFallback(Random memory rand) internal {
        _fallbackOf(rand.below(roots.length));
    }

    function _fallbackOf(uint256 root) internal {
        PlainRoot memory model = _model(root);
        bytes4 expected = bytes4(0);
        if (model.isSettled()) expected = IBookRecords.Book_MarketSettled.selector;
        else if (clock < model.settleBy) expected = IBookRecords.Book_FallbackTooEarly.selector;
        (int256[] memory needs, int256[] memory slacks) = _exposed();
        try book.applyFallback(model.id) {
            Check.isTrue(expected == 0, "a fallback that must be refused");
            uint256 chosen = model.fallbackOf();
            for (uint256 i; i < model.alive.length; ++i) {
                roots[root].alive[i] = i == chosen;
            }
            ++tally.settled;
            _requireNoneWorse(needs, slacks);
        } catch (bytes memory reason) {
            Check.sameError(reason, expected, "a fallback");
        }
    }

    // ------------------------------------------------------------------ bad records

    /// @dev Each is one step away from a good record.
    function _badRecord(Random memory rand) internal {
        uint256 root = rand.below(roots.length);
        PlainRoot memory model = _model(root);
        uint256 signer = model.owner;
        MarketRecord memory r = _bounds(root, 0, model.lower[0], model.upper[0]);
        bytes4 expected;
        uint256 which = rand.below(12);
        if (which == 0) {
            (r.marketMin, r.marketMax) = (3, 2);
            expected = IBookRecords.Book_BoundsReversed.selector;
        } else if (which == 1) {
            signer = (signer + 1) % TRADERS;
            r.owner = traders[signer];
            expected = IBookRecords.Book_NotMarketOwner.selector;
        } else if (which == 2) {
            signer = (signer + 1) % TRADERS;
            expected = IBookRecords.Book_SignatureInvalid.selector;
        } else if (which == 3) {
            r.previousLink = keccak256("another chain");
            expected = IBookRecords.Book_MarketOutOfChain.selector;
        } else if (which == 4) {
            (r.marketRootId, r.marketBranchId, r.owner, r.previousLink) = (1, 1, traders[signer], 0);
            expected = IBookRecords.Book_NotMarketOwner.selector;
        } else if (which == 9) {
            (r, signer) = (lastRoot, roots[roots.length - 1].owner);
            expected = IBookRecords.Book_RootExists.selector;
        } else if (which == 10) {
            (r, signer) = (lastRoot, roots[roots.length - 1].owner);
            r.previousLink = keccak256("no link of the chain");
            expected = IBookRecords.Book_StaleLink.selector;
        } else if (which == 11) {
            // Cast: few roots.
            r.marketRootId = uint32(_nextRootId());
            expected = IBookRecords.Book_MarketUnknown.selector;
        } else {
            expected = model.isSettled() ? IBookRecords.Book_MarketSettled.selector : _spoil(r, model, which);
        }
        Check.sameError(_send(r, signer, false), expected, "a bad record");
        ++tally.refusedRecords;
    }

    /// @dev What can only be wrong on a root that is still open.
    function _spoil(MarketRecord memory r, PlainRoot memory model, uint256 which) private pure returns (bytes4) {
        if (which == 5) {
            r.settleBy = 1;
            return IBookRecords.Book_RootTermsRepeated.selector;
        }
        if (which == 6) {
            r.parentBranchId = 1;
            return IBookRecords.Book_RootTermsRepeated.selector;
        }
        // Cast: branches are few.
        uint16 next = uint16(model.lower.length) + 1;
        if (which == 7) {
            (r.marketBranchId, r.parentBranchId) = (next + 1, 1);
            return model.isEvent ? IBookRecords.Book_NoSubMarkets.selector : IBookRecords.Book_MarketNumber.selector;
        }
        (r.marketBranchId, r.parentBranchId) = (next, next);
        return model.isEvent ? IBookRecords.Book_NoSubMarkets.selector : IBookRecords.Book_MarketUnknown.selector;
    }

    // ------------------------------------------------------------------ sending

    function _sendAsForeseen(Random memory rand, MarketRecord memory r, uint256 owner, bytes4 expected) internal {
        Check.sameError(_send(r, owner, rand.oneIn(2)), expected, "a record");
        if (expected != 0) {
            ++tally.refusedRecords;
            return;
        }
        _follow(r, owner);
        ++tally.records;
        if (r.marketRootId != 0 && roots[r.marketRootId - 2].isSettled()) ++tally.settled;
    }

    /// @dev Tightening never raises anyone's need, and never leaves a covered order uncovered.
    function _sendTighter(Random memory rand, MarketRecord memory r, uint256 owner, bytes4 expected) private {
        (int256[] memory needs, int256[] memory slacks) = _exposed();
        _sendAsForeseen(rand, r, owner, expected);
        _requireNoneWorse(needs, slacks);
    }

    /// @dev Each trader's slack as it is, and as it would be with each resting order filled.
    function _exposed() private returns (int256[] memory traders_, int256[] memory orders) {
        _forgetClosed();
        traders_ = new int256[](TRADERS);
        for (uint256 i; i < TRADERS; ++i) {
            traders_[i] = _trueSlack(i);
        }
        orders = new int256[](open.length);
        for (uint256 i; i < orders.length; ++i) {
            orders[i] = _slackOfResting(open[i]);
        }
    }

    function _requireNoneWorse(int256[] memory traders_, int256[] memory orders) private view {
        for (uint256 i; i < TRADERS; ++i) {
            Check.atLeast(_trueSlack(i), traders_[i], "tightening never raises anyone's need");
        }
        for (uint256 i; i < orders.length; ++i) {
            Check.atLeast(_slackOfResting(open[i]), orders[i], "tightening never uncovers an order");
        }
    }
}
