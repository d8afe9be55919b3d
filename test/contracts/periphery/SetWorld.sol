// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SetRouter } from "../../../contracts/periphery/SetRouter.sol";
import {
    BASKET_ROOT_ID,
    MarketRecord,
    Placed,
    RootOutcome,
    SessionParams,
    SignedPackage,
    TradePackage
} from "../../../contracts/Types.sol";
import { Baskets } from "../support/Baskets.sol";
import { Orders } from "../support/Orders.sol";
import { VM } from "../support/Vm.sol";
import { PlainOrder } from "./PlainSets.sol";

/// @title A session with a router of complete sets and people who quote its legs
/// @dev The test contract is the organiser; it lends the router its float. Trader 0 is the taker.
abstract contract SetWorld is Baskets {
    uint256 internal constant PEOPLE = 6;
    uint256 internal constant TAKER = 0;
    int256 internal constant SCALE = 10_000;
    uint256 internal constant TICK = 1e11; // wei
    uint256 internal constant LOT = 1e15; // wei, of a lot of a leg that is worth everything
    uint256 internal constant CASH = 100e18;
    uint256 internal constant FLOAT = 100e18;
    uint16 internal constant STEPS = 500;
    address internal constant KEEPER = address(0xCEE9E4);

    SetRouter internal router;
    uint256[] internal keys;
    address[] internal people;
    uint32 internal root;
    uint256 internal legCount; // of the root
    uint256[] internal legs; // of it that can be traded
    int256 internal target = SCALE;
    SessionParams internal _terms;

    // ------------------------------------------------------------------ opening

    /// @dev Sets of a basket of that many assets.
    function _openBasket(uint256 count) internal {
        SessionParams memory params = _setParams(count);
        _openWith(params);
        _watch(BASKET_ROOT_ID, count);
    }

    /// @dev Sets of an event of that many outcomes.
    function _openEvent(uint256 count) internal {
        _openWith(_setParams(2));
        _watch(_makeEvent(count), count);
    }

    function _openWith(SessionParams memory params) internal {
        _terms = params;
        _openSession(params);
        VM.warp(params.t1);
        for (uint256 i; i < PEOPLE; ++i) {
            keys.push(0xA11CE + i);
            people.push(VM.addr(keys[i]));
            _book.deposit(people[i], CASH);
        }
        router = new SetRouter(_book);
        _session.approve(address(router), type(uint256).max);
        router.lend(FLOAT);
    }

    function _setParams(uint256 count) internal returns (SessionParams memory) {
        uint128[] memory quantities = new uint128[](count);
        for (uint256 i; i < count; ++i) {
            quantities[i] = 100e18;
        }
        return _paramsFor(quantities, 1000e18);
    }

    function _watch(uint32 root_, uint256 count) internal {
        (root, legCount) = (root_, count);
        for (uint256 k = 1; k <= count; ++k) {
            legs.push(k);
        }
    }

    function _makeEvent(uint256 outcomes) internal returns (uint32) {
        return _makeRoot(1, outcomes);
    }

    function _makeInterval() internal returns (uint32) {
        return _makeRoot(2, 0);
    }

    /// @dev Outcomes from 0 to the scale. Casts: small.
    function _makeRoot(uint8 kind, uint256 outcomes) private returns (uint32 made) {
        MarketRecord memory r;
        (r.marketBranchId, r.owner, r.kind, r.outcomes) = (1, address(this), kind, uint16(outcomes));
        (r.marketMax, r.tickValue, r.fallbackOutcome) = (int32(SCALE), uint128(TICK), 1);
        (r.closesAt, r.settleBy) = (uint40(block.timestamp + 5 days), uint40(block.timestamp + 20 days));
        r.descriptionHash = keccak256("who wins");
        r.previousLink = _book.linkToSign();
        made = _book.createMarket(r, "", "", "who wins");
        VM.roll(block.number + 1);
    }

    /// @dev Its owner says that a leg will weigh between these.
    function _tighten(uint256 leg, int256 least, int256 most) internal {
        MarketRecord memory r;
        (r.marketRootId, r.marketBranchId, r.owner) = (root, uint16(leg), address(this));
        (r.marketMin, r.marketMax) = (int32(least), int32(most));
        r.previousLink = _book.rootOf(root).tip;
        _book.createMarket(r, "", "", "");
        VM.roll(block.number + 1);
    }

    // ------------------------------------------------------------------ orders

    function _signed(
        uint256 who,
        uint256 leg,
        int256 price,
        int256 lots,
        uint8 timeInForce
    ) internal view returns (SignedPackage memory) {
        // Casts: small.
        TradePackage memory p = Orders.plain(_book, people[who], uint16(leg), int32(price), int64(lots));
        (p.marketRootId, p.timeInForce) = (root, timeInForce);
        return Orders.signed(_book, p, keys[who]);
    }

    /// @dev Straight to the book, in a block of its own.
    function _quote(uint256 who, uint256 leg, int256 price, int256 lots) internal returns (Placed memory placed) {
        placed = _book.createTrade(_signed(who, leg, price, lots, 0), STEPS, STEPS);
        VM.roll(block.number + 1);
    }

    function _route(SignedPackage memory order) internal returns (Placed memory placed, uint256 sets) {
        VM.prank(KEEPER);
        return
            order.tradePackage.quantityLots > 0
                ? router.buyThroughSet(order, STEPS, STEPS)
                : router.sellThroughSet(order, STEPS, STEPS);
    }

    function _sweep() internal returns (uint256 sets, uint256 surplus) {
        VM.prank(KEEPER);
        return router.sweepSets(root, STEPS);
    }

    function _left(Placed memory order) internal view returns (uint256) {
        (uint32 id, , , , , int64 lots, , ) = _book.orderAt(order.place);
        // Cast: its magnitude.
        return order.place != 0 && id == order.tradeRootId ? uint64(lots < 0 ? -lots : lots) : 0;
    }

    // ------------------------------------------------------------------ the book as the judge has it

    function _plainBook() internal view returns (PlainOrder[] memory book) {
        book = new PlainOrder[](200);
        uint256 count;
        for (uint256 k; k < legs.length; ++k) {
            for (uint256 side; side < 2; ++side) {
                count = _plainSide(book, count, legs[k], side == 0);
            }
        }
        assembly ("memory-safe") {
            mstore(book, count)
        }
    }

    function _plainSide(
        PlainOrder[] memory book,
        uint256 count,
        uint256 leg,
        bool bids
    ) private view returns (uint256) {
        (Placed[] memory orders, int32[] memory prices, int64[] memory lots) = _book.depthOf(
            root,
            uint16(leg),
            bids,
            100
        );
        for (uint256 i; i < orders.length; ++i) {
            (, , , uint32 traderId, , , , ) = _book.orderAt(orders[i].place);
            // Cast: its magnitude.
            uint256 size = uint64(lots[i] < 0 ? -lots[i] : lots[i]);
            book[count++] = PlainOrder(leg, bids, prices[i], size, orders[i].tradeRootId, traderId);
        }
        return count;
    }

    // ------------------------------------------------------------------ what everybody is worth

    /// @dev Of each trader, the router last, what it is worth if all weight falls on each leg that can still get any.
    function _worths() internal view returns (int256[][] memory worths) {
        worths = new int256[][](PEOPLE + 1);
        for (uint256 i; i <= PEOPLE; ++i) {
            address who = i == PEOPLE ? address(router) : people[i];
            worths[i] = new int256[](legs.length);
            for (uint256 k; k < legs.length; ++k) {
                worths[i][k] = _book.netCollateral(who, _vertex(legs[k]));
            }
        }
    }

    /// @dev Every leg at the least that it can still weigh, and what is left of the scale on one.
    function _vertex(uint256 leg) private view returns (RootOutcome[] memory outcomes) {
        outcomes = new RootOutcome[](1);
        outcomes[0] = RootOutcome(root, new int32[](legCount));
        int256 left = SCALE;
        for (uint256 k = 1; k <= legCount; ++k) {
            if (k == leg) continue;
            (outcomes[0].values[k - 1], , , , , ) = _book.marketOf(root, uint16(k));
            left -= outcomes[0].values[k - 1];
        }
        outcomes[0].values[leg - 1] = int32(left);
    }

    /// @dev At every vertex nothing was made and nothing lost, but what somebody was paid in tokens; and the router has what it had.
    function _assertConserved(int256[][] memory before, int256[][] memory afterwards, uint256 paidOut) internal view {
        for (uint256 k; k < legs.length; ++k) {
            int256 total = int256(paidOut);
            for (uint256 i; i <= PEOPLE; ++i) {
                total += afterwards[i][k] - before[i][k];
                if (i < PEOPLE) assertGe(afterwards[i][k], int256(0), "covered");
            }
            assertEq(total, 0, "all together have what they had");
            assertEq(afterwards[PEOPLE][k], before[PEOPLE][k], "the router has what it had");
        }
        (, , uint256 openOrders, ) = _book.accountOf(address(router));
        assertEq(openOrders, 0, "no order of the router rests");
    }
}
