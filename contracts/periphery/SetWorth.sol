// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clones } from "@openzeppelin/contracts/proxy/Clones.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import { IOrderBook } from "../interfaces/IOrderBook.sol";
import { BASKET_ROOT_ID, BookTerms, RootInfo, RootKind } from "../Types.sol";
import { House } from "./House.sol";
import { ISetRouter } from "./ISetRouter.sol";
import { SetPlan } from "./SetPlan.sol";

/// @title What a router is worth, and that a call which made sets has not changed it
abstract contract SetWorth is House, ISetRouter {
    using SafeERC20 for IERC20;

    /// @dev Orders of its own that the taker can meet; the taker may be a wallet too, and a batch asks 8.
    uint256 internal constant MAX_RUNGS = 7;
    /// @dev What must be there for a try, and for each leg besides: the book refuses a batch that might not end in good order. With less,
    /// whoever looks for the least gas that does not fail would find what only brings the order to its own leg.
    uint256 private constant GAS = 1_800_000;
    uint256 private constant GAS_PER_LEG = 200_000;
    /// @dev As the book has it without maxLots, but for a basket of two.
    uint256 private constant MAX_LOTS = 2 ** 39 - 1;

    IERC20 public immutable SESSION;
    uint256 private immutable LIMIT; // lots
    uint256 private immutable ASSETS;
    int256 private immutable SCALE; // of the basket
    uint256 private immutable RUNGS;

    /// @dev What the router is worth.
    struct Worth {
        int256[] legs; // of a basket claims, wei; of an event lots
        int256 slack; // net collateral in the worst outcome, wei
    }

    /// @dev Of a call: where its own orders come from.
    struct Pen {
        bytes32 link;
        uint32 newest;
        uint64 nonce;
        uint16 maxSteps;
        uint16 maxWalk;
    }

    /// @param book_ a clone of a factory
    constructor(IOrderBook book_) House(book_) {
        BookTerms memory terms = abi.decode(Clones.fetchCloneArgs(address(book_)), (BookTerms));
        SESSION = IERC20(terms.session);
        (ASSETS, SCALE) = (terms.assetCount, terms.basketScale);
        LIMIT = terms.maxLots == 0 || terms.maxLots > MAX_LOTS ? MAX_LOTS : terms.maxLots;
        RUNGS = terms.maxOpenOrders < MAX_RUNGS ? terms.maxOpenOrders : MAX_RUNGS;
        SESSION.forceApprove(address(book_), type(uint256).max);
    }

    /// @dev A plan to be made, with what the router has for it, and what the router is worth before.
    function _begin(
        uint32 root,
        bool mints,
        Pen memory pen,
        uint256 most
    ) internal view returns (SetPlan memory p, Worth memory before) {
        (p.branches, p.target) = _simplex(root);
        uint256 needed = GAS + GAS_PER_LEG * p.branches;
        if (gasleft() < needed) revert SetRouter_OutOfGas(gasleft(), needed);
        (p.root, p.mints) = (root, mints);
        (p.steps, p.maxRungs) = (pen.maxSteps, RUNGS);
        before = _worth(root);
        // Cast: never negative (R11).
        p.float = uint256(before.slack);
        p.room = _room(root, mints, before.legs);
        if (p.room > most) p.room = most;
        (pen.nonce, ) = BOOK.noncesOf(address(this));
    }

    function _simplex(uint32 root) internal view returns (uint256 branches, int256 scale) {
        if (root == BASKET_ROOT_ID) return (ASSETS, SCALE);
        RootInfo memory info = BOOK.rootOf(root);
        if (info.kind != RootKind.Simplex) revert SetRouter_NoSets(root);
        return (info.branchCount, info.hi);
    }

    function _worth(uint32 root) private view returns (Worth memory worth) {
        if (root != BASKET_ROOT_ID) {
            (int256 claim, int256 worst, , ) = BOOK.accountOf(address(this));
            return Worth(BOOK.positionOf(address(this), root), claim + worst);
        }
        uint256[] memory claims = BOOK.claimsOf(address(this));
        worth.slack = type(int256).max;
        worth.legs = new int256[](claims.length);
        for (uint256 k; k < claims.length; ++k) {
            // Cast: claims stay below 2^96.
            worth.legs[k] = int256(claims[k]);
            if (worth.legs[k] < worth.slack) worth.slack = worth.legs[k];
        }
    }

    /// @dev Sets of an event stay lots until it is settled, those of the basket are cash.
    function _room(uint32 root, bool mints, int256[] memory lots) private view returns (uint256 room) {
        room = LIMIT;
        if (root == BASKET_ROOT_ID) return room;
        for (uint256 k; k < lots.length; ++k) {
            // Cast: the book lets nobody beyond the limit.
            int256 left = int256(LIMIT) + (mints ? lots[k] : -lots[k]);
            if (left <= 0) return 0;
            // Cast: just seen to be positive.
            if (uint256(left) < room) room = uint256(left);
        }
    }

    /// @dev That nothing but whole sets came of it, and that they were paid: the router is worth `surplus` more in every outcome.
    function _requireWhole(
        SetPlan memory p,
        Worth memory before,
        uint256 sets
    ) internal view returns (uint256 surplus) {
        Worth memory now_ = _worth(p.root);
        int256 gain = now_.slack - before.slack;
        if (gain < p.surplus * p.tickValue) revert SetRouter_Incomplete(sets);
        int256[] memory expected = new int256[](before.legs.length);
        if (p.root == BASKET_ROOT_ID) {
            for (uint256 k; k < expected.length; ++k) {
                expected[k] = gain;
            }
        } else {
            // Cast: lots are few.
            int256 lots = p.mints ? -int256(sets) : int256(sets);
            if (p.branch != 0) expected[p.branch - 1] = lots;
            for (uint256 k; k < p.legs.length; ++k) {
                expected[p.legs[k].branch - 1] = lots;
            }
        }
        for (uint256 k; k < expected.length; ++k) {
            if (now_.legs[k] - before.legs[k] != expected[k]) revert SetRouter_Incomplete(sets);
        }
        // Cast: the plan's surplus is not negative.
        return uint256(gain);
    }
}
