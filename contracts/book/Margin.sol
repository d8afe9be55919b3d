// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { Markets, Root } from "./Markets.sol";

/// @dev A trader's margin account in one slot: worst 128 | cash 128 (both signed, session-token wei).
type Account is uint256;

using Accounts for Account global;

library Accounts {
    using SafeCast for int256;

    /// @dev Checked here once more, because a wrapped account would be worth anything; callers refuse with their own error first.
    function pack(int256 cash_, int256 worst_) internal pure returns (Account) {
        return Account.wrap((uint256(uint128(worst_.toInt128())) << 128) | uint256(uint128(cash_.toInt128())));
    }

    /// @dev c: deposits, plus premiums received, less premiums paid.
    function cash(Account account) internal pure returns (int256) {
        return int128(uint128(Account.unwrap(account)));
    }

    /// @dev W: the sum over all roots of the stored worst case of the trader's position there.
    function worst(Account account) internal pure returns (int256) {
        return int128(uint128(Account.unwrap(account) >> 128));
    }
}

/// @dev A trader as one root sees it, unpacked: the account split into this root and all others.
struct Exposure {
    uint32 traderId;
    int256 cash;
    int256 otherWorst; // stored worsts of all other roots
    int256 rootWorst; // stored worst of this root
    int256[] lots; // one entry a branch of this root
}

/// @dev What a change would do to a trader.
struct Cover {
    int256 slack; // net collateral in the worst joint outcome, wei
    int256 cash;
    int256 rootWorst;
    int256 bindingOutcome; // where this root is worst
    bool fits; // whether the book can store it
}

