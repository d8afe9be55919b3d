// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { IBookRecords, IOrderBook } from "../../../contracts/interfaces/IOrderBook.sol";
import { ISession } from "../../../contracts/interfaces/ISession.sol";
import { KeyWallet } from "../../../contracts/mocks/KeyWallet.sol";
import { TransientSigner } from "../../../contracts/periphery/House.sol";
import { Placed, SignedPackage, TradePackage } from "../../../contracts/Types.sol";
import { Baskets } from "../support/Baskets.sol";
import { Orders } from "../support/Orders.sol";
import { VM } from "../support/Vm.sol";
import { CarelessStall, IVisitor, Stall } from "./Stall.sol";

/// @dev A contract that calls a stall and then, in the same transaction, brings the stall's own package by itself.
contract Thief {
    IOrderBook private immutable BOOK;

    constructor(IOrderBook book, ISession session) {
        BOOK = book;
        session.approve(address(book), type(uint256).max);
    }

    /// @param gift paid into the stall's account in between
    /// @return reason what the book said to the package; empty if it took it
    function rob(
        Stall stall,
        TradePackage calldata own,
        SignedPackage calldata taker,
        uint256 gift
    ) external returns (bytes memory reason) {
        stall.sell(own, taker, false);
        if (gift != 0) BOOK.deposit(address(stall), gift);
        try BOOK.createTrade(SignedPackage(own, "", 0, 0, 0), 0, 10) {} catch (bytes memory why) {
            return why;
        }
    }
}

