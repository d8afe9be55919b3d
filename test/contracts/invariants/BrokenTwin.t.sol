// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { ILegToken } from "../../../contracts/interfaces/ILegToken.sol";
import { IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { Built } from "../support/Built.sol";
import { createMarkets } from "../support/Deployment.sol";
import { Orders } from "../support/Orders.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";
import { BrokenBook, BrokenHandler } from "./BrokenTwin.sol";
import { Handler } from "./Handler.sol";
import { Mood } from "./HostileAsset.sol";
import { Invariants } from "./Invariants.sol";

/// @title Given a session with one fault, when the invariants are asked, then the one that it breaks says so
contract BrokenTwinTest is Test {
    using Invariants for Handler;

    uint256 private constant KEY = 0xBEEF; // of the first account

    BrokenHandler private _h;

    function setUp() external {
        address views = Built.create("OrderBookViews", abi.encode(createMarkets()));
        address accounts = Built.create("OrderBookAccounts", abi.encode(views));
        _h = new BrokenHandler(address(new BrokenBook(accounts)));
        _h.reach(_h.t1());
        assertEq(Handler(_h).firstBroken(), "", "nothing is broken before");
    }

    function test_1_WhenALegIsMintedForNothing() external {
        ILegToken leg = _h.legTokens(1);
        VM.prank(address(_h.session()));
        leg.mint(address(1), 1);
        _assertFound(Handler(_h).claimsAddUpToTheSupply(), "1: claims on leg 2");
        _assertFound(Handler(_h).allocationsAddUpToTheBasket(), "6: allocations do not add up, leg 2");
    }

    function test_2_WhenTheVaultLosesAnAsset() external {
        (address[] memory assets, ) = _h.session().basket();
        VM.prank(address(_h.session()));
        IERC20(assets[0]).transfer(address(1), 1);
        _assertFound(Handler(_h).vaultCoversEveryClaim(), "2: the vault lacks asset 1");
    }

    function test_3_WhenTheBookLosesAToken() external {
        ILegToken leg = _h.legTokens(2);
        VM.prank(address(_h.book()));
        leg.transfer(address(1), 1);
        _assertFound(Handler(_h).bookHoldsEveryClaim(), "3: the book does not hold the claims on leg 3");
    }

    function test_5_WhenATraderOwes() external {
        _poke(abi.encodeCall(BrokenBook.addLots, (_h.accounts(2), 0, -1000)));
        _assertFound(Handler(_h).everybodyIsSolvent(), "5: negative net collateral of account 2");
    }

    function test_5_WhenTheStoredWorstCaseIsTooHigh() external {
        _poke(abi.encodeCall(BrokenBook.addNet, (_h.accounts(2), 3)));
        _assertFound(Handler(_h).everybodyIsSolvent(), "5: the stored worst case is too high, account 2");
    }

    function test_8_WhenAListIsNotSorted() external {
        (uint32 first, ) = _rest(40, 41, 1);
        _poke(abi.encodeCall(BrokenBook.reprice, (first, 42)));
        _assertFound(Handler(_h).listsAreSortedAndDoNotCross(), "8: a list is not sorted, leg 1");
    }

    function test_8_WhenOrdersCrossAndNothingSaysSo() external {
        (uint32 bid, ) = _rest(40, 60, -1);
        _poke(abi.encodeCall(BrokenBook.reprice, (bid, 60)));
        _assertFound(Handler(_h).listsAreSortedAndDoNotCross(), "8: orders cross and nothing says so, leg 1");
    }

    function test_9_WhenACallTakesFromATrader() external {
        _poke(abi.encodeCall(BrokenBook.addClaim, (_h.accounts(1), -1)));
        _assertFound(Handler(_h).noCallDidHarm(), "9: a call cost account 1 on leg 1 1 wei more than it allowed");
    }

    function test_10_WhenTheVaultLetsAnAssetIn() external {
        _h.reach(_h.t2());
        _h.hostile().become(Mood.Reentering);
        // Moved by its holder, outside the vault, whose lock is open then.
        _h.hostile().transfer(address(1), 0);
        _assertFound(Handler(_h).hostilesHarmNobody(), "10: the vault was entered during a payment");
    }

    function test_WhenTheBookDiffersFromTheReference_TheNextStepFails() external {
        _poke(abi.encodeCall(BrokenBook.addClaim, (_h.accounts(1), 1)));
        try _h.passTime(1) {
            assertTrue(false, "the difference was not seen");
        } catch (bytes memory reason) {
            assertGe(reason.length, 1, "reason");
        }
    }

    function _poke(bytes memory data) private {
        _h.poke(data);
    }

    /// @dev A bid of one lot at `price`, then an order of `quantity` at `other`, both of the first account.
    function _rest(int32 price, int32 other, int64 quantity) private returns (uint32 first, uint32 second) {
        // Orders at the places of their own numbers.
        IOrderBook book = _h.book();
        address trader = _h.accounts(0);
        first = book.createTrade(Orders.signed(book, Orders.plain(book, trader, 1, price, 1), KEY), 9, 9).place;
        second = book.createTrade(Orders.signed(book, Orders.plain(book, trader, 1, other, quantity), KEY), 9, 9).place;
    }

    /// @dev `actual` begins with `expected`.
    function _assertFound(string memory actual, string memory expected) private pure {
        bytes memory start = bytes(actual);
        uint256 length = bytes(expected).length;
        if (start.length > length) {
            assembly ("memory-safe") {
                mstore(start, length)
            }
        }
        assertEq(string(start), expected, "what the invariant says");
    }
}
