// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { IApart } from "../../../contracts/book/Apart.sol";
import { FILL_OR_KILL } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { VM } from "../support/Vm.sol";
import { DrawnBatch } from "./DrawnBatches.sol";
import { PlannedQuotes, PlannedSets } from "./PlannedSets.sol";
import { Reference, argumentsOf } from "./Reference.sol";

/// @title What may happen to batches, and to their parts that the book runs in calls of their own
abstract contract BatchSteps is PlannedSets {
    uint256 public accepted;
    uint256 public refused;
    uint256 public skipped;
    uint256 public cancelledInBatch; // cancellations at the head of a batch that were good
    uint256 public crossings; // calls that left a market crossed
    uint256 public setsThatStand;
    uint256 public quotesThatStand;
    uint256 public quotesLeftOut; // of sets that stand
    mapping(bytes4 reason => uint256) public setRefusals;

    function batch(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _mayPassBlock(seed);
        _bring(_batch(random, 0), _someone(random));
    }

    function quotes(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _mayPassBlock(seed);
        _bring(_batch(random, random.between(1, 3)), _someone(random));
    }

    /// @dev Nothing of it is drawn: see PlannedSets. In a block of its own.
    function requote(uint256 trader, PlannedQuotes calldata plan) external {
        VM.roll(block.number + 1);
        _bring(_requoting(trader, plan), accounts[trader]);
    }

    /// @dev Nobody but the book itself runs a part of a batch, whatever it is.
    function apart(uint256 seed) external watched {
        Random memory random = randomFrom(seed);
        bytes4 part = random.chance(50) ? IApart.runApart.selector : IApart.cancelApart.selector;
        bytes memory arguments = abi.encode(model.link(), model.trades(), random.below(2 ** 33), random.below(5), 113);
        bytes memory data = bytes.concat(abi.encodePacked(part), arguments, new bytes(113));
        _callAs(_someone(random), address(book), data, _if(new bytes4[](0), true, IBookRecords.Book_OnlySelf.selector));
    }

    /// @dev About half of the calls that append come in the block of the one before, and overwrite its checkpoint.
    function _mayPassBlock(uint256 seed) internal {
        if (seed % 2 == 0) VM.roll(block.number + 1 + ((seed >> 1) % 3));
    }

    function _someone(Random memory random) internal view returns (address) {
        return accounts[random.below(ACCOUNTS)];
    }

    function _noteCrossing(uint256 leg) internal {
        if (model.crossed(leg)) ++crossings;
    }

    // ------------------------------------------------------------------ in detail

    function _bring(DrawnBatch memory b, address submitter) private watched {
        try model.createTrades(b.cancellations, b.orders, b.sets, b.strict) returns (Reference.Answer memory a) {
            bytes memory answer = _callAs(submitter, address(book), _dataOf(b), new bytes4[](0));
            assertEq(keccak256(answer), keccak256(abi.encode(a.placed)), "numbers and places");
            _noteVoid(b, a.voids);
            _noteOrders(b, a.orders);
            _noteSets(b, a);
        } catch (bytes memory encodedError) {
            _refuse(b, submitter, encodedError);
        }
        _noteCrossing(b.orders.length == 0 ? 0 : b.orders[b.orders.length - 1].order.tradePackage.marketBranchId);
        _expectAtMost(_mostRecordsOf(b));
    }

    function _noteVoid(DrawnBatch memory b, bytes4[][] memory voids) private {
        for (uint256 i; i < voids.length; ++i) {
            _expectVoid(b.cancellations[i].c.trader, voids[i]);
            if (voids[i].length == 0) ++cancelledInBatch;
        }
    }

    function _noteOrders(DrawnBatch memory b, bytes4[][] memory reasons) private {
        for (uint256 i; i < reasons.length; ++i) {
            bool good = reasons[i].length == 0;
            _expectSkip(i, reasons[i], !good && b.orders[i].order.tradePackage.timeInForce == FILL_OR_KILL);
            if (good) ++accepted;
            else ++skipped;
        }
    }

    function _noteSets(DrawnBatch memory b, Reference.Answer memory a) private {
        for (uint256 i; i < a.sets.length; ++i) {
            _expectSetSkip(i, a.sets[i]);
            if (a.sets[i].length != 0) {
                ++setRefusals[a.sets[i][0]];
                continue;
            }
            ++setsThatStand;
            for (uint256 j; j < a.quotes[i].length; ++j) {
                _expectLeftOut(b.sets[i].quotes[j].link, a.quotes[i][j]);
                if (a.quotes[i][j].length == 0) ++quotesThatStand;
                else ++quotesLeftOut;
            }
        }
    }

    /// @dev A batch that is to be taken as a whole says which of its parts was refused, and why.
    function _refuse(DrawnBatch memory b, address submitter, bytes memory encodedError) private {
        if (bytes4(encodedError) != Reference.RefusedAt.selector) revert("the reference book failed by itself");
        (Reference.Part part, uint256 index, bytes4[] memory reasons) = abi.decode(
            argumentsOf(encodedError),
            (Reference.Part, uint256, bytes4[])
        );
        bytes4 selector = IBookRecords.Book_CancellationRefused.selector;
        if (part == Reference.Part.Order) selector = IBookRecords.Book_PackageRefused.selector;
        if (part == Reference.Part.QuoteSet) selector = IBookRecords.Book_QuoteSetRefused.selector;
        bytes memory answer = _callAs(submitter, address(book), _dataOf(b), _if(new bytes4[](0), true, selector));
        (uint256 which, bytes4 reason) = abi.decode(argumentsOf(answer), (uint256, bytes4));
        assertEq(which, index, "which of them was refused");
        _assertOneOf(abi.encodePacked(reason), reasons);
        ++refused;
    }

    function _mostRecordsOf(DrawnBatch memory b) private pure returns (uint256 records) {
        records = b.orders.length;
        for (uint256 i; i < b.sets.length; ++i) {
            records += b.sets[i].quotes.length;
        }
        records *= uint256(b.maxMatches) + 2;
        for (uint256 i; i < b.cancellations.length; ++i) {
            records += b.cancellations[i].places.length;
        }
    }
}
