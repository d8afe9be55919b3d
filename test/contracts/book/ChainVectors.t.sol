// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given the records of the frozen vectors, when folded, then each head is the frozen one
contract ChainVectorsTest is Test {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    Chain.State private _chain;

    function test_Heads_AreTheFrozenOnes() external view {
        string memory json = VM.readFile("test/vectors/typed-data.json");
        int256[] memory ids = VM.parseJsonIntArray(json, ".recordTradeRootId");
        int256[] memory branches = VM.parseJsonIntArray(json, ".recordTradeBranchId");
        int256[] memory prices = VM.parseJsonIntArray(json, ".recordPrice");
        int256[] memory lots = VM.parseJsonIntArray(json, ".recordLots");
        bytes32[] memory links = VM.parseJsonBytes32Array(json, ".recordLink");
        bytes32[] memory heads = VM.parseJsonBytes32Array(json, ".recordHead");
        Chain.Cursor memory cursor = _chain.open(VM.parseJsonBytes32(json, ".domainSeparator"));
        for (uint256 i; i < ids.length; ++i) {
            // Casts: the vectors hold 32-bit numbers.
            uint32 id = uint32(uint256(ids[i]));
            if (branches[i] == 1) {
                assertEq(cursor.append(links[i], prices[i], lots[i]), id, "number of the trade");
            } else if (i + 1 < ids.length && branches[i + 1] == 3) {
                cursor.promoteMatch(id, prices[i], prices[i + 1], lots[i + 1]);
                ++i; // offset and match are promoted together
            } else {
                cursor.promoteOffset(id, prices[i], -lots[i]);
            }
            assertEq(cursor.head, heads[i], "head");
        }
        assertGe(ids.length, 1, "records");
    }
}
