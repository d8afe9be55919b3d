// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookAccounts, IBookOrders, IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Placed } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { BatchSteps } from "./BatchSteps.sol";
import { Reference, refusedReasons } from "./Reference.sol";

/// @title What may happen to orders: one, matching, offsets, cancellations, void nonces
abstract contract OrderSteps is BatchSteps {
    uint256 public cancelled; // orders that went with a signed cancellation

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
        _spendTwice(random, trader, first);
        _matchTrades(first, random.below(4), _someone(random));
    }

    /// @dev As `strand`, but of that trader, with steps enough.
    function strandOf(uint256 trader, uint16 first) external {
        _spendTwice(randomFrom(trader), trader, first);
        _matchTrades(first, 20, accounts[trader]);
    }

    function matchTrades(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _matchTrades(uint16(random.below(legCount + 2)), random.below(4), _someone(random));
    }

    function offset(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        Placed[] memory orders = new Placed[](random.below(4));
        for (uint256 i; i < orders.length; ++i) {
            orders[i] = _anOrder(random);
        }
        bool own = orders.length != 0 && model.entryOf(orders[0].tradeRootId).lots != 0 && random.chance(35);
        address caller = own ? model.entryOf(orders[0].tradeRootId).trader : _someone(random);
        bytes4[] memory stays = model.offset(caller, orders);
        (bytes4[] memory reasons, uint256 count) = (new bytes4[](0), 0);
        for (uint256 i; i < stays.length; ++i) {
            if (stays[i] == 0) ++count;
        }
        if (count == 0 && orders.length != 0) reasons = _if(reasons, true, stays[0]);
        bytes memory data = abi.encodeCall(IBookOrders.offset, (orders, _newest(random)));
        bytes memory answer = _callAs(caller, address(book), data, reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), count, "orders taken out");
        _expectAtMost(orders.length);
    }

    function cancelTrades(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        (Reference.Cancellation memory asked, bytes memory signature) = _cancellation(random, false);
        (bytes4[] memory reasons, uint256 count) = (new bytes4[](0), 0);
        try model.cancelTrades(asked) returns (bytes4[] memory stays) {
            for (uint256 i; i < stays.length; ++i) {
                if (stays[i] == 0) ++count;
            }
            cancelled += count;
        } catch (bytes memory encodedError) {
            reasons = refusedReasons(encodedError);
        }
        bytes memory data = abi.encodeCall(
            IBookAccounts.cancelTrades,
            (asked.c, signature, asked.places, _newest(random))
        );
        bytes memory answer = _callAs(_someone(random), address(book), data, reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), count, "orders taken out");
        _expectAtMost(asked.places.length);
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
        _callAs(caller, address(book), abi.encodeCall(IBookAccounts.invalidateNonces, (floor)), reasons);
    }

    function _spendTwice(Random memory random, uint256 trader, uint16 first) private {
        _trade(_allIn(random, trader, first, 0), _someone(random));
        _trade(_allIn(random, trader, uint16((first % legCount) + 1), 20), _someone(random));
    }

    function _trade(Reference.Submission memory s, address submitter) private watched {
        bytes4[] memory reasons;
        Placed memory placed;
        try model.createTrade(s) returns (Placed memory answered) {
            placed = answered;
            ++accepted;
        } catch (bytes memory encodedError) {
            reasons = refusedReasons(encodedError);
            ++refused;
        }
        bytes memory data = abi.encodeCall(IBookOrders.createTrade, (s.order, s.maxMatches, s.maxWalk));
        bytes memory answer = _callAs(submitter, address(book), data, reasons);
        if (reasons.length == 0) assertEq(keccak256(answer), keccak256(abi.encode(placed)), "its number and its place");
        _noteCrossing(s.order.tradePackage.marketBranchId);
        _expectAtMost(s.maxMatches + 2);
    }

    function _matchTrades(uint16 leg, uint256 maxMatches, address caller) private watched {
        bytes4[] memory reasons = _if(new bytes4[](0), !_isTrading(), IBookRecords.Book_NotTrading.selector);
        reasons = _if(reasons, leg == 0 || leg > legCount, IBookRecords.Book_MarketUnknown.selector);
        // A single leg has all the weight: there is nothing to trade.
        reasons = _if(reasons, leg == 1 && legCount == 1, IBookRecords.Book_MarketDetermined.selector);
        uint256 steps = reasons.length == 0 ? model.matchTrades(leg, maxMatches) : 0;
        bytes memory data = abi.encodeCall(IBookOrders.matchTrades, (1, leg, maxMatches, uint32(model.trades() % 5)));
        bytes memory answer = _callAs(caller, address(book), data, reasons);
        if (reasons.length == 0) assertEq(abi.decode(answer, (uint256)), steps, "steps");
        _expectAtMost(maxMatches + 1);
    }

    function _isTrading() private view returns (bool) {
        return block.timestamp >= t1 && block.timestamp < t2;
    }
}
