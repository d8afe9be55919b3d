// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { Root } from "./Markets.sol";

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

    /// @dev Whether an account has room for it. Cast: who is changed by it does not fit.
    function fits(int256 amount) internal pure returns (bool) {
        return int128(amount) == amount;
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

/// @title Margin accounts and positions as they are stored: what a trader has, packed into words
/// @dev Margin judges them once they are unpacked.
library Positions {
    /// @dev Slot 0 of a position: worst 128 | lots of branch 2, 64 | lots of branch 1, 64. Slot 1 on: four branches each,
    /// lowest first. Nine slots hold 34 branches.
    struct Position {
        uint256[9] words;
    }

    struct State {
        mapping(uint32 traderId => Account) accounts;
        mapping(uint64 traderAndRoot => Position) positions; // see _position
    }

    // ------------------------------------------------------------------ reading and writing

    function load(State storage s, uint32 traderId, Root memory root) internal view returns (Exposure memory e) {
        loadInto(s, traderId, root, e);
    }

    function loadInto(State storage s, uint32 traderId, Root memory root, Exposure memory e) internal view {
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
        fits = Accounts.fits(cash);
        if (fits) s.accounts[traderId] = Accounts.pack(cash, account.worst());
    }

    /// @notice Net collateral in the worst joint outcome, wei; never negative (R11).
    function slackOf(State storage s, uint32 traderId) internal view returns (int256) {
        Account account = s.accounts[traderId];
        return account.cash() + account.worst();
    }

    // ------------------------------------------------------------------ one entry of an exposure

    /// @dev Where in memory the lots of a branch are. The branch was looked up in the root of this exposure, which has an entry for
    /// each: reading and writing need not ask again.
    function entryOf(Exposure memory e, uint16 branchId) internal pure returns (uint256 entry) {
        int256[] memory lots = e.lots;
        assembly ("memory-safe") {
            entry := add(lots, shl(5, branchId))
        }
    }

    function lotsAt(uint256 entry) internal pure returns (int256 lots) {
        assembly ("memory-safe") {
            lots := mload(entry)
        }
    }

    function setLotsAt(uint256 entry, int256 lots) internal pure {
        assembly ("memory-safe") {
            mstore(entry, lots)
        }
    }

    // ------------------------------------------------------------------ packing

    /// @dev One hash instead of two.
    function _position(State storage s, uint32 traderId, uint32 rootId) private view returns (Position storage) {
        return s.positions[(uint64(traderId) << 32) | rootId];
    }

    /// @dev The lots of a position whose slot 0 says `word`. In assembly, because entry by entry it costs several times
    /// as much. Whole words are unpacked, so up to 34 entries; memory is taken for all of them.
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

    /// @dev Slot in which entry `index` (branch less one) of a position lies.
    function _slotOf(uint256 index) private pure returns (uint256) {
        unchecked {
            return (index + 2) / 4;
        }
    }

    /// @dev Slot 0: the worst case and two entries, or one. Casts: checkCollateral's `fits` has bounded them all.
    function _firstWord(Exposure memory e) private pure returns (uint256 word) {
        if (e.lots.length > 1) word = uint256(uint64(int64(lotsAt(entryOf(e, 2))))) << 64;
        return (uint256(e.rootWorst) << 128) | word | uint64(int64(lotsAt(entryOf(e, 1))));
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
}
