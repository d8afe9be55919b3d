// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Placed, RootOutcome, SignedPackage } from "../../../contracts/Types.sol";
import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { Check } from "./Check.sol";
import { MarketJudge } from "./MarketJudge.sol";
import { Packing } from "./Packing.sol";
import { PlainMarkets, PlainRoot } from "./PlainMarkets.sol";
import { Random } from "./Random.sol";
import { VM } from "./Vm.sol";

/// @dev How a story went, so that a test can see that something happened in it.
struct Tally {
    uint256 records;
    uint256 refusedRecords;
    uint256 orders;
    uint256 refusedOrders;
    uint256 filledLots;
    uint256 placesUsedAgain;
    uint256 offsets;
    uint256 settled;
    uint256 realised;
    uint256 refreshed;
    uint256 realisedLots;
    uint256 withdrawals;
    uint256 exits;
}

/// @title Random trades and money: each step says beforehand what must come of it
abstract contract MarketActions is MarketJudge {
    using PlainMarkets for PlainRoot;

    Placed[] internal open;
    uint32[] internal dead; // places whose orders have gone
    Tally internal tally;

    // ------------------------------------------------------------------ orders

    /// @dev One to three signed orders in one call, of any traders in any markets. The first one's fate is foreseen.
    function _trade(Random memory rand) internal {
        SignedPackage[] memory orders = new SignedPackage[](1 + rand.below(3));
        for (uint256 i; i < orders.length; ++i) {
            orders[i] = _randomOrder(rand);
        }
        bool mustPass = _mustPass(orders[0]);
        bool[] memory mustFail = new bool[](orders.length);
        for (uint256 i; i < orders.length; ++i) {
            mustFail[i] = _mustFail(orders[i], i == 0);
        }
        Placed[] memory placed = book.createTrades(Packing.batch(orders, 100, 100));
        for (uint256 i; i < placed.length; ++i) {
            if (mustFail[i]) Check.equal(placed[i].tradeRootId, 0, "an order that must be refused");
            placed[i].tradeRootId == 0 ? ++tally.refusedOrders : ++tally.orders;
            if (placed[i].place != 0) open.push(placed[i]);
            if (placed[i].place != 0 && placed[i].place != placed[i].tradeRootId) ++tally.placesUsedAgain;
        }
        if (mustPass) Check.isTrue(placed[0].tradeRootId != 0, "a covered order in an open market is accepted");
    }

    /// @dev Open roots more often than others; every second order takes what stands in the book.
    function _randomOrder(Random memory rand) private returns (SignedPackage memory order) {
        uint256 rootId = 1 + rand.below(roots.length + 1);
        if (rootId != 1 && _model(rootId - 2).isSettled()) rootId = 1 + rand.below(roots.length + 1);
        uint256 branch = rand.below(rootId == 1 ? LEGS : roots[rootId - 2].lower.length);
        int256 lots = rand.betweenInt(1, rand.oneIn(3) ? int256(2000) : int256(100));
        if (rand.oneIn(2)) lots = -lots;
        int256 price = _randomPrice(rand, rootId, branch, lots > 0);
        uint8 timeInForce = rand.oneIn(4) ? uint8(rand.below(4)) : 0;
        order = _orderInForce(rand.below(TRADERS), rootId, branch, price, lots, timeInForce);
        if (dead.length != 0 && rand.oneIn(2)) order.place = dead[rand.below(dead.length)];
        // Cast: few orders. Any place at all: a wrong hint means nothing.
        if (rand.oneIn(3)) order.insertAfter = uint32(rand.below(40));
    }

    function _randomPrice(Random memory rand, uint256 rootId, uint256 branch, bool buys) private view returns (int256) {
        // Casts: small.
        (, , , uint32 bid, uint32 ask, ) = book.marketOf(uint32(rootId), uint16(branch + 1));
        uint32 opposite = buys ? ask : bid;
        if (opposite != 0 && rand.oneIn(2)) {
            (, , , , int32 best, , , ) = book.orderAt(opposite);
            return best;
        }
        if (rootId == 1) return rand.betweenInt(4_000, 6_000);
        (int256 min, int256 max) = _model(rootId - 2).boundsOf(branch);
        return rand.oneIn(20) ? rand.betweenInt(min - 1, max + 1) : rand.betweenInt(min, max);
    }

    function _mustFail(SignedPackage memory order, bool first) private view returns (bool) {
        uint256 rootId = order.tradePackage.marketRootId;
        if (clock >= t2) return true;
        if (rootId != 1) {
            PlainRoot memory r = roots[rootId - 2];
            (int256 min, int256 max) = r.boundsOf(order.tradePackage.marketBranchId - 1);
            int256 price = order.tradePackage.priceTicks;
            if (clock >= r.closesAt || min == max || price < min || price > max) return true;
        }
        return first && _slackAfter(order) < 0;
    }

    /// @dev Good till cancelled or immediate; those may also fail for what stands in the book.
    function _mustPass(SignedPackage memory order) private view returns (bool) {
        return order.tradePackage.timeInForce < 2 && !_mustFail(order, true);
    }

    function _slackAfter(SignedPackage memory order) private view returns (int256) {
        return
            _slackWith(
                order.tradePackage.trader,
                order.tradePackage.marketRootId,
                order.tradePackage.marketBranchId - 1,
                order.tradePackage.priceTicks,
                order.tradePackage.quantityLots
            );
    }

    /// @notice A trader's net collateral at worst if so many lots were filled: this root by enumeration, others as stored.
    function _slackWith(
        address trader,
        uint256 rootId,
        uint256 branch,
        int256 price,
        int256 lots
    ) internal view returns (int256 slack) {
        (slack, ) = book.checkCollateral(trader, _one(rootId));
        int256[] memory held = book.positionOf(trader, uint32(rootId));
        if (rootId == 1) {
            slack -= _basketWorst(trader) + price * lots * (LOT_VALUE / 10_000);
            held[branch] += lots;
            return slack + (held[0] < held[1] ? held[0] : held[1]) * LOT_VALUE;
        }
        PlainRoot memory r = roots[rootId - 2];
        slack -= r.worstOf(held) + price * lots * r.tickValue;
        held[branch] += lots;
        slack += r.worstOf(held);
    }

    /// @notice What a resting order would leave its trader with, wei; the most there is if it does not rest any more.
    function _slackOfResting(Placed memory order) internal view returns (int256) {
        (uint32 id, uint32 rootId, uint16 branch, uint32 traderId, int32 price, int64 lots, , ) = book.orderAt(
            order.place
        );
        if (id != order.tradeRootId) return type(int256).max;
        return _slackWith(traders[traderId - 1], rootId, branch - 1, price, lots);
    }

    /// @dev By its trader it always goes; by a stranger only if it is over, or uncovered.
    function _offset(Random memory rand) internal {
        _forgetClosed();
        if (open.length == 0) return;
        Placed[] memory orders = new Placed[](1);
        orders[0] = open[rand.below(open.length)];
        (, uint32 rootId, uint16 branch, uint32 traderId, , , , ) = book.orderAt(orders[0].place);
        bool own = rand.oneIn(4);
        bool goes = own || _slackOfResting(orders[0]) < 0 || _isOver(rootId, branch - 1);
        if (own) VM.prank(traders[traderId - 1]);
        try book.offset(orders, 0) {
            Check.isTrue(goes, "a covered order in an open market stands");
            ++tally.offsets;
        } catch (bytes memory reason) {
            Check.isTrue(!goes, "an order that is over or uncovered goes");
            Check.sameError(reason, IBookRecords.Book_OrderStands.selector, "it stands");
        }
    }

    function _isOver(uint256 rootId, uint256 branch) private view returns (bool) {
        if (rootId == 1) return clock >= t2;
        PlainRoot memory r = roots[rootId - 2];
        (int256 min, int256 max) = r.boundsOf(branch);
        return clock >= r.closesAt || min == max;
    }

    function _forgetClosed() internal {
        for (uint256 i = open.length; i > 0; --i) {
            Placed memory order = open[i - 1];
            (uint32 id, , , , , , , ) = book.orderAt(order.place);
            if (id == order.tradeRootId) continue;
            if (id == 0) dead.push(order.place);
            open[i - 1] = open[open.length - 1];
            open.pop();
        }
    }

    // ------------------------------------------------------------------ money

    function _withdraw(Random memory rand) internal {
        uint256 i = rand.below(TRADERS);
        (int256 cash, int256 worst, , uint256 reserved) = book.accountOf(traders[i]);
        if (clock >= t2) reserved = 0;
        uint256 slack = uint256(cash + worst); // Cast: never negative, by the judge.
        uint256 amount = 1 + rand.below(slack + slack / 4 + 2);
        bytes4 expected = bytes4(0);
        if (amount > slack) expected = IBookRecords.Book_WithdrawalTooLarge.selector;
        else if (slack - amount < reserved) expected = IBookRecords.Book_WithdrawalUncoversOrders.selector;
        VM.prank(traders[i]);
        try book.withdraw(amount, address(0xBEEF), 0) {
            Check.isTrue(expected == 0, "a withdrawal that must be refused");
            ++tally.withdrawals;
        } catch (bytes memory reason) {
            Check.sameError(reason, expected, "a withdrawal");
        }
    }

    /// @dev What is paid: cash, all other roots at their stored worst, and the lots of each leg.
    function _exit(Random memory rand) internal {
        _exitOf(rand.below(TRADERS), rand.oneIn(2));
    }

    function _exitOf(uint256 i, bool redeemAssets) internal {
        (int256 cash, int256 worst, , ) = book.accountOf(traders[i]);
        int256[] memory lots = book.positionOf(traders[i], 1);
        int256 others = cash + worst - _basketWorst(traders[i]);
        bytes4 expected = bytes4(0);
        if (clock < t2) expected = IBookRecords.Book_NotSettling.selector;
        else if (others + lots[0] * LOT_VALUE == 0 && others + lots[1] * LOT_VALUE == 0) {
            expected = IBookRecords.Book_NothingToExit.selector;
        }
        VM.prank(traders[i]);
        try book.exit(traders[i], redeemAssets) returns (uint256[] memory claims) {
            Check.isTrue(expected == 0, "an exit that must be refused");
            for (uint256 k; k < LEGS; ++k) {
                Check.equal(int256(claims[k]), others + lots[k] * LOT_VALUE, "the claim on a leg");
            }
            ++tally.exits;
        } catch (bytes memory reason) {
            Check.sameError(reason, expected, "an exit");
        }
    }

    // ------------------------------------------------------------------ lazy bookkeeping

    /// @dev Brings the stored worst cases up to date: nobody's net collateral changes in any outcome.
    function _refresh(Random memory rand) internal {
        uint256 root = rand.below(roots.length);
        address[] memory some = _some(rand);
        bytes4 expected = _model(root).isSettled() ? IBookRecords.Book_MarketSettled.selector : bytes4(0);
        (RootOutcome[] memory outcomes, int256[] memory before) = _netNow(rand);
        try book.refresh(uint32(root + 2), some) {
            Check.isTrue(expected == 0, "a refresh that must be refused");
            _requireNet(outcomes, before);
            for (uint256 i; i < some.length; ++i) {
                (int256 cash, int256 worst, , ) = book.accountOf(some[i]);
                (int256 slack, ) = book.checkCollateral(some[i], _one(root + 2));
                Check.equal(cash + worst, slack, "the stored worst case is up to date");
            }
            ++tally.refreshed;
        } catch (bytes memory reason) {
            Check.sameError(reason, expected, "a refresh");
        }
    }

    /// @dev Turns positions of a settled root into cash: nobody's net collateral changes.
    function _realise(Random memory rand) internal {
        uint256 root = rand.below(roots.length);
        for (uint256 i; i < roots.length && !_model(root).isSettled(); ++i) {
            root = rand.below(roots.length); // a settled one more often
        }
        PlainRoot memory r = _model(root);
        address[] memory some = _some(rand);
        bytes4 expected = r.isSettled() ? bytes4(0) : IBookRecords.Book_MarketNotSettled.selector;
        (RootOutcome[] memory outcomes, int256[] memory before) = _netNow(rand);
        tally.realisedLots += _lotsOf(some, r.id);
        try book.realise(r.id, some) {
            Check.isTrue(expected == 0, "a realisation that must be refused");
            _requireNet(outcomes, before);
            for (uint256 i; i < some.length; ++i) {
                int256[] memory lots = book.positionOf(some[i], r.id);
                for (uint256 b; b < lots.length; ++b) {
                    Check.equal(lots[b], 0, "nothing is left of a realised position");
                }
            }
            ++tally.realised;
        } catch (bytes memory reason) {
            Check.sameError(reason, expected, "a realisation");
        }
    }

    function _lotsOf(address[] memory some, uint32 rootId) private view returns (uint256 total) {
        for (uint256 i; i < some.length; ++i) {
            int256[] memory lots = book.positionOf(some[i], rootId);
            for (uint256 b; b < lots.length; ++b) {
                // Casts: magnitudes.
                total += lots[b] < 0 ? uint256(-lots[b]) : uint256(lots[b]);
            }
        }
    }

    function _model(uint256 root) internal view returns (PlainRoot memory) {
        return roots[root];
    }

    function _netNow(Random memory rand) internal view returns (RootOutcome[] memory outcomes, int256[] memory net) {
        outcomes = _jointOutcome(roots, rand);
        _setBasket(outcomes, rand.below(LEGS));
        net = new int256[](TRADERS);
        for (uint256 i; i < TRADERS; ++i) {
            net[i] = book.netCollateral(traders[i], outcomes);
        }
    }

    function _requireNet(RootOutcome[] memory outcomes, int256[] memory before) internal view {
        for (uint256 i; i < TRADERS; ++i) {
            Check.equal(book.netCollateral(traders[i], outcomes), before[i], "net collateral in an outcome");
        }
    }

    function _some(Random memory rand) private view returns (address[] memory some) {
        some = new address[](1 + rand.below(TRADERS));
        uint256 first = rand.below(TRADERS);
        for (uint256 i; i < some.length; ++i) {
            some[i] = traders[(first + i) % TRADERS];
        }
    }
}
