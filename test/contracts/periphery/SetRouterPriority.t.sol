// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Placed, SignedPackage } from "../../../contracts/Types.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { PlainOrder, PlainSets, PlainTake } from "./PlainSets.sol";
import { SetWorld } from "./SetWorld.sol";
import { VM } from "../support/Vm.sol";

/// @title Given random books of up to four legs and six orders a side, when an order comes through the router or a keeper sweeps, then
/// every lot goes where the plain judge says
contract SetRouterPriorityTest is SetWorld {
    using PlainSets for PlainOrder[];

    uint256 private constant MOST_ORDERS = 6;
    uint256 private constant MOST_PRICES = 7;

    /// @dev What the draws have come to, so that a test can see that something happened.
    struct Tally {
        uint256 swept;
        uint256 bought;
        uint256 sold;
        uint256 mixed;
        uint256 ladders;
    }

    Tally private _tally;
    uint256 private _takersLots;

    function setUp() external view {
        _keepFromReplay();
    }

    /// hardhat-config: fuzz.runs = 24
    function testFuzz_InABasket(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _openBasket(random.between(2, 4));
        _judge(random);
    }

    /// hardhat-config: fuzz.runs = 24
    function testFuzz_InAnEvent(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _openEvent(random.between(2, 4));
        _judge(random);
    }

    /// hardhat-config: fuzz.runs = 24
    function testFuzz_InAnEventWithAnOutcomeLess(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _openEvent(4);
        _fill(random);
        _strikeOut(random.between(1, 4));
        _judgeSweep();
        _judgeTake(random);
    }

    function _judge(Random memory random) private {
        _fill(random);
        _judgeSweep();
        for (uint256 i; i < 3; ++i) {
            _judgeTake(random);
        }
    }

    /// @dev Of so many draws the judge has something to say: sets of both sides, of several prices, beside orders, at one price with them.
    function test_TheDrawnBooksAreOfAllKinds() external {
        for (uint256 seed; seed < 12; ++seed) {
            uint256 snapshot = VM.snapshotState();
            Random memory random = randomFrom(seed);
            _openBasket(random.between(2, 4));
            _judge(random);
            Tally memory now_ = _tally;
            VM.revertToState(snapshot);
            _tally = Tally(
                _tally.swept + now_.swept,
                _tally.bought + now_.bought,
                _tally.sold + now_.sold,
                _tally.mixed + now_.mixed,
                _tally.ladders + now_.ladders
            );
        }
        assertGe(_tally.swept, 3, "sweeps that made sets");
        assertGe(_tally.bought, 3, "buyers who got sets");
        assertGe(_tally.sold, 3, "sellers who got sets");
        assertGe(_tally.mixed, 3, "takers who got both");
        assertGe(_tally.ladders, 3, "takers who got sets at more than one price");
    }

    /// @dev Prices add up to about the scale, so that sets are made about every second time.
    function _fill(Random memory random) private {
        int256 middle = SCALE / int256(legCount);
        for (uint256 leg = 1; leg <= legCount; ++leg) {
            for (uint256 side; side < 2; ++side) {
                uint256 orders = random.below(MOST_ORDERS + 1);
                for (uint256 i; i < orders; ++i) {
                    int256 price = middle + (side == 0 ? int256(-1) : int256(1)) * random.betweenInt(-20, 160) * 5;
                    int256 lots = random.betweenInt(1, 20);
                    _quote(random.below(PEOPLE), leg, price, side == 0 ? lots : -lots);
                }
            }
        }
    }

    function _strikeOut(uint256 leg) private {
        _tighten(leg, 0, 0);
        legs = new uint256[](0);
        for (uint256 k = 1; k <= legCount; ++k) {
            if (k != leg) legs.push(k);
        }
    }

    function _judgeSweep() private {
        PlainOrder[] memory book = _plainBook();
        (uint256 minted, int256 left) = book.sweep(legs, target, true);
        (uint256 merged, int256 saved) = book.sweep(legs, target, false);
        int256[][] memory before = _worths();
        uint256 tokens = _session.balanceOf(KEEPER);
        (uint256 sets, uint256 surplus) = _sweep();
        VM.roll(block.number + 1);
        assertEq(sets, minted + merged, "sets");
        if (sets != 0) ++_tally.swept;
        assertEq(surplus, uint256(left + saved) * TICK, "surplus");
        assertEq(_session.balanceOf(KEEPER) - tokens, surplus, "the keeper has it");
        _assertConserved(before, _worths(), surplus);
        _assertBook(book);
        _assertNoSets();
    }

    function _judgeTake(Random memory random) private {
        (SignedPackage memory order, bool buys) = _draw(random);
        PlainOrder[] memory book = _plainBook();
        uint256 leg = order.tradePackage.marketBranchId;
        int256 limit = order.tradePackage.priceTicks;
        uint256 lots = uint64(buys ? order.tradePackage.quantityLots : -order.tradePackage.quantityLots);
        PlainTake memory t = book.take(legs, target, leg, buys, limit, lots, _book.traderIdOf(people[TAKER]));
        int256[][] memory before = _worths();
        (Placed memory placed, uint256 sets) = _route(order);
        VM.roll(block.number + 1);
        int256[][] memory afterwards = _worths();
        _assertConserved(before, afterwards, 0);
        // With more prices than the router has orders, the book comes before the sets that are left.
        if (t.setPrices > MOST_PRICES) return;
        assertEq(sets, t.sets, "lots of sets");
        if (sets != 0) buys ? ++_tally.bought : ++_tally.sold;
        if (sets != 0 && t.filled > sets) ++_tally.mixed;
        if (t.setPrices > 1) ++_tally.ladders;
        bool rests = order.tradePackage.timeInForce == 0;
        assertEq(_left(placed), rests ? lots - t.filled : 0, "lots that rest");
        _assertBook(book);
        _assertNoSets();
        _assertPaid(before[TAKER], afterwards[TAKER], leg, buys, t);
    }

    /// @dev The taker's leg is worth what was filled; all legs cost it what the judge says. Its own orders on other legs count too.
    function _assertPaid(
        int256[] memory before,
        int256[] memory afterwards,
        uint256 leg,
        bool buys,
        PlainTake memory t
    ) private view {
        int256 filled = (buys ? int256(1) : int256(-1)) * int256(t.filled * LOT);
        for (uint256 k; k < legs.length; ++k) {
            if (_takersLots != 0) return;
            int256 expected = (legs[k] == leg ? filled : int256(0)) - t.cost * int256(TICK);
            assertEq(afterwards[k] - before[k], expected, "what the taker has");
        }
    }

    function _draw(Random memory random) private returns (SignedPackage memory order, bool buys) {
        buys = random.chance(50);
        uint256 leg = legs[random.below(legs.length)];
        int256 middle = SCALE / int256(legCount);
        int256 price = middle + (buys ? int256(1) : int256(-1)) * random.betweenInt(-20, 400) * 5;
        if (price < 0) price = 0;
        int256 lots = random.betweenInt(1, 60);
        _takersLots = _ownLots();
        order = _signed(TAKER, leg, price, buys ? lots : -lots, random.chance(50) ? 1 : 0);
    }

    function _ownLots() private view returns (uint256 lots) {
        PlainOrder[] memory book = _plainBook();
        uint256 id = _book.traderIdOf(people[TAKER]);
        for (uint256 i; i < book.length; ++i) {
            if (book[i].traderId == id) lots += book[i].lots;
        }
    }

    function _assertBook(PlainOrder[] memory expected) private view {
        for (uint256 i; i < expected.length; ++i) {
            PlainOrder memory o = expected[i];
            // Casts: numbers. Nobody has named a place.
            (uint32 id, , , , , int64 lots, , ) = _book.orderAt(uint32(o.id));
            uint256 left = id == o.id ? uint64(lots < 0 ? -lots : lots) : 0;
            assertEq(left, o.lots, "lots that a maker has left");
        }
    }

    function _assertNoSets() private view {
        PlainOrder[] memory book = _plainBook();
        (uint256 minted, ) = book.sweep(legs, target, true);
        (uint256 merged, ) = book.sweep(legs, target, false);
        assertEq(minted + merged, 0, "no sets are left");
    }
}
