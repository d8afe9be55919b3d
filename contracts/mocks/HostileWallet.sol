// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { Hostile } from "./Hostile.sol";

/// @title Test only: a contract wallet that answers badly when it is asked for a signature
contract HostileWallet is Hostile {
    enum Manner {
        Reverts, // with a long reason
        BurnsGas, // all it gets
        Garbage, // a word that is not the magic value
        Shifted, // the magic value in the low bytes of the word
        Short, // only the four bytes of the magic value
        Empty, // nothing at all
        Huge, // 100 kB that begin with another word
        HugeRevert, // 100 kB of reason
        Writes // changes its own storage before it says yes
    }

    Manner public immutable MANNER;

    constructor(Manner manner) {
        MANNER = manner;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4 magic) {
        magic = IERC1271.isValidSignature.selector;
        if (MANNER == Manner.Reverts) _refuse();
        if (MANNER == Manner.BurnsGas) _burnGas();
        if (MANNER == Manner.Garbage) _answer(bytes32(type(uint256).max), 32);
        if (MANNER == Manner.Shifted) _answer(bytes32(magic) >> 224, 32);
        if (MANNER == Manner.Short) _answer(magic, 4);
        if (MANNER == Manner.Empty) _answer(0, 0);
        if (MANNER == Manner.Huge) _answer(0, 100_000);
        if (MANNER == Manner.HugeRevert) _revertWith(100_000);
        _write();
    }
}
