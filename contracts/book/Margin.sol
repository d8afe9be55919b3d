// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { Markets, Root } from "./Markets.sol";

/// @dev A trader's margin account in one slot: worst 128 | cash 128 (both signed, session-token wei).
type Account is uint256;

using Accounts for Account global;

library Accounts {
    /// @dev Checked here once more, because a wrapped account would be worth anything; callers refuse with their own error first.
    function pack(int256 cash_, int256 worst_) internal pure returns (Account) {
        // Casts: who is changed by one does not fit.
        if (int128(cash_) != cash_) revert SafeCast.SafeCastOverflowedIntDowncast(128, cash_);
        if (int128(worst_) != worst_) revert SafeCast.SafeCastOverflowedIntDowncast(128, worst_);
        return Account.wrap((uint256(worst_) << 128) | uint256(uint128(int128(cash_))));
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
    int256 lots; // the change; 0 once it was made
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
        mapping(uint64 traderAndRoot => Position) positions; // see _position
    }

    // ------------------------------------------------------------------ storage

    function load(State storage s, uint32 traderId, Root memory root) internal view returns (Exposure memory e) {
        read(s, traderId, root, e);
    }

    /// @notice The same, into an exposure that is not needed any more.
    function read(State storage s, uint32 traderId, Root memory root, Exposure memory e) internal view {
        Account account = s.accounts[traderId];
        Position storage position = _position(s, traderId, root.id);
        uint256 word = position.words[0];
        e.traderId = traderId;
        e.cash = account.cash();
        // Cast: the upper half of the word, as it was stored.
        e.rootWorst = int128(uint128(word >> 128));
        // Both are int128.
        unchecked {
            e.otherWorst = account.worst() - e.rootWorst;
        }
        e.lots = _lots(position, word, root.branchCount);
    }

    /// @notice Writes the account, and of the position what a change of branch `branchId` touches.
    function store(State storage s, Root memory root, Exposure memory e, uint16 branchId) internal {
        Position storage position = _position(s, e.traderId, root.id);
        uint256 slot = _slotOf(branchId - 1);
        position.words[0] = _firstWord(e);
        if (slot != 0) position.words[slot] = _word(e, slot);
        s.accounts[e.traderId] = Accounts.pack(e.cash, e.otherWorst + e.rootWorst);
    }

    /// @notice Writes the account and the whole position.
    function storeAll(State storage s, Root memory root, Exposure memory e) internal {
        Position storage position = _position(s, e.traderId, root.id);
        uint256 last = _slotOf(root.branchCount - 1);
        position.words[0] = _firstWord(e);
        for (uint256 slot = 1; slot <= last; ++slot) {
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
    function checkCollateral(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price
    ) internal pure returns (Cover memory cover) {
        check(root, e, branchId, lots, price, cover);
    }

    /// @notice The same, into a cover that is not needed any more.
    /// @dev |price| <= 2^31, |lots| <= 2^63, tickValue < 2^64: the cost stays below 2^158.
    function check(
        Root memory root,
        Exposure memory e,
        uint16 branchId,
        int256 lots,
        int256 price,
        Cover memory cover
    ) internal pure {
        // Bounds: as above; worst cases of 32 branches below 2^101 ticks * lots, so below 2^165.
        unchecked {
            cover.lots = lots;
            uint256 entry = _entry(e, branchId);
            int256 before = _get(entry);
            int256 held = before + lots;
            _set(entry, held);
            (cover.rootWorst, cover.bindingOutcome) = worstOf(root, e.lots);
            _set(entry, before);

            cover.cash = e.cash - price * lots * root.tickValue;
            int256 worst = e.otherWorst + cover.rootWorst;
            cover.slack = cover.cash + worst;
            // Casts: whoever is changed by one does not fit.
            cover.fits =
                int64(held) == held &&
                _fitsInt128(cover.cash) &&
                fitsWorst(cover.rootWorst) &&
                fitsWorst(worst);
        }
    }

    /// @notice Applies what `checkCollateral` found acceptable. The cover says nothing about the exposure as it is then.
    function apply_(Exposure memory e, Cover memory cover, uint16 branchId) internal pure {
        uint256 entry = _entry(e, branchId);
        // `fits` says that it is an int64.
        unchecked {
            _set(entry, _get(entry) + cover.lots);
        }
        (e.cash, e.rootWorst, cover.lots) = (cover.cash, cover.rootWorst, 0);
    }

    /// @notice R13: covered means solvent in every joint outcome, and storable.
    function isCovered(Cover memory cover) internal pure returns (bool) {
        return cover.slack >= 0 && cover.fits;
    }

    /// @notice The most an order can cost its trader, whatever else the trader holds: its price less its own worst case (R15). That
    /// is where the market pays least to a buyer, most to a seller.
    /// @param lots |lots| <= 2^63
    /// @param marketMin the least that the market can still pay, and
    /// @param marketMax the most; int32, as the price
    /// @param tickValue below 2^64
    function needOf(
        int256 lots,
        int256 price,
        int256 marketMin,
        int256 marketMax,
        int256 tickValue
    ) internal pure returns (uint256) {
        // Below 2^159.
        unchecked {
            int256 need = (price - (lots > 0 ? marketMin : marketMax)) * lots * tickValue;
            return need > 0 ? uint256(need) : 0;
        }
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
        // Below 2^101 and below 2^64.
        unchecked {
            worst *= root.tickValue;
        }
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

    /// @dev One hash instead of two.
    function _position(State storage s, uint32 traderId, uint32 rootId) private view returns (Position storage) {
        return s.positions[(uint64(traderId) << 32) | rootId];
    }

    /// @dev The lots of a position whose slot 0 says `word`. In assembly, because entry by entry it costs three times as much: a
    /// tenth of a check of 32 branches. Whole words are unpacked, so up to 34 entries; memory is taken for all of them.
    function _lots(Position storage position, uint256 word, uint256 count) private view returns (int256[] memory lots) {
        assembly ("memory-safe") {
            lots := mload(0x40)
            mstore(lots, count)
            let entry := add(lots, 0x20)
            let end := add(entry, shl(5, count))
            mstore(entry, signextend(7, word))
            mstore(add(entry, 0x20), signextend(7, shr(64, word)))
            entry := add(entry, 0x40)
            for {
                let slot := add(position.slot, 1)
            } lt(entry, end) {
                slot := add(slot, 1)
            } {
                word := sload(slot)
                mstore(entry, signextend(7, word))
                mstore(add(entry, 0x20), signextend(7, shr(64, word)))
                mstore(add(entry, 0x40), signextend(7, shr(128, word)))
                mstore(add(entry, 0x60), sar(192, word))
                entry := add(entry, 0x80)
            }
            mstore(0x40, entry)
        }
    }

    /// @dev Where in memory the lots of a branch are. The branch was looked up in the root of this exposure, which has an entry for
    /// each: reading and writing without asking again saves a sixth of a check of two legs.
    function _entry(Exposure memory e, uint16 branchId) private pure returns (uint256 entry) {
        int256[] memory lots = e.lots;
        assembly ("memory-safe") {
            entry := add(lots, shl(5, branchId))
        }
    }

    function _get(uint256 entry) private pure returns (int256 lots) {
        assembly ("memory-safe") {
            lots := mload(entry)
        }
    }

    function _set(uint256 entry, int256 lots) private pure {
        assembly ("memory-safe") {
            mstore(entry, lots)
        }
    }

    /// @dev Slot in which entry `index` (branch less one) of a position lies.
    function _slotOf(uint256 index) private pure returns (uint256) {
        unchecked {
            return (index + 2) / 4;
        }
    }

    /// @dev Slot 0: the worst case and two entries, or one. Casts: checkCollateral's `fits` has bounded them all.
    function _firstWord(Exposure memory e) private pure returns (uint256 word) {
        if (e.lots.length > 1) word = uint256(uint64(int64(_get(_entry(e, 2))))) << 64;
        return (uint256(e.rootWorst) << 128) | word | uint64(int64(_get(_entry(e, 1))));
    }

    /// @dev Any slot but 0: four entries, or fewer. Casts: as above.
    function _word(Exposure memory e, uint256 slot) private pure returns (uint256 word) {
        int256[] memory lots = e.lots;
        // slot <= 8
        unchecked {
            uint256 from = slot * 4 - 2;
            uint256 i = from + 4;
            if (i > lots.length) i = lots.length;
            while (i > from) word = (word << 64) | uint64(int64(lots[--i]));
        }
    }

    function _fitsInt128(int256 value) private pure returns (bool) {
        return int128(value) == value;
    }
}
