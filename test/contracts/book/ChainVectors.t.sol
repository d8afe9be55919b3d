// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Chain } from "../../../contracts/book/Chain.sol";
import { CheckpointWords } from "../../../contracts/libraries/CheckpointWord.sol";
import { Test } from "../support/Test.sol";
import { VM, Vm } from "../support/Vm.sol";

/// @title Given the frozen records, when the chain folds them call by call, then each checkpoint is the frozen one (R23, R24)
/// @dev The same file is read by the TypeScript tests.
contract ChainVectorsTest is Test {
    int256[] private _ids;
    int256[] private _branches;
    int256[] private _prices;
    int256[] private _lots;
    bytes32[] private _links;

    function test_Checkpoints_AreTheFrozenOnes() external {
        string memory json = VM.readFile("test/vectors/typed-data.json");
        _ids = VM.parseJsonIntArray(json, ".recordTradeRootId");
        _branches = VM.parseJsonIntArray(json, ".recordTradeBranchId");
        _prices = VM.parseJsonIntArray(json, ".recordPrice");
        _lots = VM.parseJsonIntArray(json, ".recordLots");
        _links = VM.parseJsonBytes32Array(json, ".recordLink");
        bytes32 separator = VM.parseJsonBytes32(json, ".domainSeparator");
        bytes32 genesis = CheckpointWords.genesis(separator).link();
        assertEq(genesis, VM.parseJsonBytes32(json, ".genesisLink"), "genesis");
        int256[] memory counts = VM.parseJsonIntArray(json, ".callRecords");
        int256[] memory marks = VM.parseJsonIntArray(json, ".callMark");
        bytes32[] memory heads = VM.parseJsonBytes32Array(json, ".callHead");
        bytes32[] memory links = VM.parseJsonBytes32Array(json, ".callLink");
        uint256 next;
        for (uint256 i; i < counts.length; ++i) {
            VM.roll(uint256(marks[i]));
            uint256 end = next + uint256(counts[i]);
            VM.recordLogs();
            _play(separator, next, end);
            Vm.Log[] memory logs = VM.getRecordedLogs();
            (bytes32 head, bytes32 link) = abi.decode(logs[0].data, (bytes32, bytes32));
            assertEq(head, heads[i], "head");
            assertEq(link, links[i], "link");
            next = end;
        }
        assertEq(next, _ids.length, "records");
    }

    function _play(bytes32 separator, uint256 from, uint256 end) private {
        Call memory c;
        c.domain = separator;
        Chain.find(c, 0);
        Chain.begin(c);
        while (from < end) {
            from += _append(c, from, end);
        }
        Chain.close(c);
    }

    /// @dev The maker's limit is the price, so a fill is its offset and match, then those of the taker.
    /// @return count of the records that were taken
    function _append(Call memory c, uint256 i, uint256 end) private view returns (uint256 count) {
        uint256 id = uint256(_ids[i]);
        if (_branches[i] == 1) {
            Chain.appendPrimary(id, _prices[i], _lots[i], _links[i]);
            c.trades = id;
            return 1;
        }
        if (i + 3 < end && _branches[i + 1] == 3) {
            Chain.appendFill(id, uint256(_ids[i + 2]), _prices[i + 2], _prices[i + 3], _lots[i + 3]);
            return 4;
        }
        Chain.appendOffset(id, _prices[i], -_lots[i]);
        return 1;
    }
}
