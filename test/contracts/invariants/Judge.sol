// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Placed } from "../../../contracts/Types.sol";
import { VM } from "../support/Vm.sol";
import { Entry } from "./ReferenceAccounts.sol";
import { Watch } from "./Watch.sol";

/// @title After each call the book is what the reference book is, and a refusal is one that the reference book expects
abstract contract Judge is Watch {
    modifier watched() {
        _beginWatch();
        _;
        _endWatch();
        _assertSameChain();
        for (uint256 i; i < ACCOUNTS; ++i) {
            _assertSameAccount(accounts[i]);
        }
        for (uint16 leg = 1; leg <= legCount; ++leg) {
            _assertSameMarket(leg);
        }
    }

    /// @dev Calls `target` as `from`. No reason expected means that the call must succeed; otherwise it must give one of them.
    function _callAs(
        address from,
        address target,
        bytes memory data,
        bytes4[] memory reasons
    ) internal returns (bytes memory answer) {
        _wallet.remember();
        bool success;
        VM.prank(from);
        (success, answer) = target.call(data);
        if (success != (reasons.length == 0)) {
            assertEq(success ? "success" : VM.toString(answer), _namesOf(reasons), "answer, expected one of");
        }
        if (success) return answer;
        _assertOneOf(answer, reasons);
        ++refusals[bytes4(answer)];
        _forgetLogs();
    }

    function _assertOneOf(bytes memory answer, bytes4[] memory reasons) internal pure {
        for (uint256 i; i < reasons.length; ++i) {
            if (bytes4(answer) == reasons[i]) return;
        }
        assertEq(VM.toString(answer), _namesOf(reasons), "error, expected one of");
    }

    function _if(bytes4[] memory list, bool broken, bytes4 reason) internal pure returns (bytes4[] memory longer) {
        if (!broken) return list;
        longer = new bytes4[](list.length + 1);
        for (uint256 i; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = reason;
    }

    function _namesOf(bytes4[] memory reasons) private pure returns (string memory names) {
        for (uint256 i; i < reasons.length; ++i) {
            names = string.concat(names, " ", VM.toString(abi.encodePacked(reasons[i])));
        }
        if (reasons.length == 0) names = "success";
    }

    function _assertSameChain() private view {
        (bytes32 link, uint32 checkpoints, uint32 trades) = book.chainState();
        assertEq(trades, model.trades(), "trades");
        assertEq(checkpoints, model.checkpoints().length - 1, "checkpoints");
        assertEq(link, model.link(), "newest checkpoint");
    }

    function _assertSameAccount(address account) private view {
        (int256 claim, int256 worst, uint256 openOrders, uint256 reserved) = book.accountOf(account);
        (uint256 expectedOpen, uint256 expectedReserved) = model.ordersOf(account);
        assertEq(book.traderIdOf(account) != 0, model.known(account), "registered");
        assertEq(claim, model.netCollateral(account, legCount, 1, 0, 0), "claim on the last leg");
        assertEq(claim + worst, model.slackAfter(account, 1, 0, 0), "slack");
        assertEq(openOrders, expectedOpen, "open orders");
        assertEq(reserved, expectedReserved, "reserved");
        int256[] memory lots = book.positionOf(account, 1);
        uint256[] memory claims = book.claimsOf(account);
        for (uint256 k; k < legCount; ++k) {
            assertEq(int256(claims[k]), model.netCollateral(account, k + 1, 1, 0, 0), "claim");
            assertEq(lots[k], model.heldOf(account, k + 1), "lots, less those of the last leg");
        }
        _assertSameNonces(account);
    }

    function _assertSameNonces(address account) private view {
        (uint64 floor, uint64 used) = book.noncesOf(account);
        assertEq(floor, model.nonceFloorOf(account), "nonce floor");
        for (uint64 i; i < 32; ++i) {
            assertEq((used >> i) & 1 == 1, model.nonceUsed(account, floor + i), "nonce used");
        }
    }

    function _assertSameMarket(uint16 leg) private view {
        (, , , , , bool crossed) = book.marketOf(1, leg);
        assertEq(crossed, model.crossed(leg), "crossed");
        _assertSameList(leg, true);
        _assertSameList(leg, false);
    }

    function _assertSameList(uint16 leg, bool bids) private view {
        uint32[] memory expected = model.listOf(leg, bids);
        (Placed[] memory orders, int32[] memory prices, int64[] memory lots) = book.depthOf(1, leg, bids, 1000);
        assertEq(orders.length, expected.length, "resting orders");
        for (uint256 i; i < orders.length; ++i) {
            Entry memory entry = model.entryOf(expected[i]);
            assertEq(orders[i].tradeRootId, expected[i], "resting order");
            assertEq(orders[i].place, entry.place, "its place");
            assertEq(prices[i], entry.price, "its price");
            assertEq(lots[i], entry.lots, "its lots");
        }
    }
}
