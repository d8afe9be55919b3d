// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookOrders } from "../interfaces/IOrderBook.sol";
import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { FILL_OR_KILL, Placed } from "../Types.sol";
import { Batch } from "./Batch.sol";
import { BookBase } from "./BookBase.sol";
import { Call, CALL_BYTES } from "./Call.sol";
import { Cancellation, CANCELLATION_BYTES, Cancelling } from "./Cancelling.sol";
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
    /// @dev What a fill-or-kill order may not use up, however long it matches, so that the call can end in good order if it fails.
    uint256 private constant GAS_TO_CLOSE = 200_000;
    /// @dev What must be there at the beginning for each order besides, which is what one takes that rests at a fresh place: whoever
    /// estimates the gas of a batch looks for the least that does not fail, and would find what skips all of it.
    uint256 private constant GAS_PER_ORDER = 60_000;

    /// @dev r and vs of a cancellation.
    uint256 private constant SIGNATURE_AT = 36;
    uint256 private constant SIGNATURE_BYTES = 64;

    // ------------------------------------------------------------------ the batch

    /// @inheritdoc IBookOrders
    function createTrades(bytes calldata batch) external nonReentrantView returns (Placed[] memory) {
        Cancellation memory asked = _asCancellation(_fresh)(CANCELLATION_BYTES);
        uint256 ptr = _startOf(batch);
        uint256 header = _word(ptr);
        // Casts cut out the fields. Neither calldata nor gas come near 2^64.
        unchecked {
            uint256 end = ptr + batch.length;
            if (batch.length < Batch.HEADER || header >> 249 != 0) revert Book_BatchMalformed(ptr);
            uint256 count = uint16(header >> 160);
            uint256 results = _results(count);
            Call memory c = _asCall(_fresh)(CALL_BYTES);
            _open(c, uint32(header >> 184));
            (c.maxMatches, c.maxWalk, c.gasToKeep) = (uint16(header >> 232), uint16(header >> 216), GAS_FOR_STEP);
            ptr += Batch.HEADER;
            if (uint32(header >> 152) != count << 8) ptr = _beforeOrders(c, asked, ptr, end, header);
            else if (ptr + count * Batch.ORDER != end) revert Book_BatchMalformed(ptr);
            if (gasleft() < GAS_FOR_ORDER + count * GAS_PER_ORDER) revert Book_OutOfGas();
            _run(c, ptr, results, count, header >> 248 != 0);
            _close(c);
            assembly ("memory-safe") {
                return(results, add(0x40, shl(6, count)))
            }
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
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        _look(c);
        Chain.resume(c, CheckpointWord.wrap(newest), trades);
        c.maxMatches = maxMatches;
        (uint256 ptr, uint256 signatureAt) = (_startOf(order), _startOf(signature));
        Batch.read(c, ptr);
        (c.approval, c.signatureAt, c.signatureLength) = (approval, signatureAt, signature.length);
        if (approval != Signing.BY_KEY) (c.r, c.vs) = (0, 0);
        bytes32 refusal = Intake.accept(_state().markets, c);
        if (refusal != 0) _revertWith(refusal);
        Desk.close(c);
        Chain.returnRecords(c);
    }

    // ------------------------------------------------------------------ in detail

    /// @param ptr where the orders begin
    function _run(Call memory c, uint256 ptr, uint256 results, uint256 count, bool strict) private {
        for (uint256 i; i < count;) {
            bytes32 refusal = _next(c, ptr);
            if (refusal == 0) {
                _setResult(results, i, c.id, c.restsAt);
            } else {
                if (strict) revert Book_PackageRefused(i, bytes4(refusal));
                // Casts: as they were read.
                emit PackageSkipped(i, address(uint160(c.trader)), uint64(c.nonce), bytes4(refusal));
                if (refusal == Book_OutOfGas.selector) break;
            }
            // The calldata is far shorter than 2^256.
            unchecked {
                ptr += Batch.ORDER;
                ++i;
            }
        }
    }

    function _next(Call memory c, uint256 ptr) private returns (bytes32 refusal) {
        if (Batch.read(c, ptr)) _nextWallet(c, ptr);
        c.restsAt = 0;
        if (gasleft() < GAS_FOR_ORDER) refusal = Book_OutOfGas.selector;
        else if (c.timeInForce == FILL_OR_KILL) refusal = _acceptOrKill(c, ptr);
        else refusal = Intake.accept(_state().markets, c);
    }

    /// @dev Asks the wallets (R41), and carries the cancellations out.
    /// @return orders where they begin
    function _beforeOrders(
        Call memory c,
        Cancellation memory asked,
        uint256 ptr,
        uint256 end,
        uint256 header
    ) private returns (uint256 orders) {
        orders = ptr;
        uint256 cancellations = uint8(header >> 176);
        for (uint256 i; i < cancellations; ++i) {
            orders += Batch.CANCELLATION + 4 * uint8(_word(orders + 4));
        }
        // Casts cut out the fields.
        c.signatureAt = orders + uint16(header >> 160) * Batch.ORDER;
        c.wallets = uint8(header >> 152);
        if (_askWallets(c, orders, end) != end) revert Book_BatchMalformed(end);
        bytes32 refusal;
        for (uint256 i; i < cancellations; ++i) {
            (ptr, refusal) = _cancel(c, asked, ptr);
            if (refusal != 0) _skip(asked, i, refusal, header >> 248 != 0);
        }
    }

    /// @dev The call to itself has the book as storage has it, and the chain as this one has it.
    function _acceptOrKill(Call memory c, uint256 ptr) private returns (bytes32 refusal) {
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
            // There is more: it was looked at before the order.
            done := call(sub(gas(), GAS_TO_CLOSE), address(), 0, m, size, 0x00, 0x04)
            // No reason means that the gas ran out.
            refusal := mul(iszero(lt(returndatasize(), 0x04)), mload(0x00))
        }
        if (!done) return refusal == 0 ? Book_OutOfGas.selector : refusal;
        Chain.appendReturned(c);
        c.id = c.trades;
        return 0;
    }

    // ------------------------------------------------------------------ wallets

    /// @dev All of them, while nothing has changed (R41). Bit i of what they said is wallet i's.
    /// @return behind the last signature
    function _askWallets(Call memory c, uint256 ptr, uint256 end) private view returns (uint256 behind) {
        uint256 wallets = c.wallets;
        if (wallets > Batch.MAX_WALLETS) revert Book_TooManyWallets(wallets, Batch.MAX_WALLETS);
        uint256 first = c.signatureAt;
        if (first > end) revert Book_BatchMalformed(ptr);
        behind = first;
        uint256 asked;
        for (; ptr < first && asked < wallets; ptr += Batch.ORDER) {
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

    // ------------------------------------------------------------------ cancellations

    /// @return behind what comes behind it
    /// @return refusal why it is void, 0 if it is not
    function _cancel(
        Call memory c,
        Cancellation memory asked,
        uint256 ptr
    ) private returns (uint256 behind, bytes32 refusal) {
        uint256 first = _word(ptr);
        uint256 second = _word(ptr + 4);
        // Casts cut out the fields: trader 20 | from 4 | to 4 | nonceFloor 3 | deadline 4 | places 1.
        (asked.trader, asked.from, asked.to) = (first >> 96, uint32(first >> 64), uint32(first >> 32));
        (asked.nonceFloor, asked.deadline) = (uint24(second >> 40), uint32(second >> 8));
        behind = ptr + Batch.CANCELLATION + 4 * uint8(second);
        refusal = Cancelling.refusalOf(c, asked);
        if (refusal == 0 && !_isSigned(c, asked, ptr)) refusal = Book_SignatureInvalid.selector;
        if (refusal == 0 && !_doesAnything(asked, ptr, behind)) refusal = Book_OrderNotMeant.selector;
        if (refusal != 0) return (behind, refusal);
        Cancelling.begin(asked, ptr + SIGNATURE_AT, SIGNATURE_BYTES);
        for (ptr += Batch.CANCELLATION; ptr < behind; ptr += 4) {
            Cancelling.takeOut(_state().markets, c, asked, _word(ptr) >> 224);
        }
    }

    function _doesAnything(Cancellation memory asked, uint256 ptr, uint256 behind) private view returns (bool) {
        if (Cancelling.raises(asked)) return true;
        for (ptr += Batch.CANCELLATION; ptr < behind; ptr += 4) {
            if (Cancelling.isMeant(asked, _word(ptr) >> 224)) return true;
        }
        return false;
    }

    function _skip(Cancellation memory asked, uint256 index, bytes32 refusal, bool strict) private {
        if (strict) revert Book_CancellationRefused(index, bytes4(refusal));
        // Cast: as it was read.
        emit CancellationSkipped(address(uint160(asked.trader)), bytes4(refusal));
    }

    /// @dev By a key: wallets have cancelTrades.
    function _isSigned(Call memory c, Cancellation memory asked, uint256 ptr) private view returns (bool) {
        bytes32 digest = Signatures.typedDigest(c.domain, Cancelling.hashOf(asked));
        return
            Signatures.isByKey(
                asked.trader,
                digest,
                bytes32(_word(ptr + SIGNATURE_AT)),
                bytes32(_word(ptr + SIGNATURE_AT + 32))
            );
    }

    // ------------------------------------------------------------------ calldata and memory

    function _setResult(uint256 results, uint256 index, uint256 id, uint256 place) private pure {
        assembly ("memory-safe") {
            let result := add(add(results, 0x40), shl(6, index))
            mstore(result, id)
            mstore(add(result, 0x20), place)
        }
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
