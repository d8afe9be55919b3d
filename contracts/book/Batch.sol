// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { CheckpointWord, CheckpointWords } from "../libraries/CheckpointWord.sol";
import { Call } from "./Call.sol";
import { Chain } from "./Chain.sol";

/// @title Orders in few bytes
/// @notice A batch is, each number most significant byte first and each part as often as the header says:
/// header, 14: flags 1 | maxMatches 2 | maxWalk 2 | newest checkpoint 4 | cancellations 1 | orders 2 | quote sets 1 | wallets 1
/// cancellation, 100 and more: trader 20 | from 4 | to 4 | nonceFloor 3 | deadline 4 | places 1 | r 32 | vs 32 | places, 4 each
/// order, 113: trader 20 | market 3 | price 4 | lots 5 | checkpoint 1 | nonce 3 | deadline 4 | terms 1 | insertAfter 4 | place 4 | r 32 | vs 32
/// quote set, 94 and more: trader 20 | checkpoint 1 | nonce 3 | deadline 4 | timeInForce 1 | quotes 1 | r 32 | vs 32 | quotes, 20 each:
/// market 3 | price 4 | lots 5 | insertAfter 4 | place 4
/// signatures of wallets, one behind the other in the order of their orders.
/// flags: 1: if an order is refused, so is everything; else 0. market: root 18 bits | branch 6 bits. price, lots: two's complement.
/// checkpoint: the number of previousLink modulo 256. terms: the time in force, and 128 if a wallet has signed; then r is zero and vs
/// the length of its signature.
/// @dev Every bit means something or must be zero, and nothing may follow: a batch has one form.
library Batch {
    uint256 internal constant HEADER = 14;
    uint256 internal constant ORDER = 113;
    uint256 internal constant CANCELLATION = 100;
    uint256 internal constant PLACE = 4; // of a cancellation
    uint256 internal constant QUOTE_SET = 94;
    uint256 internal constant QUOTE = 20;
    /// @dev What must be left for another order, and for another step of matching, so that the call can still end in good order:
    /// more than either takes at its most expensive.
    uint256 internal constant GAS_FOR_ORDER = 700_000;
    uint256 internal constant GAS_FOR_STEP = 500_000;
    /// @dev Of that, what a part that runs in a call of its own cannot use up, whatever it does, so that the batch can end.
    uint256 internal constant GAS_TO_CLOSE = 200_000;
    /// @dev Each may take Signatures.WALLET_GAS.
    uint256 internal constant MAX_WALLETS = 8;

    uint256 private constant BY_WALLET = 0x80;
    uint256 private constant TIME_IN_FORCE = 0x03;

    /// @notice Reads an order into the call.
    /// @dev The places of the words are those of the first fields of Call. Shifts and masks cut out the fields.
    /// @return byWallet whether a wallet has signed
    function read(Call memory c, uint256 ptr) internal view returns (bool byWallet) {
        uint256 lowest;
        uint256 terms;
        assembly ("memory-safe") {
            let first := calldataload(ptr)
            let second := calldataload(add(ptr, 32))
            mstore(add(c, 0x20), and(shr(78, first), 0x3ffff))
            mstore(add(c, 0x40), and(shr(72, first), 0x3f))
            mstore(add(c, 0x60), shr(96, first))
            mstore(add(c, 0x80), signextend(3, shr(40, first)))
            mstore(add(c, 0xa0), signextend(4, first))
            mstore(add(c, 0xe0), and(shr(224, second), 0xffffff))
            mstore(add(c, 0x100), and(shr(192, second), 0xffffffff))
            terms := and(shr(184, second), 0xff)
            mstore(add(c, 0x120), and(terms, 0x03))
            calldatacopy(add(c, 0x140), add(ptr, 49), 0x40) // r, vs
            mstore(add(c, 0x180), and(shr(120, second), 0xffffffffffffffff)) // hints
            mstore(add(c, 0x1a0), 0) // approval: BY_KEY
            lowest := shr(248, second)
        }
        c.link = _linkOf(c, lowest);
        if (terms > TIME_IN_FORCE) {
            if (terms & ~TIME_IN_FORCE != BY_WALLET || c.r != 0) revert IBookRecords.Book_BatchMalformed(ptr);
            byWallet = true;
        }
    }

    /// @notice Reads what all quotes of a set have in common into the call.
    /// @return quotes how many follow
    function readSet(Call memory c, uint256 ptr) internal view returns (uint256 quotes) {
        uint256 lowest;
        assembly ("memory-safe") {
            let bits := calldataload(ptr)
            mstore(add(c, 0x60), shr(96, bits))
            mstore(add(c, 0xe0), and(shr(64, bits), 0xffffff))
            mstore(add(c, 0x100), and(shr(32, bits), 0xffffffff))
            mstore(add(c, 0x120), and(shr(24, bits), 0xff))
            calldatacopy(add(c, 0x140), add(ptr, 30), 0x40) // r, vs
            lowest := and(shr(88, bits), 0xff)
            quotes := and(shr(16, bits), 0xff)
        }
        c.link = _linkOf(c, lowest);
    }

    /// @notice Reads what a quote has of its own into the call.
    function readQuote(Call memory c, uint256 ptr) internal pure {
        assembly ("memory-safe") {
            let bits := calldataload(ptr)
            mstore(add(c, 0x20), shr(238, bits))
            mstore(add(c, 0x40), and(shr(232, bits), 0x3f))
            mstore(add(c, 0x80), signextend(3, shr(200, bits)))
            mstore(add(c, 0xa0), signextend(4, shr(160, bits)))
            mstore(add(c, 0x180), and(shr(96, bits), 0xffffffffffffffff)) // hints
        }
    }

    /// @notice Finds the parts of a batch. Where signatures of wallets begin, and how many there are, is in the call then. Whether all
    /// ends where it has to is left to the caller: a count that is read beyond the end leads beyond the end.
    /// @param ptr where the batch begins
    /// @return orders where they begin
    /// @return sets where they begin
    /// @return total of orders and quotes
    function readLayout(
        Call memory c,
        uint256 ptr,
        uint256 header
    ) internal pure returns (uint256 orders, uint256 sets, uint256 total) {
        // Casts cut out the fields. Calldata is far shorter than 2^256.
        unchecked {
            orders = ptr + HEADER;
            for (uint256 i = uint8(header >> 176); i != 0; --i) {
                orders += CANCELLATION + PLACE * (word(orders + 4) & 0xff);
            }
            total = uint16(header >> 160);
            sets = orders + total * ORDER;
            uint256 behind = sets;
            for (uint256 i = uint8(header >> 152); i != 0; --i) {
                uint256 first = word(behind);
                uint256 quotes = uint8(first >> 16);
                if (quotes == 0 || uint8(first >> 24) > TIME_IN_FORCE) {
                    revert IBookRecords.Book_BatchMalformed(behind);
                }
                behind += QUOTE_SET + QUOTE * quotes;
                total += quotes;
            }
            (c.signatureAt, c.wallets) = (behind, uint8(header >> 144));
        }
    }

    /// @notice Number and place of the order that was worked on, encoded.
    function setResult(uint256 result, Call memory c) internal pure {
        (uint256 id, uint256 place) = (c.id, c.restsAt);
        assembly ("memory-safe") {
            mstore(result, id)
            mstore(add(result, 0x20), place)
        }
    }

    function startOf(bytes calldata data) internal pure returns (uint256 ptr) {
        assembly ("memory-safe") {
            ptr := data.offset
        }
    }

    /// @notice 32 bytes of the calldata.
    function word(uint256 ptr) internal pure returns (uint256 bits) {
        assembly ("memory-safe") {
            bits := calldataload(ptr)
        }
    }

    /// @notice The checkpoint whose number ends like that and which is not newer than the newest.
    /// @dev What the ring does not have any more, or never had, is no link: `accepts` will say so.
    function _linkOf(Call memory c, uint256 lowest) private view returns (uint256 link) {
        unchecked {
            CheckpointWord newest = c.newest;
            uint256 back = (newest.number() - lowest) & 0xff;
            link = CheckpointWord.unwrap(newest);
            if (back != 0) link = _linkBack(c, back);
        }
    }

    function _linkBack(Call memory c, uint256 back) private view returns (uint256) {
        uint256 last = c.newest.number();
        if (back > last) return 0;
        unchecked {
            return CheckpointWord.unwrap(Chain.checkpointAt(CheckpointWords.genesis(c.domain), last - back));
        }
    }
}
