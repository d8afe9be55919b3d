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
        return bytes.concat(_terms(p, p.timeInForce), abi.encodePacked(insertAfter, place, r, vs));
    }

    /// @notice An order that a wallet has signed (ERC-1271).
    /// @param signatureBytes length of its signature, which comes behind all else
    function orderOfWallet(
        TradePackage memory p,
        uint256 signatureBytes,
        uint32 insertAfter,
        uint32 place
    ) internal pure returns (bytes memory) {
        return
            bytes.concat(
                _terms(p, p.timeInForce | BY_WALLET),
                abi.encodePacked(insertAfter, place, bytes32(0), signatureBytes)
            );
    }

    /// @notice The beginning of a quote set (R44): what all of its quotes have in common, as each of their packages has it.
    /// @param quotes that follow, at least 1
    /// @param r and
    /// @param vs of the signature over the set (ERC-2098)
    function quoteSet(TradePackage memory p, uint8 quotes, bytes32 r, bytes32 vs) internal pure returns (bytes memory) {
        return bytes.concat(bytes20(p.trader), _common(p, p.timeInForce), abi.encodePacked(quotes, r, vs));
    }

    /// @notice A quote of the set that came before.
    /// @param insertAfter place of the resting order next to which this one belongs; 0 to start at the best
    /// @param place where it shall rest, if an order rested there and is gone; else 0
    function quote(TradePackage memory p, uint32 insertAfter, uint32 place) internal pure returns (bytes memory) {
        return bytes.concat(_limit(p), abi.encodePacked(insertAfter, place));
    }

    /// @dev What was signed, in 49 bytes less the hints.
    function _terms(TradePackage memory p, uint8 terms) private pure returns (bytes memory) {
        return bytes.concat(bytes20(p.trader), _limit(p), _common(p, terms));
    }

    /// @dev Casts: as just checked.
    function _limit(TradePackage memory p) private pure returns (bytes memory) {
        if (p.marketRootId >= 2 ** 18) revert BatchPacker_DoesNotFit("marketRootId", int256(uint256(p.marketRootId)));
        if (p.marketBranchId >= 2 ** 6) {
            revert BatchPacker_DoesNotFit("marketBranchId", int256(uint256(p.marketBranchId)));
        }
        if (p.quantityLots != int40(p.quantityLots)) revert BatchPacker_DoesNotFit("quantityLots", p.quantityLots);
        uint24 market = uint24((p.marketRootId << 6) | p.marketBranchId);
        return abi.encodePacked(market, p.priceTicks, int40(p.quantityLots));
    }

    /// @dev Casts: as just checked; the first cuts out a checkpoint's number modulo 256.
    function _common(TradePackage memory p, uint8 terms) private pure returns (bytes memory) {
        if (p.nonce >= 2 ** 24) revert BatchPacker_DoesNotFit("nonce", int256(uint256(p.nonce)));
        if (p.deadline > MAX_DEADLINE) revert BatchPacker_DoesNotFit("deadline", int256(uint256(p.deadline)));
        if (p.timeInForce > 3) revert BatchPacker_DoesNotFit("timeInForce", int256(uint256(p.timeInForce)));
        return abi.encodePacked(uint8(uint256(p.previousLink)), uint24(p.nonce), uint32(p.deadline), terms);
    }
}
