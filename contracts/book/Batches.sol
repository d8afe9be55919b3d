// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders } from "../interfaces/IOrderBook.sol";
import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { FILL_OR_KILL, Placed } from "../Types.sol";
import { IApart, PART_AT } from "./Apart.sol";
import { Batch } from "./Batch.sol";
import { BookBase } from "./BookBase.sol";
import { Call, CALL_BYTES } from "./Call.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";
import { Intake } from "./Intake.sol";
import { QuoteSets } from "./QuoteSets.sol";
import { Signing } from "./Signing.sol";

/// @title Many orders in one call, in few bytes (see Batch)
/// @notice A bad order is skipped with its reason and harms no other. When the gas runs low, steps of matching have run out and the
/// orders that are left are skipped: the batch ends in good order.
abstract contract Batches is BookBase, IBookOrders {
    /// @dev What must be there at the beginning for each order and quote besides, which is what one takes that rests at a fresh place:
    /// whoever estimates the gas of a batch looks for the least that does not fail, and would find what skips all of it.
    uint256 private constant GAS_PER_ORDER = 60_000;

    // ------------------------------------------------------------------ the batch

    /// @inheritdoc IBookOrders
    function createTrades(bytes calldata batch) external nonReentrantView returns (Placed[] memory) {
        uint256 ptr = Batch.startOf(batch);
        uint256 header = Batch.word(ptr);
        if (batch.length < Batch.HEADER || header >> 249 != 0) revert Book_BatchMalformed(ptr);
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        // Casts cut out the fields. Neither calldata nor gas come near 2^64.
        unchecked {
            uint256 orders = ptr + Batch.HEADER;
            uint256 total = uint16(header >> 160);
            (uint256 behindOrders, uint256 end) = (orders + total * Batch.ORDER, ptr + batch.length);
            bool plain = uint40(header >> 144) == total << 16;
            if (plain) c.signatureAt = behindOrders;
            else (orders, behindOrders, total) = Batch.readLayout(c, ptr, header);
            uint256 results = _results(total);
            _open(c, uint32(header >> 184));
            (c.maxMatches, c.maxWalk, c.strict) = (uint16(header >> 232), uint16(header >> 216), header >> 248);
            c.gasToKeep = Batch.GAS_FOR_STEP;
            uint256 sets = c.signatureAt;
            if (!plain) _beforeOrders(c, ptr + Batch.HEADER, orders, behindOrders, end);
            else if (behindOrders != end) revert Book_BatchMalformed(ptr);
            if (gasleft() < Batch.GAS_FOR_ORDER + total * GAS_PER_ORDER) revert Book_OutOfGas();
            _run(c, orders, behindOrders, results + 0x40);
            if (sets != behindOrders) {
                _runSets(c, behindOrders, sets, results + 0x40 + (uint256(uint16(header >> 160)) << 6));
            }
            _close(c);
            assembly ("memory-safe") {
                return(results, add(0x40, shl(6, total)))
            }
        }
    }

    /// @notice See IApart.
    function runApart(uint256 newest, uint256 trades, uint256 limits, uint256 approval, uint256 length) external {
        if (msg.sender != address(this)) revert Book_OnlySelf(msg.sender);
        // An order is shorter than any set; each quote has a result of two words.
        uint256 size = length == Batch.ORDER ? 0 : ((length - Batch.QUOTE_SET) / Batch.QUOTE) << 6;
        uint256 results = _fresh(size);
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        _look(c);
        Chain.resume(c, CheckpointWord.wrap(newest), trades);
        // Casts cut out the fields.
        (c.maxMatches, c.maxWalk, c.strict) = (uint16(limits >> 16), uint16(limits), limits >> 32);
        bytes32 refusal =
            size == 0 ? _acceptApart(c, approval) : QuoteSets.accept(_state().markets, c, PART_AT, results);
        if (refusal != 0) _revertWith(refusal);
        Desk.close(c);
        Chain.returnRecords(c, results, size);
    }

    // ------------------------------------------------------------------ in detail

    /// @param ptr where the orders begin
    /// @param results where their numbers and places go
    function _run(Call memory c, uint256 ptr, uint256 end, uint256 results) private {
        uint256 i;
        while (ptr != end) {
            bytes32 refusal = _next(c, ptr);
            if (refusal == 0) {
                Batch.setResult(results, c);
            } else {
                if (c.strict != 0) revert Book_PackageRefused(i, bytes4(refusal));
                // Casts: as they were read.
                emit PackageSkipped(i, address(uint160(c.trader)), uint64(c.nonce), bytes4(refusal));
                if (refusal == Book_OutOfGas.selector) break;
            }
            // Calldata and memory are far shorter than 2^256.
            unchecked {
                ++i;
                ptr += Batch.ORDER;
                results += 0x40;
            }
        }
    }

    function _next(Call memory c, uint256 ptr) private returns (bytes32 refusal) {
        if (Batch.read(c, ptr)) _nextWallet(c, ptr);
        c.restsAt = 0;
        if (gasleft() < Batch.GAS_FOR_ORDER) refusal = Book_OutOfGas.selector;
        else if (c.timeInForce == FILL_OR_KILL) refusal = _apart(c, IApart.runApart.selector, ptr, Batch.ORDER, 0, 0);
        else refusal = Intake.accept(_state().markets, c);
    }

    /// @dev Asks the wallets (R41), and carries the cancellations out.
    function _beforeOrders(Call memory c, uint256 ptr, uint256 orders, uint256 behindOrders, uint256 end) private {
        if (_askWallets(c, orders, behindOrders, end) != end) revert Book_BatchMalformed(end);
        if (ptr == orders) return;
        if (_apart(c, IApart.cancelApart.selector, ptr, orders - ptr, 0, 0) != 0) {
            assembly ("memory-safe") {
                let m := mload(0x40)
                returndatacopy(m, 0x00, returndatasize())
                revert(m, returndatasize())
            }
        }
    }

    function _runSets(Call memory c, uint256 ptr, uint256 end, uint256 results) private {
        c.signatureLength = 0; // sets are of keys
        for (uint256 i; ptr != end; ++i) {
            uint256 word = Batch.word(ptr);
            // Casts cut out the fields.
            uint256 quotes = uint8(word >> 16);
            uint256 length = Batch.QUOTE_SET + Batch.QUOTE * quotes;
            bytes32 refusal = Book_OutOfGas.selector;
            if (gasleft() >= Batch.GAS_FOR_ORDER) {
                refusal = _apart(c, IApart.runApart.selector, ptr, length, results, quotes << 6);
            }
            if (refusal != 0) {
                if (c.strict != 0) revert Book_QuoteSetRefused(i, bytes4(refusal));
                emit QuoteSetSkipped(i, address(uint160(word >> 96)), uint24(word >> 64), bytes4(refusal));
                if (refusal == Book_OutOfGas.selector) break;
            }
            ptr += length;
            results += quotes << 6;
        }
    }

    /// @dev The call to itself has the book as storage has it, and the chain as this one has it.
    /// @param ptr where the part is in the calldata
    /// @param results where its results go, `size` bytes
    /// @return refusal the selector of what it reverted with
    function _apart(
        Call memory c,
        bytes4 selector,
        uint256 ptr,
        uint256 length,
        uint256 results,
        uint256 size
    ) private returns (bytes32 refusal) {
        Desk.close(c);
        uint256 limits = (c.strict << 32) | (c.maxMatches << 16) | c.maxWalk;
        (uint256 newest, uint256 trades, uint256 approval) = (CheckpointWord.unwrap(c.newest), c.trades, c.approval);
        (uint256 signatureAt, uint256 signatureLength) = (c.signatureAt, c.signatureLength);
        uint256 keep = Batch.GAS_TO_CLOSE;
        bool done;
        // It gets all gas but what is kept; or, where there is less, whatever can be given.
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, selector)
            let args := add(m, 0x04)
            mstore(args, newest)
            mstore(add(args, 0x20), trades)
            mstore(add(args, 0x40), limits)
            mstore(add(args, 0x60), approval)
            mstore(add(args, 0x80), length)
            let behind := add(PART_AT, length)
            calldatacopy(add(m, PART_AT), ptr, length)
            calldatacopy(add(m, behind), signatureAt, signatureLength)
            done := call(sub(gas(), keep), address(), 0, m, add(behind, signatureLength), 0x00, 0x04)
            refusal := mload(0x00)
            // No reason means that the gas ran out.
            if lt(returndatasize(), 0x04) {
                refusal := 0
            }
        }
        if (!done) return refusal == 0 ? Book_OutOfGas.selector : refusal;
        Chain.appendReturned(c, results, size);
        c.id = c.trades;
        return 0;
    }

    function _acceptApart(Call memory c, uint256 approval) private returns (bytes32) {
        Batch.read(c, PART_AT);
        (c.approval, c.signatureAt) = (approval, PART_AT + Batch.ORDER);
        c.signatureLength = msg.data.length - c.signatureAt;
        if (approval != Signing.BY_KEY) (c.r, c.vs) = (0, 0);
        return Intake.accept(_state().markets, c);
    }

    // ------------------------------------------------------------------ wallets

    /// @dev All of them, while nothing has changed (R41). Bit i of what they said is wallet i's.
    /// @return behind the last signature
    function _askWallets(
        Call memory c,
        uint256 ptr,
        uint256 behindOrders,
        uint256 end
    ) private view returns (uint256 behind) {
        uint256 wallets = c.wallets;
        if (wallets > Batch.MAX_WALLETS) revert Book_TooManyWallets(wallets, Batch.MAX_WALLETS);
        uint256 first = c.signatureAt;
        if (first > end) revert Book_BatchMalformed(ptr);
        behind = first;
        uint256 asked;
        for (; ptr < behindOrders && asked < wallets; ptr += Batch.ORDER) {
            if (!Batch.read(c, ptr)) continue;
            (c.signatureAt, c.signatureLength) = (behind, uint256(c.vs));
            if (c.signatureLength > end - behind) revert Book_BatchMalformed(ptr);
            behind += c.signatureLength;
            bytes32 digest = Signing.digestOf(c, Signing.primaryLink(c));
            if (Signing.askWallet(c, digest)) c.approved |= 1 << asked;
            ++asked;
        }
        if (asked != wallets) revert Book_BatchMalformed(ptr);
        (c.signatureAt, c.signatureLength) = (first, 0);
    }

    /// @dev Of an order that a wallet has signed: what it said. Signatures lie one behind the other.
    function _nextWallet(Call memory c, uint256 ptr) private pure {
        uint256 asked = c.asked;
        if (asked == c.wallets) revert Book_BatchMalformed(ptr);
        // The lengths have been seen to fit.
        unchecked {
            c.signatureAt += c.signatureLength;
            c.approval = (c.approved >> asked) & 1 == 1 ? Signing.GOOD : Signing.BAD;
            c.asked = asked + 1;
        }
        c.signatureLength = uint256(c.vs);
        (c.r, c.vs) = (0, 0);
    }

    /// @dev Room for the answer, encoded: an array of Placed.
    function _results(uint256 count) private pure returns (uint256 results) {
        assembly ("memory-safe") {
            results := mload(0x40)
            mstore(results, 0x20)
            mstore(add(results, 0x20), count)
            mstore(0x40, add(add(results, 0x40), shl(6, count)))
        }
    }
}
