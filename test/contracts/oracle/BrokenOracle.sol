// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Random, randomFrom } from "../support/Random.sol";
import { SignedPackage as OldSigned } from "./frozen/Types.sol";
import { Drawn } from "./DrawnOrders.sol";
import { Oracle } from "./Oracle.sol";

/// @dev What the old book is told of a quote set.
enum Told {
    All,
    AllButTheLast,
    LastFirst
}

/// @title Two books that are not told the same: beside the old one the new one has a fault in its quote sets
contract BrokenOracle is Oracle(2) {
    Told private immutable TOLD;

    constructor(Told told) {
        TOLD = told;
    }

    /// @notice One quote set, after which both books are compared.
    function quoteSet(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _quotes(random);
        _assertSameState();
    }

    function _oldOrders(Drawn[] memory quotes) internal view override returns (OldSigned[] memory orders) {
        orders = super._oldOrders(quotes);
        if (orders.length == 1) return orders;
        (OldSigned memory first, OldSigned memory last) = (orders[0], orders[orders.length - 1]);
        if (TOLD == Told.LastFirst) (orders[0], orders[orders.length - 1]) = (last, first);
        if (TOLD != Told.AllButTheLast) return orders;
        assembly ("memory-safe") {
            mstore(orders, sub(mload(orders), 1))
        }
    }
}
