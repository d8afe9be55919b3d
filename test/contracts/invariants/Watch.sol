// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { BASKET_ROOT_ID, OffsetReason, Placed } from "../../../contracts/Types.sol";
import { VM, Vm } from "../support/Vm.sol";
import { World } from "./World.sol";

/// @title Invariant 9, call by call: what each trader's net collateral may have lost, and what it did lose
/// @dev Knows nothing of the reference book: only the logs, the signed limits in them, and the claims before and after.
abstract contract Watch is World {
    struct Signed {
        address trader;
        uint256 leg;
        int256 limit;
        int256 left; // lots, signed, not filled so far
    }

    mapping(uint32 id => Signed) private _signed;
    mapping(address account => mapping(uint256 leg => int256)) private _least; // what the call at hand must leave
    mapping(uint256 callNumber => mapping(uint256 index => mapping(bytes4 reason => bool))) private _maySkip;
    mapping(uint256 callNumber => mapping(address trader => mapping(bytes4 reason => bool))) private _mayBeVoid;
    mapping(uint256 callNumber => mapping(uint256 index => mapping(bytes4 reason => bool))) private _maySkipSet;
    mapping(uint256 callNumber => mapping(bytes32 primaryLink => mapping(bytes4 reason => bool))) private _mayLeaveOut;
    uint256 private _callNumber;
    bool private _firstUndone; // the first package of the batch at hand was undone
    bool private _blind; // the logs of the call at hand cannot be told from those of what it undid
    string public harm; // the first breach, empty if there was none
    address private _quoter; // of the set whose logs are read
    uint256 private _mostRecords; // fills and offsets that the call at hand may make
    mapping(bytes4 reason => uint256) public refusals; // of whole calls and of packages in a batch
    uint256 public fills;
    uint256 public offsets;
    mapping(OffsetReason reason => uint256) public offsetsFor;

    /// @notice Net collateral of an account if all weight fell on one leg, one entry a leg, also where it is negative. (The
    /// basket root is the only one here.)
    function netCollateral(address account) public view returns (int256[] memory values) {
        (int256 claim, , , ) = book.accountOf(account);
        values = book.positionOf(account, BASKET_ROOT_ID);
        for (uint256 k; k < values.length; ++k) {
            values[k] = claim + values[k] * int256(LOT_VALUE);
        }
    }

    function _beginWatch() internal {
        for (uint256 i; i < ACCOUNTS; ++i) {
            int256[] memory values = netCollateral(accounts[i]);
            for (uint256 k = 1; k <= values.length; ++k) {
                _least[accounts[i]][k] = values[k - 1];
            }
        }
        (_mostRecords, _firstUndone, _blind) = (0, false, false);
        ++_callNumber;
        VM.recordLogs();
    }

    /// @dev Invariant 11: nothing is done more often than the arguments of the call allow.
    function _expectAtMost(uint256 records) internal {
        _mostRecords = records;
    }

    /// @dev The package at `index` of the batch at hand may be skipped for one of these. The machine also records the logs of
    /// what a killed order did and undid: those before the first package are left out; further on they cannot be told apart.
    function _expectSkip(uint256 index, bytes4[] memory reasons, bool undoes) internal {
        for (uint256 i; i < reasons.length; ++i) {
            _maySkip[_callNumber][index][reasons[i]] = true;
        }
        if (!undoes) return;
        if (index == 0) _firstUndone = true;
        else _blind = true;
    }

    /// @dev A cancellation of that trader at the head of the batch at hand may be void for one of these.
    function _expectVoid(address trader, bytes4[] memory reasons) internal {
        for (uint256 i; i < reasons.length; ++i) {
            _mayBeVoid[_callNumber][trader][reasons[i]] = true;
        }
    }

    /// @dev Quote set `index` of the batch at hand may be skipped for one of these, whole.
    function _expectSetSkip(uint256 index, bytes4[] memory reasons) internal {
        for (uint256 i; i < reasons.length; ++i) {
            _maySkipSet[_callNumber][index][reasons[i]] = true;
        }
    }

    /// @dev That quote of a set of the batch at hand may be left out for one of these.
    function _expectLeftOut(bytes32 primaryLink, bytes4[] memory reasons) internal {
        for (uint256 i; i < reasons.length; ++i) {
            _mayLeaveOut[_callNumber][primaryLink][reasons[i]] = true;
        }
    }

    /// @dev A call that failed has changed nothing, whatever it logged.
    function _forgetLogs() internal {
        VM.getRecordedLogs();
    }

    /// @dev The account's own withdrawal: `leg` 0 is the session token, which is a claim on every leg.
    function _allowWithdrawal(address account, uint256 leg, uint256 amount) internal {
        for (uint256 k = 1; k <= legCount; ++k) {
            if (leg == 0 || leg == k) _least[account][k] -= int256(amount);
        }
    }

    function _endWatch() internal {
        uint256 records = fills + offsets;
        _readAll(VM.getRecordedLogs());
        if (_blind) return _resync();
        if (fills + offsets - records > _mostRecords) _report("11: a call made more records than its arguments allow");
        for (uint256 i; i < ACCOUNTS; ++i) {
            int256[] memory values = netCollateral(accounts[i]);
            for (uint256 k = 1; k <= values.length; ++k) {
                int256 least = _least[accounts[i]][k];
                if (values[k - 1] < least) _reportLoss(i, k, least - values[k - 1]);
            }
        }
    }

    function _readAll(Vm.Log[] memory logs) private {
        uint256 from;
        for (uint256 i; i < logs.length; ++i) {
            bool skips = logs[i].topics[0] == IBookRecords.PackageSkipped.selector;
            if (_firstUndone && skips && uint256(logs[i].topics[1]) == 0) from = i;
        }
        _leaveOutUndoneSets(logs, from);
        for (uint256 i = from; i < logs.length; ++i) {
            if (logs[i].emitter == address(book)) _read(logs[i]);
        }
    }

    /// @dev The machine has the logs of what a refused set did and undid, too. They lie between its QuoteSetCreated and its
    /// QuoteSetSkipped; where it was refused before it began there are none.
    function _leaveOutUndoneSets(Vm.Log[] memory logs, uint256 from) internal pure {
        uint256 began;
        for (uint256 i = from; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IBookRecords.QuoteSetCreated.selector) began = i;
            if (topic != IBookRecords.QuoteSetSkipped.selector) continue;
            (, bytes4 reason) = abi.decode(logs[i].data, (uint64, bytes4));
            if (_isBeforeTheFirstQuote(reason)) continue;
            for (; began < i; ++began) {
                logs[began].emitter = address(0);
            }
        }
    }

    function _isBeforeTheFirstQuote(bytes4 reason) private pure returns (bool) {
        return
            reason == IBookRecords.Book_DeadlineExpired.selector ||
            reason == IBookRecords.Book_StaleLink.selector ||
            reason == IBookRecords.Book_TraderUnknown.selector ||
            reason == IBookRecords.Book_NonceTooFar.selector ||
            reason == IBookRecords.Book_NonceUsed.selector ||
            reason == IBookRecords.Book_SignatureInvalid.selector;
    }

    /// @dev What is left of each order, as the book has it.
    function _resync() private {
        (, , uint32 trades) = book.chainState();
        for (uint32 id = 1; id <= trades; ++id) {
            _signed[id].left = 0;
        }
        for (uint256 i; i < 2 * legCount; ++i) {
            uint16 leg = uint16(i / 2 + 1);
            (Placed[] memory orders, , int64[] memory lots) = book.depthOf(BASKET_ROOT_ID, leg, i % 2 == 0, 1000);
            for (uint256 j; j < orders.length; ++j) {
                _signed[orders[j].tradeRootId].left = lots[j];
            }
        }
    }

    function _report(string memory what) internal {
        if (bytes(harm).length == 0) harm = what;
    }

    function _reportLoss(uint256 account, uint256 leg, int256 loss) private {
        string memory who = string.concat(
            "9: a call cost account ",
            VM.toString(account),
            " on leg ",
            VM.toString(leg)
        );
        _report(string.concat(who, " ", VM.toString(loss), " wei more than it allowed"));
    }

    function _read(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (_readOfSet(topic, log)) return;
        if (topic == IBookRecords.TradeCreated.selector) {
            (, uint16 leg, int32 priceTicks, int64 quantityLots) = abi.decode(log.data, (uint32, uint16, int32, int64));
            address trader = address(uint160(uint256(log.topics[2])));
            _signed[uint32(uint256(log.topics[1]))] = Signed(trader, leg, priceTicks, quantityLots);
        } else if (topic == IBookRecords.TradesMatched.selector && !_blind) {
            (int32 price, uint64 lots) = abi.decode(log.data, (int32, uint64));
            _readFill(uint32(uint256(log.topics[1])), price, lots);
            _readFill(uint32(uint256(log.topics[2])), price, lots);
            ++fills;
        } else if (topic == IBookRecords.TradeOffset.selector) {
            (, OffsetReason reason) = abi.decode(log.data, (uint64, OffsetReason));
            ++offsetsFor[reason];
            ++offsets;
        } else if (topic == IBookRecords.PackageSkipped.selector) {
            (, bytes4 reason) = abi.decode(log.data, (uint64, bytes4));
            ++refusals[reason];
            bool expected = _maySkip[_callNumber][uint256(log.topics[1])][reason];
            if (!expected) _report("a package was skipped for another reason");
        } else if (topic == IBookRecords.CancellationSkipped.selector) {
            bytes4 reason = abi.decode(log.data, (bytes4));
            ++refusals[reason];
            bool expected = _mayBeVoid[_callNumber][address(uint160(uint256(log.topics[1])))][reason];
            if (!expected) _report("a cancellation was void for another reason");
        }
    }

    /// @return isOfSet whether it is about a quote set
    function _readOfSet(bytes32 topic, Vm.Log memory log) private returns (bool isOfSet) {
        if (topic == IBookRecords.QuoteSetCreated.selector) {
            _quoter = address(uint160(uint256(log.topics[2])));
        } else if (topic == IBookRecords.QuoteCreated.selector) {
            (, uint16 leg, int32 priceTicks, int64 quantityLots) = abi.decode(log.data, (uint32, uint16, int32, int64));
            _signed[uint32(uint256(log.topics[1]))] = Signed(_quoter, leg, priceTicks, quantityLots);
        } else if (topic == IBookRecords.QuoteSkipped.selector) {
            (, bytes32 primaryLink, bytes4 reason) = abi.decode(log.data, (uint256, bytes32, bytes4));
            bool expected = _mayLeaveOut[_callNumber][primaryLink][reason];
            if (!expected) _report("a quote was left out for another reason");
        } else if (topic == IBookRecords.QuoteSetSkipped.selector) {
            (, bytes4 reason) = abi.decode(log.data, (uint64, bytes4));
            bool expected = _maySkipSet[_callNumber][uint256(log.topics[1])][reason];
            if (!expected) _report("a quote set was skipped for another reason");
        } else {
            return false;
        }
        return true;
    }

    /// @dev A fill may take what the order's own limit says, for no more lots than were signed.
    function _readFill(uint32 id, int256 price, uint64 lots) private {
        Signed storage order = _signed[id];
        bool buys = order.left > 0;
        if (buys ? price > order.limit : price < order.limit) _report("a fill is worse than its limit");
        int256 filled = buys ? int256(uint256(lots)) : -int256(uint256(lots));
        if (buys ? filled > order.left : filled < order.left) _report("a fill is larger than what was signed");
        order.left -= filled;
        for (uint256 k = 1; k <= legCount; ++k) {
            int256 worth = k == order.leg ? int256(LOT_VALUE) : int256(0);
            _least[order.trader][k] += filled * (worth - order.limit * int64(TICK_VALUE));
        }
    }
}
