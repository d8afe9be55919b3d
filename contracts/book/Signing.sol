// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { Signatures } from "../libraries/Signatures.sol";
import { Call } from "./Call.sol";

/// @title The package of a call: its link, whether its trader signed it, and its event (R20, R21)
/// @dev Works on the first words of a Call, which are laid out as the package is hashed.
library Signing {
    /// @dev A key has to have signed: r and vs are its signature, or are none at all.
    uint256 internal constant BY_KEY = 0;
    /// @dev It was found out before: good, or not.
    uint256 internal constant GOOD = 1;
    uint256 internal constant BAD = 2;
    /// @dev A key has to have signed, or else the contract at the trader's address is asked.
    uint256 internal constant BY_KEY_OR_WALLET = 3;
    /// @dev It is a quote: its set was signed, and has used the nonce.
    uint256 internal constant OF_SET = 4;

    uint256 private constant PACKAGE_BYTES = 0x140;

    /// @notice Link of the primary trade: the EIP-712 hashStruct of the package.
    function primaryLink(Call memory c) internal pure returns (bytes32 link) {
        assembly ("memory-safe") {
            link := keccak256(c, PACKAGE_BYTES)
        }
    }

    /// @notice The digest that is signed, in memory that is not taken.
    function digestOf(Call memory c, bytes32 link) internal pure returns (bytes32 digest) {
        return Signatures.typedDigest(c.domain, link);
    }

    /// @notice Whether the trader has signed. A wallet is asked only if it was not before; afterwards r and vs are a key's signature,
    /// or zero.
    function isGood(Call memory c, bytes32 link) internal view returns (bool good) {
        uint256 approval = c.approval;
        if (approval == GOOD || approval == BAD) return approval == GOOD;
        bytes32 digest = digestOf(c, link);
        good = Signatures.isByKey(c.trader, digest, c.r, c.vs);
        if (!good && approval != BY_KEY) good = askWallet(c, digest);
    }

    /// @notice Asks the contract at the trader's address, if there is one.
    function askWallet(Call memory c, bytes32 digest) internal view returns (bool) {
        (c.r, c.vs) = (0, 0);
        // Cast: an address as it was read.
        return Signatures.isByWallet(address(uint160(c.trader)), digest, c.signatureAt, c.signatureLength);
    }

    /// @notice Emits TradeCreated, and TradeApproved if a wallet had to say so.
    function log(Call memory c, uint256 tradeRootId) internal {
        bytes32 topic = IBookRecords.TradeCreated.selector;
        uint256 trader = c.trader;
        // The trader is a topic: without it the words from the market on are the event's data. It comes back afterwards.
        assembly ("memory-safe") {
            let branchId := mload(add(c, 0x40))
            mstore(add(c, 0x40), mload(add(c, 0x20)))
            mstore(add(c, 0x60), branchId)
            log3(add(c, 0x40), PACKAGE_BYTES, topic, tradeRootId, trader)
            mstore(add(c, 0x40), branchId)
            mstore(add(c, 0x60), trader)
        }
        // No key's signature has an r of zero.
        if (c.r == 0) _logApproval(c, tradeRootId);
    }

    /// @notice Emits QuoteSetCreated. The hints of the call are gone then.
    function logSet(Call memory c, uint256 tradeRootId, uint256 quotes) internal {
        bytes32 topic = IBookRecords.QuoteSetCreated.selector;
        uint256 trader = c.trader;
        // From the link on, the words that a call has of all quotes are the event's data, with the number of quotes where hints are.
        assembly ("memory-safe") {
            mstore(add(c, 0x180), quotes)
            log3(add(c, 0xc0), 0xe0, topic, tradeRootId, trader)
        }
    }

    /// @notice Emits QuoteCreated.
    function logQuote(Call memory c, uint256 tradeRootId, uint256 place) internal {
        bytes32 topic = IBookRecords.QuoteCreated.selector;
        // Without the trader, and with the place where the link is, the words from the market on are the event's data. What they
        // have lost comes back afterwards.
        assembly ("memory-safe") {
            let branchId := mload(add(c, 0x40))
            let trader := mload(add(c, 0x60))
            let link := mload(add(c, 0xc0))
            mstore(add(c, 0x40), mload(add(c, 0x20)))
            mstore(add(c, 0x60), branchId)
            mstore(add(c, 0xc0), place)
            log2(add(c, 0x40), 0xa0, topic, tradeRootId)
            mstore(add(c, 0x40), branchId)
            mstore(add(c, 0x60), trader)
            mstore(add(c, 0xc0), link)
        }
    }

    /// @dev TradeApproved(tradeRootId, signature).
    function _logApproval(Call memory c, uint256 tradeRootId) private {
        bytes32 topic = IBookRecords.TradeApproved.selector;
        (uint256 ptr, uint256 length) = (c.signatureAt, c.signatureLength);
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, 0x20)
            mstore(add(data, 0x20), length)
            let words := and(add(length, 0x1f), not(0x1f))
            mstore(add(add(data, 0x20), words), 0) // what the last word has beyond the signature
            calldatacopy(add(data, 0x40), ptr, length)
            mstore(add(data, 0x20), length) // a signature of no bytes has just been overwritten
            log2(data, add(0x40, words), topic, tradeRootId)
        }
    }
}
