// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Proxy } from "@openzeppelin/contracts/proxy/Proxy.sol";

import { OrderBookMarkets } from "../../../contracts/OrderBookMarkets.sol";
import { BookBase } from "../../../contracts/book/BookBase.sol";
import { Margin } from "../../../contracts/book/Margin.sol";
import { Markets, Root } from "../../../contracts/book/Markets.sol";
import { Exposure, Positions } from "../../../contracts/book/Positions.sol";
import { Traders } from "../../../contracts/book/Traders.sol";
import { RootKind } from "../../../contracts/Types.sol";

/// @dev What is wrong with a broken twin.
enum Fault {
    None,
    GenerousRefresh, // a wei more than the worst case
    CornersOnly, // refresh looks at the ends of an interval alone (as the papers' combinations do)
    LostLots, // realising forgets the last branch
    OwnFallback, // the fallback settles where it was declared, whatever the bounds say now
    StaleWorst // realising leaves the worst case behind
}

/// @title Broken twins of the market table: the judge must catch every one of them
/// @dev Answers what is broken itself, and forwards the rest to the real one.
contract BrokenMarkets is BookBase, Proxy {
    using Markets for Markets.State;
    using Positions for Positions.State;
    using Traders for Traders.State;

    address private immutable REAL = address(new OrderBookMarkets());
    Fault private immutable FAULT;

    constructor(Fault fault) {
        FAULT = fault;
    }

    function refresh(uint32 rootId, address[] calldata traders) external {
        Root memory root = _knownMarket(_terms(), rootId, 1).root;
        if (root.settled || (FAULT != Fault.GenerousRefresh && FAULT != Fault.CornersOnly)) _fallback();
        for (uint256 i; i < traders.length; ++i) {
            Exposure memory e = _state.positions.load(_state.traders.registered(traders[i]), root);
            (e.rootWorst, ) = Margin.worstOf(root, e.lots);
            if (FAULT == Fault.GenerousRefresh) e.rootWorst += 1;
            else if (root.kind == RootKind.Interval) e.rootWorst = _corners(root, e.lots);
            _state.positions.store(root, e, 1);
        }
    }

    function realise(uint32 rootId, address[] calldata traders) external {
        Root memory root = _knownMarket(_terms(), rootId, 1).root;
        if (!root.settled || (FAULT != Fault.LostLots && FAULT != Fault.StaleWorst)) _fallback();
        for (uint256 i; i < traders.length; ++i) {
            Exposure memory e = _state.positions.load(_state.traders.registered(traders[i]), root);
            int256 before = e.rootWorst;
            if (FAULT == Fault.LostLots) e.lots[e.lots.length - 1] = 0;
            (int256 cash, ) = Margin.worstOf(root, e.lots);
            Margin.realise(e, cash);
            if (FAULT == Fault.StaleWorst) e.rootWorst = before;
            _state.positions.storeAll(root, e);
        }
    }

    function applyFallback(uint32 rootId) external {
        Markets.Stored storage stored = _state.markets.roots[rootId];
        bool isInterval = _state.markets.rootOf(_terms(), rootId).kind == RootKind.Interval;
        if (FAULT != Fault.OwnFallback || !isInterval || stored.settled || block.timestamp < stored.settleBy)
            _fallback();
        (stored.lo, stored.hi, stored.settled) = (stored.fallbackOutcome, stored.fallbackOutcome, true);
    }

    function _corners(Root memory root, int256[] memory lots) private pure returns (int256) {
        (int256 lo, int256 hi) = (root.lo, root.hi);
        root.hi = lo;
        (int256 atLo, ) = Margin.worstOf(root, lots);
        (root.lo, root.hi) = (hi, hi);
        (int256 atHi, ) = Margin.worstOf(root, lots);
        root.lo = lo;
        return atLo < atHi ? atLo : atHi;
    }

    function _implementation() internal view override returns (address) {
        return REAL;
    }
}
