// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Hostile } from "./Hostile.sol";

/// @title Test only: a policy that answers badly
contract HostilePolicy is Hostile {
    enum Manner {
        Reverts,
        BurnsGas, // all it gets
        Two, // the word 2, which is no boolean
        Short, // 31 bytes
        Empty, // nothing at all
        Writes, // changes its own storage before it says yes
        Huge, // 100 kB that begin with a yes
        HugeRevert // 100 kB of reason
    }

    Manner public immutable MANNER;

    constructor(Manner manner) {
        MANNER = manner;
    }

    function admits(address, address) external returns (bool) {
        if (MANNER == Manner.Reverts) _refuse();
        if (MANNER == Manner.BurnsGas) _burnGas();
        if (MANNER == Manner.Two) _answer(bytes32(uint256(2)), 32);
        if (MANNER == Manner.Short) _answer(bytes32(uint256(1)), 31);
        if (MANNER == Manner.Empty) _answer(0, 0);
        if (MANNER == Manner.Huge) _answer(bytes32(uint256(1)), 100_000);
        if (MANNER == Manner.HugeRevert) _revertWith(100_000);
        _write();
        return true;
    }
}
