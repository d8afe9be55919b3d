// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "session-contracts/contracts/interfaces/IOrderBook.sol";
import { ISession } from "session-contracts/contracts/interfaces/ISession.sol";
import { TradePackage } from "session-contracts/contracts/Types.sol";

/// @title A contract of somebody else that asks a session
contract Watcher {
    function slackOf(ISession session, address trader) external view returns (int256 slack) {
        (slack, ) = IOrderBook(session.orderBook()).checkCollateral(trader, new uint32[](0));
    }

    function linkOf(ISession session, TradePackage calldata order) external view returns (bytes32 link) {
        (link, , , ) = IOrderBook(session.orderBook()).linksOf(order);
    }
}
