// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISession } from "../interfaces/ISession.sol";

/// @title Test only: what says it is the session of somebody else's book, and that its t2 is now
contract LyingSession {
    ISession private immutable REAL;

    constructor(ISession real) {
        REAL = real;
    }

    function orderBook() external view returns (address) {
        return REAL.orderBook();
    }

    function phase() external pure returns (ISession.Phase) {
        return ISession.Phase.Open;
    }

    function window() external view returns (uint40 t1, uint40 t2) {
        // Cast: a time.
        return (0, uint40(block.timestamp));
    }
}
