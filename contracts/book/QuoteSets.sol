// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { TypedData } from "../libraries/TypedData.sol";
import { FILL_OR_KILL } from "../Types.sol";
import { Batch } from "./Batch.sol";
import { Call } from "./Call.sol";
import { Chain } from "./Chain.sol";
import { Intake } from "./Intake.sol";
import { Markets } from "./Markets.sol";
import { Signing } from "./Signing.sol";
import { Store } from "./Store.sol";

/// @title Many orders of one trader under one signature and one nonce (R44)
/// @dev Runs in a call of its own: whoever refuses a set undoes all that came before.
library QuoteSets {
    /// @notice Accepts the set at `ptr` in the calldata.
    /// @param results where number and place of each quote go in memory
    /// @return refusal of the set; the caller reverts then
    function accept(
        Markets.State storage s,
        Call memory c,
        uint256 ptr,
        uint256 results
    ) internal returns (bytes32 refusal) {
        uint256 quotes = Batch.readSet(c, ptr);
        refusal = _begin(c, ptr + Batch.QUOTE_SET, quotes);
        if (refusal != 0) return refusal;
        bool whole = c.strict != 0 || c.timeInForce == FILL_OR_KILL;
        // What the batch needs to end is kept for it.
        c.gasToKeep = Batch.GAS_FOR_STEP - Batch.GAS_TO_CLOSE;
        bytes32 first;
        bool accepted;
        ptr += Batch.QUOTE_SET;
        uint256 i;
        while (i != quotes) {
            refusal = _next(s, c, ptr);
            if (refusal == 0) {
                accepted = true;
                Batch.setResult(results, c);
            } else {
                if (whole || _isOfSubmission(refusal)) return refusal;
                if (first == 0) first = refusal;
                // Cast: as it was read.
                emit IBookRecords.QuoteSkipped(address(uint160(c.trader)), i, Signing.primaryLink(c), bytes4(refusal));
            }
            // Calldata and memory are far shorter than 2^256.
            unchecked {
                ++i;
                ptr += Batch.QUOTE;
                results += 0x40;
            }
        }
        return accepted ? bytes32(0) : first;
    }

    /// @dev The checks of the set, its nonce and its event.
    function _begin(Call memory c, uint256 ptr, uint256 quotes) private returns (bytes32 refusal) {
        if (c.deadline < block.timestamp) return IBookRecords.Book_DeadlineExpired.selector;
        if (!Chain.accepts(c, c.link, 0)) return IBookRecords.Book_StaleLink.selector;
        TraderWord before = Store.trader(c.trader);
        if (before.isNone()) return IBookRecords.Book_TraderUnknown.selector;
        TraderWord t = before.withNonce(c.nonce);
        if (t.isNone()) return Intake.refusalOfNonce(before, c.nonce);
        bytes32 hash = _hash(c, ptr, quotes);
        if (!Signatures.isByKey(c.trader, Signing.digestOf(c, hash), c.r, c.vs)) {
            return IBookRecords.Book_SignatureInvalid.selector;
        }
        Store.setTrader(c.trader, t);
        // Below 2^32 + 1.
        unchecked {
            Signing.logSet(c, c.trades + 1, quotes);
        }
        c.approval = Signing.OF_SET;
    }

    /// @dev The links lie one behind the other in memory that is not taken.
    function _hash(Call memory c, uint256 ptr, uint256 quotes) private pure returns (bytes32) {
        uint256 links;
        assembly ("memory-safe") {
            links := mload(0x40)
        }
        // Memory ends far below 2^256.
        unchecked {
            for (uint256 i; i < quotes; ++i) {
                Batch.readQuote(c, ptr + i * Batch.QUOTE);
                bytes32 link = Signing.primaryLink(c);
                assembly ("memory-safe") {
                    mstore(add(links, shl(5, i)), link)
                }
            }
        }
        return TypedData.quoteSetHash(links, quotes);
    }

    /// @dev Where steps have run out the market stays crossed, with the quote in it.
    function _next(Markets.State storage s, Call memory c, uint256 ptr) private returns (bytes32 refusal) {
        if (gasleft() < Batch.GAS_FOR_ORDER - Batch.GAS_TO_CLOSE) return IBookRecords.Book_OutOfGas.selector;
        Batch.readQuote(c, ptr);
        c.restsAt = 0;
        refusal = Intake.accept(s, c);
        if (refusal == 0 && c.word.crossed()) refusal = IBookRecords.Book_StillCrossed.selector;
    }

    /// @dev Whether steps, walk or gas of whoever submits the set have decided; or nothing can be appended any more.
    function _isOfSubmission(bytes32 refusal) private pure returns (bool) {
        return
            refusal == IBookRecords.Book_StillCrossed.selector ||
            refusal == IBookRecords.Book_HintTooFar.selector ||
            refusal == IBookRecords.Book_OutOfGas.selector ||
            refusal == IBookRecords.Book_ChainFull.selector;
    }
}
