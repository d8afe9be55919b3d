// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookAccounts, IBookOrders, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { CancelTrades, FILL_OR_KILL, SignedPackage } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { Packages } from "./Packages.sol";
import { Reference, refusedReasons } from "./Reference.sol";

/// @title What may happen to orders: one, a batch, matching, offsets, cancellations, void nonces
abstract contract OrderSteps is Packages {
    uint256 public accepted;
    uint256 public refused;
    uint256 public skipped;
    uint256 public cancelled; // orders that went with a signed cancellation
    uint256 public crossings; // calls that left a market crossed

    function trade(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _mayPassBlock(seed);
        _trade(_submission(random), _someone(random));
    }

    /// @dev A trader crosses one market without being matched, spends everything in another, and is matched then.
    function strand(uint256 seed) external {
        Random memory random = randomFrom(seed);
        uint256 trader = random.below(TRADERS);
        uint16 first = uint16(random.between(1, legCount));
        _trade(_allIn(random, trader, first, 0), _someone(random));
        _trade(_allIn(random, trader, uint16((first % legCount) + 1), 20), _someone(random));
        _matchTrades(first, random.below(4), _someone(random));
    }

    function batch(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        _mayPassBlock(seed);
        Reference.Submission[] memory submissions = new Reference.Submission[](random.between(1, 5));
        SignedPackage[] memory orders = new SignedPackage[](submissions.length);
        for (uint256 i; i < orders.length; ++i) {
            submissions[i] = _submission(random);
            (submissions[i].maxMatches, submissions[i].maxWalk) = (submissions[0].maxMatches, submissions[0].maxWalk);
            orders[i] = submissions[i].order;
        }
        uint32 before = model.trades();
        bytes4[][] memory reasons = model.createTrades(submissions);
        bytes memory data = abi.encodeCall(
            IBookOrders.createTrades,
            (orders, submissions[0].maxMatches, submissions[0].maxWalk)
        );
        bytes memory answer = _callAs(_someone(random), address(book), data, new bytes4[](0));
        _assertPlaces(abi.decode(answer, (uint32[])), before, reasons, orders);
        _noteCrossing(orders[orders.length - 1].tradePackage.marketBranchId);
        _expectAtMost(orders.length * (submissions[0].maxMatches + 2));
    }

    function matchTrades(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _matchTrades(uint16(random.below(legCount + 2)), random.below(4), _someone(random));
    }

    function offset(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        uint32[] memory ids = new uint32[](random.below(4));
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = _anOrder(random);
        }
        bool own = ids.length != 0 && model.entryOf(ids[0]).lots != 0 && random.chance(35);
        address caller = own ? model.entryOf(ids[0]).trader : _someone(random);
        bytes4[] memory stays = model.offset(caller, ids);
        (bytes4[] memory reasons, uint256 count) = (new bytes4[](0), 0);
        for (uint256 i; i < stays.length; ++i) {
            if (stays[i] == 0) ++count;
        }
        if (count == 0 && ids.length != 0) reasons = _if(reasons, true, stays[0]);
        bytes memory answer = _callAs(caller, address(book), abi.encodeCall(IBookOrders.offset, (ids)), reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), count, "orders taken out");
        _expectAtMost(ids.length);
    }

    function cancelTrades(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        (CancelTrades memory c, bytes memory signature, bool genuine) = _cancellation(random);
        uint32[] memory ids = new uint32[](random.below(5));
        for (uint256 i; i < ids.length; ++i) {
            ids[i] = random.chance(70) ? _anOrderOf(random, c.trader) : _anOrder(random);
        }
        (bytes4[] memory reasons, uint256 count) = (new bytes4[](0), 0);
        try model.cancelTrades(c, genuine, ids) returns (bytes4[] memory stays) {
            for (uint256 i; i < stays.length; ++i) {
                if (stays[i] == 0) ++count;
            }
            cancelled += count;
        } catch (bytes memory encodedError) {
            reasons = refusedReasons(encodedError);
        }
        bytes memory data = abi.encodeCall(IBookAccounts.cancelTrades, (c, signature, ids));
        bytes memory answer = _callAs(_someone(random), address(book), data, reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), count, "orders taken out");
        _expectAtMost(ids.length);
    }

    function invalidateNonces(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        address caller = accounts[random.below(ACCOUNTS)];
        uint64 current = model.nonceFloorOf(caller);
        uint64 floor = uint64(random.chance(20) ? random.below(uint256(current) + 1) : current + random.below(100));
        bool known = model.known(caller);
        bytes4[] memory reasons = _if(new bytes4[](0), !known, IBookRecords.Book_TraderUnknown.selector);
        if (random.chance(3)) floor = uint64(2 ** 24 + random.below(2 ** 40));
        bool none = floor >= 2 ** 24;
        reasons = _if(reasons, none, IBookRecords.Book_NonceTooFar.selector);
        reasons = _if(reasons, floor <= current, IBookRecords.Book_NonceFloorNotHigher.selector);
        if (reasons.length == 0) model.raiseNonceFloor(caller, floor);
        _callAs(caller, address(book), abi.encodeCall(IBookOrders.invalidateNonces, (floor)), reasons);
    }

    /// @dev About half of the calls that append come in the block of the one before, and overwrite its checkpoint.
    function _mayPassBlock(uint256 seed) private {
        if (seed % 2 == 0) VM.roll(block.number + 1 + ((seed >> 1) % 3));
    }

    function _trade(Reference.Submission memory s, address submitter) private watched {
        bytes4[] memory reasons;
        try model.createTrade(s) {
            ++accepted;
        } catch (bytes memory encodedError) {
            reasons = refusedReasons(encodedError);
            ++refused;
        }
        bytes memory data = abi.encodeCall(IBookOrders.createTrade, (s.order, s.maxMatches, s.maxWalk));
        bytes memory answer = _callAs(submitter, address(book), data, reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), model.trades(), "its number");
        _noteCrossing(s.order.tradePackage.marketBranchId);
        _expectAtMost(s.maxMatches + 2);
    }

    function _matchTrades(uint16 leg, uint256 maxMatches, address caller) private watched {
        bytes4[] memory reasons = _if(new bytes4[](0), !_isTrading(), IBookRecords.Book_NotTrading.selector);
        reasons = _if(reasons, leg == 0 || leg > legCount, IBookRecords.Book_MarketUnknown.selector);
        // A single leg has all the weight: there is nothing to trade.
        reasons = _if(reasons, leg == 1 && legCount == 1, IBookRecords.Book_MarketDetermined.selector);
        uint256 steps = reasons.length == 0 ? model.matchTrades(leg, maxMatches) : 0;
        bytes memory data = abi.encodeCall(IBookOrders.matchTrades, (1, leg, maxMatches));
        bytes memory answer = _callAs(caller, address(book), data, reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), steps, "steps");
        _expectAtMost(maxMatches + 1);
    }

    function _someone(Random memory random) internal view returns (address) {
        return accounts[random.below(ACCOUNTS)];
    }

    /// @dev One of that trader's, if any of a side of a leg is.
    function _anOrderOf(Random memory random, address trader) private view returns (uint32) {
        uint32[] memory list = model.listOf(random.between(1, legCount), random.chance(50));
        for (uint256 i; i < list.length; ++i) {
            if (model.entryOf(list[i]).trader == trader) return list[i];
        }
        return _anOrder(random);
    }

    /// @dev Most often one that rests.
    function _anOrder(Random memory random) private view returns (uint32) {
        uint32[] memory list = model.listOf(random.between(1, legCount), random.chance(50));
        if (list.length != 0 && random.chance(80)) return list[random.below(list.length)];
        return uint32(random.chance(50) ? random.below(uint256(model.trades()) + 2) : random.next());
    }

    function _isTrading() private view returns (bool) {
        return block.timestamp >= t1 && block.timestamp < t2;
    }

    function _assertPlaces(
        uint32[] memory ids,
        uint32 before,
        bytes4[][] memory reasons,
        SignedPackage[] memory orders
    ) private {
        for (uint256 i; i < ids.length; ++i) {
            bool good = reasons[i].length == 0;
            assertEq(ids[i], good ? ++before : 0, "place in the chain");
            _expectSkip(i, reasons[i], !good && orders[i].tradePackage.timeInForce == FILL_OR_KILL);
            if (good) ++accepted;
            else ++skipped;
        }
    }

    function _noteCrossing(uint256 leg) private {
        if (model.crossed(leg)) ++crossings;
    }
}
