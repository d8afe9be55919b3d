// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { LegToken } from "../../../contracts/LegToken.sol";
import { OrderBook } from "../../../contracts/OrderBook.sol";
import { OrderBookAccounts } from "../../../contracts/OrderBookAccounts.sol";
import { OrderBookViews } from "../../../contracts/OrderBookViews.sol";
import { OrderBookMarkets } from "../../../contracts/OrderBookMarkets.sol";
import { Session } from "../../../contracts/Session.sol";
import { SessionFactory } from "../../../contracts/SessionFactory.sol";
import { SessionParams } from "../../../contracts/Types.sol";

/// @title The code that a factory clones, and a factory
/// @dev A contract of its own, so that each test contract carries one copy of all that code and no more.
contract Deployment {
    SessionFactory public immutable FACTORY;

    constructor() {
        address views = address(new OrderBookViews(address(new OrderBookMarkets())));
        address book = address(new OrderBook(address(new OrderBookAccounts(views))));
        FACTORY = new SessionFactory(address(new Session()), address(new LegToken()), book);
    }
}

/// @dev Terms of a session that fits `assets`, in force from now on: opens in a day, settles in ten.
function plainParams(
    address[] memory assets,
    uint128[] memory quantities,
    uint256 supply
) view returns (SessionParams memory) {
    return
        SessionParams({
            name: "Test session",
            symbol: "TST",
            assets: assets,
            quantities: quantities,
            supply: supply,
            t1: uint40(block.timestamp + 1 days),
            t2: uint40(block.timestamp + 10 days),
            policy: address(0),
            settleLimit: type(uint32).max,
            openMarkets: false,
            chainWindow: 256,
            maxOpenOrders: 100,
            maxLots: 0,
            basketScale: 10_000,
            basketTickValue: 1e11
        });
}
