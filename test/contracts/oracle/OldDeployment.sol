// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SessionFactory } from "../../../contracts/SessionFactory.sol";
import { Built } from "../support/Built.sol";

/// @title A factory of sessions whose order book is the frozen one
contract OldDeployment {
    SessionFactory public immutable FACTORY;

    constructor() {
        address accounts = _frozen("OrderBookAccounts", abi.encode(_frozen("OrderBookMarkets", "")));
        bytes memory clones = abi.encode(
            Built.create("Session", ""),
            Built.create("LegToken", ""),
            _frozen("OrderBook", abi.encode(accounts))
        );
        FACTORY = SessionFactory(Built.create("SessionFactory", clones));
    }

    function _frozen(string memory name, bytes memory arguments) private returns (address) {
        string memory file = string.concat("test/contracts/oracle/frozen/", name, ".sol");
        return Built.createOfTests(file, string.concat("Old", name), arguments);
    }
}
