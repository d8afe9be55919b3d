// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Margin } from "../../../contracts/book/Margin.sol";
import { Zone } from "../../../contracts/book/Zone.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { MarginCases } from "./MarginCases.sol";

/// @title Given a session's limit of lots, when collateral is checked, then no change takes a market beyond it (R13)
contract MarginLotsTest is MarginCases {
    function testFuzz_ARichTrader_IsCoveredWithinTheLimitAlone(uint256 seed, uint256 kind) external {
        Case memory k = _limited(seed, kind);
        (, , , bool covered) = Margin.check(k.c, k.t, k.c.position, k.lots, k.price);
        assertEq(covered, _plainFits(k, k.lots), "covered");
        assertEq(Margin.roomFor(k.c, k.t, k.c.position, k.lots) == k.lots, covered, "room for it");
        if (covered) return;
        bytes32 expected =
            k.c.maxLots == 0 ? IBookRecords.Book_PositionOverflow.selector : IBookRecords.Book_TooManyLots.selector;
        assertEq(Margin.refusal(k.c, k.t, k.lots), expected, "refusal");
    }

    /// @dev So that a fill in parts needs no other check than the whole.
    function testFuzz_APart_OfWhatIsWithinIt_IsWithinIt(uint256 seed, uint256 kind, uint256 part) external {
        Case memory k = _limited(seed, kind);
        if (!_plainFits(k, k.lots)) return;
        uint256 most = uint256(k.lots < 0 ? -k.lots : k.lots);
        int256 some = int256(bound(part, 1, most));
        (, , , bool covered) = Margin.check(k.c, k.t, k.c.position, k.lots < 0 ? -some : some, k.price);
        assertTrue(covered, "a part");
    }

    function testFuzz_TheRoom_IsTheGreatestPartWithinIt(uint256 seed, uint256 kind) external {
        Case memory k = _limited(seed, kind);
        int256 room = Margin.roomFor(k.c, k.t, k.c.position, k.lots);
        int256 one = k.lots > 0 ? int256(1) : int256(-1);
        int256 greatest = k.lots;
        while (greatest != 0 && !_plainFits(k, greatest)) {
            greatest -= one;
        }
        assertEq(room, greatest, "room");
    }

    /// @dev The ends of what can be stored, in every kind of market.
    function testFuzz_WithoutATerm_TheLimitIsWhatCanBeStored(uint256 seed, uint256 kind) external {
        Case memory k = _limited(seed, kind);
        k.c.maxLots = 0;
        k.c.limit = k.kind == Zone.TWO_LEGS ? int256(2 ** 47 - 1) : int256(2 ** 39 - 1);
        int256 held = Margin.heldOf(k.c, k.t, k.c.position, 1);
        (, , , bool fits) = Margin.check(k.c, k.t, k.c.position, k.c.limit - held, 0);
        (, , , bool exceeds) = Margin.check(k.c, k.t, k.c.position, k.c.limit - held + 1, 0);
        assertTrue(fits || k.c.marketMin < 0, "up to the end");
        assertTrue(!exceeds, "beyond the end");
    }

    /// @dev What the error says: of the last leg of a basket it is about the leg that the change takes it furthest from.
    function testFuzz_TheLotsHeld_AreThoseThatTheLimitIsAbout(uint256 seed, uint256 kind) external {
        Case memory k = _limited(seed, kind);
        uint256 last = k.held.length - 1;
        int256 expected = k.held[k.branch];
        if (k.kind <= Zone.LEGS && k.branch == last) {
            expected = -k.held[0];
            for (uint256 b = 1; b < last; ++b) {
                if (k.lots > 0 ? -k.held[b] > expected : -k.held[b] < expected) expected = -k.held[b];
            }
        }
        assertEq(Margin.heldOf(k.c, k.t, k.c.position, k.lots), expected, "lots");
    }

    /// @dev Positions and changes around the limit, of a trader who can pay for anything here.
    function _limited(uint256 seed, uint256 kind) private returns (Case memory k) {
        Random memory random = randomFrom(seed);
        k = _case(random, kind);
        k.c.maxLots = random.betweenInt(1, 30);
        k.c.limit = k.c.maxLots;
        int256 rich = 2 ** 80;
        k.t = k.t.withMoney(rich, k.t.net());
        k.money = rich;
    }
}
