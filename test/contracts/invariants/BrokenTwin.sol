// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { OrderBook } from "../../../contracts/OrderBook.sol";
import { Store } from "../../../contracts/book/Store.sol";
import { OrderWord, OrderWords } from "../../../contracts/libraries/OrderWord.sol";
import { TraderWord } from "../../../contracts/libraries/TraderWord.sol";
import { BASKET_ROOT_ID } from "../../../contracts/Types.sol";
import { Handler } from "./Handler.sol";
import { VM } from "../support/Vm.sol";

/// @title An order book with the faults that the invariants must find
contract BrokenBook is OrderBook {
    constructor(address accounts) OrderBook(accounts) {}

    function addClaim(address trader, int256 amount) external {
        TraderWord t = Store.trader(uint160(trader));
        Store.setTrader(uint160(trader), t.withMoney(t.claim() + amount, t.net()));
    }

    function addNet(address trader, int256 lots) external {
        TraderWord t = Store.trader(uint160(trader));
        Store.setTrader(uint160(trader), t.withMoney(t.claim(), t.net() + lots));
    }

    /// @param branch 0 or 1
    function addLots(address trader, uint256 branch, int256 lots) external {
        uint256 key = Store.positionKey(Store.trader(uint160(trader)).number(), BASKET_ROOT_ID);
        uint256 shift = 216 - 40 * branch;
        assembly ("memory-safe") {
            let word := sload(key)
            let mask := shl(shift, 0xffffffffff)
            sstore(key, or(and(word, not(mask)), and(shl(shift, add(shr(shift, word), lots)), mask)))
        }
    }

    function reprice(uint32 place, int32 price) external {
        OrderWord o = Store.order(place);
        OrderWord changed = OrderWords.pack(o.lots(), price, o.traderNumber(), o.deadline(), o.market(), o.id());
        Store.setOrder(place, changed.withNext(o.next()).withPrev(o.prev()));
    }
}

/// @title A handler whose book has faults that can be set off
contract BrokenHandler is Handler {
    constructor(address brokenBook) Handler(3) {
        (, , address implementation) = deployment.FACTORY().implementations();
        VM.etch(implementation, brokenBook.code);
    }

    /// @dev As any other call to the book, under the watch of invariant 9.
    function poke(bytes calldata data) external {
        _beginWatch();
        (bool success, ) = address(book).call(data);
        assertTrue(success, "poke");
        _endWatch();
    }
}
