// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords, IOrderBook } from "../../contracts/interfaces/IOrderBook.sol";
import { ISession } from "../../contracts/interfaces/ISession.sol";
import { TestAsset } from "../../contracts/mocks/TestAsset.sol";
import { IMMEDIATE_OR_CANCEL, SessionParams, SignedPackage, TradePackage } from "../../contracts/Types.sol";
import { Deployment, plainParams } from "../contracts/support/Deployment.sol";
import { Orders } from "../contracts/support/Orders.sol";
import { Test } from "../contracts/support/Test.sol";
import { VM } from "../contracts/support/Vm.sol";

/// @dev A contract without a token that signs for itself: its bids at the least price need no collateral.
contract FreeCaller {
    IOrderBook private immutable BOOK;

    constructor(IOrderBook book) {
        BOOK = book;
        book.createUser(address(this));
    }

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }

    /// @notice So many calls that change the chain, in one transaction.
    function call(uint256 times) external {
        for (uint256 i; i < times; ++i) {
            TradePackage memory p = Orders.plain(BOOK, address(this), 1, 0, 1);
            p.timeInForce = IMMEDIATE_OR_CANCEL;
            BOOK.createTrade(SignedPackage(p, "", 0, 0, 0), 0, 0);
        }
    }
}

/// @title Given signed orders that have not landed, when somebody calls as often as a block has room for, then they are as good as after one call
/// @dev The window used to count calls, and calls are nearly free: 256 of them in one transaction made every signed order stale.
contract WindowOfLinksFinding is Test {
    uint256 private constant KEY = 0xA11CE;
    uint256 private constant MANY = 256; // calls; as many as the largest window has checkpoints

    IOrderBook private book;
    FreeCaller private caller;
    address private trader;
    bytes32[] private links; // of a block each, oldest first

    function test_GivenTheLargestWindow_NobodyPushesIt() external {
        _open(256);
        _fillWindow(256);
        _assertOnlyTheOldestGoes(256);
    }

    function test_GivenTheSmallestWindow_NobodyPushesIt() external {
        _open(2);
        _fillWindow(2);
        _assertOnlyTheOldestGoes(2);
    }

    function test_GivenAQuietTime_NobodyOverwritesTheLinkThatAllHaveSigned() external {
        _open(2);
        _fillWindow(2);
        VM.roll(block.number + 2 ** 20);
        SignedPackage memory order = _orderOver(book.linkToSign());
        caller.call(MANY);
        assertTrue(book.createTrade(order, 0, 10).tradeRootId != 0, "signed before the quiet time ended");
    }

    function test_LinkToSign_IsNeverOneThatTheBlockMayOverwrite() external {
        _open(256);
        _fillWindow(3);
        bytes32 link = book.linkToSign();
        for (uint256 i; i < 3; ++i) {
            caller.call(1);
            assertEq(book.linkToSign(), link, "in the same block");
        }
        VM.roll(block.number + 1);
        (bytes32 newest, , ) = book.chainState();
        assertEq(book.linkToSign(), newest, "when the block is over");
    }

    function _open(uint16 chainWindow) private {
        address[] memory assets = new address[](2);
        uint128[] memory quantities = new uint128[](2);
        for (uint256 k; k < 2; ++k) {
            (assets[k], quantities[k]) = (address(new TestAsset("Asset", "AST", 18)), 1e18);
        }
        SessionParams memory params = plainParams(assets, quantities, 100e18);
        params.chainWindow = chainWindow;
        ISession session = ISession(new Deployment().FACTORY().createSession(params, "window"));
        for (uint256 k; k < 2; ++k) {
            TestAsset(assets[k]).mint(address(this), quantities[k]);
            TestAsset(assets[k]).approve(address(session), quantities[k]);
        }
        session.fund();
        book = IOrderBook(session.orderBook());
        session.approve(address(book), 1e18);
        trader = VM.addr(KEY);
        book.deposit(trader, 1e18);
        caller = new FreeCaller(book);
        VM.warp(params.t1);
    }

    /// @dev A call in each of so many blocks; then comes the block of the attack.
    function _fillWindow(uint256 blocks) private {
        for (uint256 i; i < blocks; ++i) {
            VM.roll(block.number + 1);
            caller.call(1);
            (bytes32 link, , ) = book.chainState();
            links.push(link);
        }
        VM.roll(block.number + 1);
    }

    function _assertOnlyTheOldestGoes(uint256 window) private {
        SignedPackage[] memory orders = new SignedPackage[](links.length);
        for (uint256 i; i < orders.length; ++i) {
            orders[i] = _orderOver(links[i]);
        }
        uint256 before = VM.snapshotState();
        caller.call(1);
        _assertGood(orders, window);
        VM.revertToState(before);
        caller.call(MANY);
        _assertGood(orders, window);
    }

    /// @dev The block has a checkpoint of its own, so the oldest of the window has gone, and no other.
    function _assertGood(SignedPackage[] memory orders, uint256 window) private {
        for (uint256 i; i < orders.length; ++i) {
            uint256 snapshot = VM.snapshotState();
            bool isGood;
            try book.createTrade(orders[i], 0, 10) {
                isGood = true;
            } catch (bytes memory reason) {
                assertEq(bytes32(bytes4(reason)), bytes32(IBookRecords.Book_StaleLink.selector), "the reason");
            }
            assertEq(isGood, orders.length - i < window, "good as long as its link is in the window");
            VM.revertToState(snapshot);
        }
    }

    function _orderOver(bytes32 link) private view returns (SignedPackage memory) {
        TradePackage memory p = Orders.plain(book, trader, 1, 1, 1);
        p.previousLink = link;
        return Orders.signed(book, p, KEY);
    }
}
