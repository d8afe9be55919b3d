// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { Test } from "../support/Test.sol";
import { Vm, VM } from "../support/Vm.sol";

/// @title Given the calls of the frozen vectors, when each ends, then its head and its checkpoint are the frozen ones
contract ChainVectorsTest is Test {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    Chain.State private _chain;
    string private _json;
    int256[] private _ids;
    int256[] private _branches;
    int256[] private _prices;
    int256[] private _lots;
    bytes32[] private _links;

    function setUp() external {
        _json = VM.readFile("test/vectors/typed-data.json");
        _ids = VM.parseJsonIntArray(_json, ".recordTradeRootId");
        _branches = VM.parseJsonIntArray(_json, ".recordTradeBranchId");
        _prices = VM.parseJsonIntArray(_json, ".recordPrice");
        _lots = VM.parseJsonIntArray(_json, ".recordLots");
        _links = VM.parseJsonBytes32Array(_json, ".recordLink");
    }

    function test_Checkpoints_AreTheFrozenOnes() external {
        bytes32 separator = VM.parseJsonBytes32(_json, ".domainSeparator");
        assertEq(Chain.genesis(separator), VM.parseJsonBytes32(_json, ".genesisLink"), "genesis");
        int256[] memory counts = VM.parseJsonIntArray(_json, ".callRecords");
        int256[] memory marks = VM.parseJsonIntArray(_json, ".callMark");
        bytes32[] memory heads = VM.parseJsonBytes32Array(_json, ".callHead");
        bytes32[] memory links = VM.parseJsonBytes32Array(_json, ".callLink");
        uint256 next;
        for (uint256 i; i < counts.length; ++i) {
            VM.roll(uint256(marks[i]));
            Chain.Cursor memory cursor = _chain.open(separator);
            uint256 end = next + uint256(counts[i]);
            while (next < end) {
                next += _append(cursor, next, end);
            }
            VM.recordLogs();
            _chain.close(cursor);
            Vm.Log[] memory logs = VM.getRecordedLogs();
            (bytes32 head, bytes32 link) = abi.decode(logs[0].data, (bytes32, bytes32));
            assertEq(head, heads[i], "head");
            assertEq(link, links[i], "link");
            assertEq(_chain.checkpointAt(separator, _chain.newest), links[i], "newest checkpoint");
        }
        assertEq(next, _ids.length, "records");
    }

    /// @return count of the records that were taken: offset and match are promoted together
    function _append(Chain.Cursor memory cursor, uint256 i, uint256 end) private view returns (uint256 count) {
        // Casts: the vectors hold 32-bit numbers.
        uint32 id = uint32(uint256(_ids[i]));
        if (_branches[i] == 1) {
            assertEq(cursor.append(_links[i], _prices[i], _lots[i]), id, "number of the trade");
        } else if (i + 1 < end && _branches[i + 1] == 3) {
            cursor.promoteMatch(id, _prices[i], _prices[i + 1], _lots[i + 1]);
            return 2;
        } else {
            cursor.promoteOffset(id, _prices[i], -_lots[i]);
        }
        return 1;
    }
}
