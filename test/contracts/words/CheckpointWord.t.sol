// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CheckpointWord, CheckpointWords } from "../../../contracts/libraries/CheckpointWord.sol";
import { Test } from "../support/Test.sol";

/// @title Given any head and counts, when a checkpoint is packed, then each comes back
contract CheckpointWordTest is Test {
    function testFuzz_WhenPacked_EachFieldComesBack(
        bytes32 head,
        uint32 mark,
        uint32 trades,
        uint32 number
    ) external pure {
        CheckpointWord word = CheckpointWords.pack(head, mark, trades, number);
        assertEq(uint256(word.link()) >> 96, uint256(head) >> 96, "head");
        assertEq(word.mark(), mark, "mark");
        assertEq(word.trades(), trades, "trades");
        assertEq(word.number(), number, "number");
    }

    function testFuzz_TheGenesis_IsTheDomainAndNothingElse(bytes32 separator) external pure {
        CheckpointWord genesis = CheckpointWords.genesis(separator);
        assertEq(uint256(genesis.link()), (uint256(separator) >> 96) << 96, "upper bits");
        assertEq(genesis.number() + genesis.trades() + genesis.mark(), 0, "counts");
    }
}
