// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SessionFactory } from "../../../contracts/SessionFactory.sol";
import { SessionParams } from "../../../contracts/Types.sol";
import { Built } from "./Built.sol";

/// @title The code that a factory clones, and a factory
contract Deployment {
    SessionFactory public immutable FACTORY = factoryWith(createMarkets());
}

function createMarkets() returns (address) {
    return Built.create("OrderBookMarkets", "");
}

/// @param markets the code of the market table
function factoryWith(address markets) returns (SessionFactory) {
    address views = Built.create("OrderBookViews", abi.encode(markets));
    address accounts = Built.create("OrderBookAccounts", abi.encode(views));
    address book = Built.create("OrderBook", abi.encode(accounts));
    address session = Built.create("Session", "");
    address leg = Built.create("LegToken", "");
    bytes memory arguments = abi.encode(session, leg, book);
    return SessionFactory(Built.create("SessionFactory", arguments));
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
