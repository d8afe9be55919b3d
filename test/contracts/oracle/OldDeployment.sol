// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { LegToken } from "../../../contracts/LegToken.sol";
import { Session } from "../../../contracts/Session.sol";
import { SessionFactory } from "../../../contracts/SessionFactory.sol";
import { OrderBook } from "./frozen/OrderBook.sol";
import { OrderBookAccounts } from "./frozen/OrderBookAccounts.sol";
import { OrderBookMarkets } from "./frozen/OrderBookMarkets.sol";

/// @title A factory of sessions whose order book is the frozen one
contract OldDeployment {
    SessionFactory public immutable FACTORY;

    constructor() {
        address book = address(new OrderBook(address(new OrderBookAccounts(address(new OrderBookMarkets())))));
        FACTORY = new SessionFactory(address(new Session()), address(new LegToken()), book);
    }
}
