// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../../interfaces/IOrderBook.sol";
import { MakerTerms } from "./ILmsrMaker.sol";

/// @dev A maker's terms as they are in its code.
/// @param count of vertices
/// @param weights of vertex i from bit 16 · i
/// @param points of an interval root, of vertex i from bit 32 · i; of a simplex root nothing
/// @param morePoints from vertex 8 on
struct MakerCode {
    IOrderBook book;
    bytes32 rootLink;
    uint256 liquidity;
    uint256 count;
    uint256 weights;
    uint256 points;
    uint256 morePoints;
}

using MakerCodes for MakerCode global;

/// @title Reading and writing a maker's code
/// @dev Casts cut out exactly the bits of their field.
library MakerCodes {
    /// @dev Every loop over vertices is bounded by this. An event and a basket have at most so many legs.
    uint256 internal constant MAX_VERTICES = 16;
    /// @dev Where a clone's own arguments begin.
    uint256 private constant ARGUMENTS_AT = 0x2d;
    uint256 private constant ARGUMENTS_BYTES = 0xe0;

    /// @notice The running clone's.
    function read() internal view returns (MakerCode memory code) {
        // The struct has seven words, as it is encoded.
        assembly ("memory-safe") {
            extcodecopy(address(), code, ARGUMENTS_AT, ARGUMENTS_BYTES)
        }
    }

    /// @notice The terms, packed. There are at most 16 of either kind.
    function pack(MakerTerms memory terms) internal pure returns (MakerCode memory code) {
        (code.book, code.rootLink, code.liquidity) = (terms.book, terms.rootLink, terms.liquidity);
        code.count = terms.prior.length;
        for (uint256 i; i < terms.prior.length; ++i) {
            code.weights |= uint256(terms.prior[i]) << (16 * i);
        }
        for (uint256 i; i < terms.points.length; ++i) {
            uint256 bits = uint256(uint32(terms.points[i])) << (32 * (i & 7));
            if (i < 8) code.points |= bits;
            else code.morePoints |= bits;
        }
    }

    /// @notice The inverse of `pack`.
    function unpacked(MakerCode memory code, bool withPoints) internal pure returns (MakerTerms memory terms) {
        (terms.book, terms.rootLink, terms.liquidity) = (code.book, code.rootLink, uint40(code.liquidity));
        terms.prior = new uint16[](code.count);
        terms.points = new int32[](withPoints ? code.count : 0);
        for (uint256 i; i < code.count; ++i) {
            terms.prior[i] = uint16(code.weights >> (16 * i));
            if (withPoints) terms.points[i] = int32(pointOf(code, i));
        }
    }

    function weightOf(MakerCode memory code, uint256 i) internal pure returns (int256) {
        return int256(uint256(uint16(code.weights >> (16 * i))));
    }

    function pointOf(MakerCode memory code, uint256 i) internal pure returns (int256) {
        return int32(uint32((i < 8 ? code.points : code.morePoints) >> (32 * (i & 7))));
    }

    /// @notice The least weight, and the sum of all.
    function priorOf(MakerCode memory code) internal pure returns (uint256 least, uint256 total) {
        least = type(uint16).max;
        for (uint256 i; i < code.count; ++i) {
            uint256 weight = uint16(code.weights >> (16 * i));
            total += weight;
            if (weight < least) least = weight;
        }
    }
}
