// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Proxy } from "@openzeppelin/contracts/proxy/Proxy.sol";

import { BookBase } from "../../../contracts/book/BookBase.sol";
import { Call } from "../../../contracts/book/Call.sol";
import { Desk } from "../../../contracts/book/Desk.sol";
import { Margin } from "../../../contracts/book/Margin.sol";
import { Markets } from "../../../contracts/book/Markets.sol";
import { Position } from "../../../contracts/book/Position.sol";
import { Store } from "../../../contracts/book/Store.sol";
import { Traders } from "../../../contracts/book/Traders.sol";
import { Zone } from "../../../contracts/book/Zone.sol";
import { Ladder } from "../../../contracts/libraries/Ladder.sol";
import { RootWord } from "../../../contracts/libraries/RootWord.sol";
import { TraderWord } from "../../../contracts/libraries/TraderWord.sol";
import { BASKET_ROOT_ID } from "../../../contracts/Types.sol";
import { createMarkets } from "./Deployment.sol";

/// @dev What is wrong with a broken twin.
enum Fault {
    None,
    GenerousRefresh, // a tick more than the worst case
    CornersOnly, // refresh looks at the ends of an interval alone (as the papers' combinations do)
    LostLots, // realising forgets the last branch
    OwnFallback, // the fallback settles where it was declared, whatever the bounds say now
    StaleWorst // realising leaves the worst case behind
}

/// @title Broken twins of the market table: the judge must catch every one of them
/// @dev Answers what is broken itself, and forwards the rest to the real one.
contract BrokenMarkets is BookBase, Proxy {
    address private immutable REAL = createMarkets();
    Fault private immutable FAULT;

    constructor(Fault fault) {
        FAULT = fault;
    }

    function refresh(uint32 rootId, address[] calldata traders) external {
        if (FAULT != Fault.GenerousRefresh && FAULT != Fault.CornersOnly) _fallback();
        Call memory c;
        if (_lookAt(c, rootId).settled()) _fallback();
        for (uint256 i; i < traders.length; ++i) {
            int256 stored = _load(c, rootId, traders[i]);
            (int256 worst, ) = Margin.worstOf(c, c.position, 0);
            if (FAULT == Fault.GenerousRefresh) worst += 1;
            else if (c.kind == Zone.INTERVAL) worst = _corners(c);
            Position.setSums(c.position, Position.baseOf(c.position), worst);
            Position.store(c.position, 0);
            _pay(traders[i], (worst - stored) * c.tickValue);
        }
    }

    function realise(uint32 rootId, address[] calldata traders) external {
        if (FAULT != Fault.LostLots && FAULT != Fault.StaleWorst) _fallback();
        Call memory c;
        if (!_lookAt(c, rootId).settled()) _fallback();
        for (uint256 i; i < traders.length; ++i) {
            int256 stored = _load(c, rootId, traders[i]);
            if (FAULT == Fault.LostLots) _loseLots(c);
            (int256 worst, ) = Margin.worstOf(c, c.position, 0);
            uint256 words = Position.words(c.positionBranches);
            for (uint256 word = 1; word <= words; ++word) {
                Position.clear(c.position, word);
            }
            if (FAULT == Fault.StaleWorst) Position.setSums(c.position, 0, stored);
            Position.storeAll(c.position, words);
            _pay(traders[i], (worst - stored) * c.tickValue);
        }
    }

    function applyFallback(uint32 rootId) external {
        if (FAULT != Fault.OwnFallback) _fallback();
        Call memory c;
        RootWord root = _lookAt(c, rootId);
        Markets.Stored storage stored = _state().markets.roots[rootId];
        if (c.kind != Zone.INTERVAL || root.settled() || block.timestamp < stored.settleBy) _fallback();
        Store.setRoot(rootId, RootWord.unwrap(_at(c, root, stored.fallbackOutcome)));
    }

    /// @dev What it does not know the real one answers.
    function _lookAt(Call memory c, uint32 rootId) private returns (RootWord) {
        _look(c);
        if (rootId == BASKET_ROOT_ID || !Desk.look(_state().markets, c, rootId, 1)) _fallback();
        return RootWord.wrap(c.root);
    }

    function _load(Call memory c, uint32 rootId, address trader) private view returns (int256 storedWorst) {
        Position.load(c.position, Traders.registered(trader).number(), rootId, c.positionBranches);
        return Position.worst(c.position);
    }

    function _pay(address trader, int256 amount) private {
        TraderWord t = Store.trader(uint160(trader));
        Store.setTrader(uint160(trader), Margin.withMoney(t, t.claim() + amount, t.net()));
    }

    function _loseLots(Call memory c) private pure {
        uint256 last = c.positionBranches - 1;
        int256 lots = Position.lotsOf(c.position, last);
        int256 base = Position.baseOf(c.position);
        if (c.kind == Zone.INTERVAL) {
            (int256 lower, ) = Ladder.strikesOf(Zone.ladder(c.zone), last);
            base -= lots * lower;
        }
        Position.setSums(c.position, base, Position.worst(c.position));
        Position.add(c.position, last, -lots);
    }

    function _corners(Call memory c) private pure returns (int256) {
        RootWord root = RootWord.wrap(c.root);
        c.root = RootWord.unwrap(_at(c, root, root.lo()));
        (int256 atLo, ) = Margin.worstOf(c, c.position, 0);
        c.root = RootWord.unwrap(_at(c, root, root.hi()));
        (int256 atHi, ) = Margin.worstOf(c, c.position, 0);
        c.root = RootWord.unwrap(root);
        return atLo < atHi ? atLo : atHi;
    }

    /// @dev The root as if `y` were all that is possible.
    function _at(Call memory c, RootWord root, int256 y) private pure returns (RootWord) {
        uint256 strikes = root.strikes();
        (uint256 upToLo, uint256 belowHi) = Ladder.boundsAt(Zone.ladder(c.zone), strikes, y, y);
        return root.withBounds(y, y).withLadder(root.ladder(), upToLo, belowHi, strikes);
    }

    function _implementation() internal view override returns (address) {
        return REAL;
    }
}
