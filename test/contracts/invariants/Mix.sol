// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { VM } from "../support/Vm.sol";
import { BatchSteps } from "./BatchSteps.sol";
import { ExitSteps } from "./ExitSteps.sol";
import { Handler } from "./Handler.sol";
import { MoneySteps } from "./MoneySteps.sol";
import { OrderSteps } from "./OrderSteps.sol";
import { SessionSteps } from "./SessionSteps.sol";

/// @title Steps of all kinds in a good proportion: one number says which and with what
/// @dev A step that fails is undone and told in `failure`, because a run goes on after a revert.
contract Mix {
    uint256 private constant KINDS = 48;

    bool private immutable MAY_SETTLE; // whether time may jump to t2
    Handler public handler;
    uint256 public steps;
    string public failure; // the first, empty if there was none

    constructor(uint256 legs, bool maySettle) {
        MAY_SETTLE = maySettle;
        handler = new Handler(legs);
    }

    function step(uint256 seed) external {
        if (bytes(failure).length != 0) return;
        ++steps;
        (bool success, bytes memory reason) = address(handler).call(_callFor(_kind(seed), seed));
        if (!success) failure = string.concat(_name(seed), " failed: ", string(reason));
    }

    function _callFor(uint256 kind, uint256 seed) private view returns (bytes memory) {
        if (kind < 9) return abi.encodeCall(OrderSteps.trade, (seed));
        if (kind < 12) return abi.encodeCall(OrderSteps.strand, (seed));
        if (kind < 18) return abi.encodeCall(BatchSteps.batch, (seed));
        if (kind < 20) return abi.encodeCall(OrderSteps.matchTrades, (seed));
        if (kind < 22) return abi.encodeCall(OrderSteps.offset, (seed));
        if (kind < 23) return abi.encodeCall(OrderSteps.invalidateNonces, (seed));
        if (kind < 24) return abi.encodeCall(MoneySteps.createUser, (seed));
        if (kind < 26) return abi.encodeCall(MoneySteps.deposit, (seed));
        if (kind < 27) return abi.encodeCall(MoneySteps.depositLeg, (seed));
        if (kind < 29) return abi.encodeCall(MoneySteps.withdraw, (seed));
        if (kind < 31) return abi.encodeCall(MoneySteps.withdrawLeg, (seed));
        if (kind < 32) return abi.encodeCall(SessionSteps.split, (seed));
        if (kind < 33) return abi.encodeCall(SessionSteps.merge, (seed));
        if (kind < 34) return abi.encodeCall(SessionSteps.send, (seed));
        if (kind < 36) return abi.encodeCall(SessionSteps.redeem, (seed));
        if (kind < 37) return abi.encodeCall(SessionSteps.setMood, (seed));
        if (kind < 39) return abi.encodeCall(ExitSteps.exit, (seed));
        if (kind < 41) return abi.encodeCall(OrderSteps.cancelTrades, (seed));
        if (kind < 42) return abi.encodeCall(BatchSteps.apart, (seed));
        if (kind < 47) return abi.encodeCall(BatchSteps.quotes, (seed));
        if (MAY_SETTLE && seed % 4 == 0) return abi.encodeCall(SessionSteps.reach, (handler.t2()));
        return abi.encodeCall(SessionSteps.passTime, (seed));
    }

    function _kind(uint256 seed) private view returns (uint256 kind) {
        kind = uint256(keccak256(abi.encode(seed))) % KINDS;
        // From t2 on little but leaving is left to do.
        if (block.timestamp >= handler.t2() && kind < 21) kind = 34 + (kind % 5);
    }

    function _name(uint256 seed) private view returns (string memory) {
        string memory kind = string.concat("step ", VM.toString(steps), " of kind ", VM.toString(_kind(seed)));
        return string.concat(kind, " from ", VM.toString(seed));
    }
}
