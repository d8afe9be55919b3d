// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TradePackage } from "../Types.sol";

/// @title Packs orders for createTrades, for contracts that submit them (see the library Batch)
/// @dev What does not fit its field is refused, never cut. Parts are joined by the caller: bytes.concat(header, order, order, …,
/// quoteSet, quote, quote, …, signatures of wallets).
library BatchPacker {
    uint256 private constant MAX_DEADLINE = type(uint32).max;
    uint8 private constant BY_WALLET = 0x80;

    /// @notice `what` is too large for a batch: createTrade takes it, or nobody does.
    error BatchPacker_DoesNotFit(string what, int256 value);

    /// @notice The beginning of a batch without cancellations and quote sets.
    /// @param strict whether one refusal refuses everything
    /// @param maxMatches steps of matching for each order
    /// @param maxWalk resting orders to pass from the hint to an order's place
    /// @param newest number of the newest checkpoint, or of one not long before it; 0 to search for it
    /// @param orders that follow
    /// @param quoteSets behind them
    /// @param wallets how many of them a wallet has signed; their signatures come behind all else
    function header(
        bool strict,
        uint16 maxMatches,
        uint16 maxWalk,
        uint32 newest,
        uint16 orders,
        uint8 quoteSets,
        uint8 wallets
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(strict, maxMatches, maxWalk, newest, uint8(0), orders, quoteSets, wallets);
    }

    /// @notice An order that a key has signed.
    /// @param r and
    /// @param vs of the signature (ERC-2098)
    /// @param insertAfter place of the resting order next to which this one belongs; 0 to start at the best
    /// @param place where it shall rest, if an order rested there and is gone; else 0
    function order(
        TradePackage memory p,
        bytes32 r,
        bytes32 vs,
        uint32 insertAfter,
        uint32 place
    ) internal pure returns (bytes memory) {
        return _order(p, p.timeInForce, (uint256(insertAfter) << 32) | place, r, vs);
    }

    /// @notice An order that a wallet has signed (ERC-1271).
    /// @param signatureBytes length of its signature, which comes behind all else
    function orderOfWallet(
        TradePackage memory p,
        uint256 signatureBytes,
        uint32 insertAfter,
        uint32 place
    ) internal pure returns (bytes memory) {
        uint256 hints = (uint256(insertAfter) << 32) | place;
        return _order(p, p.timeInForce | BY_WALLET, hints, 0, bytes32(signatureBytes));
    }

    /// @notice The beginning of a quote set (R44): what all of its quotes have in common, as each of their packages has it.
    /// @param quotes that follow, at least 1
    /// @param r and
    /// @param vs of the signature over the set (ERC-2098)
    function quoteSet(TradePackage memory p, uint8 quotes, bytes32 r, bytes32 vs) internal pure returns (bytes memory) {
        return abi.encodePacked(p.trader, bytes9(bytes32(_common(p, p.timeInForce) << 184)), quotes, r, vs);
    }

    /// @notice A quote of the set that came before.
    /// @param insertAfter place of the resting order next to which this one belongs; 0 to start at the best
    /// @param place where it shall rest, if an order rested there and is gone; else 0
    function quote(TradePackage memory p, uint32 insertAfter, uint32 place) internal pure returns (bytes memory) {
        return abi.encodePacked(bytes12(bytes32(_limit(p) << 160)), insertAfter, place);
    }

    /// @dev A word and 17 bytes of what was signed and of hints, and the signature.
    function _order(
        TradePackage memory p,
        uint8 terms,
        uint256 hints,
        bytes32 r,
        bytes32 vs
    ) private pure returns (bytes memory) {
        uint256 first = (uint256(uint160(p.trader)) << 96) | _limit(p);
        uint256 second = (_common(p, terms) << 64) | hints;
        return abi.encodePacked(first, bytes17(bytes32(second << 120)), r, vs);
    }

    /// @dev market 24 | price 32 | lots 40. Casts: as just checked, and two's complement.
    function _limit(TradePackage memory p) private pure returns (uint256) {
        if (p.marketRootId >= 2 ** 18) revert BatchPacker_DoesNotFit("marketRootId", int256(uint256(p.marketRootId)));
        if (p.marketBranchId >= 2 ** 6) {
            revert BatchPacker_DoesNotFit("marketBranchId", int256(uint256(p.marketBranchId)));
        }
        if (p.quantityLots != int40(p.quantityLots)) revert BatchPacker_DoesNotFit("quantityLots", p.quantityLots);
        uint256 market = (uint256(p.marketRootId) << 6) | p.marketBranchId;
        return (market << 72) | (uint256(uint32(p.priceTicks)) << 40) | uint40(int40(p.quantityLots));
    }

    /// @dev checkpoint 8 | nonce 24 | deadline 32 | terms 8. Casts: as just checked; the first cuts out a checkpoint's number modulo 256.
    function _common(TradePackage memory p, uint8 terms) private pure returns (uint256) {
        if (p.nonce >= 2 ** 24) revert BatchPacker_DoesNotFit("nonce", int256(uint256(p.nonce)));
        if (p.deadline > MAX_DEADLINE) revert BatchPacker_DoesNotFit("deadline", int256(uint256(p.deadline)));
        if (p.timeInForce > 3) revert BatchPacker_DoesNotFit("timeInForce", int256(uint256(p.timeInForce)));
        uint256 checkpoint = uint8(uint256(p.previousLink));
        return (checkpoint << 64) | (uint256(p.nonce) << 40) | (uint256(p.deadline) << 8) | terms;
    }
}