/// @title Margin accounts
/// @notice R11, the hard rule: cash + W >= 0 for every trader after every change. As roots are independent, W is a sum, and a
/// change of one root needs that root alone.
library Margin {
    using SafeCast for int256;

    /// @dev Slot 0 of a position: worst 128 | lots of branch 2, 64 | lots of branch 1, 64. Slot 1 on: four branches each,
    /// lowest first. Nine slots hold 34 branches.
    struct Position {
        uint256[9] words;
    }

    /// @dev Far above any session's supply (2^96), far below an int128.
    int256 private constant MAX_WORST = 2 ** 125;

    struct State {
        mapping(uint32 traderId => Account) accounts;
        mapping(uint32 traderId => mapping(uint32 rootId => Position)) positions;
    }

    // ------------------------------------------------------------------ storage

    function load(State storage s, uint32 traderId, Root memory root) internal view returns (Exposure memory e) {
        Account account = s.accounts[traderId];
        Position storage position = s.positions[traderId][root.id];
        uint256 word = position.words[0];
        e.traderId = traderId;
        e.cash = account.cash();
        // Cast: the upper half of the word, as it was stored.
        e.rootWorst = int128(uint128(word >> 128));
        e.otherWorst = account.worst() - e.rootWorst;
        e.lots = new int256[](root.branchCount);
        for (uint256 i; i < root.branchCount; ++i) {
            (uint256 slot, uint256 shift) = _place(i);
            if (i != 0 && shift == 0) word = position.words[slot];
            // Cast: cuts out the field.
            e.lots[i] = int64(uint64(word >> shift));
        }
    }

    /// @notice Writes the account, and of the position what a change of branch `branchId` touches.
    function store(State storage s, Root memory root, Exposure memory e, uint16 branchId) internal {
        Position storage position = s.positions[e.traderId][root.id];
        (uint256 slot, ) = _place(branchId - 1);
        position.words[0] = _word(e, 0);
        if (slot != 0) position.words[slot] = _word(e, slot);
        s.accounts[e.traderId] = Accounts.pack(e.cash, e.otherWorst + e.rootWorst);
    }

    /// @notice Writes the account and the whole position.
    function storeAll(State storage s, Root memory root, Exposure memory e) internal {
        Position storage position = s.positions[e.traderId][root.id];
        (uint256 last, ) = _place(root.branchCount - 1);
        for (uint256 slot; slot <= last; ++slot) {
            position.words[slot] = _word(e, slot);
        }
        s.accounts[e.traderId] = Accounts.pack(e.cash, e.otherWorst + e.rootWorst);
    }

    /// @notice Adds to a trader's cash, or takes from it, what is known to leave it covered.
    /// @return fits false if the book cannot store the sum; nothing has changed then
    function addCash(State storage s, uint32 traderId, int256 amount) internal returns (bool fits) {
        Account account = s.accounts[traderId];
        int256 cash = account.cash() + amount;
        fits = _fitsInt128(cash);
        if (fits) s.accounts[traderId] = Accounts.pack(cash, account.worst());
    }

    /// @notice Net collateral in the worst joint outcome, wei; never negative (R11).
    function slackOf(State storage s, uint32 traderId) internal view returns (int256) {
        Account account = s.accounts[traderId];
        return account.cash() + account.worst();
    }

    // ------------------------------------------------------------------ the check (seed: checkCollateral)

    /// @notice What it would mean to buy `lots` (negative: sell) of a branch at `price`. Changes nothing.
    /// @dev |price| <= 2^31, |lots| <= 2^63, tickValue < 2^64: the cost stays below 2^158.
    function checkCollateral(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price
    ) internal pure returns (Cover memory cover) {
        int256 before = e.lots[branchId - 1];
        int256 held = before + lots;
        e.lots[branchId - 1] = held;
        (cover.rootWorst, cover.bindingOutcome) = worstOf(root, e.lots);
        e.lots[branchId - 1] = before;

        cover.cash = e.cash - price * lots * root.tickValue;
        int256 worst = e.otherWorst + cover.rootWorst;
        cover.slack = cover.cash + worst;
        cover.fits = _fitsInt64(held) && _fitsInt128(cover.cash) && fitsWorst(cover.rootWorst) && fitsWorst(worst);
    }

    /// @notice Applies what `checkCollateral` found acceptable.
    function apply_(Exposure memory e, Cover memory cover, uint16 branchId, int256 lots) internal pure {
        e.lots[branchId - 1] += lots;
        e.cash = cover.cash;
        e.rootWorst = cover.rootWorst;
    }

    /// @notice R13: covered means solvent in every joint outcome, and storable.
    function isCovered(Cover memory cover) internal pure returns (bool) {
        return cover.slack >= 0 && cover.fits;
    }

    /// @notice The most an order can cost its trader, whatever else the trader holds: its price less its own worst case (R15).
    function needOf(Root memory root, uint16 branchId, int256 lots, int256 price) internal pure returns (uint256) {
        int256[] memory alone = new int256[](root.branchCount);
        alone[branchId - 1] = lots;
        (int256 worst, ) = worstOf(root, alone);
        int256 need = price * lots * root.tickValue - worst;
        return need > 0 ? uint256(need) : 0;
    }

    /// @notice Whether a worst case, of one root or of all, keeps enough distance from an int128 that what follows from it (all
    /// roots but one, the cash after an exit or a settlement) fits one too.
    function fitsWorst(int256 worst) internal pure returns (bool) {
        return worst >= -MAX_WORST && worst <= MAX_WORST;
    }

    /// @notice Worst case of a position in one root, wei, and the outcome where it is.
    function worstOf(
        Root memory root,
        int256[] memory lots
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        (worst, bindingOutcome) = Markets.worstOf(root, lots);
        worst *= root.tickValue;
    }

    // ------------------------------------------------------------------ claims on the basket (R16)

    /// @notice Net collateral at each vertex of the basket simplex, every other root at its worst: the trader's claim on each
    /// asset, wei of claim tokens.
    /// @dev R11 keeps every one of them from being negative.
    function claimsOf(Root memory basket, Exposure memory e) internal pure returns (uint256[] memory claims) {
        int256 lotValue = basket.hi * basket.tickValue;
        claims = new uint256[](e.lots.length);
        for (uint256 k; k < claims.length; ++k) {
            claims[k] = (e.cash + e.otherWorst + e.lots[k] * lotValue).toUint256();
        }
    }

    /// @notice R19: the position becomes `value` wei of cash.
    /// @return whether the book can store that
    function realise(Exposure memory e, int256 value) internal pure returns (bool) {
        e.cash += value;
        e.rootWorst = 0;
        e.lots = new int256[](e.lots.length);
        return _fitsInt128(e.cash) && _fitsInt128(e.otherWorst);
    }

    /// @notice What is left of an exposure when all its claims are paid.
    function empty(Exposure memory e) internal pure {
        e.cash = -e.otherWorst;
        e.rootWorst = 0;
        e.lots = new int256[](e.lots.length);
    }

    // ------------------------------------------------------------------ packing

    /// @dev Where entry `index` (branch less one) of a position lies.
    function _place(uint256 index) private pure returns (uint256 slot, uint256 shift) {
        if (index < 2) return (0, index * 64);
        return ((index - 2) / 4 + 1, ((index - 2) % 4) * 64);
    }

    function _word(Exposure memory e, uint256 slot) private pure returns (uint256 word) {
        (uint256 from, uint256 to) = slot == 0 ? (0, 2) : (slot * 4 - 2, slot * 4 + 2);
        if (to > e.lots.length) to = e.lots.length;
        // Casts: checkCollateral's `fits` has bounded what is stored.
        for (uint256 i = from; i < to; ++i) {
            word |= uint256(uint64(int64(e.lots[i]))) << ((i - from) * 64);
        }
        if (slot == 0) word |= uint256(uint128(int128(e.rootWorst))) << 128;
    }

    function _fitsInt64(int256 value) private pure returns (bool) {
        return value >= type(int64).min && value <= type(int64).max;
    }

    function _fitsInt128(int256 value) private pure returns (bool) {
        return value >= type(int128).min && value <= type(int128).max;
    }
}
