// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders } from "../interfaces/IOrderBook.sol";
import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { FILL_OR_KILL, Placed } from "../Types.sol";
import { Batch } from "./Batch.sol";
import { BookBase } from "./BookBase.sol";
import { Call } from "./Call.sol";
import { Cancellation, Cancelling } from "./Cancelling.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";
import { Intake } from "./Intake.sol";
import { Signing } from "./Signing.sol";

/// @title Many orders in one call, in few bytes (see Batch)
/// @notice A bad order is skipped with its reason and harms no other. When the gas runs low, steps of matching have run out and the
/// orders that are left are skipped: the batch ends in good order.
abstract contract Batches is BookBase, IBookOrders {
    /// @dev What must be left for another order, and for another step of matching, so that the call can still end in good order:
    /// more than either takes at its most expensive.
    uint256 private constant GAS_FOR_ORDER = 700_000;
    uint256 private constant GAS_FOR_STEP = 500_000;

    /// @dev A batch while a call works on it. Places are in the calldata.
    struct Run {
        uint256 ptr; // of the next part
        uint256 end;
        uint256 results; // in memory, as they are returned
        uint256 count; // of orders
        uint256 signatures; // of wallets, the next one
        uint256 approved; // bit i: wallet i has said yes
        uint256 wallets;
        uint256 asked; // wallets whose orders have been read
        bool strict; // no order may be refused
        Cancellation cancellation; // the one that is carried out
    }

    // ------------------------------------------------------------------ the batch

    /// @inheritdoc IBookOrders
    function createTrades(bytes calldata batch) external nonReentrantView returns (Placed[] memory) {
        Call memory c;
        Run memory run;
        _begin(c, run, batch);
        for (uint256 i; i < run.count; ++i) {
            if (!_runOne(c, run, i)) break;
        }
        _close(c);
        (uint256 results, uint256 count) = (run.results, run.count);
        assembly ("memory-safe") {
            return(results, add(0x40, shl(6, count)))
        }
    }

    /// @notice A fill-or-kill order of a batch, run by the book in a call of its own, so that a kill undoes everything it did.
    /// @param newest the newest checkpoint before the batch
    /// @param trades the last tradeRootId so far
    /// @param maxMatches steps
    /// @param approval what is known of its signature, see Signing
    /// @param order as in a batch
    /// @param signature of a wallet
    /// @return its number, and behind it the words that it appends (Chain.returnRecords)
    function fillOrKill(
        uint256 newest,
        uint256 trades,
        uint256 maxMatches,
        uint256 approval,
        bytes calldata order,
        bytes calldata signature
    ) external returns (uint256) {
        if (msg.sender != address(this)) revert Book_OnlySelf(msg.sender);
        Call memory c;
        _look(c);
        Chain.resume(c, CheckpointWord.wrap(newest), trades);
        c.maxMatches = maxMatches;
        (uint256 ptr, uint256 signatureAt) = (_startOf(order), _startOf(signature));
        Batch.read(c, ptr);
        (c.approval, c.signatureAt, c.signatureLength) = (approval, signatureAt, signature.length);
        if (approval != Signing.BY_KEY) (c.r, c.vs) = (0, 0);
        bytes4 refusal = Intake.accept(_state().markets, c);
        if (refusal != 0) _revertWith(refusal);
        Desk.close(c);
        Chain.returnRecords(c);
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Reads the header, asks the wallets (R41), and carries the cancellations out.
    function _begin(Call memory c, Run memory run, bytes calldata batch) private {
        uint256 ptr = _startOf(batch);
        uint256 header = _word(ptr);
        // Casts cut out the fields. Places in the calldata are far below 2^64.
        unchecked {
            (run.end, run.count) = (ptr + batch.length, uint16(header >> 160));
            run.strict = header >> 248 != 0;
            if (batch.length < Batch.HEADER || header >> 249 != 0) revert Book_BatchMalformed(ptr);
            run.results = _results(run.count);
            _open(c, uint32(header >> 184));
            (c.maxMatches, c.maxWalk) = (uint16(header >> 232), uint16(header >> 216));
            run.ptr = ptr + Batch.HEADER;
            for (uint256 left = uint8(header >> 176); left != 0; --left) {
                _cancel(c, run);
            }
            run.signatures = run.ptr + run.count * Batch.ORDER;
        }
        if (run.signatures > run.end) revert Book_BatchMalformed(run.end);
        run.wallets = uint8(header >> 152);
        uint256 end = run.wallets == 0 ? run.signatures : _askWallets(c, run);
        if (end != run.end) revert Book_BatchMalformed(end);
        c.gasToKeep = GAS_FOR_STEP;
    }

    /// @return false if there is not enough gas for it, nor for any that comes after it
    function _runOne(Call memory c, Run memory run, uint256 index) private returns (bool) {
        uint256 ptr = run.ptr;
        unchecked {
            run.ptr = ptr + Batch.ORDER;
        }
        if (Batch.read(c, ptr)) _nextWallet(c, run);
        if (gasleft() < GAS_FOR_ORDER) {
            _refuse(c, run, index, Book_OutOfGas.selector);
            return false;
        }
        c.restsAt = 0;
        bytes4 refusal = c.timeInForce == FILL_OR_KILL
            ? _acceptOrKill(c, ptr)
            : Intake.accept(_state().markets, c);
        if (refusal != 0) {
            _refuse(c, run, index, refusal);
            return true;
        }
        (uint256 results, uint256 id, uint256 place) = (run.results, c.id, c.restsAt);
        assembly ("memory-safe") {
            let result := add(add(results, 0x40), shl(6, index))
            mstore(result, id)
            mstore(add(result, 0x20), place)
        }
        return true;
    }

    function _refuse(Call memory c, Run memory run, uint256 index, bytes4 refusal) private {
        if (run.strict) revert Book_PackageRefused(index, refusal);
        // Casts: as they were read.
        emit PackageSkipped(index, address(uint160(c.trader)), uint64(c.nonce), refusal);
    }

    /// @dev The call to itself has the book as storage has it, and the chain as this one has it.
    function _acceptOrKill(Call memory c, uint256 ptr) private returns (bytes4 refusal) {
        Desk.close(c);
        bytes4 selector = this.fillOrKill.selector;
        (uint256 newest, uint256 trades) = (CheckpointWord.unwrap(c.newest), c.trades);
        (uint256 maxMatches, uint256 approval) = (c.maxMatches, c.approval);
        (uint256 signatureAt, uint256 length) = (c.signatureAt, c.signatureLength);
        bool done;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, selector)
            let args := add(m, 0x04)
            mstore(args, newest)
            mstore(add(args, 0x20), trades)
            mstore(add(args, 0x40), maxMatches)
            mstore(add(args, 0x60), approval)
            mstore(add(args, 0x80), 0xc0)
            mstore(add(args, 0xa0), 0x160)
            mstore(add(args, 0xc0), 113)
            calldatacopy(add(args, 0xe0), ptr, 113)
            mstore(add(args, 0x160), length)
            calldatacopy(add(args, 0x180), signatureAt, length)
            let size := add(0x184, and(add(length, 0x1f), not(0x1f)))
            done := call(gas(), address(), 0, m, size, 0x00, 0x04)
            // No reason means that the gas ran out.
            refusal := mul(iszero(lt(returndatasize(), 0x04)), mload(0x00))
        }
        if (!done) return refusal == 0 ? Book_OutOfGas.selector : refusal;
        Chain.appendReturned(c);
        c.id = c.trades;
        return 0;
    }

    // ------------------------------------------------------------------ wallets

    /// @dev All of them, while nothing has changed (R41).
    /// @return end behind the last signature
    function _askWallets(Call memory c, Run memory run) private view returns (uint256 end) {
        if (run.wallets > Batch.MAX_WALLETS) revert Book_TooManyWallets(run.wallets, Batch.MAX_WALLETS);
        end = run.signatures;
        uint256 asked;
        for (uint256 i; i < run.count; ++i) {
            if (!Batch.read(c, run.ptr + i * Batch.ORDER)) continue;
            (c.signatureAt, c.signatureLength) = (end, uint256(c.vs));
            if (c.signatureLength > run.end - end) revert Book_BatchMalformed(end);
            end += c.signatureLength;
            bytes32 digest = Signing.digestOf(c, Signing.primaryLink(c));
            if (Signing.askWallet(c, digest)) run.approved |= 1 << asked;
            ++asked;
        }
        if (asked != run.wallets) revert Book_BatchMalformed(end);
    }

    /// @dev Of an order that a wallet has signed: what it said.
    function _nextWallet(Call memory c, Run memory run) private pure {
        // A header that names no wallets has had none asked.
        if (run.asked == run.wallets) revert Book_BatchMalformed(run.ptr);
        (c.signatureAt, c.signatureLength) = (run.signatures, uint256(c.vs));
        unchecked {
            run.signatures += c.signatureLength;
            c.approval = (run.approved >> run.asked) & 1 == 1 ? Signing.GOOD : Signing.BAD;
            ++run.asked;
        }
        (c.r, c.vs) = (0, 0);
    }

    // ------------------------------------------------------------------ cancellations

    function _cancel(Call memory c, Run memory run) private {
        uint256 ptr = run.ptr;
        uint256 first = _word(ptr);
        uint256 second = _word(ptr + 4);
        // Casts cut out the fields: trader 20 | from 4 | to 4 | nonceFloor 3 | deadline 4 | places 1.
        Cancellation memory asked = run.cancellation;
        (asked.trader, asked.from, asked.to) = (first >> 96, uint32(first >> 64), uint32(first >> 32));
        (asked.nonceFloor, asked.deadline) = (uint24(second >> 40), uint32(second >> 8));
        uint256 places = uint8(second);
        run.ptr = ptr + Batch.CANCELLATION + 4 * places;
        if (run.ptr > run.end) revert Book_BatchMalformed(ptr);
        bytes4 refusal = _isSigned(c, asked, ptr) ? Cancelling.begin(c, asked) : Book_SignatureInvalid.selector;
        if (refusal != 0) {
            if (run.strict) revert Book_PackageRefused(ptr, refusal);
            emit CancellationSkipped(address(uint160(asked.trader)), refusal);
            return;
        }
        for (uint256 i; i < places; ++i) {
            Cancelling.takeOut(_state().markets, c, asked, _word(ptr + Batch.CANCELLATION + 4 * i) >> 224);
        }
    }

    /// @dev By a key: wallets have cancelTrades.
    function _isSigned(Call memory c, Cancellation memory asked, uint256 ptr) private view returns (bool) {
        bytes32 digest = Signatures.typedDigest(c.domain, Cancelling.hashOf(asked));
        return Signatures.isByKey(asked.trader, digest, bytes32(_word(ptr + 36)), bytes32(_word(ptr + 68)));
    }

    // ------------------------------------------------------------------ calldata and memory

    /// @dev Room for the answer, encoded: an array of Placed.
    function _results(uint256 count) private pure returns (uint256 results) {
        assembly ("memory-safe") {
            results := mload(0x40)
            mstore(results, 0x20)
            mstore(add(results, 0x20), count)
            mstore(0x40, add(add(results, 0x40), shl(6, count)))
        }
    }

    function _startOf(bytes calldata data) private pure returns (uint256 ptr) {
        assembly ("memory-safe") {
            ptr := data.offset
        }
    }

    function _word(uint256 ptr) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(ptr)
        }
    }
}
