// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { LegToken } from "../../../contracts/LegToken.sol";
import { Session } from "../../../contracts/Session.sol";
import { SessionFactory } from "../../../contracts/SessionFactory.sol";
import { OldOrderBook } from "./frozen/OrderBook.sol";
import { OldOrderBookAccounts } from "./frozen/OrderBookAccounts.sol";
import { OldOrderBookMarkets } from "./frozen/OrderBookMarkets.sol";

/// @title A factory of sessions whose order book is the frozen one
contract OldDeployment {
    SessionFactory public immutable FACTORY;

    constructor() {
        address book = address(new OldOrderBook(address(new OldOrderBookAccounts(address(new OldOrderBookMarkets())))));
        FACTORY = new SessionFactory(address(new Session()), address(new LegToken()), book);
    }
}
