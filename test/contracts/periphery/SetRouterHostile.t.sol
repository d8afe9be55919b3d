// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { IBookRecords, IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { AdmitListPolicy } from "../../../contracts/mocks/AdmitListPolicy.sol";
import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { SetRouter } from "../../../contracts/periphery/SetRouter.sol";
import { Placed, SessionParams, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { VM } from "../support/Vm.sol";
import { SetWorld } from "./SetWorld.sol";

/// @dev Calls the router, and in the same transaction brings the orders that the router has just approved once more, and as they would
/// be with the nonces that come next.
contract Reuser {
    uint256 public landed;
    uint256 public approved;
    uint256 public tried;

    function go(IOrderBook book, SetRouter router, SignedPackage calldata taker, int32[3] calldata prices) external {
        (uint64 first, ) = book.noncesOf(address(router));
        router.buyThroughSet(taker, 500, 500);
        for (uint64 nonce = first; nonce < first + 8; ++nonce) {
            for (uint16 leg = 1; leg <= 3; ++leg) {
                for (uint8 timeInForce; timeInForce < 2; ++timeInForce) {
                    TradePackage memory p = taker.tradePackage;
                    (p.trader, p.marketBranchId, p.priceTicks) = (address(router), leg, prices[leg - 1]);
                    (p.quantityLots, p.nonce, p.timeInForce) = (-p.quantityLots, nonce, timeInForce);
                    p.deadline = uint40(block.timestamp);
                    (, , , bytes32 digest) = book.linksOf(p);
                    if (router.isValidSignature(digest, "") != bytes4(0)) ++approved;
                    _try(book, p);
                }
            }
        }
    }

    function _try(IOrderBook book, TradePackage memory p) private {
        ++tried;
        bytes memory order = BatchPacker.orderOfWallet(p, 0, 0, 0);
        Placed[] memory placed = book.createTrades(bytes.concat(BatchPacker.header(false, 9, 9, 0, 1, 0, 1), order));
        if (placed[0].tradeRootId != 0) ++landed;
    }
}

/// @title Given somebody who means ill, or a session that does not want the router
contract SetRouterHostileTest is SetWorld {
    function test_WhatTheRouterHasApproved_IsGoodForNothingAfterItsCall() external {
        _openBasket(3);
        // More than the taker wants, so that there is something to be had.
        _quote(1, 2, 3_500, 50);
        _quote(2, 3, 3_800, 50);
        Reuser reuser = new Reuser();
        int256[][] memory before = _worths();
        SignedPackage memory taker = _signed(TAKER, 1, 2_700, 10, 0);
        reuser.go(_book, router, taker, [int32(2_700), 3_500, 3_800]);
        assertEq(reuser.tried(), 48, "tried");
        assertEq(reuser.landed(), 0, "none of them is good");
        assertEq(reuser.approved(), 0, "the router says yes to none");
        _assertConserved(before, _worths(), 0);
    }

    function test_AnOrderInTheNameOfTheRouter_IsNotSigned() external {
        _openBasket(3);
        _quote(1, 2, 3_500, 50);
        _quote(2, 3, 3_800, 50);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, 0);
        // As the router's own offer of leg 1 would be, but a bid.
        (order.tradePackage.trader, order.tradePackage.nonce) = (address(router), 0);
        (, , , bytes32 digest) = _book.linksOf(order.tradePackage);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_SignatureInvalid.selector, address(router), digest));
        router.buyThroughSet(order, STEPS, STEPS);
    }

    function test_APolicyThatDoesNotAdmitTheRouter_LeavesOrdersTheirOwnLeg() external {
        AdmitListPolicy policy = new AdmitListPolicy();
        SessionParams memory params = _setParams(3);
        params.policy = address(policy);
        _openSession(params);
        VM.warp(params.t1);
        for (uint256 i; i < PEOPLE; ++i) {
            keys.push(0xA11CE + i);
            people.push(VM.addr(keys[i]));
            policy.admit(address(_book), people[i], true);
            _book.deposit(people[i], CASH);
        }
        router = new SetRouter(_book);
        _watch(1, 3);
        _session.approve(address(router), FLOAT);
        VM.expectRevert(
            abi.encodeWithSelector(IBookRecords.Book_NotAdmitted.selector, address(router), address(policy))
        );
        router.lend(FLOAT);
        assertEq(router.floatOf(address(this)), 0, "nothing was lent");
        _quote(1, 2, 3_500, 10);
        _quote(2, 3, 3_800, 10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 0, "sets");
        assertEq(_left(placed), 10, "it rests as it would have");
    }

    function test_LegsThatSomebodyGivesToTheRouter_StayWhatTheyAre() external {
        _openBasket(3);
        _session.split(5e18);
        for (uint256 leg = 1; leg <= 2; ++leg) {
            IERC20(_session.legToken(leg)).approve(address(_book), 5e18);
            _book.depositLeg(address(router), uint16(leg), 4_000);
        }
        _quote(1, 2, 3_500, 10);
        _quote(2, 3, 3_800, 10);
        int256[][] memory before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 10, "sets");
        _assertConserved(before, _worths(), 0);
    }
}
