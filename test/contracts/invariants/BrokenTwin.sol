// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { OrderBook } from "../../../contracts/OrderBook.sol";
import { Account, Accounts } from "../../../contracts/book/Positions.sol";
import { PackedOrder, PackedOrders } from "../../../contracts/libraries/PackedOrder.sol";
import { Handler } from "./Handler.sol";
import { VM } from "../support/Vm.sol";

/// @title An order book with the faults that the invariants must find
contract BrokenBook is OrderBook {
    constructor(address accounts) OrderBook(accounts) {}

    function addCash(address trader, int256 amount) external {
        uint32 id = _state.traders.ids[trader];
        Account account = _state.positions.accounts[id];
        _state.positions.accounts[id] = Accounts.pack(account.cash() + amount, account.worst());
    }

    function addWorst(address trader, int256 amount) external {
        uint32 id = _state.traders.ids[trader];
        Account account = _state.positions.accounts[id];
        _state.positions.accounts[id] = Accounts.pack(account.cash(), account.worst() + amount);
    }

    function reprice(uint32 id, int32 price) external {
        PackedOrder o = _state.queues.orders[id];
        PackedOrder changed = PackedOrders.pack(o.lots(), price, o.traderId(), o.deadline(), o.market());
        _state.queues.orders[id] = changed.withNext(o.next()).withPrev(o.prev());
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
