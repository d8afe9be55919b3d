// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CheckpointWord, CheckpointWords } from "../../../contracts/libraries/CheckpointWord.sol";
import { MarketWord } from "../../../contracts/libraries/MarketWord.sol";
import { OrderWord, OrderWords } from "../../../contracts/libraries/OrderWord.sol";
import { RootWord, RootWords } from "../../../contracts/libraries/RootWord.sol";
import { TraderWord } from "../../../contracts/libraries/TraderWord.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

/// @title Each field of each word, counted through at its edges
/// @dev The layouts of docs/words.md once more, as numbers. Each field is read out of words that are all zeros or all ones but for
/// it, and written into such words, at its ends and at each of its bits. Reading and writing takes bits to bits, so nothing more can
/// happen between these.
contract WordEdgesTest is Test {
    struct Field {
        uint256 shift;
        uint256 width;
        bool signed;
    }

    // ------------------------------------------------------------------ reading

    function test_TraderWord_IsReadAsItIsLaidOut() external pure {
        uint8[7] memory shifts = [160, 112, 80, 56, 24, 16, 0];
        uint8[7] memory widths = [96, 48, 32, 24, 32, 8, 16];
        for (uint256 f; f < 7; ++f) {
            Field memory field = Field(shifts[f], widths[f], f == 1);
            for (uint256 i; i < 2 * (field.width + 2); ++i) {
                (uint256 word, int256 value) = _wordAt(field, i);
                assertEq(_ofTrader(TraderWord.wrap(word), f), value, "field of a trader's word");
            }
        }
    }

    function test_OrderWord_IsReadAsItIsLaidOut() external pure {
        uint8[8] memory shifts = [216, 184, 152, 120, 88, 56, 32, 0];
        uint8[8] memory widths = [40, 32, 32, 32, 32, 32, 24, 32];
        for (uint256 f; f < 8; ++f) {
            Field memory field = Field(shifts[f], widths[f], f < 2);
            for (uint256 i; i < 2 * (field.width + 2); ++i) {
                (uint256 word, int256 value) = _wordAt(field, i);
                assertEq(_ofOrder(OrderWord.wrap(word), f), value, "field of an order's word");
                if (f != 0) continue;
                assertEq(OrderWord.wrap(word).isOpen(), value != 0, "open");
                assertEq(OrderWord.wrap(word).isDead(), value == 0 && word != 0, "dead");
            }
        }
    }

    function test_MarketWord_IsReadAsItIsLaidOut() external pure {
        uint8[9] memory shifts = [133, 132, 131, 129, 128, 96, 64, 32, 0];
        uint8[9] memory widths = [1, 1, 1, 1, 1, 32, 32, 32, 32];
        for (uint256 f; f < 9; ++f) {
            Field memory field = Field(shifts[f], widths[f], f == 5 || f == 6);
            for (uint256 i; i < 2 * (field.width + 2); ++i) {
                (uint256 word, int256 value) = _wordAt(field, i);
                assertEq(_ofMarket(MarketWord.wrap(word), f), value, "field of a market's word");
            }
        }
    }

    function test_CheckpointWord_IsReadAsItIsLaidOut() external pure {
        for (uint256 f; f < 3; ++f) {
            Field memory field = Field(64 - 32 * f, 32, false);
            for (uint256 i; i < 2 * (field.width + 2); ++i) {
                (uint256 word, int256 value) = _wordAt(field, i);
                CheckpointWord c = CheckpointWord.wrap(word);
                uint256[3] memory read = [c.mark(), c.trades(), c.number()];
                assertEq(read[f], uint256(value), "field of a checkpoint");
                assertEq(c.link(), bytes32(word), "link");
            }
        }
    }

    function test_RootWord_IsReadAsItIsLaidOut() external pure {
        uint8[12] memory shifts = [255, 254, 240, 208, 176, 112, 80, 48, 24, 16, 8, 0];
        uint8[12] memory widths = [1, 1, 8, 32, 32, 64, 32, 32, 24, 8, 8, 8];
        for (uint256 f; f < 12; ++f) {
            Field memory field = Field(shifts[f], widths[f], f == 3 || f == 4);
            for (uint256 i; i < 2 * (field.width + 2); ++i) {
                (uint256 word, int256 value) = _wordAt(field, i);
                assertEq(_ofRoot(RootWord.wrap(word), f), value, "field of a root's word");
            }
        }
        for (uint256 kind; kind < 3; ++kind) {
            RootWord root = RootWord.wrap((type(uint256).max & ~(uint256(0x3f) << 248)) | (kind << 248));
            assertEq(uint256(root.kind()), kind, "kind");
            assertEq(root.isInterval(), kind == 2, "interval");
        }
    }

    // ------------------------------------------------------------------ writing

    function test_Setters_WriteTheirFieldAlone() external pure {
        for (uint256 setter; setter < 9; ++setter) {
            Field memory field = _fieldOf(setter);
            for (uint256 rest; rest < 2; ++rest) {
                for (uint256 i; i < field.width + 2; ++i) {
                    uint256 bits = _bitsAt(field.width, i);
                    uint256 before = rest == 0 ? 0 : type(uint256).max;
                    uint256 mask = ((1 << field.width) - 1) << field.shift;
                    uint256 expected = (before & ~mask) | (bits << field.shift);
                    assertEq(_set(setter, before, _valueOf(field, bits)), expected, "word");
                }
            }
        }
    }

    function test_Pack_PutsEachFieldInItsPlace() external pure {
        uint8[6] memory widths = [40, 32, 32, 32, 24, 32];
        uint8[6] memory shifts = [216, 184, 152, 120, 32, 0];
        for (uint256 f; f < 6; ++f) {
            Field memory field = Field(shifts[f], widths[f], f < 2);
            for (uint256 i; i < field.width + 2; ++i) {
                uint256 bits = _bitsAt(field.width, i);
                int256 v = _valueOf(field, bits);
                OrderWord word = OrderWords.pack(
                    f == 0 ? v : int256(0),
                    f == 1 ? v : int256(0),
                    f == 2 ? uint256(v) : 0,
                    f == 3 ? uint256(v) : 0,
                    f == 4 ? uint256(v) : 0,
                    f == 5 ? uint256(v) : 0
                );
                assertEq(OrderWord.unwrap(word), bits << field.shift, "order");
            }
        }
    }

    function test_PackOfARoot_PutsEachFieldInItsPlace() external pure {
        uint8[6] memory widths = [8, 32, 32, 64, 32, 32];
        uint8[6] memory shifts = [240, 208, 176, 112, 80, 48];
        for (uint256 f; f < 6; ++f) {
            Field memory field = Field(shifts[f], widths[f], f == 1 || f == 2);
            for (uint256 i; i < field.width + 2; ++i) {
                uint256 bits = _bitsAt(field.width, i);
                int256 v = _valueOf(field, bits);
                RootWord word = RootWords.pack(
                    RootKind.Interval,
                    f == 0 ? uint256(v) : 0,
                    f == 1 ? v : int256(0),
                    f == 2 ? v : int256(0),
                    f == 3 ? uint256(v) : 0,
                    f == 4 ? uint256(v) : 0,
                    f == 5 ? uint256(v) : 0
                );
                assertEq(RootWord.unwrap(word), (bits << field.shift) | (2 << 248), "root");
            }
        }
    }

    function test_PackOfACheckpoint_PutsEachFieldInItsPlace() external pure {
        for (uint256 f; f < 4; ++f) {
            Field memory field = f == 0 ? Field(96, 160, false) : Field(96 - 32 * f, 32, false);
            for (uint256 i; i < field.width + 2; ++i) {
                uint256 bits = _bitsAt(field.width, i);
                // What the head has below its upper 160 bits is cut off.
                bytes32 head = f == 0 ? bytes32((bits << 96) | (2 ** 96 - 1)) : bytes32(uint256(2 ** 96 - 1));
                CheckpointWord word = CheckpointWords.pack(
                    head,
                    f == 1 ? bits : 0,
                    f == 2 ? bits : 0,
                    f == 3 ? bits : 0
                );
                assertEq(CheckpointWord.unwrap(word), bits << field.shift, "checkpoint");
            }
        }
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Both the word with zeros and the one with ones around the i-th value of a field, and that value.
    function _wordAt(Field memory field, uint256 i) private pure returns (uint256 word, int256 value) {
        uint256 bits = _bitsAt(field.width, i / 2);
        uint256 mask = ((1 << field.width) - 1) << field.shift;
        word = (bits << field.shift) | (i % 2 == 0 ? 0 : ~mask);
        value = _valueOf(field, bits);
    }

    /// @dev Nothing, everything, and each bit alone.
    function _bitsAt(uint256 width, uint256 i) private pure returns (uint256) {
        if (i == 0) return 0;
        if (i == 1) return (1 << width) - 1;
        return 1 << (i - 2);
    }

    function _valueOf(Field memory field, uint256 bits) private pure returns (int256) {
        bool negative = field.signed && bits >> (field.width - 1) == 1;
        return int256(bits) - (negative ? int256(1 << field.width) : int256(0));
    }

    function _ofTrader(TraderWord t, uint256 f) private pure returns (int256) {
        if (f == 0) return t.claim();
        if (f == 1) return t.net();
        uint256[5] memory read = [t.number(), t.nonceFloor(), t.usedNonces(), t.openOrders(), t.reserve()];
        return int256(read[f - 2]);
    }

    function _ofOrder(OrderWord o, uint256 f) private pure returns (int256) {
        if (f == 0) return o.lots();
        if (f == 1) return o.price();
        uint256[6] memory read = [o.traderNumber(), o.deadline(), o.next(), o.prev(), o.market(), o.id()];
        return int256(read[f - 2]);
    }

    function _ofMarket(MarketWord m, uint256 f) private pure returns (int256) {
        if (f < 5) {
            bool[5] memory flags = [
                m.crossingIsImmediate(),
                m.crossingIsBid(),
                m.crossed(),
                m.knowsPrice(true),
                m.knowsPrice(false)
            ];
            return flags[f] ? int256(1) : int256(0);
        }
        if (f < 7) return m.bestPrice(f == 5);
        return int256(m.best(f == 7));
    }

    function _ofRoot(RootWord r, uint256 f) private pure returns (int256) {
        if (f == 0) return r.settled() ? int256(1) : int256(0);
        if (f == 1) return r.bounded() ? int256(1) : int256(0);
        if (f == 3) return r.lo();
        if (f == 4) return r.hi();
        if (f == 2) return int256(r.branches());
        uint256[7] memory read = [
            r.tickValue(),
            r.closesAt(),
            r.createdAt(),
            r.ladder(),
            r.strikesUpToLo(),
            r.strikesBelowHi(),
            r.strikes()
        ];
        return int256(read[f - 5]);
    }

    function _fieldOf(uint256 setter) private pure returns (Field memory) {
        if (setter == 0) return Field(216, 40, true);
        if (setter == 1) return Field(88, 32, false);
        if (setter == 2) return Field(56, 32, false);
        if (setter == 3) return Field(240, 8, false);
        if (setter == 4) return Field(24, 24, false);
        if (setter == 5) return Field(16, 8, false);
        if (setter == 6) return Field(8, 8, false);
        if (setter == 7) return Field(0, 8, false);
        return Field(112, 48, true);
    }

    function _set(uint256 setter, uint256 word, int256 v) private pure returns (uint256) {
        if (setter == 0) return OrderWord.unwrap(OrderWord.wrap(word).withLots(v));
        if (setter == 1) return OrderWord.unwrap(OrderWord.wrap(word).withNext(uint256(v)));
        if (setter == 2) return OrderWord.unwrap(OrderWord.wrap(word).withPrev(uint256(v)));
        RootWord root = RootWord.wrap(word);
        if (setter == 3) return RootWord.unwrap(root.withBranches(uint256(v)));
        if (setter < 8) {
            uint256 changed = RootWord.unwrap(
                root.withLadder(
                    setter == 4 ? uint256(v) : root.ladder(),
                    setter == 5 ? uint256(v) : root.strikesUpToLo(),
                    setter == 6 ? uint256(v) : root.strikesBelowHi(),
                    setter == 7 ? uint256(v) : root.strikes()
                )
            );
            return changed;
        }
        TraderWord t = TraderWord.wrap(word);
        return TraderWord.unwrap(t.withMoney(t.claim(), v));
    }
}
