// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Random, randomFrom } from "../support/Random.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";
import { Handler } from "./Handler.sol";
import { Invariants } from "./Invariants.sol";
import { Mix } from "./Mix.sol";

/// @title A long life of one session, drawn from a seed, with every invariant checked after each step
abstract contract Walk is Test {
    using Invariants for Handler;

    /// @dev A twelfth of the steps before trading, three quarters while it is on, the rest after it; then everybody leaves.
    function _walk(uint256 legs, uint256 seed, uint256 steps) internal returns (Handler h) {
        Mix mix = new Mix(legs, false);
        h = mix.handler();
        Random memory random = randomFrom(seed);
        for (uint256 i; i < steps; ++i) {
            if (i == steps / 12) h.reach(h.t1());
            if (i == (steps * 5) / 6) h.reach(h.t2());
            mix.step(random.next());
            assertEq(mix.failure(), "", "failure");
            assertEq(h.firstBroken(), "", string.concat("broken after step ", VM.toString(i + 1)));
        }
        h.everybodyLeaves();
    }
}
