// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CheckpointWord } from "../libraries/CheckpointWord.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { PART_AT } from "./Apart.sol";
import { Batch } from "./Batch.sol";
import { BookBase } from "./BookBase.sol";
import { Call, CALL_BYTES } from "./Call.sol";
import { Cancellation, CANCELLATION_BYTES, Cancelling } from "./Cancelling.sol";
import { Chain } from "./Chain.sol";
import { Desk } from "./Desk.sol";

/// @title The cancellations at the head of a batch (see Batch)
abstract contract BatchCancelling is BookBase {
    /// @dev r and vs of a cancellation.
    uint256 private constant SIGNATURE_AT = 36;
    uint256 private constant SIGNATURE_BYTES = 64;

    /// @notice See IApart.
    function cancelApart(uint256 newest, uint256 trades, uint256 limits, uint256, uint256 length) external {
        if (msg.sender != address(this)) revert Book_OnlySelf(msg.sender);
        Cancellation memory asked = _asCancellation(_fresh)(CANCELLATION_BYTES);
        Call memory c = _asCall(_fresh)(CALL_BYTES);
        _look(c);
        Chain.resume(c, CheckpointWord.wrap(newest), trades);
        uint256 ptr = PART_AT;
        uint256 end = ptr + length;
        for (uint256 i; ptr != end; ++i) {
            bytes32 refusal;
            (ptr, refusal) = _cancel(c, asked, ptr);
            if (refusal == 0) continue;
            if (limits >> 32 != 0) revert Book_CancellationRefused(i, bytes4(refusal));
            // Cast: as it was read.
            emit CancellationSkipped(address(uint160(asked.trader)), bytes4(refusal));
        }
        Desk.close(c);
        Chain.returnRecords(c, 0, 0);
    }

    /// @return behind what comes behind it
    /// @return refusal why it is void, 0 if it is not
    function _cancel(
        Call memory c,
        Cancellation memory asked,
        uint256 ptr
    ) private returns (uint256 behind, bytes32 refusal) {
        uint256 first = Batch.word(ptr);
        uint256 second = Batch.word(ptr + 4);
        // Casts cut out the fields: trader 20 | from 4 | to 4 | nonceFloor 3 | deadline 4 | places 1.
        (asked.trader, asked.from, asked.to) = (first >> 96, uint32(first >> 64), uint32(first >> 32));
        (asked.nonceFloor, asked.deadline) = (uint24(second >> 40), uint32(second >> 8));
        behind = ptr + Batch.CANCELLATION + Batch.PLACE * (second & 0xff);
        refusal = Cancelling.refusalOf(c, asked);
        if (refusal == 0 && !_isSigned(c, asked, ptr)) refusal = Book_SignatureInvalid.selector;
        if (refusal == 0 && !_doesAnything(asked, ptr, behind)) refusal = Book_OrderNotMeant.selector;
        if (refusal != 0) return (behind, refusal);
        Cancelling.begin(asked, ptr + SIGNATURE_AT, SIGNATURE_BYTES);
        for (ptr += Batch.CANCELLATION; ptr < behind; ptr += Batch.PLACE) {
            Cancelling.takeOut(_state().markets, c, asked, Batch.word(ptr) >> 224);
        }
    }

    function _doesAnything(Cancellation memory asked, uint256 ptr, uint256 behind) private view returns (bool) {
        if (Cancelling.raises(asked)) return true;
        for (ptr += Batch.CANCELLATION; ptr < behind; ptr += Batch.PLACE) {
            if (Cancelling.isMeant(asked, Batch.word(ptr) >> 224)) return true;
        }
        return false;
    }

    /// @dev By a key: wallets have cancelTrades.
    function _isSigned(Call memory c, Cancellation memory asked, uint256 ptr) private view returns (bool) {
        bytes32 digest = Signatures.typedDigest(c.domain, Cancelling.hashOf(asked));
        return
            Signatures.isByKey(
                asked.trader,
                digest,
                bytes32(Batch.word(ptr + SIGNATURE_AT)),
                bytes32(Batch.word(ptr + SIGNATURE_AT + 32))
            );
    }
}
