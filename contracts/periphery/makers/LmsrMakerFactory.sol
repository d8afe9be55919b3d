// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";

import { BASKET_ROOT_ID, BookTerms, RootInfo, RootKind } from "../../Types.sol";
import { CostFunction } from "./CostFunction.sol";
import { ILmsrMaker, MakerTerms } from "./ILmsrMaker.sol";
import { LmsrMaker } from "./LmsrMaker.sol";
import { MakerCode, MakerCodes } from "./MakerCode.sol";
import { MadeFor } from "./MakerRoot.sol";

/// @title Makes makers, at addresses that follow from their terms
/// @notice A session's policy can name a maker's address before there is one. Whoever makes it has no part in it.
contract LmsrMakerFactory {
    uint256 public constant MAX_LIQUIDITY = 2 ** 35;
    /// @dev What one order may be for (R27); where nothing less is said, a maker holds no more than that.
    uint256 private constant MAX_LOTS = 2 ** 39 - 1;

    /// @notice What is cloned.
    address public immutable IMPLEMENTATION;

    /// @notice A maker with these terms is at `maker`.
    event MakerCreated(address indexed maker, address indexed book, bytes32 indexed rootLink, MakerTerms terms);

    constructor() {
        IMPLEMENTATION = address(new LmsrMaker(address(this)));
    }

    /// @notice Makes the maker with these terms, or finds it if somebody has. Its root must have been made.
    function create(MakerTerms calldata terms) external returns (address maker) {
        maker = addressOf(terms);
        if (maker.code.length != 0) return maker;
        MadeFor memory madeFor = _madeFor(terms);
        Clones.cloneDeterministicWithImmutableArgs(IMPLEMENTATION, _codeOf(terms), 0);
        LmsrMaker(maker).begin(madeFor);
        emit MakerCreated(maker, address(terms.book), terms.rootLink, terms);
    }

    /// @notice Where the maker with these terms is, or will be.
    function addressOf(MakerTerms calldata terms) public view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(IMPLEMENTATION, _codeOf(terms), 0);
    }

    function _codeOf(MakerTerms calldata terms) private pure returns (bytes memory) {
        uint256 count = terms.prior.length;
        if (count < 2 || count > MakerCodes.MAX_VERTICES) {
            revert ILmsrMaker.Maker_VertexCount(count, 2, MakerCodes.MAX_VERTICES);
        }
        if (terms.points.length != 0 && terms.points.length != count) {
            revert ILmsrMaker.Maker_VerticesOfOtherRoot(0, count, terms.points.length);
        }
        if (terms.liquidity == 0 || terms.liquidity > MAX_LIQUIDITY) {
            revert ILmsrMaker.Maker_LiquidityOutOfRange(terms.liquidity, MAX_LIQUIDITY);
        }
        MakerCode memory code = MakerCodes.pack(terms);
        (uint256 least, uint256 total) = code.priorOf();
        if (least == 0 || total > least * CostFunction.MOST_LOPSIDED) {
            revert ILmsrMaker.Maker_PriorTooLopsided(least, total);
        }
        return abi.encode(code);
    }

    function _madeFor(MakerTerms calldata terms) private view returns (MadeFor memory madeFor) {
        // The book is a clone of its factory's; what it was made with is in its code.
        BookTerms memory book = abi.decode(Clones.fetchCloneArgs(address(terms.book)), (BookTerms));
        madeFor.id = terms.rootLink == 0 ? BASKET_ROOT_ID : terms.book.rootMadeBy(terms.rootLink);
        if (madeFor.id == 0) revert ILmsrMaker.Maker_RootUnknown(terms.rootLink);
        RootInfo memory info = terms.book.rootOf(madeFor.id);
        madeFor.isSimplex = info.kind == RootKind.Simplex;
        madeFor.span = madeFor.isSimplex ? _scaleOf(info, terms) : _widthOf(madeFor.id, terms);
        // Cast: no more than 2^39 - 1.
        madeFor.maxLots = uint40(book.maxLots == 0 || book.maxLots > MAX_LOTS ? MAX_LOTS : book.maxLots);
        madeFor.t2 = book.t2;
    }

    function _scaleOf(RootInfo memory info, MakerTerms calldata terms) private pure returns (uint32) {
        if (terms.points.length != 0 || terms.prior.length != info.branchCount) {
            revert ILmsrMaker.Maker_VerticesOfOtherRoot(info.branchCount, terms.prior.length, terms.points.length);
        }
        // Cast: a scale is above zero.
        return uint32(info.hi);
    }

    function _widthOf(uint32 root, MakerTerms calldata terms) private view returns (uint32) {
        uint256 points = terms.points.length;
        if (points == 0) revert ILmsrMaker.Maker_VerticesOfOtherRoot(0, terms.prior.length, 0);
        // Strikes never move: those of the first branch are the root's first bounds.
        (int256[] memory lower, int256[] memory upper) = terms.book.spansOf(root);
        _requireBound(0, terms.points[0], lower[0]);
        for (uint256 i = 1; i < points; ++i) {
            if (terms.points[i] <= terms.points[i - 1]) revert ILmsrMaker.Maker_PointsNotRising(i, terms.points[i]);
        }
        _requireBound(points - 1, terms.points[points - 1], upper[0]);
        // Cast: both are int32, and the second is above the first.
        return uint32(uint256(upper[0] - lower[0]));
    }

    function _requireBound(uint256 index, int256 point, int256 expected) private pure {
        if (point != expected) revert ILmsrMaker.Maker_PointNotABound(index, point, expected);
    }
}