/// @title Given a house, when its call has ended, then nothing that it approved is approved
contract HouseTest is Baskets, IVisitor {
    uint256 private constant KEY = 0xA11CE;
    bytes4 private constant YES = IERC1271.isValidSignature.selector;

    Stall private stall;
    Thief private thief;
    address private taker = VM.addr(KEY);
    // What is done when a stall calls back, and what it found.
    bytes private backCall;
    bool private saidYes;

    function setUp() external {
        uint128[] memory quantities = new uint128[](2);
        (quantities[0], quantities[1]) = (1e21, 1e21);
        _openSession(quantities, 1e21);
        VM.warp(block.timestamp + 2 days);
        stall = new Stall(_book);
        thief = new Thief(_book, _session);
        _session.transfer(address(thief), 200e18);
        _book.deposit(taker, 50e18);
    }

    // ------------------------------------------------------------------ the digest, and when it is good

    function testFuzz_ItsDigest_IsTheBooks(TradePackage memory p) external view {
        (, , , bytes32 digest) = _book.linksOf(p);
        assertEq(stall.digestOf(p), digest, "digest");
    }

    function test_GivenNoCallRuns_NothingCanBeApproved() external {
        TradePackage memory own = _own(address(stall), 5_000, -100);
        VM.expectRevert(TransientSigner.House_NotSigning.selector);
        stall.approveWithoutSigning(own);
    }

    function test_GivenAnApproval_ItIsGoodWithinTheCallAlone() external {
        TradePackage memory own = _own(address(stall), 5_000, -100);
        bytes32 digest = stall.digestOf(own);
        assertTrue(stall.isValidSignature(digest, "") != YES, "before");
        stall.approveAndVisit(own, false);
        assertTrue(saidYes, "while it runs");
        assertTrue(stall.isValidSignature(digest, "") != YES, "afterwards");
        own.nonce = 1;
        stall.approveAndVisit(own, false);
        assertTrue(saidYes, "another, while another call runs");
        backCall = abi.encodeCall(this.requireNot, (digest));
        own.nonce = 2;
        stall.approveAndVisit(own, false);
        assertTrue(stall.isValidSignature(digest, "") != YES, "the first one, ever after");
    }

    function test_GivenItWasForgotten_ItIsNotGoodWithinTheCallEither() external {
        stall.approveAndVisit(_own(address(stall), 5_000, -100), true);
        assertTrue(!saidYes, "forgotten");
    }

    function test_GivenACallThatReverts_NothingOfItIsApproved() external {
        TradePackage memory own = _own(address(stall), 5_000, -100);
        backCall = abi.encodeCall(this.refuse, ());
        try stall.approveAndVisit(own, false) {
            assertTrue(false, "the visitor reverts");
        } catch {
            assertTrue(stall.isValidSignature(stall.digestOf(own), "") != YES, "approved");
        }
        backCall = "";
        stall.approveAndVisit(own, false);
        assertTrue(saidYes, "and it is not busy for ever");
    }

    // ------------------------------------------------------------------ called back

    function test_GivenACallRuns_NoOtherThatSignsBegins() external {
        TradePackage memory own = _own(address(stall), 5_000, -100);
        backCall = abi.encodeCall(this.enterAgain, ());
        stall.approveAndVisit(own, false);
        assertTrue(saidYes, "it ended as it should");
    }

    function visit(bytes32 digest) external {
        saidYes = Stall(msg.sender).isValidSignature(digest, "") == YES;
        if (backCall.length == 0) return;
        (bool done, ) = address(this).call(backCall);
        if (!done) revert("the visitor fails");
    }

    function requireNot(bytes32 digest) external view {
        assertTrue(stall.isValidSignature(digest, "") != YES, "of an earlier call");
    }

    function refuse() external pure {
        revert("no");
    }

    function enterAgain() external {
        TradePackage memory own = _own(address(stall), 1, -100);
        try stall.approveAndVisit(own, false) {
            revert("entered");
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(TransientSigner.House_Busy.selector), "busy");
        }
    }

    // ------------------------------------------------------------------ thieves

    /// @dev The house's package is skipped, since its account cannot bear it. The thief pays in what is missing and brings it then.
    function test_GivenASkippedPackage_NobodyBringsItLaterInTheTransaction() external {
        _book.deposit(address(stall), 1);
        (TradePackage memory own, SignedPackage memory bid) = (_own(address(stall), 1, -100_000), _bid(9_000, 1));
        bytes memory reason = thief.rob(stall, own, bid, 105e18);
        assertEq(bytes32(bytes4(reason)), bytes32(IBookRecords.Book_SignatureInvalid.selector), "refused");
    }

    /// @dev The control: without the number of the call the same theft succeeds, so the test above is one.
    function test_TheSameTheft_RobsACarelessStall() external {
        CarelessStall careless = new CarelessStall(_book);
        _book.deposit(address(careless), 1);
        TradePackage memory own = _own(address(careless), 1, -100_000);
        bytes memory reason = thief.rob(Stall(address(careless)), own, _bid(9_000, 1), 105e18);
        assertEq(reason.length, 0, "taken");
        (, , , , uint32 ask, ) = _book.marketOf(1, 1);
        (, , , , int32 price, int64 lots, , ) = _book.orderAt(ask);
        assertEq(price, int256(1), "an offer of the careless stall for next to nothing");
        assertEq(lots, -100_000, "of all of it");
    }

    /// @dev What was left of a call's package cannot be brought in the next call's batch either.
    function test_GivenASkippedPackage_TheNextCallDoesNotReviveIt() external {
        _book.deposit(address(stall), 1);
        TradePackage memory own = _own(address(stall), 1, -100_000);
        stall.sell(own, _bid(9_000, 1), false);
        _book.deposit(address(stall), 105e18);
        backCall = abi.encodeCall(this.bring, (own));
        stall.approveAndVisit(_own(address(stall), 5_000, -100), false);
        assertTrue(saidYes, "the visit took place");
        (, , , , uint32 ask, ) = _book.marketOf(1, 1);
        assertEq(uint256(ask), 0, "nothing of the stall's was brought");
    }

    function bring(TradePackage calldata own) external {
        try _book.createTrade(SignedPackage(own, "", 0, 0, 0), 0, 10) {
            revert("brought");
        } catch (bytes memory reason) {
            assertEq(bytes32(bytes4(reason)), bytes32(IBookRecords.Book_SignatureInvalid.selector), "refused");
        }
    }

    // ------------------------------------------------------------------ orders of others

    function test_GivenATakerWithAKey_BothOrdersMeet() external {
        _book.deposit(address(stall), 50e18);
        Placed[] memory placed = stall.sell(_own(address(stall), 5_000, -100), _bid(5_000, 100), true);
        assertEq(uint256(placed[1].tradeRootId), 2, "number");
        assertEq(_book.positionOf(taker, 1)[0], int256(100), "lots");
        assertEq(_book.positionOf(address(stall), 1)[0], int256(-100), "lots of the stall");
    }

    function test_GivenATakerWithAWallet_BothOrdersMeet() external {
        KeyWallet wallet = new KeyWallet(taker);
        _book.deposit(address(wallet), 50e18);
        _book.deposit(address(stall), 50e18);
        TradePackage memory p = Orders.plain(_book, address(wallet), 1, 5_000, 100);
        SignedPackage memory bid = Orders.signed(_book, p, KEY);
        stall.sell(_own(address(stall), 5_000, -100), bid, true);
        assertEq(_book.positionOf(address(wallet), 1)[0], int256(100), "lots");
    }

    /// @dev EIP-7702: the account has code, and still signs with its key.
    function test_GivenAKeyWhoseAccountHasCode_BothOrdersMeet() external {
        VM.etch(taker, hex"60006000fd");
        _book.deposit(address(stall), 50e18);
        stall.sell(_own(address(stall), 5_000, -100), _bid(5_000, 100), true);
        assertEq(_book.positionOf(taker, 1)[0], int256(100), "lots");
    }

    function test_GivenAShortSignature_BothOrdersMeet() external {
        _book.deposit(address(stall), 50e18);
        SignedPackage memory bid = _bid(5_000, 100);
        bytes memory s = bid.signature;
        (bytes32 r, bytes32 vs) = (bytes32(0), bytes32(0));
        assembly ("memory-safe") {
            r := mload(add(s, 0x20))
            vs := mload(add(s, 0x40))
        }
        if (uint8(s[64]) == 28) vs |= bytes32(uint256(1 << 255));
        bid.signature = abi.encodePacked(r, vs);
        stall.sell(_own(address(stall), 5_000, -100), bid, true);
        assertEq(_book.positionOf(taker, 1)[0], int256(100), "lots");
    }

    function test_GivenABadSignature_AStrictBatchSaysWhichOrderItIsOf() external {
        _book.deposit(address(stall), 50e18);
        SignedPackage memory bid = _bid(5_000, 100);
        bid.tradePackage.quantityLots = 101;
        bytes4 reason = IBookRecords.Book_SignatureInvalid.selector;
        TradePackage memory own = _own(address(stall), 5_000, -100);
        VM.expectRevert(abi.encodeWithSelector(IBookRecords.Book_PackageRefused.selector, 1, reason));
        stall.sell(own, bid, true);
    }

    // ------------------------------------------------------------------ in detail

    function _own(address house, int32 price, int64 lots) private view returns (TradePackage memory p) {
        p = Orders.plain(_book, house, 1, price, lots);
        (p.previousLink, , ) = _book.chainState();
        p.deadline = uint40(block.timestamp);
    }

    function _bid(int32 price, int64 lots) private view returns (SignedPackage memory) {
        return Orders.signed(_book, Orders.plain(_book, taker, 1, price, lots), KEY);
    }
}
