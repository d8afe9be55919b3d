// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../../../contracts/interfaces/IOrderBook.sol";
import { ISetRouter } from "../../../contracts/periphery/ISetRouter.sol";
import { Receivers } from "../../../contracts/periphery/Receivers.sol";
import { SetRouter } from "../../../contracts/periphery/SetRouter.sol";
import { Placed, SessionParams, SignedPackage } from "../../../contracts/Types.sol";
import { VM } from "../support/Vm.sol";
import { Manner, Wallet } from "../support/Wallets.sol";
import { SetWorld } from "./SetWorld.sol";

/// @title Given quotes on the legs of a basket or an event, when an order comes through the router
contract SetRouterTest is SetWorld {
    uint256 private constant BOB = 1;
    uint256 private constant CAROL = 2;
    uint256 private constant DAVE = 3;
    uint8 private constant IMMEDIATE = 1;
    uint8 private constant FILL_OR_KILL = 2;
    uint8 private constant POST_ONLY = 3;

    int256[][] private before;

    /// @dev Bids of 3 500 and 3 800 on legs 2 and 3, as many lots as given.
    function _twoBids(int256 lots) private {
        _quote(BOB, 2, 3_500, lots);
        _quote(CAROL, 3, 3_800, lots);
        before = _worths();
    }

    /// @dev The taker has that many lots of its leg more, and has paid that price for each.
    function _assertTaken(uint256 leg, int256 lots, int256 price) private view {
        int256[][] memory now_ = _worths();
        _assertConserved(before, now_, 0);
        for (uint256 k; k < legs.length; ++k) {
            int256 worth = legs[k] == leg ? target : int256(0);
            int256 gained = now_[TAKER][k] - before[TAKER][k];
            assertEq(gained, (worth - price) * lots * int256(TICK), "what the taker has gained");
        }
    }

    // ------------------------------------------------------------------ it takes a set

    function test_ABuyer_PaysWhatTheBidsLeave() external {
        _openBasket(3);
        _twoBids(10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 10, "sets");
        assertEq(placed.place, 0, "nothing rests");
        _assertTaken(1, 10, 2_700);
    }

    function test_ASeller_GetsWhatTheOffersLeave() external {
        _openBasket(3);
        _quote(BOB, 2, 3_500, -10);
        _quote(CAROL, 3, 3_800, -10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_500, -10, 0));
        assertEq(sets, 10, "sets");
        _assertTaken(1, -10, 2_700);
    }

    function test_InABasketOfTwo_WhereBothLegsAreOneNumber() external {
        _openBasket(2);
        _quote(BOB, 2, 6_000, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 4_500, 10, 0));
        assertEq(sets, 10, "sets");
        _assertTaken(1, 10, 4_000);
        VM.roll(block.number + 1);
        _quote(BOB, 1, 4_400, 10);
        before = _worths();
        (, sets) = _route(_signed(TAKER, 2, 5_700, 10, 0));
        assertEq(sets, 10, "sets");
        _assertTaken(2, 10, 5_600);
    }

    function test_WhatTheSetsDoNotGive_RestsAtItsLimit() external {
        _openBasket(3);
        _twoBids(10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 15, 0));
        assertEq(sets, 10, "sets");
        assertEq(_left(placed), 5, "rests");
        _assertTaken(1, 10, 2_700);
    }

    function test_AnOrderAtOnePrice_ComesBeforeTheSet() external {
        _openBasket(3);
        Placed memory ask = _quote(DAVE, 1, 2_700, -4);
        _twoBids(10);
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_700, 10, 0));
        assertEq(_left(ask), 0, "the order is filled");
        assertEq(sets, 6, "sets give the rest");
        _assertTaken(1, 10, 2_700);
    }

    function test_BidsOfTheTakerItself_CountAsAnybodys() external {
        _openBasket(3);
        _quote(TAKER, 2, 3_500, 10);
        _quote(CAROL, 3, 3_800, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 10, "sets");
        int256[][] memory now_ = _worths();
        _assertConserved(before, now_, 0);
        // It holds legs 1 and 2, for 6 200: what leg 3 is not worth.
        assertEq(now_[TAKER][0] - before[TAKER][0], 3_800 * 10 * int256(TICK), "leg 1");
        assertEq(now_[TAKER][1] - before[TAKER][1], 3_800 * 10 * int256(TICK), "leg 2");
        assertEq(now_[TAKER][2] - before[TAKER][2], -6_200 * 10 * int256(TICK), "leg 3");
    }

    function test_SixteenLegs_OfABasket() external {
        _openBasket(16);
        _sixteen();
    }

    function test_SixteenLegs_OfAnEvent() external {
        _openEvent(16);
        _sixteen();
    }

    function _sixteen() private {
        for (uint256 leg = 2; leg <= 16; ++leg) {
            _quote(1 + (leg % 5), leg, 600, 10);
        }
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_000, 10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        _assertTaken(1, 10, 1_000);
    }

    function test_OfAContractWallet() external {
        _openBasket(3);
        Wallet wallet = new Wallet(people[TAKER], Manner.Honest);
        _book.deposit(address(wallet), CASH);
        _twoBids(10);
        people[TAKER] = address(wallet);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        _assertTaken(1, 10, 2_700);
    }

    // ------------------------------------------------------------------ how long an order waits

    function test_FillOrKill_IsFilledBySetAndOrderTogether() external {
        _openBasket(3);
        _quote(DAVE, 1, 2_600, -5);
        _twoBids(10);
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 12, FILL_OR_KILL));
        assertEq(sets, 7, "sets");
    }

    function test_FillOrKill_IsKilledWhole() external {
        _openBasket(3);
        _twoBids(10);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 12, FILL_OR_KILL);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_FillOrKillUnfilled.selector, 12, 0));
        router.buyThroughSet(order, STEPS, STEPS);
        _assertConserved(before, _worths(), 0);
    }

    function test_PostOnly_Rests() external {
        _openBasket(3);
        _twoBids(10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 12, POST_ONLY));
        assertEq(sets, 0, "sets");
        assertEq(_left(placed), 12, "rests");
    }

    // ------------------------------------------------------------------ it refuses

    function test_TheWrongSide() external {
        _openBasket(3);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, -12, 0);
        VM.expectRevert(abi.encodeWithSelector(ISetRouter.SetRouter_WrongSide.selector, int64(-12)));
        router.buyThroughSet(order, STEPS, STEPS);
        order = _signed(TAKER, 1, 2_900, 12, 0);
        VM.expectRevert(abi.encodeWithSelector(ISetRouter.SetRouter_WrongSide.selector, int64(12)));
        router.sellThroughSet(order, STEPS, STEPS);
    }

    function test_ABadOrder_AsTheBookDoes() external {
        _openBasket(3);
        _twoBids(10);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 12, 0);
        order.tradePackage.priceTicks = 2_901;
        (, , , bytes32 digest) = _book.linksOf(order.tradePackage);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_SignatureInvalid.selector, people[TAKER], digest));
        router.buyThroughSet(order, STEPS, STEPS);
    }

    function test_AfterTheSession_AndTheFloatComesBack() external {
        _openBasket(3);
        _twoBids(10);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, 0);
        VM.warp(block.timestamp + 30 days);
        (uint256 t1, uint256 t2) = (_terms.t1, _terms.t2);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_NotTrading.selector, block.timestamp, t1, t2));
        router.buyThroughSet(order, STEPS, STEPS);
        uint256 tokens = _session.balanceOf(address(this));
        router.takeBack(FLOAT, address(this));
        assertEq(_session.balanceOf(address(this)) - tokens, FLOAT, "all of it");
    }

    function test_WithTooLittleGas_AtAll() external {
        _openBasket(3);
        _twoBids(10);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, 0);
        try router.buyThroughSet{ gas: 2_000_000 }(order, STEPS, STEPS) {
            assertTrue(false, "it must say so");
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), ISetRouter.SetRouter_OutOfGas.selector, "it says so");
        }
    }

    function test_CallsThatAreItsOwn() external {
        _openBasket(3);
        SetRouter.Pen memory pen;
        VM.expectRevert(abi.encodeWithSelector(ISetRouter.SetRouter_OnlySelf.selector, address(this)));
        router.tryResting(1, true, pen, 1, 0);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, 0);
        VM.expectRevert(abi.encodeWithSelector(ISetRouter.SetRouter_OnlySelf.selector, address(this)));
        router.tryTaker(order, pen, 1, true);
    }

    function test_ARootThatIsNotThere() external {
        _openBasket(3);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_MarketUnknown.selector, 7, 1));
        router.sweepSets(7, STEPS);
    }

    function test_AnIntervalRoot_HasNoSetsAndItsOrdersGoToTheBook() external {
        _openWith(_setParams(2));
        _watch(_makeInterval(), 1);
        VM.expectRevert(abi.encodeWithSelector(ISetRouter.SetRouter_NoSets.selector, root));
        router.sweepSets(root, STEPS);
        Placed memory ask = _quote(BOB, 1, 5_000, -10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 5_000, 12, 0));
        assertEq(sets, 0, "sets");
        assertEq(_left(ask), 0, "the offer is filled");
        assertEq(_left(placed), 2, "the rest rests");
    }

    // ------------------------------------------------------------------ makers that cannot bear what they signed

    /// @dev Bob has 10 lots' worth of cash; his bid on leg 2 takes it all, and he loses it before it is met.
    function _bobCannot() private returns (Placed memory bid) {
        address bob = people[BOB];
        VM.prank(bob);
        _book.withdraw(CASH - 3_500 * 10 * TICK, bob, 0);
        bid = _quote(BOB, 2, 3_500, 10);
        // An order of his that somebody takes leaves him nothing.
        _quote(BOB, 1, 500, 70);
        _quote(DAVE, 1, 500, -70);
    }

    function test_NothingIsSoldToTheOthers_IfOneCannot() external {
        _openBasket(3);
        Placed memory bid = _bobCannot();
        Placed memory carols = _quote(CAROL, 3, 3_800, 10);
        before = _worths();
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 0, "sets");
        assertEq(_left(bid), 0, "the bid is gone");
        assertEq(_left(carols), 10, "the other one stands");
        assertEq(_left(placed), 10, "the taker rests");
        _assertConserved(before, _worths(), 0);
    }

    function test_TheNextInLineIsMet_IfTheFirstCannot() external {
        _openBasket(3);
        Placed memory bid = _bobCannot();
        _quote(DAVE, 2, 3_400, 10);
        _quote(CAROL, 3, 3_800, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        assertEq(_left(bid), 0, "the bid is gone");
        _assertTaken(1, 10, 2_800);
    }

    function test_OneMakerThatCanBearEachBidAndNotBoth_IsMetAsFarAsItCan() external {
        _openBasket(3);
        address bob = people[BOB];
        VM.prank(bob);
        _book.withdraw(CASH - 3_800 * 10 * TICK, bob, 0);
        _quote(BOB, 2, 3_500, 10);
        _quote(BOB, 3, 3_800, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        assertEq(sets, 5, "sets: half of them he can bear");
        _assertTaken(1, 5, 2_700);
    }

    // ------------------------------------------------------------------ the float

    function test_WithoutAny_TheOrderGoesToItsOwnLeg() external {
        _openBasket(3);
        router.takeBack(FLOAT, address(this));
        Placed memory ask = _quote(DAVE, 1, 2_800, -4);
        _twoBids(10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 0, "sets");
        assertEq(_left(ask), 0, "the offer is filled");
        assertEq(_left(placed), 6, "the rest rests");
    }

    function test_WithLittle_SetsComeInRoundsAndTheTakerPaysNoMore() external {
        _openBasket(3);
        // 7 300 ticks of each lot are at stake until the others are sold: enough for 3.
        router.takeBack(FLOAT - 7_300 * 3 * TICK - 1, address(this));
        _twoBids(10);
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, 0));
        assertEq(sets, 10, "sets");
        assertEq(_left(placed), 0, "nothing rests");
        _assertTaken(1, 10, 2_700);
    }

    function test_WithLittle_AnImmediateOrderGetsOneRound() external {
        _openBasket(3);
        router.takeBack(FLOAT - 7_300 * 3 * TICK, address(this));
        _twoBids(10);
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        assertEq(sets, 3, "sets");
        _assertTaken(1, 3, 2_700);
    }

    function test_ExactlyEnough_ToMerge() external {
        _openBasket(3);
        // All but the dearest leg are paid before the set is whole: 2 700 + 3 500.
        router.takeBack(FLOAT - 6_200 * 10 * TICK, address(this));
        _quote(BOB, 2, 3_500, -10);
        _quote(CAROL, 3, 3_800, -10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_500, -10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        _assertTaken(1, -10, 2_700);
    }

    function test_Lenders_GetTheirOwnBackAndNoMore() external {
        _openBasket(3);
        _session.transfer(people[BOB], 5e18);
        VM.startPrank(people[BOB]);
        _session.approve(address(router), 5e18);
        router.lend(5e18);
        VM.expectRevert(
            abi.encodeWithSelector(ISetRouter.SetRouter_FloatTooSmall.selector, people[BOB], 5e18 + 1, 5e18)
        );
        router.takeBack(5e18 + 1, people[BOB]);
        // The book refuses zero, itself and the session; what came back to the router itself would be nobody's.
        VM.expectRevert(abi.encodeWithSelector(Receivers.Receiver_Invalid.selector, address(router)));
        router.takeBack(5e18, address(router));
        router.takeBack(5e18, people[BOB]);
        VM.stopPrank();
        assertEq(_session.balanceOf(people[BOB]), 5e18, "bob's");
        router.takeBack(FLOAT, address(this));
        (int256 claim, int256 worst, , ) = _book.accountOf(address(router));
        assertEq(claim + worst, 0, "nothing is left");
    }

    // ------------------------------------------------------------------ bounded

    function test_FewSteps_TakeTheBestFirst() external {
        _openBasket(3);
        _quote(BOB, 2, 3_500, 4);
        _quote(BOB, 2, 3_400, 4);
        _quote(CAROL, 3, 3_800, 10);
        before = _worths();
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, IMMEDIATE);
        (, uint256 sets) = router.buyThroughSet(order, 1, STEPS);
        assertEq(sets, 4, "sets");
        _assertTaken(1, 4, 2_700);
    }

    /// @dev One order of the router's own for the taker, and one for each other leg: no matter how many bids there are at a price.
    function test_BidsAtOnePrice_AreOneSet() external {
        _openBasket(3);
        _quote(BOB, 2, 3_500, 4);
        _quote(DAVE, 2, 3_500, 6);
        _quote(CAROL, 3, 3_800, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        _assertTaken(1, 10, 2_700);
        (uint64 floor, ) = _book.noncesOf(address(router));
        assertEq(floor, 3, "orders of the router's own");
    }

    /// @dev Sets at each price are an open order of the router's own until the taker comes.
    function test_WithRoomForOneOpenOrder_AnImmediateOrderGetsTheSetsAtOnePrice() external {
        SessionParams memory params = _setParams(3);
        params.maxOpenOrders = 1;
        _openWith(params);
        _watch(1, 3);
        _quote(BOB, 2, 3_500, 4);
        _quote(DAVE, 2, 3_400, 6);
        _quote(CAROL, 3, 3_800, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        assertEq(sets, 4, "sets");
        _assertTaken(1, 4, 2_700);
    }

    /// @dev Dave can bear two lots of the five that he offers: the book cuts his offer first and fills it then, which are two steps where
    /// the plan has one. None is left for the router's own order, which is taken out again.
    function test_StepsThatAnOfferHasUsedUp_LeaveNoSet() external {
        _openBasket(3);
        address dave = people[DAVE];
        VM.prank(dave);
        _book.withdraw(CASH - 7_400 * 5 * TICK, dave, 0);
        Placed memory ask = _quote(DAVE, 1, 2_600, -5);
        // What somebody takes of him leaves him 15 000 ticks: two lots at 7 400.
        _quote(DAVE, 2, 500, 44);
        _quote(CAROL, 2, 500, -44);
        _twoBids(10);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, IMMEDIATE);
        (, uint256 sets) = router.buyThroughSet(order, 2, STEPS);
        assertEq(sets, 0, "sets");
        assertEq(_left(ask), 0, "what he can bear is filled");
        _assertTaken(1, 2, 2_600);
        (uint64 floor, uint64 used) = _book.noncesOf(address(router));
        assertEq(floor, 1, "one order of the router's own");
        assertEq(used, 0, "no gap");
    }

    function test_AnOldLink_IsGoodForTheTakerAndTheRouterTakesANewerOne() external {
        SessionParams memory params = _setParams(3);
        params.chainWindow = 4;
        _openWith(params);
        _watch(1, 3);
        SignedPackage memory order = _signed(TAKER, 1, 2_900, 10, 0);
        _twoBids(10);
        _quote(DAVE, 1, 100, 1);
        before = _worths();
        (, uint256 sets) = _route(order);
        assertEq(sets, 10, "sets");
        _assertTaken(1, 10, 2_700);
    }

    function test_NoncesFollowEachOther_AlsoAfterTriesThatFailed() external {
        _openBasket(3);
        _bobCannot();
        _quote(DAVE, 2, 3_400, 10);
        _quote(CAROL, 3, 3_800, 30);
        _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        VM.roll(block.number + 1);
        _quote(DAVE, 2, 3_400, 10);
        _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        (uint64 floor, uint64 used) = _book.noncesOf(address(router));
        assertEq(floor, 6, "three orders a call");
        assertEq(used, 0, "no gap");
    }

    // ------------------------------------------------------------------ events

    function test_ALegThatIsWorthSomethingForSure_IsNoPartOfASet() external {
        _openEvent(3);
        _tighten(3, 1_000, 1_000);
        legs.pop();
        target = 9_000;
        _quote(BOB, 2, 5_500, 10);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 4_000, 10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        _assertTaken(1, 10, 3_500);
    }

    function test_ABidAboveWhatTheLegCanPay_LeavesTheCallerTheRest() external {
        _openEvent(3);
        _quote(BOB, 2, 5_500, 10);
        _quote(CAROL, 3, 3_800, 10);
        _tighten(1, 1_000, 10_000);
        before = _worths();
        // 10 000 less 9 300 is 700: nobody may offer leg 1 at less than 1 000.
        (, uint256 sets) = _route(_signed(TAKER, 1, 1_200, 10, IMMEDIATE));
        assertEq(sets, 10, "sets");
        assertEq(_session.balanceOf(KEEPER), 300 * 10 * TICK, "the caller's");
        _assertConserved(before, _worths(), 300 * 10 * TICK);
    }

    /// @dev A set for 700 would be 900 - 700 cheaper than the offer, but is offered at 1 000, the least that the market allows: so the
    /// taker meets the offer first, and what it leaves of the router's own order is taken out again.
    function test_AnOfferBelowWhatTheLegCanPay_ComesBeforeTheSet() external {
        _belowTheLeast();
        Placed memory ask = _quote(DAVE, 1, 900, -4);
        _tighten(1, 1_000, 10_000);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 1_200, 10, IMMEDIATE));
        assertEq(_left(ask), 0, "the offer is filled");
        assertEq(sets, 6, "sets give the rest");
        assertEq(_session.balanceOf(KEEPER), 300 * 6 * TICK, "the caller's");
        _assertConserved(before, _worths(), 300 * 6 * TICK);
        _assertWorthMore(9_600, "what the taker has paid for ten");
    }

    function test_AnOfferBelowWhatTheLegCanPay_ThatIsEnough_LeavesNoSet() external {
        _belowTheLeast();
        Placed memory ask = _quote(DAVE, 1, 900, -10);
        _tighten(1, 1_000, 10_000);
        before = _worths();
        (Placed memory placed, uint256 sets) = _route(_signed(TAKER, 1, 1_200, 10, 0));
        assertEq(sets, 0, "sets");
        assertEq(_left(ask), 0, "the offer is filled");
        assertEq(placed.place, 0, "nothing rests");
        _assertConserved(before, _worths(), 0);
        _assertWorthMore(9_000, "what the taker has paid for ten");
    }

    function test_AnOfferAtTheLeastThatTheLegCanPay_IsOlderThanTheSet() external {
        _belowTheLeast();
        Placed memory ask = _quote(DAVE, 1, 1_000, -3);
        _tighten(1, 1_000, 10_000);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 1_000, 10, FILL_OR_KILL));
        assertEq(_left(ask), 0, "the offer is filled");
        assertEq(sets, 7, "sets give the rest");
        _assertConserved(before, _worths(), 300 * 7 * TICK);
    }

    /// @dev The same for a seller: sets would pay 6 500, and nobody may bid more than 6 000, for leg 2 weighs 4 000 at least.
    function test_ABidAboveWhatTheLegCanPay_ComesBeforeTheSet() external {
        _openEvent(3);
        _quote(BOB, 2, 2_000, -10);
        _quote(CAROL, 3, 1_500, -10);
        Placed memory bid = _quote(DAVE, 1, 6_200, 4);
        _tighten(2, 4_000, 10_000);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 5_800, -10, IMMEDIATE));
        assertEq(_left(bid), 0, "the bid is filled");
        assertEq(sets, 6, "sets give the rest");
        assertEq(_session.balanceOf(KEEPER), 500 * 6 * TICK, "the caller's");
        _assertConserved(before, _worths(), 500 * 6 * TICK);
    }

    /// @dev The taker has ten lots of leg 1 more, which weighs 1 000 at least, and has paid so many ticks.
    function _assertWorthMore(int256 paid, string memory what) private view {
        int256[][] memory now_ = _worths();
        for (uint256 k; k < legs.length; ++k) {
            int256 weight = legs[k] == 1 ? SCALE : int256(1_000);
            assertEq(now_[TAKER][k] - before[TAKER][k], (10 * weight - paid) * int256(TICK), what);
        }
    }

    /// @dev Bids that leave 700 for leg 1.
    function _belowTheLeast() private {
        _openEvent(3);
        _quote(BOB, 2, 5_500, 10);
        _quote(CAROL, 3, 3_800, 10);
    }

    function test_WithALimitOfLots_AnEventGivesOnlySoManySets() external {
        SessionParams memory params = _setParams(2);
        params.maxLots = 8;
        _openWith(params);
        _watch(_makeEvent(3), 3);
        _twoBids(8);
        _quote(DAVE, 2, 3_500, 3);
        _quote(DAVE, 3, 3_800, 3);
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_900, 6, IMMEDIATE));
        assertEq(sets, 6, "sets");
        VM.roll(block.number + 1);
        (, sets) = _route(_signed(4, 1, 2_900, 5, IMMEDIATE));
        assertEq(sets, 2, "until the router holds 8 of each");
        VM.roll(block.number + 1);
        // Three of each meet the bids that are left.
        _quote(5, 1, 2_000, -5);
        _quote(5, 2, 3_000, -8);
        _quote(5, 3, 3_000, -8);
        (sets, ) = _sweep();
        assertEq(sets, 5, "and the other way it can go on");
    }

    function test_ARouterThatTradedAnEvent_GetsItsFloatBackBeforeItIsSettled() external {
        _openEvent(3);
        _twoBids(10);
        _route(_signed(TAKER, 1, 2_900, 10, IMMEDIATE));
        router.takeBack(FLOAT, address(this));
        (int256 claim, int256 worst, , ) = _book.accountOf(address(router));
        assertEq(claim + worst, 0, "nothing is left");
    }

    // ------------------------------------------------------------------ keepers

    function test_WhatRestingBidsPayTooMuch_IsTheKeepers() external {
        _openBasket(3);
        _twoBids(10);
        _quote(DAVE, 1, 2_900, 4);
        before = _worths();
        (uint256 sets, uint256 surplus) = _sweep();
        assertEq(sets, 4, "sets");
        assertEq(surplus, 200 * 4 * TICK, "surplus");
        assertEq(_session.balanceOf(KEEPER), surplus, "the keeper has it");
        _assertConserved(before, _worths(), surplus);
    }

    function test_BetterBidsOfTheSameLeg_AreServedBeforeTheTaker() external {
        _openBasket(3);
        _twoBids(10);
        Placed memory daves = _quote(DAVE, 1, 2_900, 4);
        before = _worths();
        (, uint256 sets) = _route(_signed(TAKER, 1, 2_800, 10, 0));
        assertEq(sets, 10, "sets");
        assertEq(_left(daves), 0, "it was there first");
        assertEq(_session.balanceOf(KEEPER), 200 * 4 * TICK, "what he pays too much is the caller's");
        _assertConserved(before, _worths(), 200 * 4 * TICK);
    }
}
